"""Parses templates, as strictly as CloudFormation does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import yaml

from bootstrap.simulator.services.cloudformation import shapes
from bootstrap.simulator.wire.refusal import Refusal

_SECTIONS = {
    "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Conditions", "Resources", "Outputs",
}  # fmt: skip
_RESOURCE_KEYS = {"Type", "Properties", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata", "Condition"}
_FUNCTIONS = {"Ref", "Fn::GetAtt", "Fn::Sub", "Fn::If"}
_OF_CONDITIONS = {"Fn::Equals", "Fn::Not", "Fn::And", "Fn::Or", "Condition"}
_PARAMETER_KEYS = {
    "Type", "Default", "Description", "AllowedValues", "AllowedPattern", "ConstraintDescription", "NoEcho",
}  # fmt: skip
# In a request, and in S3.
_LONGEST, _LONGEST_STORED = 51_200, 1_048_576
_MOST = {"Resources": 500, "Parameters": 200, "Outputs": 200}
SUB = re.compile(r"\$\{([^!}][^}]*)\}")


@dataclass(frozen=True, slots=True)
class Resource:
    """One entry of Resources, unresolved."""

    type: str
    properties: dict[str, Any]
    depends: tuple[str, ...]
    retain: bool
    retain_replaced: bool
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template. `order`: logical ids, each after those that it refers to.

    `conditions` are empty once `conditions.applied` has decided them.
    """

    text: str
    description: str
    parameters: dict[str, dict[str, Any]]
    resources: dict[str, Resource]
    outputs: dict[str, dict[str, Any]]
    conditions: dict[str, Any] = field(default_factory=dict)
    order: tuple[str, ...] = field(default=())


def invalid(text: str) -> Refusal:
    """Return the error of an invalid template or request."""
    return Refusal("ValidationError", text)


# mypy does not know a base class that is chosen at import.
class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """YAML loader that turns short forms into long ones and refuses other tags by name."""


def _short(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if name not in _FUNCTIONS | _OF_CONDITIONS:
        raise invalid(f"Template error: the function {name} is not simulated")
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if name == "Fn::GetAtt":
            value = value.split(".", 1)
    else:
        value = loader.construct_sequence(node, deep=True)
    return {name: value}


_Loader.add_multi_constructor("!", _short)
# CloudFormation reads dates as text.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in _Loader.yaml_implicit_resolvers.items()
}


@lru_cache(maxsize=64)
def parse(text: str, stored: bool = False) -> Template:
    """Parse a template. `stored`: it came from S3. Raises Refusal (ValidationError)."""
    longest = _LONGEST_STORED if stored else _LONGEST
    if len(text.encode()) > longest:
        value = f"1 validation error detected: Value '{text}' at 'templateBody'"
        must = f"Member must have length less than or equal to {longest}"
        raise invalid(f"{value} failed to satisfy constraint: {must}")
    shapes.check_text(text)
    try:
        content = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise invalid(f"Template format error: YAML not well-formed. ({error})") from error
    if not isinstance(content, dict):
        raise invalid("Template format error: unsupported structure.")
    unknown = sorted(set(content) - _SECTIONS)
    if unknown:
        raise invalid(f"Invalid template property or properties [{', '.join(unknown)}]")
    if not content.get("Resources"):
        raise invalid("Template format error: At least one Resources member must be defined.")
    shapes.check(content)
    for section, most in _MOST.items():
        count = len(content.get(section) or {})
        if count > most:
            what = f"Number of {section.lower()}, {count}, is greater than maximum allowed, {most}"
            raise invalid(f"Template format error: {what}")
    resources = {name: _resource(name, entry) for name, entry in content["Resources"].items()}
    outputs, conditions = content.get("Outputs") or {}, content.get("Conditions") or {}
    made = Template(text, content.get("Description", ""), _parameters(content), resources, outputs, conditions)
    named = {one.condition for one in resources.values()} | {one.get("Condition", "") for one in outputs.values()}
    _check_conditions(named - {""}, made)
    return replace(made, order=ordered(made))


