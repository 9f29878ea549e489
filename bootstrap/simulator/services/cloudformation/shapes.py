"""Refusals of a template for its shape, before CloudFormation looks at types of resources.

The words are those of localstack's AWS-validated snapshots.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bootstrap.simulator.wire.refusal import Refusal


def check_text(text: str) -> None:
    """Raise Refusal for JSON that is none. A body that begins as an object is taken as JSON, any other as YAML."""
    if not text.lstrip().startswith("{"):
        return
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        where = f"(line {error.lineno}, column {error.colno})"
        raise _refusal(f"Template format error: JSON not well-formed. {where}") from error


def check(content: dict[str, Any]) -> None:
    """Raise Refusal for names, resources and outputs that are not as they must be."""
    for name in content.get("Parameters") or {}:
        if not str(name).isalnum():
            raise _refusal(f"Template format error: Parameter name {name} is non alphanumeric.")
    for name, entry in content["Resources"].items():
        if not isinstance(entry, dict):
            raise _refusal("Template format error: Any Resources member must be an object.")
        if "Type" not in entry:
            said = f"[/Resources/{name}] Every Resources object must contain a Type member."
            raise _refusal(f"Template format error: {said}")
    for name, entry in (content.get("Outputs") or {}).items():
        if not isinstance(entry, dict) or "Value" not in entry:
            raise _refusal("Template format error: Every Outputs member must contain a Value object")
        if entry["Value"] is None:
            raise _refusal(f"[/Outputs/{name}/Value] 'null' values are not allowed in templates")
    _check_functions(content)


def _check_functions(content: dict[str, Any]) -> None:
    for given in _given(content, "Fn::Equals"):
        if not (isinstance(given, list) and len(given) == 2):
            raise _refusal("Template error: every Fn::Equals object requires a list of 2 string parameters.")
    for given in _given(content, "Fn::If"):
        if isinstance(given, list) and given and given[0] not in (content.get("Conditions") or {}):
            raise _refusal(f"Template error: unresolved condition dependency {given[0]} in Fn::If")
    for given in _given(content, "Fn::GetAtt"):
        wanted = given.split(".", 1) if isinstance(given, str) else given
        if not (isinstance(wanted, list) and len(wanted) == 2 and all(wanted)):
            text = "every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource"
            raise _refusal(f"Template error: {text} attribute")


def _given(value: Any, function: str) -> Iterator[Any]:
    """Yield what the function is given, wherever it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == function:
                yield inner
            yield from _given(inner, function)
    elif isinstance(value, list):
        for inner in value:
            yield from _given(inner, function)


def _refusal(text: str) -> Refusal:
    return Refusal("ValidationError", text)
