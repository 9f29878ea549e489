"""CloudFormation's operations on stacks."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.cloudformation import early_validation, stack_life, stacks
from bootstrap.simulator.services.cloudformation.kinds import KINDS
from bootstrap.simulator.services.cloudformation.requests import given, wanted
from bootstrap.simulator.services.cloudformation.stacks import LiveResource, Stack, StackEvent
from bootstrap.simulator.services.cloudformation.templates import Template, invalid
from bootstrap.simulator.wire import paging
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_PAGE = 100
# How many operations DescribeStacks shows is unverified.
_LATEST = 2


def create_stack(call: Call) -> dict[str, Any]:
    """Answer CreateStack."""
    params = call.params
    old = stacks.find(call, params["StackName"])
    token = params.get("ClientRequestToken")
    if old is not None:
        if token and token == old.token:
            return {"StackId": old.id} | ({"OperationId": old.current.id} if old.current else {})
        raise Refusal("AlreadyExistsException", f"Stack [{params['StackName']}] already exists")
    asked = wanted(call, None)
    stack = stacks.new(call, params["StackName"], "CREATE_IN_PROGRESS")
    stack.template, stack.parameters, stack.tags = asked.template, asked.parameters, asked.tags
    stack.capabilities, stack.token = asked.capabilities, token
    stack.on_failure = "DO_NOTHING" if params.get("DisableRollback") else params.get("OnFailure", "ROLLBACK")
    stack.protected = params.get("EnableTerminationProtection", False)
    findings = early_validation.of_stack(call, stack, asked.template, asked.parameters)
    stack_life.create(call, stack, findings)
    assert stack.current is not None
    return {"StackId": stack.id, "OperationId": stack.current.id}


def delete_stack(call: Call) -> dict[str, Any]:
    """Delete the stack; succeeds if there is none, as on AWS."""
    stack = stacks.find(call, call.params["StackName"])
    keep = tuple(call.params.get("RetainResources", ()))
    if stack is None or stack.status in {stacks.GONE, "DELETE_IN_PROGRESS"}:
        return {}
    if stack.protected:
        raise invalid(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    force = call.params.get("DeletionMode") == "FORCE_DELETE_STACK"
    _check_rest(stack, keep, force)
    if stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS":
        raise invalid(f"Stack [{stack.id}] cannot be deleted while in status {stack.status}")
    stack.token = call.params.get("ClientRequestToken")
    stack_life.delete(call, stack, keep, force=force)
    return {}


def _check_rest(stack: Stack, keep: tuple[str, ...], force: bool) -> None:
    """Check RetainResources and FORCE_DELETE_STACK, which need a failed deletion. Raises Refusal."""
    if force and stack.status != "DELETE_FAILED":
        raise invalid(
            f"Invalid operation on stack [{stack.id}]. You can activate DeletionMode FORCE_DELETE_STACK in a delete "
            "stack operation only when the stack is in the DELETE_FAILED state."
        )
    if keep and stack.status != "DELETE_FAILED":
        raise invalid("RetainResources can only be given for stacks in the DELETE_FAILED state")
    if set(keep) - set(stack.resources):
        raise invalid(
            "The specified resources to retain must be in a valid state. Do not specify resources that are in the "
            "DELETE_COMPLETE state."
        )


def update_termination_protection(call: Call) -> dict[str, Any]:
    """Answer UpdateTerminationProtection."""
    stack = stacks.get(call, call.params["StackName"], "Stack [{}] does not exist")
    stack.protected = call.params["EnableTerminationProtection"]
    return {"StackId": stack.id}


def continue_update_rollback(call: Call) -> dict[str, Any]:
    """Answer ContinueUpdateRollback."""
    stack = stacks.get(call, call.params["StackName"])
    if stack.status != "UPDATE_ROLLBACK_FAILED":
        raise invalid(f"Stack:{stack.id} is in {stack.status} state and can not be rolled back.")
    stack.token = call.params.get("ClientRequestToken")
    stack.say(call, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")
    stack.stuck.roll_back(call, tuple(call.params.get("ResourcesToSkip", ())))
    return {}


def describe_stacks(call: Call) -> dict[str, Any]:
    """Answer DescribeStacks."""
    if "StackName" in call.params:
        return {"Stacks": [_stack(stacks.get(call, call.params["StackName"]))]}
    return _paged(call, "Stacks", [_stack(one) for one in stacks.standing(call)])


def _paged(call: Call, key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    start = paging.start(call.params.get("NextToken"), "ValidationError")
    answer: dict[str, Any] = {key: rows[start : start + _PAGE]}
    if len(rows) > start + _PAGE:
        answer["NextToken"] = str(start + _PAGE)
    return answer


def _stack(stack: Stack) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "StackId": stack.id,
        "StackName": stack.name,
        "CreationTime": moment(stack.created),
        "RollbackConfiguration": {},
        "StackStatus": stack.status,
        "DisableRollback": stack.on_failure == "DO_NOTHING",
        "NotificationARNs": [],
        "Tags": stack.tags,
        "Outputs": stack.outputs,
        "Capabilities": stack.capabilities,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items()],
        "EnableTerminationProtection": stack.protected,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
    }
    if stack.executed:
        shown["ChangeSetId"] = stack.executed
    if stack.current is not None:
        shown["LastOperations"] = [
            {"OperationType": one.kind, "OperationId": one.id} for one in reversed(stack.operations[-_LATEST:])
        ]
    if stack.template and stack.template.description:
        shown["Description"] = _ascii(stack.template.description)
    if stack.reason:
        shown["StackStatusReason"] = stack.reason
    if stack.updated is not None:
        shown["LastUpdatedTime"] = moment(stack.updated)
    if stack.deleted is not None:
        shown["DeletionTime"] = moment(stack.deleted)
    return shown


def _ascii(text: str) -> str:
    """Replace characters that are not ASCII by ?, as AWS does."""
    return text.encode("ascii", "replace").decode()


def list_stacks(call: Call) -> dict[str, Any]:
    """Answer ListStacks."""
    chosen = set(call.params.get("StackStatusFilter", ()))
    rows = [_summary(one) for one in reversed(stacks.all_of(call).values()) if not chosen or one.status in chosen]
    return _paged(call, "StackSummaries", rows)


def _summary(stack: Stack) -> dict[str, Any]:
    names = {
        "StackId", "StackName", "CreationTime", "StackStatus", "StackStatusReason", "LastUpdatedTime",
        "DeletionTime", "DriftInformation",
    }  # fmt: skip
    return {key: value for key, value in _stack(stack).items() if key in names}


def describe_stack_events(call: Call) -> dict[str, Any]:
    """List the stack's events, newest first."""
    stack = stacks.get(call, call.params["StackName"], "Stack [{}] does not exist")
    return _paged(call, "StackEvents", [_event(stack, one) for one in reversed(stack.events)])


