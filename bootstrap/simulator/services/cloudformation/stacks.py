"""The stacks of one account and region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bootstrap.simulator.services.cloudformation.templates import Resource, Template, invalid
from bootstrap.simulator.world.call import Call

GONE = "DELETE_COMPLETE"
STACK = "AWS::CloudFormation::Stack"
CHANGE_SET = "CREATE_CHANGESET"
# The statuses with which an operation of a stack begins.
_BEGINS = {
    "CREATE_IN_PROGRESS": "CREATE_STACK",
    "UPDATE_IN_PROGRESS": "UPDATE_STACK",
    "DELETE_IN_PROGRESS": "DELETE_STACK",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK",
    "UPDATE_ROLLBACK_IN_PROGRESS": "ROLLBACK",
}


@dataclass
class LiveResource:
    """A resource as recorded in the stack; `properties` are resolved."""

    logical_id: str
    type: str
    status: str
    at: float
    physical_id: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    retain: bool = False


@dataclass
class StackEvent:
    """A stack event."""

    id: str
    at: float
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str
    token: str | None
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A find of pre-deployment validation about a resource. `mode`: FAIL stops the operation, WARN does not."""

    logical_id: str
    type: str
    name: str
    reason: str
    path: str
    mode: str
    physical_id: str = ""


@dataclass
class StackOperation:
    """One operation of a stack or change set, as DescribeEvents groups events."""

    id: str
    kind: str
    began: float
    token: str | None
    status: str = "IN_PROGRESS"
    ended: float | None = None
    findings: list[Finding] = field(default_factory=list)

    def end(self, now: float, well: bool) -> None:
        """Record the end."""
        self.status, self.ended = "SUCCEEDED" if well else "FAILED", now


@dataclass
class StoredChangeSet:
    """A change set; `changes` are as DescribeChangeSet lists them."""

    name: str
    id: str
    kind: str
    created: float
    template: Template
    parameters: dict[str, str]
    tags: list[dict[str, str]]
    capabilities: list[str]
    token: str | None
    description: str = ""
    status: str = "CREATE_PENDING"
    reason: str = ""
    execution: str = "UNAVAILABLE"
    changes: list[dict[str, Any]] = field(default_factory=list)
    on_failure: str | None = None
    operation: str = ""
    reverts: bool = False
    """Whether it also compares with the actual resources."""


def change(action: str, name: str, resource: Resource, physical: str, replacement: str = "") -> dict[str, Any]:
    """Return one change as DescribeChangeSet lists it."""
    made: dict[str, Any] = {
        "Action": action, "LogicalResourceId": name, "ResourceType": resource.type, "Scope": [], "Details": [],
    }  # fmt: skip
    if physical:
        made["PhysicalResourceId"] = physical
    if replacement:
        made |= {"Replacement": replacement, "Scope": ["Properties"]}
    return {"Type": "Resource", "ResourceChange": made}


@dataclass
class Stack:
    """A stack. `token`: the ClientRequestToken of the current or last operation."""

    name: str
    id: str
    created: float
    status: str
    template: Template | None = None
    reason: str = ""
    updated: float | None = None
    deleted: float | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    capabilities: list[str] = field(default_factory=list)
    outputs: list[dict[str, str]] = field(default_factory=list)
    resources: dict[str, LiveResource] = field(default_factory=dict)
    past: list[LiveResource] = field(default_factory=list)
    """Resources that the stack's deletion deleted or left out; they stay listed with the deleted stack."""
    events: list[StackEvent] = field(default_factory=list)
    change_sets: dict[str, StoredChangeSet] = field(default_factory=dict)
    token: str | None = None
    on_failure: str = "ROLLBACK"
    protected: bool = False
    executed: str | None = None
    """ARN of the change set that was executed last."""
    operations: list[StackOperation] = field(default_factory=list)
    stuck: Any = None
    """The update whose rollback failed."""

    def say(self, call: Call, status: str, reason: str = "") -> None:
        """Set the stack's status and record the event; some begin or end an operation."""
        self.status, self.reason = status, reason
        if status in _BEGINS:
            self.end(call, well=False)
            self.begin(call, _BEGINS[status], self.token)
        self._event(call, self.name, self.id, STACK, status, reason)
        if status.endswith(("_COMPLETE", "_FAILED")):
            self.end(call, well=status.endswith("_COMPLETE"))

    def begin(self, call: Call, kind: str, token: str | None) -> StackOperation:
        """Record that an operation begins."""
        made = StackOperation(_uuid(call.token("operation", 32)), kind, call.now, token)
        self.operations.append(made)
        return made

    def end(self, call: Call, well: bool) -> None:
        """Record that the stack's current operation has ended, if one goes on."""
        current = self.current
        if current is not None and current.ended is None:
            current.end(call.now, well)

    @property
    def current(self) -> StackOperation | None:
        """The latest operation that is not a change set's."""
        return next((one for one in reversed(self.operations) if one.kind != CHANGE_SET), None)

    def note(self, call: Call, live: LiveResource, status: str, reason: str = "") -> None:
        """Set a resource's status and record the event."""
        live.status, live.reason, live.at = status, reason, call.now
        self._event(call, live.logical_id, live.physical_id, live.type, status, reason)

    def _event(self, call: Call, logical: str, physical: str, kind: str, status: str, reason: str) -> None:
        number = f"{logical}-{status}-{call.token('event', 12)}"
        current = self.current
        operation = current.id if current is not None else ""
        self.events.append(StackEvent(number, call.now, logical, physical, kind, status, reason, self.token, operation))


def all_of(call: Call) -> dict[str, Stack]:
    """Return the stacks by id, oldest first, deleted ones included."""
    return call.shelf("cloudformation")


def standing(call: Call) -> list[Stack]:
    """Return the stacks that are not deleted, newest first."""
    return [stack for stack in reversed(all_of(call).values()) if stack.status != GONE]


def find(call: Call, name: str) -> Stack | None:
    """Return a stack by id (also a deleted one), or by name (not deleted); else None."""
    if name in all_of(call):
        found: Stack = all_of(call)[name]
        return found
    return next((stack for stack in standing(call) if stack.name == name), None)


def get(call: Call, name: str, said: str = "Stack with id {} does not exist") -> Stack:
    """Return a stack by id or name. Raises Refusal (a ValidationError, as on AWS) if there is none.

    `said`: the operation's words for it.
    """
    stack = find(call, name)
    if stack is None:
        raise invalid(said.format(name))
    return stack


def new(call: Call, name: str, status: str) -> Stack:
    """Create a stack without resources and record its first event."""
    made = _uuid(call.token("stack", 32))
    stack = Stack(name, call.arn("cloudformation", f"stack/{name}/{made}"), call.now, status)
    all_of(call)[stack.id] = stack
    return stack


def _uuid(token: str) -> str:
    return "-".join((token[:8], token[8:12], token[12:16], token[16:20], token[20:]))
