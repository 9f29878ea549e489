"""Validates values against the service models, as AWS does before an operation runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

_TYPES: dict[str, Any] = {
    "string": str, "character": str, "integer": int, "long": int, "float": (int, float),
    "double": (int, float), "boolean": bool, "timestamp": datetime, "blob": (bytes, str, bytearray),
    "structure": dict, "list": (list, tuple), "map": dict,
}  # fmt: skip

_JSON_TYPES = {int: "NUMBER_VALUE", float: "NUMBER_VALUE", list: "START_OF_LIST"}

# AWS also answers these values, although the model does not list them.
_BEYOND = {
    "ResourceStatus": {
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "REVIEW_IN_PROGRESS",
    }
}  # fmt: skip


class Missing(str):
    """The sentence about a required member that is not there."""

    __slots__ = ()


class WrongType(str):
    """The sentence about a value of another JSON type than the model's: the service could not even read it."""

    __slots__ = ()


def violations(value: Any, shape: Any, output: bool = False) -> list[str]:
    """Return AWS's sentences about invalid values; patterns and lengths of an `output` are not checked."""
    return list(_check(value, shape, "", output))


def _check(value: Any, shape: Any, at: str, output: bool) -> Iterator[str]:
    kind = shape.type_name
    if not isinstance(value, _TYPES[kind]) or (kind in {"integer", "long"} and isinstance(value, bool)):
        yield WrongType(_unread(value, kind))
    elif kind == "structure":
        yield from _structure(value, shape, at, output)
    elif kind == "list":
        yield from _size(len(value), shape, value, at, "length", output)
        for place, item in enumerate(value, 1):
            yield from _check(item, shape.member, f"{at}.{place}.member", output)
    elif kind == "map":
        yield from _size(len(value), shape, value, at, "length", output)
        for key, item in value.items():
            yield from _check(key, shape.key, f"{at}.key", output)
            yield from _check(item, shape.value, f"{at}.{key}", output)
    elif kind == "string":
        yield from _text(value, shape, at, output)
    elif kind in {"integer", "long", "float", "double"}:
        yield from _size(value, shape, value, at, "value", output)


def _unread(value: Any, kind: str) -> str:
    """Return what services of the JSON protocols say; measured with Athena, which speaks the same."""
    if isinstance(value, dict):
        return "Start of structure or map found where not expected."
    if kind in {"list", "structure", "map"}:
        return "Expected list or null" if kind == "list" else "Expected null"
    found = f"{str(value).upper()}_VALUE" if isinstance(value, bool) else _JSON_TYPES.get(type(value), "STRING_VALUE")
    return f"{found} can not be converted to {'an Integer' if kind in {'integer', 'long'} else 'a ' + kind.title()}"


def _structure(value: dict[str, Any], shape: Any, at: str, output: bool) -> Iterator[str]:
    prefix = f"{at}." if at else ""
    for name in shape.required_members:
        if name not in value:
            where = prefix + _lower(name)
            yield Missing(f"Value null at '{where}' failed to satisfy constraint: Member must not be null")
    for name, item in value.items():
        if name not in shape.members:
            yield f"Unknown member '{prefix}{name}'"
        else:
            yield from _check(item, shape.members[name], prefix + _lower(name), output)


def _text(value: str, shape: Any, at: str, output: bool) -> Iterator[str]:
    said = f"Value '{value}' at '{at}' failed to satisfy constraint: Member must"
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed and value not in _BEYOND.get(shape.name, ()):
        yield f"{said} satisfy enum value set: [{', '.join(allowed)}]"
    yield from _size(len(value), shape, value, at, "length", output)
    pattern = shape.metadata.get("pattern")
    compiled = _compiled(pattern) if pattern and not output else None
    if compiled and not compiled.fullmatch(value):
        yield f"{said} satisfy regular expression pattern: {pattern}"


def _size(size: float, shape: Any, value: Any, at: str, what: str, output: bool) -> Iterator[str]:
    if output:
        return
    said = f"Value '{value}' at '{at}' failed to satisfy constraint: Member must have"
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield f"{said} {what} greater than or equal to {low}"
    if high is not None and size > high:
        yield f"{said} {what} less than or equal to {high}"


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:  # Java's character classes, such as \p{L}
        return None


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
