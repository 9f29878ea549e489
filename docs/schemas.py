"""Writes the JSON Schemas of the files that people write, and of what --output json says: make reference"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from bootstrap.event import file_schema
from bootstrap.event.event import EventFile
from bootstrap.event.lab import LabFile
from bootstrap.event.prices import Prices
from bootstrap.event.quiz import QuizFile
from bootstrap.report import documents
from bootstrap.simulator.scenarios import scenario, service_parts, weather_parts

PACKAGE = Path(__file__).resolve().parents[1] / "bootstrap"
_DIALECT = "http://json-schema.org/draft-07/schema#"
_PARTS = "#/definitions/{model}"


def schemas() -> dict[Path, str]:
    """The text of each schema, by the file that holds it."""
    event, report = PACKAGE / "event" / "schemas", PACKAGE / "report" / "schemas"
    numbered = {"schema": _number(file_schema.CURRENT)}
    made = {
        event / "event.schema.json": _whole("event.yaml", EventFile, numbered),
        event / "lab.schema.json": _whole("labs/<lab>/lab.yaml", LabFile, numbered),
        event / "prices.schema.json": _whole("prices.yaml", Prices, numbered),
        event / "quiz.schema.json": _whole("labs/quiz/questions.yaml", QuizFile, numbered),
        PACKAGE / "simulator" / "scenarios" / "scenario.schema.json": _scenario(),
        report / "documents.schema.json": _documents(),
    }
    return {path: json.dumps(each, indent=2, ensure_ascii=False) + "\n" for path, each in made.items()}


def _number(schema: int) -> dict[str, Any]:
    return {"const": schema, "default": schema, "description": "the schema that the file follows; 1 if it says none"}


def _whole(title: str, model: type[BaseModel], more: Mapping[str, Any]) -> dict[str, Any]:
    return _finished(title, model.model_json_schema(ref_template=_PARTS), more)


def _scenario() -> dict[str, Any]:
    """What later or other accounts' changes may hold is what a scenario holds, but for its first two keys."""
    found = scenario.Scenario.model_json_schema(ref_template=_PARTS)
    parts = found.pop("$defs")
    words = _docstrings(scenario, service_parts, weather_parts)
    for name, part in {**parts, "Scenario": found}.items():
        _describe(part, words[name])
    changes = {"$ref": _PARTS.format(model="Scenario")}
    parts["Later"]["properties"]["change"] |= changes
    found["properties"]["teams"]["additionalProperties"] = changes
    parts["Scenario"] = dict(found)
    first = {
        "schema": _number(scenario.SCHEMA),
        "extends": {
            "type": "string",
            "description": "a shipped scenario's name, or a file, from which this one starts",
            "examples": sorted(each.stem for each in (PACKAGE / "simulator" / "scenarios").glob("*.yaml")),
        },
    }
    return _finished("A scenario of the simulated AWS", found | {"$defs": parts}, first)


def _documents() -> dict[str, Any]:
    found = TypeAdapter(documents.Document).json_schema(ref_template=_PARTS)
    parts = sorted(each.stem for each in (PACKAGE / "report").glob("*_documents.py"))
    words = _docstrings(documents, *(import_module(f"bootstrap.report.{each}") for each in parts))
    for name, part in found["$defs"].items():
        _describe(part, words.get(name, {}))
        # A reader ignores keys that it does not know: a newer version may say more.
        part.pop("additionalProperties", None)
    return _finished("One line of --output json", found, {})


def _describe(part: dict[str, Any], words: Mapping[str, str]) -> None:
    for key, shown in part.get("properties", {}).items():
        if key in words:
            shown["description"] = words[key]


def _docstrings(*modules: Any) -> dict[str, dict[str, str]]:
    """Class -> field -> the text that stands under it."""
    found: dict[str, dict[str, str]] = {}
    for module in modules:
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = dict(_fields(node))
    return found


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            yield field.target.id, inspect.cleandoc(str(text.value.value))


def _finished(title: str, schema: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    parts = {name: _plain(each) for name, each in sorted(schema.pop("$defs", {}).items())}
    found = _plain(schema)
    if more:
        found["properties"] = {**more, **found["properties"]}
    return {"$schema": _DIALECT, "title": title, **found, **({"definitions": parts} if parts else {})}


def _plain(schema: Any) -> Any:
    """As editors take it: in the dialect that all of them know, without the titles that pydantic makes of keys' names,
    and without defaults of whole parts, which an editor would write out."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return str(schema) if isinstance(schema, str) else schema
    made = {key: _plain(each) for key, each in schema.items() if not (key == "title" and isinstance(each, str))}
    if "prefixItems" in made:
        made["items"] = made.pop("prefixItems")
    reference = made.pop("$ref", None)
    if reference is None:
        return made
    made.pop("default", None)
    # Beside a $ref this dialect reads nothing.
    return {**made, "allOf": [{"$ref": reference}]} if made else {"$ref": reference}


if __name__ == "__main__":
    for path, text in schemas().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
