"""What each resource type provides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bootstrap.simulator.services.cloudformation.stacks import LiveResource
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


@dataclass(frozen=True, slots=True)
class Making:
    """A resource to create or change; `properties` are resolved."""

    call: Call
    stack: str
    logical_id: str
    properties: dict[str, Any]

    def invoke(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        """Call another service for this resource. Raises Refusal."""
        return self.call.invoke(service, operation, params)

    def name(self, property_name: str) -> str:
        """Return the name that the template gives, or a generated one."""
        given = self.properties.get(property_name)
        if given is not None:
            return str(given)
        return f"{self.stack}-{self.logical_id}-{self.call.token(self.logical_id, 12).upper()}"

    def picked(self, *names: str, **renamed: str) -> dict[str, Any]:
        """Return these properties if given, as parameters of an operation; `api_name="PropertyName"` renames one."""
        pairs = [(name, name) for name in names] + list(renamed.items())
        return {api: self.properties[name] for api, name in pairs if name in self.properties}


@dataclass(frozen=True, slots=True)
class Made:
    """A created resource: `physical_id` is the value of Ref, `attributes` those of GetAtt."""

    physical_id: str
    attributes: dict[str, Any] = field(default_factory=dict)


def _at_once(making: Making, live: LiveResource) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """A resource type. Changing a `create_only` property replaces the resource; `named` holds the custom name.

    `settled` (after create), `update` and `delete` are called until they return True. `actual` returns some of
    the current properties (None: not set), or None if the resource does not exist.
    """

    properties: frozenset[str]
    create: Callable[[Making], Made]
    delete: Callable[[Call, LiveResource], bool]
    update: Callable[[Making, LiveResource], bool]
    required: frozenset[str] = frozenset()
    create_only: frozenset[str] = frozenset()
    named: str | None = None
    settled: Callable[[Making, LiveResource], bool] = _at_once
    iam: bool = False
    actual: Callable[[Call, LiveResource], dict[str, Any] | None] | None = None


def exists(name: str, kind: str) -> Refusal:
    """Return the error of a resource that already exists, as CloudFormation words it."""
    return Refusal("AlreadyExists", f"Resource of type '{kind}' with identifier '{name}' already exists.")


def absent(refusal: Refusal) -> bool:
    """Return True if the error means that the resource does not exist."""
    words = refusal.code + refusal.message
    return any(word in words for word in ("NotFound", "NoSuch", "RecordNotFound", "does not exist"))


def found(call: Call, service: str, operation: str, **params: Any) -> dict[str, Any] | None:
    """Return the answer, or None if the resource does not exist."""
    try:
        return call.invoke(service, operation, params)
    except Refusal as refusal:
        if absent(refusal):
            return None
        raise
