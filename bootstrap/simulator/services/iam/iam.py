"""IAM in front of moto: a delay before a new role works, and what a role's policies allow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from bootstrap.simulator.services.iam import documents, policies, users
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import preexisting
from bootstrap.simulator.world.call import Call

_INLINE = 10_240
_ALLOWED_KEYS = {"Version", "Id", "Statement"}
_STATEMENT_KEYS = {
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}  # fmt: skip


def create_role(call: Call) -> dict[str, Any]:
    """Create a role in moto; an invalid trust policy is refused, and the role works only after some seconds."""
    _check_trust(call.params["AssumeRolePolicyDocument"])
    answer = call.moto()
    seconds = call.draw(f"role:{call.params['RoleName']}", call.scenario.iam.role_ready_seconds)
    call.account.shelf("iam")[answer["Role"]["Arn"]] = call.now + seconds
    return answer


def put_role_policy(call: Call) -> dict[str, Any]:
    """Put an inline policy; all inline policies of a role together are limited, not counting white space."""
    name, document = call.params["RoleName"], call.params["PolicyDocument"]
    preexisting.modifiable(call, name)
    check_document(document)
    role = _roles(call).get(name)
    texts = {**(role.policies if role else {}), call.params["PolicyName"]: document}
    if sum(len("".join(text.split())) for text in texts.values()) > _INLINE:
        raise Refusal("LimitExceeded", f"Maximum policy size of {_INLINE} bytes exceeded for role {name}", 409)
    return call.moto()


def create_service_linked_role(call: Call) -> dict[str, Any]:
    """Create a service-linked role under the name that AWS gives it, which moto does not know."""
    name, path = _linked(call.params["AWSServiceName"])
    client = call.aws("iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": call.params["AWSServiceName"]},
            }
        ],
    }
    try:
        answer = client.create_role(
            RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(trust), MaxSessionDuration=3600
        )
    except client.exceptions.EntityAlreadyExistsException as error:
        text = f"Service role name {name} has been taken in this account, please try a different suffix."
        raise Refusal("InvalidInput", text) from error
    return {"Role": answer["Role"]}


def _linked(service: str) -> tuple[str, str]:
    if service != "sagemaker.application-autoscaling.amazonaws.com":
        raise Refusal("NotSimulated", f"iam:CreateServiceLinkedRole for {service} is not simulated")
    return "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint", f"/aws-service-role/{service}/"


def update_trust(call: Call) -> dict[str, Any]:
    """Answer UpdateAssumeRolePolicy."""
    _check_trust(call.params["PolicyDocument"])
    preexisting.modifiable(call, call.params["RoleName"])
    return call.moto()


def profiles_of_role(call: Call) -> dict[str, Any]:
    """List a role's instance profiles; moto answers for a role that is not there, too."""
    name = call.params["RoleName"]
    if name not in _roles(call):
        raise Refusal("NoSuchEntity", f"The role with name {name} cannot be found.", 404)
    return call.moto()


def _check_trust(text: str) -> None:
    try:
        json.loads(text)
    except ValueError as error:
        raise Refusal("MalformedPolicyDocument", "This policy contains invalid Json") from error
    check_document(text)


def check_document(text: str) -> None:
    """Raise Refusal unless the text is a policy document."""
    try:
        document = json.loads(text)
        statements = listed(document["Statement"])
        good = set(document) <= _ALLOWED_KEYS and all(
            set(one) <= _STATEMENT_KEYS and one["Effect"] in {"Allow", "Deny"} for one in statements
        )
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise Refusal("MalformedPolicyDocument", "Syntax errors in policy.")


def in_use(call: Call, role_arn: str) -> Any:
    """Return moto's role of the call's account if it exists and is old enough to work, else None."""
    known = call.account.shelf("iam").get(role_arn, 0) <= call.now
    return _role(call, role_arn) if known else None


def works(call: Call, role_arn: str, service: str = "sagemaker.amazonaws.com") -> bool:
    """Return True if the role exists, is old enough to work, and trusts the service."""
    role = in_use(call, role_arn)
    if role is None:
        return False
    return any(
        one.get("Effect") == "Allow"
        and "sts:AssumeRole" in listed(one.get("Action"))
        and isinstance(one.get("Principal"), dict)
        and service in listed(one["Principal"].get("Service"))
        for one in listed(json.loads(role.assume_role_policy_document)["Statement"])
    )


def _role(call: Call, role_arn: str) -> Any:
    return next((role for role in _roles(call).values() if role.arn == role_arn), None)


def _roles(call: Call) -> dict[str, Any]:
    """Return moto's roles by name, read from its backend: a training job needs them several times."""
    return {role.name: role for role in users.backend(call).roles.values()}


def may(call: Call, role_arn: str, action: str, resource: str) -> bool:
    """Return True if the role's inline and attached policies allow `action` ("s3:GetObject") on the resource ARN.

    Conditions of an allowing statement count as met, those of a denying one as not met. Bucket policies are
    ignored.
    """
    known = call.account.shelf("iam-statements")
    if role_arn not in known:
        role = _role(call, role_arn)
        known[role_arn] = list(_statements(role)) if role else []
    return allowed_by(known[role_arn], action, resource)


def allowed_by(statements: Iterable[dict[str, Any]], action: str, resource: str) -> bool:
    """Return True if the statements allow the action on the resource, conditions taken as in `may`."""
    allowed = False
    for statement in statements:
        if not (_fits(statement, "Action", action, str.lower) and _fits(statement, "Resource", resource, str)):
            continue
        if statement["Effect"] == "Deny" and not statement.get("Condition"):
            return False
        allowed = allowed or statement["Effect"] == "Allow"
    return allowed


def _statements(role: Any) -> Iterator[dict[str, Any]]:
    attached = [
        next(each.document for each in policy.versions if each.version_id == policy.default_version_id)
        for policy in role.managed_policies.values()
    ]
    for document in [*role.policies.values(), *attached]:
        yield from listed(json.loads(document)["Statement"])


def _fits(statement: dict[str, Any], key: str, wanted: str, fold: Any) -> bool:
    if f"Not{key}" in statement:
        return not any(_like(fold(wanted), fold(one)) for one in listed(statement[f"Not{key}"]))
    return any(_like(fold(wanted), fold(one)) for one in listed(statement.get(key, [])))


def _like(text: str, pattern: str) -> bool:
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def listed(value: Any) -> list[Any]:
    """Return a value of a policy document as a list: IAM takes one value for a list of it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


_HANDLERS = {
    **policies.OPERATIONS,
    **users.OPERATIONS,
    "CreateRole": create_role,
    "PutRolePolicy": put_role_policy,
    "CreateServiceLinkedRole": create_service_linked_role,
    "UpdateAssumeRolePolicy": update_trust,
    "ListInstanceProfilesForRole": profiles_of_role,
}
OPERATIONS = {operation: documents.sent(operation, handler) for operation, handler in _HANDLERS.items()}


def view(call: Call) -> list[str]:
    """View for the control address: names of roles."""
    preexisting.create(replace(call, service="iam"))
    return sorted(_roles(call))


def profiles_view(call: Call) -> list[str]:
    """View for the control address: names of instance profiles."""
    return [each.name for each in users.backend(call).instance_profiles.values()]


VIEWS = {"roles": view, "instance_profiles": profiles_view, "policies": policies.view, **users.VIEWS}
