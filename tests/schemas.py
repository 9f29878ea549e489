"""Values held against the JSON Schemas that come with the tool."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft7Validator

from bootstrap.cli.commands import schema


def faults(name: str, value: Any) -> list[str]:
    """What a schema finds wrong with a value, and where."""
    return [f"{each.json_path}: {each.message}" for each in _validator(name).iter_errors(value)]


def read(text: str) -> list[Any]:
    """The documents that --output json wrote, each held against the schema."""
    found = [json.loads(line) for line in text.splitlines()]
    assert [fault for each in found for fault in _document_faults(each)] == []
    return found


def _document_faults(document: Any) -> list[str]:
    name = _parts().get(document.get("type"))
    if name is None:
        return [f"no document has the type {document.get('type')}"]
    return [f"{each.json_path}: {each.message}" for each in _validator("documents", name).iter_errors(document)]


@cache
def content(name: str) -> Any:
    return json.loads(schema.files()[name].read_text(encoding="utf-8"))


@cache
def _validator(name: str, part: str = "") -> Draft7Validator:
    whole = content(name)
    if part:
        whole = {"$ref": f"#/definitions/{part}", "definitions": whole["definitions"]}
    return Draft7Validator(whole)


@cache
def _parts() -> dict[str, str]:
    """`type` -> the name of the schema's part."""
    parts = content("documents")["definitions"].items()
    return {each["properties"]["type"]["const"]: name for name, each in parts if "type" in each.get("properties", {})}
