"""Managed policies and protected roles. moto alone would delete a policy in use, or one of AWS's own roles."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.iam import aws_managed, users
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import preexisting
from bootstrap.simulator.world.call import Call, CallHandler


def _named(call: Call) -> Any:
    """Return moto's policy that the call names. Raises Refusal if there is none."""
    arn = call.params["PolicyArn"]
    if not arn.startswith("arn:"):
        raise Refusal("ValidationError", "Invalid ARN:  Could not be parsed!")
    aws_managed.know(call, arn)
    policy = users.backend(call).managed_policies.get(arn)
    if policy is None:
        raise Refusal("NoSuchEntity", f"Policy {arn} was not found.", 404)
    return policy


def _known(call: Call) -> dict[str, Any]:
    _named(call)
    return call.moto()


def _own(call: Call) -> Any:
    """Return the policy, which must be the account's own: nobody changes AWS's. The message is not confirmed."""
    arn = call.params["PolicyArn"]
    if not arn.startswith(call.arn("iam", "policy/", region="")):
        action = f"iam:{call.operation}"
        text = f"User: {call.caller} is not authorized to perform: {action} on resource: policy {arn}"
        raise Refusal("AccessDenied", text, 403)
    return _named(call)


def delete_policy(call: Call) -> dict[str, Any]:
    """Delete a policy, if it is attached to nothing and only its default version is left."""
    policy = _own(call)
    if policy.attachment_count:
        raise Refusal("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    if len(policy.versions) > 1:
        text = (
            "This policy has more than one version. Before you delete a policy, you must delete the policy's "
            "versions. The default version is deleted with the policy."
        )
        raise Refusal("DeleteConflict", text, 409)
    return call.moto()


def delete_version(call: Call) -> dict[str, Any]:
    """Answer DeletePolicyVersion."""
    policy = _own(call)
    _version(call, policy)
    if policy.default_version_id == call.params["VersionId"]:
        raise Refusal("DeleteConflict", "Cannot delete the default version of a policy.", 409)
    return call.moto()


def get_version(call: Call) -> dict[str, Any]:
    """Answer GetPolicyVersion."""
    _version(call, _named(call))
    return call.moto()


def set_default_version(call: Call) -> dict[str, Any]:
    """Answer SetDefaultPolicyVersion."""
    _version(call, _own(call))
    return call.moto()


def _version(call: Call, policy: Any) -> None:
    arn, version = call.params["PolicyArn"], call.params["VersionId"]
    if all(each.version_id != version for each in policy.versions):
        # The message is not confirmed.
        text = f"Policy {arn} version {version} does not exist or is not attachable."
        raise Refusal("NoSuchEntity", text, 404)


def list_policies(call: Call) -> dict[str, Any]:
    """Answer ListPolicies."""
    if call.params.get("Scope", "All") != "Local":
        aws_managed.know_all(call)
    return call.moto()


def list_versions(call: Call) -> dict[str, Any]:
    """List versions. AWS says in every answer whether there are more; moto does not."""
    _named(call)
    return {"IsTruncated": False, **call.moto()}


def _unless_protected(call: Call) -> dict[str, Any]:
    preexisting.modifiable(call, call.params["RoleName"])
    return call.moto()


def _attach(call: Call) -> dict[str, Any]:
    arn = call.params["PolicyArn"]
    if not arn.startswith("arn:"):
        raise Refusal("ValidationError", "Invalid ARN:  Could not be parsed!")
    aws_managed.know(call, arn)
    if "RoleName" in call.params:
        return _unless_protected(call)
    return call.moto()


def delete_role(call: Call) -> dict[str, Any]:
    """Delete a role. If it is the access role, nobody can assume it from then on."""
    answer = _unless_protected(call)
    if call.params["RoleName"] == call.account.role_name:
        call.account.shelf("standing")["shut"] = True
    return answer


def view(call: Call) -> list[str]:
    """View for the control address: ARNs of the account's own policies."""
    from moto.iam.models import iam_backends

    own = call.arn("iam", "policy/", region="")
    return sorted(arn for arn in iam_backends[call.account_id][call.partition].managed_policies if arn.startswith(own))


OPERATIONS: dict[str, CallHandler] = {
    "DeletePolicy": delete_policy,
    "DeletePolicyVersion": delete_version,
    "GetPolicy": _known,
    "GetPolicyVersion": get_version,
    "ListEntitiesForPolicy": _known,
    "ListPolicies": list_policies,
    "ListPolicyVersions": list_versions,
    "SetDefaultPolicyVersion": set_default_version,
    "DeleteRole": delete_role,
    "DeleteRolePolicy": _unless_protected,
    "AttachGroupPolicy": _attach,
    "AttachRolePolicy": _attach,
    "AttachUserPolicy": _attach,
    "DetachRolePolicy": _unless_protected,
}
