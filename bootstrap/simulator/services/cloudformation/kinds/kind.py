"""What a resource type must bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bootstrap.simulator.services.cloudformation.stacks import LiveResource
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


@dataclass(frozen=True, slots=True)
class Making:
    """A resource that is to be made or changed; `properties` are resolved."""

    call: Call
    stack: str
    logical_id: str
    properties: dict[str, Any]

    def invoke(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        return self.call.invoke(service, operation, params)

    def name(self, property_name: str) -> str:
        """The name that the template gives, or one of CloudFormation's own."""
        given = self.properties.get(property_name)
        if given is not None:
            return str(given)
        return f"{self.stack}-{self.logical_id}-{self.call.token(self.logical_id, 12).upper()}"

    def picked(self, *names: str, **renamed: str) -> dict[str, Any]:
        """The properties of these names, as far as they are given; `api_name="PropertyName"` renames."""
        pairs = [(name, name) for name in names] + list(renamed.items())
        return {api: self.properties[name] for api, name in pairs if name in self.properties}


@dataclass(frozen=True, slots=True)
class Made:
    """`physical_id` is what Ref gives, `attributes` what GetAtt does."""

    physical_id: str
    attributes: dict[str, Any] = field(default_factory=dict)


def _at_once(making: Making, live: LiveResource) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """`create_only` properties mean replacement; `named` is the property that holds a custom name.

    `settled` after create, `update` and `delete` are called again until they answer True. `actual`: some of the
    properties as they are by now (None: not set), or None if the thing is gone.
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
    """As the resource handlers say it."""
    return Refusal("AlreadyExists", f"Resource of type '{kind}' with identifier '{name}' already exists.")


def absent(refusal: Refusal) -> bool:
    """The thing is not there, whatever its service calls that."""
    words = refusal.code + refusal.message
    return any(word in words for word in ("NotFound", "NoSuch", "RecordNotFound", "does not exist"))


def found(call: Call, service: str, operation: str, **params: Any) -> dict[str, Any] | None:
    """The answer, or None when the thing is not there."""
    try:
        return call.invoke(service, operation, params)
    except Refusal as refusal:
        if absent(refusal):
            return None
        raise
