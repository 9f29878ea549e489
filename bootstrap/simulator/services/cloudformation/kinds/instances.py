"""AWS::EC2::Instance, for participants' own stacks: a machine that the tool's role may not terminate."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.cloudformation.kinds.kind import Made, Making, ResourceKind
from bootstrap.simulator.services.cloudformation.stacks import LiveResource
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


def _running(call: Call) -> dict[str, Any]:
    """The account's instances in the region: id -> instance type."""
    return call.shelf("ec2.instances")


def _create(making: Making) -> Made:
    instance = f"i-{making.call.token(making.logical_id, 17)}"
    _running(making.call)[instance] = making.properties["InstanceType"]
    return Made(instance)


def _delete(call: Call, live: LiveResource) -> bool:
    """Terminate it. CloudFormation acts with the rights of who deletes the stack: the access role has none for EC2."""
    if f":assumed-role/{call.account.role_name}/" in call.caller:
        text = (
            f"You are not authorized to perform this operation. User: {call.caller} is not authorized to perform: "
            f"ec2:TerminateInstances on resource: {live.physical_id} because no identity-based policy allows the "
            "ec2:TerminateInstances action"
        )
        raise Refusal("AccessDenied", text)
    _running(call).pop(live.physical_id, None)
    return True


def _no_update(making: Making, live: LiveResource) -> bool:
    raise Refusal("NotSimulated", f"updates of the resource {making.logical_id} are not simulated")


INSTANCE = ResourceKind(
    properties=frozenset({"InstanceType", "ImageId"}),
    required=frozenset({"InstanceType"}),
    create=_create,
    update=_no_update,
    delete=_delete,
)


def view(call: Call) -> list[str]:
    """View for the control address: the ids of the instances that run."""
    return sorted(_running(call))
