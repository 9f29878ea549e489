"""Resolves Ref, GetAtt and Sub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bootstrap.simulator.in_process import regions
from bootstrap.simulator.services.cloudformation.stacks import Stack
from bootstrap.simulator.services.cloudformation.templates import SUB, Template, invalid
from bootstrap.simulator.world.call import Call


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a template can refer to: pseudo parameters, parameters, and the stack's resources."""

    call: Call
    stack: Stack
    template: Template
    parameters: dict[str, str]

    def resolve(self, value: Any) -> Any:
        """Return the value with all references resolved. Raises Refusal for an unknown name or attribute."""
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(key, item)] = value.items()
            if key == "Ref":
                return self.ref(item)
            if key == "Fn::GetAtt":
                return self.attribute(*(item if isinstance(item, list) else item.split(".", 1)))
            if key == "Fn::Sub":
                return SUB.sub(lambda found: str(self._named(found.group(1))), item).replace("${!", "${")
        return {key: self.resolve(item) for key, item in value.items()}

    def _named(self, name: str) -> Any:
        logical, dot, attribute = name.partition(".")
        return self.attribute(logical, attribute) if dot else self.ref(logical)

    def ref(self, name: str) -> Any:
        """Return the value of Ref. Raises Refusal."""
        if name.startswith("AWS::"):
            return self._pseudo(name)
        if name in self.template.parameters:
            return self.parameters[name]
        return self.stack.resources[name].physical_id

    def attribute(self, logical: str, name: str) -> Any:
        """Return the value of GetAtt. Raises Refusal."""
        live = self.stack.resources[logical]
        if name not in live.attributes:
            raise invalid(f"Template error: resource {logical} does not support attribute type {name} in Fn::GetAtt")
        return live.attributes[name]

    def _pseudo(self, name: str) -> str:
        call, stack = self.call, self.stack
        known = {
            "AWS::AccountId": call.account_id,
            "AWS::Partition": call.partition,
            "AWS::Region": call.region,
            "AWS::StackId": stack.id,
            "AWS::StackName": stack.name,
            "AWS::URLSuffix": regions.url_suffix(call.region),
        }
        if name not in known:
            raise invalid(f"Template error: the pseudo parameter {name} is not simulated")
        return known[name]
