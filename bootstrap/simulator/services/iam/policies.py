"""Managed policies and protected roles. moto alone would delete a policy in use, or one of AWS's own roles."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import preexisting
from bootstrap.simulator.world.call import Call, CallHandler


def delete_policy(call: Call) -> dict[str, Any]:
    """Delete a policy, if it is attached to nothing and only its default version is left."""
    client, arn = call.aws("iam"), call.params["PolicyArn"]
    if not arn.startswith(call.arn("iam", "policy/", region="")):
        raise Refusal("AccessDenied", f"Policy {arn} is not this account's.", 403)
    try:
        attached = client.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"]
        versions = client.list_policy_versions(PolicyArn=arn)["Versions"]
    except client.exceptions.NoSuchEntityException as error:
        text = f"Policy {arn} does not exist or is not attachable."
        raise Refusal("NoSuchEntity", text, 404) from error
    if attached:
        raise Refusal("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    if len(versions) > 1:
        text = (
            "This policy has more than one version. Before you delete a policy, you must delete the policy's "
            "versions. The default version is deleted with the policy."
        )
        raise Refusal("DeleteConflict", text, 409)
    return call.moto()


def delete_version(call: Call) -> dict[str, Any]:
    """Answer DeletePolicyVersion."""
    client = call.aws("iam")
    try:
        found = client.get_policy(PolicyArn=call.params["PolicyArn"])["Policy"]
    except client.exceptions.NoSuchEntityException as error:
        raise Refusal("NoSuchEntity", "The policy does not exist.", 404) from error
    if found["DefaultVersionId"] == call.params["VersionId"]:
        raise Refusal("DeleteConflict", "Cannot delete the default version of a policy.", 409)
    return call.moto()


def _unless_protected(call: Call) -> dict[str, Any]:
    preexisting.modifiable(call, call.params["RoleName"])
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
    "DeleteRole": delete_role,
    "DeleteRolePolicy": _unless_protected,
    "AttachRolePolicy": _unless_protected,
    "DetachRolePolicy": _unless_protected,
    "UpdateAssumeRolePolicy": _unless_protected,
}
