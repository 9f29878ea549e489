"""Cognito in front of moto: unique domains, and no deletion of what is in use or protected."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.simulator.in_process import regions
from bootstrap.simulator.services.sagemaker.labelling import workteams
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call, CallHandler

_MAILS_A_DAY = 50
_DAY, _NINE_O_CLOCK = 86_400, 32_400
_NO_GROUP = "Group not found."
_RESERVED = ("aws", "amazon", "cognito")


@cache
def _share_key() -> None:
    """Make moto parse its RSA key once: it parses the same file for every pool, which takes 0.1 s."""
    from moto.cognitoidp import models

    read = models.jwk.RSAKey.import_key
    keys: list[Any] = []

    def import_key(content: Any) -> Any:
        if not keys:
            keys.append(read(content))
        return keys[0]

    models.jwk = SimpleNamespace(RSAKey=SimpleNamespace(import_key=import_key))


def create_pool(call: Call) -> dict[str, Any]:
    """Answer CreateUserPool."""
    _share_key()
    _check_mfa(call)
    if any("Name" not in attribute for attribute in call.params.get("Schema", ())):
        raise Refusal("InvalidParameterException", "Invalid schema: an attribute has no name.")
    return call.moto()


def create_domain(call: Call) -> dict[str, Any]:
    """Answer CreateUserPoolDomain."""
    prefix, pool = call.params["Domain"], call.params["UserPoolId"]
    if any(word in prefix for word in _RESERVED):
        raise Refusal("InvalidParameterException", "Domain cannot contain reserved word")
    held = call.world.domains.get((call.region, prefix))
    strange = any(fnmatchcase(prefix, taken) for taken in call.scenario.cognito.domains_taken)
    if strange or held is not None:
        raise Refusal("InvalidParameterException", "Domain already associated with another user pool.")
    answer = call.moto()
    call.world.domains[call.region, prefix] = (call.account_id, pool)
    return answer


def describe_domain(call: Call) -> dict[str, Any]:
    """Answer DescribeUserPoolDomain."""
    held = call.world.domains.get((call.region, call.params["Domain"]))
    if held is None or held[0] != call.account_id:
        return {"DomainDescription": {}}
    return call.moto()


def delete_domain(call: Call) -> dict[str, Any]:
    """Answer DeleteUserPoolDomain."""
    held = call.world.domains.get((call.region, call.params["Domain"]))
    if held is None or held[0] != call.account_id:
        raise Refusal("InvalidParameterException", "No such domain or user pool exists.")
    del call.world.domains[call.region, call.params["Domain"]]
    return call.moto()


def delete_pool(call: Call) -> dict[str, Any]:
    """Answer DeleteUserPool."""
    pool = call.params["UserPoolId"]
    if (call.account_id, pool) in call.world.domains.values():
        text = "User pool cannot be deleted. It has a domain configured that should be deleted first."
        raise Refusal("InvalidParameterException", text)
    if _protected(call, pool):
        text = (
            "The user pool cannot be deleted because deletion protection is activated. "
            "Deletion protection must be inactivated first."
        )
        raise Refusal("InvalidParameterException", text)
    return call.moto()


def update_pool(call: Call) -> dict[str, Any]:
    """Update the pool; settings that are not sent again are reset, as on AWS."""
    if call.params.get("UserAttributeUpdateSettings", {}).get("AttributesRequireVerificationBeforeUpdate"):
        needed = call.params["UserAttributeUpdateSettings"]["AttributesRequireVerificationBeforeUpdate"]
        if set(needed) - set(call.params.get("AutoVerifiedAttributes", ())):
            text = "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes "
            raise Refusal("InvalidParameterException", text)
    _check_mfa(call)
    return call.moto()


def _check_mfa(call: Call) -> None:
    """Raise Refusal for MFA, or a verified phone number, in a request without the settings of SMS."""
    by_phone = "phone_number" in call.params.get("AutoVerifiedAttributes", ())
    if (call.params.get("MfaConfiguration", "OFF") != "OFF" or by_phone) and "SmsConfiguration" not in call.params:
        text = "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
        raise Refusal("InvalidParameterException", text)


def _protected(call: Call, pool: str) -> bool:
    try:
        found = call.aws("cognito-idp").describe_user_pool(UserPoolId=pool)["UserPool"]
    except ClientError:
        return False
    return bool(found.get("DeletionProtection") == "ACTIVE")


def delete_group(call: Call) -> dict[str, Any]:
    """Delete a group. AWS refuses the group of a work team; its error code is unverified."""
    pool, group = call.params["UserPoolId"], call.params["GroupName"]
    teams = workteams.of_group(call, pool, group)
    if teams:
        raise Refusal("InvalidParameterException", f"Group {group} is tied to the work team {teams[0]}.")
    return _named(_NO_GROUP)(call)


def _named(missing: str) -> CallHandler:
    """Return the operation with AWS's words for what the pool does not have; moto's message is the bare name."""

    def operation(call: Call) -> dict[str, Any]:
        try:
            return call.moto()
        except Refusal as refusal:
            if refusal.code == "ResourceNotFoundException" and " " not in refusal.message:
                raise Refusal(refusal.code, missing.format(**call.params), refusal.status) from None
            raise

    return operation


def create_user(call: Call) -> dict[str, Any]:
    """Create a user. Cognito's built-in sender is limited to 50 invitations a day; the day begins at 09:00 UTC."""
    params = call.params
    mails = params.get("MessageAction") != "SUPPRESS" and "EMAIL" in params.get("DesiredDeliveryMediums", ())
    day = f"{call.region}:{(call.now - _NINE_O_CLOCK) // _DAY:.0f}"
    sent = call.account.shelf("cognito-mails")
    if mails and sent.get(day, 0) >= _MAILS_A_DAY:
        raise Refusal(
            "LimitExceededException",
            "Exceeded daily email limit for the operation or the account. If a higher limit is required, please "
            "configure your user pool to use your own Amazon SES configuration for sending email.",
        )
    answer = call.moto()
    sent[day] = sent.get(day, 0) + mails
    return answer


