"""AWS::Lambda::Function and AWS::Logs::LogGroup, for participants' own stacks."""

from __future__ import annotations

from bootstrap.simulator.services.cloudformation.kinds.kind import Made, Making, ResourceKind, exists, found
from bootstrap.simulator.services.cloudformation.stacks import LiveResource
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

# CloudFormation retries while a new role is not yet usable.
_PATIENCE = 60.0


def _create(making: Making) -> Made:
    name = making.name("FunctionName")
    if found(making.call, "lambda", "GetFunction", FunctionName=name):
        raise exists(name, "AWS::Lambda::Function")
    return Made(name, {"Arn": making.call.arn("lambda", f"function:{name}")})


def _settled(making: Making, live: LiveResource) -> bool:
    given = making.picked("Role", "Runtime", "Handler", "Description")
    code = {"ZipFile": str(making.properties["Code"].get("ZipFile", "")).encode()}
    try:
        making.invoke("lambda", "CreateFunction", FunctionName=live.physical_id, Code=code, **given)
    except Refusal as refusal:
        if refusal.code == "InvalidParameterValueException" and making.call.now - live.at < _PATIENCE:
            return False
        raise
    return True


def _delete(call: Call, live: LiveResource) -> bool:
    call.invoke("lambda", "DeleteFunction", {"FunctionName": live.physical_id})
    return True


def _no_update(making: Making, live: LiveResource) -> bool:
    raise Refusal("NotSimulated", f"updates of the resource {making.logical_id} are not simulated")


FUNCTION = ResourceKind(
    properties=frozenset({"FunctionName", "Role", "Runtime", "Handler", "Code", "Description", "Timeout"}),
    required=frozenset({"Role", "Code"}),
    create=_create,
    settled=_settled,
    update=_no_update,
    delete=_delete,
    create_only=frozenset({"FunctionName"}),
    named="FunctionName",
)


def _create_group(making: Making) -> Made:
    name = making.name("LogGroupName")
    try:
        making.invoke("logs", "CreateLogGroup", logGroupName=name)
    except Refusal as refusal:
        if refusal.code == "ResourceAlreadyExistsException":
            raise exists(name, "AWS::Logs::LogGroup") from refusal
        raise
    if days := making.properties.get("RetentionInDays"):
        making.invoke("logs", "PutRetentionPolicy", logGroupName=name, retentionInDays=days)
    return Made(name, {"Arn": f"{making.call.arn('logs', f'log-group:{name}')}:*"})


def _delete_group(call: Call, live: LiveResource) -> bool:
    call.invoke("logs", "DeleteLogGroup", {"logGroupName": live.physical_id})
    return True


LOG_GROUP = ResourceKind(
    properties=frozenset({"LogGroupName", "RetentionInDays"}),
    create=_create_group,
    update=_no_update,
    delete=_delete_group,
    create_only=frozenset({"LogGroupName"}),
    named="LogGroupName",
)
