"""What CloudFormation refuses in a template because of its shape, before it looks at types of resources.

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
    for wanted in _attributes(content):
        if not (isinstance(wanted, list) and len(wanted) == 2 and all(wanted)):
            text = "every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource"
            raise _refusal(f"Template error: {text} attribute")


def _attributes(value: Any) -> Iterator[Any]:
    """Yield the argument of each Fn::GetAtt, split if it is written with a dot."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Fn::GetAtt":
                yield inner.split(".", 1) if isinstance(inner, str) else inner
            else:
                yield from _attributes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _attributes(inner)


def _refusal(text: str) -> Refusal:
    return Refusal("ValidationError", text)
