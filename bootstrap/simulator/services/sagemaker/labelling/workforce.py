"""The private workforce, one for each account and region."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.simulator.services.sagemaker import listing, tags
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal, held
from bootstrap.simulator.world.call import Call, CallHandler

_OIDC = {
    "ClientId": "client",
    **{
        key: f"https://login.example.com/{key.lower()}"
        for key in ("Issuer", "AuthorizationEndpoint", "TokenEndpoint", "UserInfoEndpoint", "LogoutEndpoint", "JwksUri")
    },
}


def all_of(call: Call) -> dict[str, Any]:
    """Return the workforces by name."""
    return call.shelf("sagemaker.workforces")


def _create_existing(call: Call) -> None:
    """Create, once, the workforce that the scenario says exists from the start."""
    if call.scenario.workforce.oidc and call.account.count(f"oidc-workforce:{call.region}") == 1:
        made = _made(call, "default", {"OidcConfig": _OIDC})
        all_of(call)["default"] = made | {"failure": None, "ready": call.now}


def opened(operation: CallHandler) -> CallHandler:
    """Wrap the operation: refuse it where Ground Truth is closed or not offered."""
    offered = not_closed(operation)

    def wrapper(call: Call) -> dict[str, Any]:
        if call.partition == "aws-cn":
            raise Refusal("UnknownOperationException", "The requested operation is not supported in this region.")
        return offered(call)

    return wrapper


def not_closed(operation: CallHandler) -> CallHandler:
    """Wrap the operation: refuse it where Ground Truth is closed."""

    def wrapper(call: Call) -> dict[str, Any]:
        said = call.scenario.workforce
        if said.ground_truth_closed and any(fnmatchcase(call.operation, glob) for glob in said.closed_operations):
            raise Refusal(said.closed_code, said.closed_message)
        _create_existing(call)
        return operation(call)

    return wrapper


def create(call: Call) -> dict[str, Any]:
    """Answer CreateWorkforce."""
    name, cognito = call.params["WorkforceName"], call.params.get("CognitoConfig")
    if all_of(call):
        raise Refusal(
            "ValidationException",
            f"Cannot create more than one workforce for account {call.account_id}. If you are trying to "
            "update existing workforce, please use UpdateWorkforce API",
        )
    if cognito is None:
        raise Refusal("NotSimulated", "workforces without CognitoConfig are not simulated")
    _check_pool(call, cognito)
    made = _made(call, name, {"CognitoConfig": cognito})
    _edit_client(call, cognito, made["sub_domain"])
    ready = call.now + call.draw("workforce", call.scenario.workforce.start_seconds)
    all_of(call)[name] = made | {"failure": call.scenario.workforce.failure, "ready": ready}
    tags.begin(call, made["arn"])
    return {"WorkforceArn": made["arn"]}


def _made(call: Call, name: str, sign_in: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "arn": call.arn("sagemaker", f"workforce/{name.lower()}"),
        "sign_in": sign_in,
        "sub_domain": f"{call.token('sub-domain', 10)}.labeling.{call.region}.sagemaker.aws",
        "addresses": call.params.get("SourceIpConfig", {"Cidrs": []}),
        "created": call.now,
        "modified": call.now,
        "deleting": False,
    }


def describe(call: Call) -> dict[str, Any]:
    """Answer DescribeWorkforce."""
    return {"Workforce": _shown(call, found(call, call.params["WorkforceName"]))}


def list_all(call: Call) -> dict[str, Any]:
    """Answer ListWorkforces."""
    shown = [_shown(call, one) for one in all_of(call).values()]
    return listing.answer(call, "Workforces", shown, "WorkforceName")


def update(call: Call) -> dict[str, Any]:
    """Update the workforce; only SourceIpConfig is simulated."""
    one = found(call, call.params["WorkforceName"])
    if set(call.params) - {"WorkforceName", "SourceIpConfig"}:
        raise Refusal("NotSimulated", "only SourceIpConfig of a workforce can be updated in the simulator")
    one["addresses"] = call.params.get("SourceIpConfig", one["addresses"])
    one["modified"] = call.now
    return {"Workforce": _shown(call, one)}


def delete(call: Call) -> dict[str, Any]:
    """Delete the workforce, after its work teams; a new one can be created only when it is gone."""
    one = found(call, call.params["WorkforceName"])
    if any(team["workforce"] == one["name"] for team in call.shelf("sagemaker.workteams").values()):
        raise Refusal("ResourceInUse", f"Workforce {one['arn']} has work teams, which must be deleted first.")
    status = _status(call, one)["Status"]
    if status not in ("Active", "Failed"):
        raise Refusal("ValidationException", f"Workforce {one['arn']} is in status {status}.")
    one["deleting"] = True
    seconds = call.draw("workforce-deletion", call.scenario.workforce.delete_seconds)
    call.later(call.now + seconds, partial(_gone, one["name"]))
    return {}


def _gone(name: str, call: Call) -> None:
    tags.forget(call, all_of(call).pop(name)["arn"])


def found(call: Call, name: str) -> dict[str, Any]:
    """Return the workforce. Raises Refusal if there is none of that name."""
    return held(all_of(call), name, Refusal("ValidationException", f"No workforce found with name {name}"))


def group_exists(call: Call, pool: str, group: str) -> bool:
    """Return True if the pool has the group."""
    try:
        call.aws("cognito-idp").get_group(UserPoolId=pool, GroupName=group)
    except ClientError:
        return False
    return True


def _check_pool(call: Call, cognito: dict[str, str]) -> None:
    pool, client = cognito["UserPool"], call.aws("cognito-idp")
    try:
        domain = client.describe_user_pool(UserPoolId=pool)["UserPool"].get("Domain")
        client.describe_user_pool_client(UserPoolId=pool, ClientId=cognito["ClientId"])
        groups = client.list_groups(UserPoolId=pool)["Groups"]
    except ClientError as exc:
        raise Refusal(
            "ValidationException",
            f"Invalid Cognito configuration: {exc.response['Error'].get('Message', '')}",
        ) from exc
    if not domain:
        raise Refusal("ValidationException", f"Cognito user pool {pool} does not have a domain.")
    if not groups:
        raise Refusal("ValidationException", f"Cognito user pool {pool} does not have a user group.")


def _edit_client(call: Call, cognito: dict[str, str], sub_domain: str) -> None:
    """Write the portal's addresses into the app client, as SageMaker does; a later stack update may remove them."""
    portal = f"https://{sub_domain}"
    call.aws("cognito-idp").update_user_pool_client(
        UserPoolId=cognito["UserPool"],
        ClientId=cognito["ClientId"],
        CallbackURLs=[portal, f"{portal}/oauth2/idpresponse"],
        LogoutURLs=[f"{portal}/logout"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code", "implicit"],
        AllowedOAuthScopes=["email", "openid", "profile"],
        SupportedIdentityProviders=["COGNITO"],
    )


def _shown(call: Call, one: dict[str, Any]) -> dict[str, Any]:
    return {
        "WorkforceName": one["name"],
        "WorkforceArn": one["arn"],
        "LastUpdatedDate": moment(one["modified"]),
        "CreateDate": moment(one["created"]),
        "SourceIpConfig": one["addresses"],
        "SubDomain": one["sub_domain"],
        **one["sign_in"],
        **_status(call, one),
    }


def _status(call: Call, one: dict[str, Any]) -> dict[str, Any]:
    if one["deleting"]:
        return {"Status": "Deleting"}
    if call.now < one["ready"]:
        return {"Status": "Initializing"}
    return {"Status": "Failed", "FailureReason": one["failure"]} if one["failure"] else {"Status": "Active"}


def view(call: Call) -> list[dict[str, Any]]:
    """View for the control address: the workforces."""
    _create_existing(call)
    return list(all_of(call).values())


OPERATIONS: dict[str, CallHandler] = {
    "CreateWorkforce": opened(create),
    "DescribeWorkforce": opened(describe),
    "ListWorkforces": opened(list_all),
    "UpdateWorkforce": opened(update),
    "DeleteWorkforce": opened(delete),
}