def _event(stack: Stack, one: StackEvent) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "StackId": stack.id,
        "EventId": one.id,
        "StackName": stack.name,
        "LogicalResourceId": one.logical_id,
        "PhysicalResourceId": one.physical_id,
        "ResourceType": one.type,
        "Timestamp": moment(one.at),
        "ResourceStatus": one.status,
    }
    if one.operation:
        shown["OperationId"] = one.operation
    if one.reason:
        shown["ResourceStatusReason"] = one.reason
    if one.token:
        shown["ClientRequestToken"] = one.token
    return shown


def list_stack_resources(call: Call) -> dict[str, Any]:
    """Answer ListStackResources, also for a deleted stack's id."""
    stack = stacks.get(call, call.params["StackName"])
    return _paged(call, "StackResourceSummaries", [_resource(one) for one in (*stack.past, *stack.resources.values())])


def _resource(live: LiveResource, when: str = "LastUpdatedTimestamp") -> dict[str, Any]:
    shown: dict[str, Any] = {
        "LogicalResourceId": live.logical_id,
        "ResourceType": live.type,
        when: moment(live.at),
        "ResourceStatus": live.status,
    }
    if live.physical_id:
        shown["PhysicalResourceId"] = live.physical_id
    if live.reason:
        shown["ResourceStatusReason"] = live.reason
    return shown


def describe_stack_resources(call: Call) -> dict[str, Any]:
    """Answer DescribeStackResources: by stack, or all resources of the stack that has the physical id."""
    stack = _holder(call, call.params["PhysicalResourceId"]) if "PhysicalResourceId" in call.params else None
    if stack is None and "StackName" not in call.params:
        raise invalid("Either StackName or PhysicalResourceId must be specified.")
    if stack is None:
        stack = stacks.get(call, call.params["StackName"])
    one = call.params.get("LogicalResourceId")
    return {
        "StackResources": [
            _resource(live, "Timestamp") | {"StackName": stack.name, "StackId": stack.id}
            for live in stack.resources.values()
            if one in {None, live.logical_id}
        ]
    }