def _check_conditions(named: set[str], template: Template) -> None:
    unknown = sorted(named - template.conditions.keys())
    if unknown:
        text = f"Unresolved condition dependency {unknown[0]} in the Resources block of the template"
        raise invalid(f"Template format error: {text}")


def _parameters(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    parameters: dict[str, dict[str, Any]] = content.get("Parameters") or {}
    for name, entry in parameters.items():
        unknown = sorted(set(entry) - _PARAMETER_KEYS)
        if unknown or entry.get("Type") not in {"String", "Number"}:
            raise invalid(f"Template format error: parameter {name} is more than the simulator knows")
    return parameters


def _resource(name: str, entry: dict[str, Any]) -> Resource:
    if not name.isalnum():
        raise invalid(f"Template format error: Resource name {name} is non alphanumeric.")
    unknown = sorted(set(entry) - _RESOURCE_KEYS)
    if unknown:
        raise invalid(f"Invalid template resource property '{unknown[0]}'")
    depends = entry.get("DependsOn") or ()
    return Resource(
        type=entry.get("Type", ""),
        properties=entry.get("Properties") or {},
        depends=(depends,) if isinstance(depends, str) else tuple(depends),
        retain=_retained(entry, "DeletionPolicy"),
        retain_replaced=_retained(entry, "UpdateReplacePolicy"),
        condition=entry.get("Condition", ""),
    )


def _retained(entry: dict[str, Any], policy: str) -> bool:
    value = entry.get(policy, "Delete")
    if value not in {"Delete", "Retain"}:
        raise invalid(f"Template error: {policy} {value} is not simulated")
    return bool(value == "Retain")


def references(value: Any) -> Iterator[str]:
    """Return the names that Ref, GetAtt and Sub in `value` refer to, pseudo parameters included.

    Raises Refusal for other functions.
    """
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key.startswith("Fn::") and key not in _FUNCTIONS:
                raise invalid(f"Template error: the function {key} is not simulated")
            if len(value) == 1 and key == "Ref":
                yield str(item)
            elif len(value) == 1 and key == "Fn::GetAtt":
                yield (item if isinstance(item, list) else item.split(".", 1))[0]
            elif len(value) == 1 and key == "Fn::Sub":
                yield from _of_sub(item)
            elif len(value) == 1 and key == "Fn::If":
                yield from references(item[1:])
            else:
                yield from references(item)


def _of_sub(item: Any) -> Iterator[str]:
    if not isinstance(item, str):
        raise invalid("Template error: Fn::Sub with a map is not simulated")
    for name in SUB.findall(item):
        yield name.split(".", 1)[0]


def ordered(template: Template) -> tuple[str, ...]:
    """Return the logical ids, each after those that it refers to. Raises Refusal for what cannot be ordered."""
    known = set(template.resources)
    needs: dict[str, set[str]] = {}
    for name, resource in template.resources.items():
        named = set(references(resource.properties)) | set(resource.depends)
        _check_known(named, template, "Resources")
        needs[name] = named & known
    named = set(references([entry.get("Value") for entry in template.outputs.values()]))
    _check_known(named, template, "Outputs")
    order: list[str] = []
    while len(order) < len(needs):
        ready = [name for name in needs if name not in order and needs[name] <= set(order)]
        if not ready:
            stuck = sorted(set(needs) - set(order))
            raise invalid(f"Circular dependency between resources: [{', '.join(stuck)}]")
        order.extend(ready)
    return tuple(order)


def _check_known(named: set[str], template: Template, block: str) -> None:
    unknown = sorted(
        name
        for name in named
        if name not in template.resources and name not in template.parameters and not name.startswith("AWS::")
    )
    if unknown:
        text = f"Unresolved resource dependencies [{', '.join(unknown)}] in the {block} block of the template"
        raise invalid(text if block == "Outputs" else f"Template format error: {text}")
