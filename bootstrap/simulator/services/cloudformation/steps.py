"""The steps of one resource of a stack: create, update, revert, delete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from bootstrap.simulator.services.cloudformation.kinds import KINDS
from bootstrap.simulator.services.cloudformation.kinds.kind import Making, ResourceKind, absent
from bootstrap.simulator.services.cloudformation.stacks import LiveResource, Stack
from bootstrap.simulator.services.cloudformation.templates import Template
from bootstrap.simulator.services.cloudformation.values import Scope
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_NEW = "Requested update requires the creation of a new physical resource; hence creating one."


def mishap(call: Call, stack: Stack, logical_id: str, on: str) -> None:
    """Raise Refusal if the scenario lets this resource fail."""
    for failure in call.scenario.stacks.failures:
        if (
            failure.during != on
            or not fnmatchcase(logical_id, failure.resource)
            or not fnmatchcase(stack.name, failure.stack)
        ):
            continue
        nth = call.account.count(f"mishap:{failure!r}:{stack.name}:{logical_id}")
        if failure.times is None or nth <= failure.times:
            raise Refusal("Scenario", failure.reason)


@dataclass
class Create:
    """Create a resource; `live` exists after `begin`."""

    stack: Stack
    template: Template
    logical_id: str
    live: LiveResource | None = None
    verb: str = "CREATE"
    making: Making | None = None

    def begin(self, call: Call) -> bool:
        self._announce(call, self.template.resources[self.logical_id].type)
        mishap(call, self.stack, self.logical_id, "create")
        self._make(call)
        return True

    def _announce(self, call: Call, kind: str, reason: str = "") -> None:
        self.live = LiveResource(self.logical_id, kind, "", call.now)
        self.live.retain = self.template.resources[self.logical_id].retain
        self.stack.resources[self.logical_id] = self.live
        self.stack.note(call, self.live, f"{self.verb}_IN_PROGRESS", reason)

    def _make(self, call: Call) -> None:
        assert self.live is not None
        self.making = _making(call, self.stack, self.template, self.logical_id)
        made = KINDS[self.live.type].create(self.making)
        self.live.physical_id, self.live.attributes = made.physical_id, made.attributes
        self.live.properties = self.making.properties
        if self.verb == "CREATE":
            self.stack.note(call, self.live, "CREATE_IN_PROGRESS", "Resource creation Initiated")

    def finish(self, call: Call) -> bool:
        assert self.live is not None
        assert self.making is not None
        making = Making(call, self.stack.name, self.logical_id, self.making.properties)
        if not KINDS[self.live.type].settled(making, self.live):
            return False
        self.stack.note(call, self.live, f"{self.verb}_COMPLETE")
        return True


def _making(call: Call, stack: Stack, template: Template, logical_id: str) -> Making:
    """Resolve and check the properties. Raises Refusal for unknown and for missing ones."""
    resource = template.resources[logical_id]
    properties = Scope(call, stack, template, stack.parameters).resolve(resource.properties)
    check(KINDS[resource.type], properties)
    return Making(call, stack.name, logical_id, properties)


def check(kind: ResourceKind, properties: dict[str, Any]) -> None:
    """Check what CloudFormation checks only when it creates the resource. Raises Refusal."""
    unknown = sorted(set(properties) - kind.properties)
    if unknown:
        raise Refusal("InvalidRequest", f"#: extraneous key [{unknown[0]}] is not permitted")
    missing = sorted(kind.required - set(properties))
    if missing:
        raise Refusal("InvalidRequest", f"#: required key [{missing[0]}] not found")


@dataclass
class Update(Create):
    """Update a resource: leave it, change it in place, or replace it."""

    verb: str = "UPDATE"
    mode: Literal["change", "replace"] = "change"
    touched: Callable[[str], None] = field(default=lambda logical_id: None)

    def begin(self, call: Call) -> bool:
        old = self.stack.resources[self.logical_id]
        resource = self.template.resources[self.logical_id]
        self.live = old
        self.making = _making(call, self.stack, self.template, self.logical_id)
        old.retain = resource.retain
        if resource.type == old.type and self.making.properties == old.properties:
            return False
        self.touched(self.logical_id)
        if replaces(old, resource.type, self.making.properties):
            self._replace(call, old, resource.type)
        else:
            self.stack.note(call, old, "UPDATE_IN_PROGRESS")
            mishap(call, self.stack, self.logical_id, "update")
        return True

    def _replace(self, call: Call, old: LiveResource, new_type: str) -> None:
        assert self.making is not None
        self.mode = "replace"
        named = KINDS[new_type].named
        name = self.making.properties.get(named) if named else None
        if name is not None and new_type == old.type and old.properties.get(named or "") == name:
            text = (
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {name} and update the stack again."
            )
            raise Refusal("Scenario", text)
        self._announce(call, new_type, _NEW)
        mishap(call, self.stack, self.logical_id, "update")
        self._make(call)

    def finish(self, call: Call) -> bool:
        if self.mode == "replace":
            return super().finish(call)
        assert self.live is not None
        assert self.making is not None
        making = Making(call, self.stack.name, self.logical_id, self.making.properties)
        if not KINDS[self.live.type].update(making, self.live):
            return False
        self.live.properties = self.making.properties
        self.stack.note(call, self.live, "UPDATE_COMPLETE")
        return True


def replaces(old: LiveResource, new_type: str, properties: dict[str, Any]) -> bool:
    """Return True if the change needs a new resource."""
    fixed = KINDS[old.type].create_only
    return new_type != old.type or any(properties.get(key) != old.properties.get(key) for key in fixed)


@dataclass
class Revert:
    """Revert a resource after a failed update."""

    stack: Stack
    logical_id: str
    properties: dict[str, Any]
    live: LiveResource | None
    verb: str = "UPDATE"

    def begin(self, call: Call) -> bool:
        assert self.live is not None
        self.stack.note(call, self.live, "UPDATE_IN_PROGRESS")
        mishap(call, self.stack, self.logical_id, "rollback")
        return True

    def finish(self, call: Call) -> bool:
        assert self.live is not None
        making = Making(call, self.stack.name, self.logical_id, self.properties)
        if not KINDS[self.live.type].update(making, self.live):
            return False
        self.live.properties = self.properties
        self.stack.note(call, self.live, "UPDATE_COMPLETE")
        return True


@dataclass
class Delete:
    """Delete a resource, unless it is to be retained."""

    stack: Stack
    logical_id: str
    live: LiveResource | None
    retain: bool = False
    verb: str = "DELETE"

    def begin(self, call: Call) -> bool:
        assert self.live is not None
        if self.retain or not self.live.physical_id:
            self._forget(call, "DELETE_SKIPPED" if self.live.physical_id else "DELETE_COMPLETE")
            return False
        self.stack.note(call, self.live, "DELETE_IN_PROGRESS")
        mishap(call, self.stack, self.logical_id, "delete")
        return True

    def finish(self, call: Call) -> bool:
        assert self.live is not None
        try:
            if not KINDS[self.live.type].delete(call, self.live):
                return False
        except Refusal as refusal:
            if not absent(refusal):
                raise
        self._forget(call, "DELETE_COMPLETE")
        return True

    def _forget(self, call: Call, status: str) -> None:
        assert self.live is not None
        self.stack.note(call, self.live, status)
        if self.stack.status.startswith("DELETE"):
            self.stack.past.append(self.live)
        if self.stack.resources.get(self.logical_id) is self.live:
            del self.stack.resources[self.logical_id]