def _holder(call: Call, physical_id: str) -> Stack:
    if "StackName" in call.params:
        raise invalid("StackName and PhysicalResourceId cannot be specified together.")
    for stack in stacks.standing(call):
        if any(live.physical_id == physical_id for live in stack.resources.values()):
            return stack
    raise invalid(f"Stack for {physical_id} does not exist")


def get_template(call: Call) -> dict[str, Any]:
    """Answer GetTemplate."""
    if "StackName" not in call.params:
        raise invalid("Either StackName or ChangeSetName must be specified.")
    stack = stacks.get(call, call.params["StackName"])
    if stack.template is None:
        raise invalid(f"Stack [{stack.name}] has no template yet")
    return {"TemplateBody": _ascii(stack.template.text), "StagesAvailable": ["Original", "Processed"]}


def describe_stack_resource(call: Call) -> dict[str, Any]:
    """Answer DescribeStackResource."""
    stack, name = stacks.get(call, call.params["StackName"]), call.params["LogicalResourceId"]
    live = stack.resources.get(name)
    if live is None:
        raise invalid(f"Resource {name} does not exist for stack {stack.name}")
    return {"StackResourceDetail": _resource(live) | {"StackName": stack.name, "StackId": stack.id}}


def get_stack_policy(call: Call) -> dict[str, Any]:
    """Answer GetStackPolicy: no stack has one."""
    stacks.get(call, call.params["StackName"])
    return {}


def validate_template(call: Call) -> dict[str, Any]:
    """Answer ValidateTemplate."""
    template = given(call)
    shown = [
        {
            "ParameterKey": name,
            "NoEcho": bool(entry.get("NoEcho", False)),
            **({"DefaultValue": str(entry["Default"])} if "Default" in entry else {}),
            **({"Description": entry["Description"]} if "Description" in entry else {}),
        }
        for name, entry in template.parameters.items()
    ]
    return {"Parameters": shown, **_about(template)}


def get_template_summary(call: Call) -> dict[str, Any]:
    """Answer GetTemplateSummary, of a template or of a stack."""
    if "StackName" in call.params:
        template = stacks.get(call, call.params["StackName"]).template
        if template is None:
            raise invalid(f"Stack [{call.params['StackName']}] has no template yet")
    else:
        template = given(call)
    shown = [
        {
            "ParameterKey": name,
            "ParameterType": entry["Type"],
            "NoEcho": bool(entry.get("NoEcho", False)),
            **({"DefaultValue": str(entry["Default"])} if "Default" in entry else {}),
            **({"Description": entry["Description"]} if "Description" in entry else {}),
            "ParameterConstraints": {"AllowedValues": [str(each) for each in entry.get("AllowedValues", ())]},
        }
        for name, entry in template.parameters.items()
    ]
    kinds = sorted({one.type for one in template.resources.values()})
    return {"Parameters": shown, "ResourceTypes": kinds, "Version": "2010-09-09", **_about(template)}


def _about(template: Template) -> dict[str, Any]:
    rights = [one for one in template.resources.values() if one.type in KINDS and KINDS[one.type].iam]
    named = any(KINDS[one.type].named in one.properties for one in rights)
    kinds = ", ".join(sorted({one.type for one in rights}))
    needed = {
        "Capabilities": ["CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"],
        "CapabilitiesReason": f"The following resource(s) require capabilities: [{kinds}]",
    }
    described = {"Description": _ascii(template.description)} if template.description else {}
    return {**described, **(needed if rights else {})}


def view(call: Call) -> list[dict[str, Any]]:
    """View for the control address: every stack with its resources, deleted ones included."""
    return [
        {
            "name": stack.name,
            "status": stack.status,
            "reason": stack.reason,
            "created": stack.created,
            "changed": stack.events[-1].at,
            "outputs": {one["OutputKey"]: one["OutputValue"] for one in stack.outputs},
            "resources": {
                name: {"type": live.type, "physical_id": live.physical_id, "status": live.status}
                for name, live in stack.resources.items()
            },
            "events": len(stack.events),
            "left": [f"{live.type} {live.physical_id}" for live in stack.past if live.status == "DELETE_SKIPPED"],
        }
        for stack in stacks.all_of(call).values()
    ]