def list_users(call: Call) -> dict[str, Any]:
    """Answer ListUsers. "sub" is always sent, and cannot be asked for."""
    if "sub" in call.params.get("AttributesToGet", ()):
        raise Refusal("InvalidParameterException", "Input fails to satisfy the constraints.")
    return call.moto()


def view(call: Call) -> list[dict[str, Any]]:
    """View for the control address: pools with their users, without passwords."""
    if not regions.offers("cognito-idp", call.region):
        return []
    client = call.aws("cognito-idp")
    pools = client.list_user_pools(MaxResults=60)["UserPools"]
    return [{"id": one["Id"], "name": one["Name"], "users": _users(client, one["Id"])} for one in pools]


def _users(client: Any, pool: str) -> list[dict[str, Any]]:
    return [
        {
            "name": user["Username"],
            "status": user["UserStatus"],
            "attributes": {one["Name"]: one["Value"] for one in user["Attributes"]},
            "groups": [
                group["GroupName"]
                for group in client.admin_list_groups_for_user(UserPoolId=pool, Username=user["Username"])["Groups"]
            ],
        }
        for user in client.list_users(UserPoolId=pool)["Users"]
    ]


OPERATIONS: dict[str, CallHandler] = {
    "ListUsers": list_users,
    "AdminCreateUser": create_user,
    "CreateUserPool": create_pool,
    "CreateUserPoolDomain": create_domain,
    "DescribeUserPoolDomain": describe_domain,
    "DeleteUserPoolDomain": delete_domain,
    "DeleteUserPool": delete_pool,
    "UpdateUserPool": update_pool,
    "DeleteGroup": delete_group,
    **dict.fromkeys(("AdminAddUserToGroup", "AdminRemoveUserFromGroup", "GetGroup", "UpdateGroup"), _named(_NO_GROUP)),
    **dict.fromkeys(
        ("DescribeUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient"),
        _named("User pool client {ClientId} does not exist."),
    ),
}
VIEWS = {"user_pools": view}
