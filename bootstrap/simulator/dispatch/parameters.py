"""Refuses parameters that the simulator would drop: what is simulated of each operation stands in simulated/*.txt.

A line of a table names an operation and its parameters, and goes on in the lines indented below it:

    CreateStack StackName TemplateBody OnFailure=ROLLBACK

`Name` is simulated; `Name=VALUE` is accepted at that value alone, AWS's documented default; `~Name` is accepted and
changes nothing that the simulator shows; `@Operation` stands for every parameter that the operation's answer shows
again. The line of `*` is for every operation of the service. What is not in the table is accepted only where it asks
for nothing: false, an empty text, list or structure, or a token that clients add to each request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from bootstrap.simulator.wire import protocol
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.wire.request import HttpRequest

FOLDER = Path(__file__).parent / "simulated"
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Simulated:
    """The parameters of one operation. `only`: those with a default, and the values at which they are accepted."""

    used: frozenset[str]
    only: Mapping[str, Any] = field(default_factory=dict)


@cache
def tables(service: str) -> dict[str, Simulated]:
    """Return what is simulated of each operation of the service."""
    at = FOLDER / f"{service}.txt"
    found = dict(lines(at.read_text(encoding="utf-8"))) if at.exists() else {}
    everywhere = found.pop("*", [])
    return {operation: _simulated(service, [*everywhere, *words]) for operation, words in found.items()}


def lines(text: str) -> Iterator[tuple[str, list[str]]]:
    """Return each operation with its words; `#` begins a comment."""
    joined = text.replace("\n ", " ")
    for line in joined.splitlines():
        first, *words = line.partition("#")[0].split() or [""]
        if first:
            yield first, words


def _simulated(service: str, words: list[str]) -> Simulated:
    used: set[str] = set()
    only: dict[str, Any] = {}
    for word in words:
        name, has_default, value = word.partition("=")
        if has_default:
            only[name] = _value(value)
        elif word.startswith("@"):
            used |= set(_shown(protocol.model(service).operation_model(word[1:]).output_shape, _DEPTH))
        else:
            used.add(word.removeprefix("~"))
    return Simulated(frozenset(used), only)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _shown(shape: Any, depth: int) -> Iterator[str]:
    if depth and shape is not None and shape.type_name == "structure":
        for name, member in shape.members.items():
            yield name
            yield from _shown(member, depth - 1)
    elif depth and shape is not None and shape.type_name == "list":
        yield from _shown(shape.member, depth)


def check(service: str, operation: str, given: Mapping[str, Any]) -> None:
    """Raise Refusal that names each of the parameters whose value would have no effect."""
    dropped = sorted(name for name, value in given.items() if not accepted(service, operation, name, value))
    if dropped:
        raise Refusal("NotSimulated", f"{service}:{operation} with {', '.join(dropped)} is not simulated")


def accepted(service: str, operation: str, name: str, value: Any) -> bool:
    """Return True if the parameter is simulated, or if its value is what AWS takes for an absent one."""
    known = tables(service).get(operation, Simulated(frozenset()))
    if name in known.only:
        return bool(value == known.only[name])
    if name in known.used or _asks_for_nothing(value):
        return True
    shape = protocol.model(service).operation_model(operation).input_shape
    member = shape.members.get(name) if shape else None
    return bool(member is not None and member.metadata.get("idempotencyToken"))


def _asks_for_nothing(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_asks_for_nothing(each) for each in value.values())
    # Not 0: a number that a client sends is meant.
    return value is None or value is False or value == "" or (isinstance(value, list | tuple) and not value)


def in_request(operation: str, asked: HttpRequest) -> dict[str, Any]:
    """Return the parameters of an S3 request that stand in its headers and query, as text; those of the body apart."""
    shape = protocol.model("s3").operation_model(operation).input_shape
    query = {name: values[0] for name, values in parse_qs(asked.query, keep_blank_values=True).items()}
    found = {}
    for name, member in shape.members.items() if shape else ():
        where, written = member.serialization.get("location"), str(member.serialization.get("name", name))
        held = {"header": asked.headers, "querystring": query}.get(str(where), {})
        written = written.lower() if where == "header" else written
        if written in held:
            text = held[written]
            found[name] = text.lower() == "true" if member.type_name == "boolean" else text
    return found
