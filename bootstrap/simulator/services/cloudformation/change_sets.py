"""Change sets: created, described, executed and deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bootstrap.simulator.services.cloudformation import drift, early_validation, stack_life, stacks
from bootstrap.simulator.services.cloudformation.kinds import KINDS
from bootstrap.simulator.services.cloudformation.requests import StackRequest, wanted
from bootstrap.simulator.services.cloudformation.stacks import Stack, StackOperation, StoredChangeSet
from bootstrap.simulator.services.cloudformation.templates import Resource, Template, invalid, references
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_EMPTY = "The submitted information didn't contain changes. Submit different information to create a change set."
_UPDATABLE = {
    "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "IMPORT_COMPLETE",
}  # fmt: skip


def create(call: Call) -> dict[str, Any]:
    """Create a change set. It is ready after some seconds; without changes it ends FAILED."""
    params = call.params
    kind = params.get("ChangeSetType", "UPDATE")
    stack = _stack(call, kind)
    name, token = params["ChangeSetName"], params.get("ClientToken")
    old = stack.change_sets.get(name) if stack else None
    if stack and old:
        if token and old.token == token:
            return {"Id": old.id, "StackId": stack.id}
        raise Refusal("AlreadyExistsException", f"ChangeSet {name} already exists")
    asked = wanted(call, stack)
    if stack is None:
        stack = stacks.new(call, params["StackName"], "REVIEW_IN_PROGRESS")
        stack.say(call, "REVIEW_IN_PROGRESS", "User Initiated")
    made = _made(call, asked, kind)
    stack.change_sets[name] = made
    operation = stack.begin(call, stacks.CHANGE_SET, token)
    operation.findings = early_validation.of_change_set(call, stack, asked.template, asked.parameters)
    made.operation = operation.id
    call.later(
        call.now + call.draw(f"change-set:{stack.name}", call.scenario.stacks.change_set_seconds),
        lambda later: _computed(later, stack, made, operation),
    )
    return {"Id": made.id, "StackId": stack.id}


def _stack(call: Call, kind: str) -> Stack | None:
    name = call.params["StackName"]
    stack = stacks.find(call, name)
    if kind == "CREATE":
        if stack and stack.status != "REVIEW_IN_PROGRESS":
            text = f"Stack [{name}] already exists and cannot be created again with the changeSet"
            raise invalid(f"{text} [{call.params['ChangeSetName']}].")
        return stack
    if kind != "UPDATE":
        raise Refusal("NotSimulated", f"cloudformation:CreateChangeSet with ChangeSetType {kind} is not simulated")
    if stack is None or stack.status == "REVIEW_IN_PROGRESS":
        raise invalid(f"Stack [{name}] does not exist")
    if stack.status not in _UPDATABLE:
        raise invalid(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
    return stack


def update(call: Call) -> dict[str, Any]:
    """Answer UpdateStack: what a change set would do, at once."""
    stack = stacks.find(call, call.params["StackName"])
    if stack is None or stack.status in {"REVIEW_IN_PROGRESS", stacks.GONE}:
        raise invalid(f"Stack [{call.params['StackName']}] does not exist")
    token = call.params.get("ClientRequestToken")
    if token and token == stack.token:
        return {"StackId": stack.id}
    if stack.status not in _UPDATABLE:
        raise invalid(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
    asked = wanted(call, stack)
    if "Tags" not in call.params:
        asked = replace(asked, tags=stack.tags)
    made = StoredChangeSet(
        "", "", "UPDATE", call.now, asked.template, asked.parameters, asked.tags, asked.capabilities, token
    )
    _compare(call, stack, made)
    if made.status == "FAILED":
        raise invalid("No updates are to be performed.")
    stack.token, stack.capabilities = token, asked.capabilities
    stack_life.StackUpdate(stack, asked.template, asked.parameters).start(call, asked.tags)
    return {"StackId": stack.id}


def _made(call: Call, asked: StackRequest, kind: str) -> StoredChangeSet:
    params = call.params
    name = params["ChangeSetName"]
    return StoredChangeSet(
        name, call.arn("cloudformation", f"changeSet/{name}/{call.token('change-set', 32)}"), kind, call.now,
        asked.template, asked.parameters, asked.tags, asked.capabilities, params.get("ClientToken"),
        params.get("Description", ""), on_failure=params.get("OnStackFailure"), reverts="DeploymentMode" in params,
    )  # fmt: skip


def _computed(call: Call, stack: Stack, made: StoredChangeSet, operation: StackOperation) -> None:
    _compare(call, stack, made)
    reason = early_validation.status_reason(operation.findings)
    if reason and made.status != "FAILED":
        made.status, made.execution, made.reason, made.changes = "FAILED", "UNAVAILABLE", reason, []
    operation.end(call.now, well=made.status != "FAILED")


def _compare(call: Call, stack: Stack, made: StoredChangeSet) -> None:
    if made.kind == "CREATE":
        made.changes = [stacks.change("Add", name, made.template.resources[name], "") for name in made.template.order]
    elif stack.template is not None:
        made.changes = _changes(stack, stack.template, made)
        if made.reverts:
            made.changes = drift.shown(call, stack, made)
        old = (stack.template.outputs, stack.parameters, _sorted(stack.tags), stack.template.description)
        new = (made.template.outputs, made.parameters, _sorted(made.tags), made.template.description)
        # A new description is not a change; outputs, parameters and tags are.
        if not made.changes and old[:3] == new[:3]:
            made.status, made.reason = "FAILED", _EMPTY
            return
    made.status, made.execution = "CREATE_COMPLETE", "AVAILABLE"


def _sorted(tags: list[dict[str, str]]) -> list[tuple[str, str]]:
    return sorted((tag["Key"], tag["Value"]) for tag in tags)


def _changes(stack: Stack, old: Template, made: StoredChangeSet) -> list[dict[str, Any]]:
    """List the changes between two templates. Resources deleted by hand are not noticed, as on AWS."""
    changes = []
    replaced: set[str] = set()
    moved = {name for name, value in made.parameters.items() if stack.parameters.get(name) != value}
    for name in made.template.order:
        new = made.template.resources[name]
        before = old.resources.get(name)
        physical = stack.resources[name].physical_id if name in stack.resources else ""
        if before is None:
            changes.append(stacks.change("Add", name, new, ""))
        elif (
            before.type != new.type
            or before.properties != new.properties
            or (replaced | moved) & set(references(new.properties))
        ):
            fresh = _replaced(before, new)
            if fresh == "True":
                replaced.add(name)
            changes.append(stacks.change("Modify", name, new, physical, fresh))
    for name, before in old.resources.items():
        if name not in made.template.resources:
            physical = stack.resources[name].physical_id if name in stack.resources else ""
            changes.append(stacks.change("Remove", name, before, physical))
    return changes


def _replaced(before: Resource, new: Resource) -> str:
    if before.type != new.type:
        return "True"
    changed = {
        key
        for key in before.properties.keys() | new.properties.keys()
        if before.properties.get(key) != new.properties.get(key)
    }
    if changed & KINDS[new.type].create_only:
        return "True"
    return "False" if changed else "Conditional"


def find(call: Call) -> tuple[Stack, StoredChangeSet]:
    """Return the change set, by ARN or by name within a stack. Raises Refusal."""
    name = call.params["ChangeSetName"]
    for stack in stacks.all_of(call).values():
        for made in stack.change_sets.values():
            if made.id == name:
                return stack, made
    if "StackName" in call.params:
        holder = stacks.find(call, call.params["StackName"])
        if holder is None:
            raise invalid(f"Stack [{call.params['StackName']}] does not exist")
        if name in holder.change_sets:
            return holder, holder.change_sets[name]
    elif not name.startswith("arn:"):
        raise invalid("StackName must be specified if ChangeSetName is not specified as an ARN.")
    raise Refusal("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", 404)


def describe(call: Call) -> dict[str, Any]:
    """Answer DescribeChangeSet."""
    stack, made = find(call)
    answer: dict[str, Any] = {
        "ChangeSetName": made.name,
        "ChangeSetId": made.id,
        "StackId": stack.id,
        "StackName": stack.name,
        "CreationTime": moment(made.created),
        "ExecutionStatus": made.execution,
        "Status": made.status,
        "Capabilities": made.capabilities,
        "Tags": made.tags,
        "Changes": made.changes,
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in made.parameters.items()],
    }
    if made.reason:
        answer["StatusReason"] = made.reason
    if made.reverts:
        drifted = any("ResourceDriftStatus" in one["ResourceChange"] for one in made.changes)
        answer |= {"DeploymentMode": "REVERT_DRIFT", "StackDriftStatus": "DRIFTED" if drifted else "IN_SYNC"}
    if made.description:
        answer["Description"] = made.description
    return answer


def execute(call: Call) -> dict[str, Any]:
    """Execute the change set; the stack's other change sets become obsolete."""
    stack, made = find(call)
    token = call.params.get("ClientRequestToken")
    if made.execution in {"EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE"} and token and token == stack.token:
        return {}
    if made.status == "FAILED":
        text = f"ChangeSet [{made.id}] cannot be executed in its current status of [{made.status}]"
        raise Refusal("InvalidChangeSetStatus", text)
    if made.execution != "AVAILABLE":
        text = f"ChangeSet [{made.id}] cannot be executed in its current execution status of [{made.execution}]"
        raise Refusal("InvalidChangeSetStatus", text)
    if stack.status not in _UPDATABLE:
        raise invalid(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
    stack.token = token
    stack.capabilities = made.capabilities
    made.execution = "EXECUTE_COMPLETE"
    stack.change_sets = {made.name: made}
    stack.executed = made.id
    if made.kind == "CREATE":
        stack.template, stack.parameters, stack.tags = made.template, made.parameters, made.tags
        stack.on_failure = made.on_failure or "ROLLBACK"
        stack.updated = call.now
        stack_life.create(call, stack)
    else:
        if made.reverts:
            drift.face(call, stack, made)
        stack_life.StackUpdate(stack, made.template, made.parameters).start(call, made.tags)
    return {}


def delete(call: Call) -> dict[str, Any]:
    """Delete the change set; the stack of a CREATE change set stays in REVIEW_IN_PROGRESS."""
    stack, made = find(call)
    del stack.change_sets[made.name]
    return {}


def summaries(call: Call) -> dict[str, Any]:
    """Answer ListChangeSets."""
    stack = stacks.get(call, call.params["StackName"])
    return {
        "Summaries": [
            {
                "StackId": stack.id, "StackName": stack.name, "ChangeSetId": made.id, "ChangeSetName": made.name,
                "ExecutionStatus": made.execution, "Status": made.status, "CreationTime": moment(made.created),
            }
            for made in stack.change_sets.values()
        ]
    }  # fmt: skip
