"""DescribeEvents: what happened to a stack or change set, operation by operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bootstrap.simulator.services.cloudformation import change_sets, stacks
from bootstrap.simulator.services.cloudformation.stacks import Finding, Stack, StackEvent, StackOperation
from bootstrap.simulator.services.cloudformation.templates import invalid
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.world.call import Call

_PAGE = 100


def describe(call: Call) -> dict[str, Any]:
    """List the events, newest first; with the filter only those of failures."""
    stack, chosen = _asked(call)
    events = [event for one in chosen for event in _of(stack, one)]
    if call.params.get("Filters", {}).get("FailedEvents"):
        events = [each for each in events if _failed(each)]
    events.sort(key=lambda each: each["Timestamp"], reverse=True)
    start = int(call.params.get("NextToken") or 0)
    answer: dict[str, Any] = {"OperationEvents": events[start : start + _PAGE]}
    if len(events) > start + _PAGE:
        answer["NextToken"] = str(start + _PAGE)
    return answer


def _asked(call: Call) -> tuple[Stack, list[StackOperation]]:
    params = call.params
    change_set = params.get("ChangeSetName", "")
    # AWS takes the name of a change set for nothing unless it is an ARN, or the stack is named as well.
    if change_set.startswith("arn:") or (change_set and "StackName" in params):
        stack, made = change_sets.find(call)
        return stack, [one for one in stack.operations if one.id == made.operation]
    if "OperationId" in params:
        for stack in stacks.all_of(call).values():
            if found := [one for one in stack.operations if one.id == params["OperationId"]]:
                return stack, found
        raise invalid(f"Operation with id {params['OperationId']} does not exist")
    if "StackName" not in params:
        raise invalid("One of ChangeSetName, OperationId or StackName must be specified")
    stack = stacks.get(call, params["StackName"])
    return stack, stack.operations


def _of(stack: Stack, operation: StackOperation) -> Iterator[dict[str, Any]]:
    begun = {"OperationStatus": "IN_PROGRESS", "Timestamp": moment(operation.began)}
    yield _event(stack, operation, f"{operation.id}-begun", "STACK_EVENT") | begun
    for number, finding in enumerate(operation.findings):
        yield _event(stack, operation, f"{operation.id}-{number}", "VALIDATION_ERROR") | _found(operation, finding)
    for one in stack.events:
        if one.operation == operation.id and one.type != stacks.STACK:
            kind = "PROVISIONING_ERROR" if one.status.endswith("_FAILED") else "PROGRESS_EVENT"
            yield _event(stack, operation, one.id, kind) | _resource(one)
    if operation.ended is not None:
        yield _event(stack, operation, f"{operation.id}-ended", "STACK_EVENT") | {
            "OperationStatus": operation.status,
            "Timestamp": moment(operation.ended),
            "StartTime": moment(operation.began),
            "EndTime": moment(operation.ended),
        }


def _event(stack: Stack, operation: StackOperation, event_id: str, kind: str) -> dict[str, Any]:
    made = {
        "EventId": event_id,
        "StackId": stack.id,
        "OperationId": operation.id,
        "OperationType": operation.kind,
        "EventType": kind,
    }
    return made | ({"ClientRequestToken": operation.token} if operation.token else {})


def _found(operation: StackOperation, finding: Finding) -> dict[str, Any]:
    made = {
        "Timestamp": moment(operation.began if operation.ended is None else operation.ended),
        "LogicalResourceId": finding.logical_id,
        "ResourceType": finding.type,
        "ValidationFailureMode": finding.mode,
        "ValidationName": finding.name,
        "ValidationStatus": "FAILED",
        "ValidationStatusReason": finding.reason,
        "ValidationPath": finding.path,
    }
    return made | ({"PhysicalResourceId": finding.physical_id} if finding.physical_id else {})


def _resource(one: StackEvent) -> dict[str, Any]:
    made: dict[str, Any] = {
        "LogicalResourceId": one.logical_id,
        "ResourceType": one.type,
        "Timestamp": moment(one.at),
        "ResourceStatus": one.status,
    }
    if one.physical_id:
        made["PhysicalResourceId"] = one.physical_id
    if one.reason:
        made["ResourceStatusReason"] = one.reason
    return made


def _failed(event: dict[str, Any]) -> bool:
    return event["EventType"].endswith("_ERROR") or event.get("OperationStatus") == "FAILED"
