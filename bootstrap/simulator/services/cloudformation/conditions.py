"""Conditions of a template: what is left of it for given parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bootstrap.simulator.services.cloudformation.templates import Template, invalid, ordered
from bootstrap.simulator.world.call import Call

_NOTHING = {"Ref": "AWS::NoValue"}
_ABSENT = object()


def applied(call: Call, template: Template, parameters: dict[str, str]) -> Template:
    """Return the template without the resources, properties and outputs whose conditions are false."""
    if not template.conditions:
        return template
    deciding = _Deciding(call, template, parameters)
    resources = {
        name: replace(one, properties=deciding.chosen(one.properties), condition="")
        for name, one in template.resources.items()
        if not one.condition or deciding.true(one.condition)
    }
    outputs = {
        name: deciding.chosen({key: item for key, item in one.items() if key != "Condition"})
        for name, one in template.outputs.items()
        if "Condition" not in one or deciding.true(one["Condition"])
    }
    made = replace(template, resources=resources, outputs=outputs, conditions={})
    return replace(made, order=ordered(made))


class _Deciding:
    """Decides each condition once."""

    def __init__(self, call: Call, template: Template, parameters: dict[str, str]) -> None:
        self._conditions, self._decided = template.conditions, dict[str, bool]()
        pseudo = {"AccountId": call.account_id, "Partition": call.partition, "Region": call.region}
        self._known = {**parameters, **{f"AWS::{name}": value for name, value in pseudo.items()}}

    def true(self, name: str) -> bool:
        """Return the condition's value. Raises Refusal if there is no such condition."""
        if name not in self._conditions:
            raise invalid(f"Template error: unresolved condition dependency {name}")
        if name not in self._decided:
            self._decided[name] = self._holds(self._conditions[name])
        return self._decided[name]

    def _holds(self, written: Any) -> bool:
        [(function, given)] = written.items()
        match function:
            case "Condition":
                return self.true(given)
            case "Fn::Equals":
                return self._value(given[0]) == self._value(given[1])
            case "Fn::Not":
                return not self._holds(given[0])
            case "Fn::And":
                return all(self._holds(each) for each in given)
            case "Fn::Or":
                return any(self._holds(each) for each in given)
        raise invalid(f"Template error: the function {function} in Conditions is not simulated")

    def _value(self, written: Any) -> str:
        if not isinstance(written, dict):
            return str(written)
        if set(written) == {"Ref"} and written["Ref"] in self._known:
            return str(self._known[written["Ref"]])
        raise invalid("Template error: every Fn::Equals object requires Refs to parameters")

    def chosen(self, written: Any) -> Any:
        """Return the value with every Fn::If decided, and without what is AWS::NoValue."""
        if isinstance(written, list):
            return [item for each in written if (item := self.chosen(each)) is not _ABSENT]
        if not isinstance(written, dict):
            return written
        if written == _NOTHING:
            return _ABSENT
        if set(written) == {"Fn::If"}:
            condition, then, otherwise = written["Fn::If"]
            return self.chosen(then if self.true(condition) else otherwise)
        return {key: item for key, each in written.items() if (item := self.chosen(each)) is not _ABSENT}
