"""Inputs made from botocore's models: for each operation, such as its model allows, at the bounds, and past them.

A shape's bounds are its enumeration, pattern, smallest and greatest length or value, and what is required. One variant
changes one member, down to `_DEEPEST` levels; all others keep a value that the model allows.
"""

from __future__ import annotations

import re
import re._constants as sre  # type: ignore[import-not-found, unused-ignore]
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from re import _parser as parser  # type: ignore[attr-defined, unused-ignore]
from typing import Any

_DEEPEST = 3
# Longer ones only cost time.
_LONGEST, _MOST = 20_000, 300
_PATH = Mapping[str, Any]
# What the client itself makes of these is sent, not they.
# Values of other JSON types. A client writes them as they are.
_OTHERS = {"string": 5, "integer": "five", "long": "five", "boolean": "yes"}
_BY_CLIENT = frozenset({"ChecksumAlgorithm", "ContentLength", "ContentMD5"})


@dataclass(frozen=True, slots=True)
class Variant:
    """One input. `member`: the dotted member that was varied, "" for none; `fits`: the model allows it."""

    service: str
    operation: str
    member: str
    how: str
    params: Mapping[str, Any]

    @property
    def fits(self) -> bool:
        """True if the model allows the input."""
        return self.how in _FITTING

    def __str__(self) -> str:
        return f"{self.service}:{self.operation} {self.member or 'as required'} {self.how}"


_FITTING = frozenset({"required only", "with", "shortest", "longest", "least", "greatest", "each value"})


def variants(service: str, operation: Any, known: _PATH) -> Iterator[Variant]:
    """Every variant of an operation's input. `operation`: botocore's operation model; `known`: values of members that
    name what stands in the account."""
    shape = operation.input_shape
    if shape is None:
        yield Variant(service, operation.name, "", "required only", {})
        return
    base = _structure(shape, 0)
    base |= {name: value for name, value in known.items() if name in base}
    yield Variant(service, operation.name, "", "required only", base)
    # The query protocol has no form for a structure or list without content.
    protocol = operation.service_model.metadata["protocol"]
    bare, typed = protocol in {"query", "ec2"}, protocol == "json"
    for member, how, params in _varied(shape, base, "", 0):
        if not (bare and _empty(params)) and member not in _BY_CLIENT and (typed or how != "of another type"):
            yield Variant(service, operation.name, member, how, params)


def _empty(value: Any) -> bool:
    """True if a structure or list without content is in the value."""
    if isinstance(value, Mapping):
        return any(each in ({}, [], [{}]) or _empty(each) for each in value.values())
    return isinstance(value, list) and any(each in ({}, []) or _empty(each) for each in value)


def _varied(shape: Any, base: _PATH, at: str, depth: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (member, how, value of the whole structure)."""
    if getattr(shape, "is_tagged_union", False):
        return
    for name, inner in shape.members.items():
        where = f"{at}{name}"
        if name in shape.required_members:
            # What stands in the address cannot be left out, and botocore makes a token by itself.
            if inner.serialization.get("location") != "uri" and not inner.metadata.get("idempotencyToken"):
                yield where, "missing", {key: value for key, value in base.items() if key != name}
        else:
            yield where, "with", {**base, name: _value(inner, depth + 1)}
        in_address = inner.serialization.get("location") == "uri"
        for how, value in _edges(inner):
            if not (in_address and value == ""):
                yield where, how, {**base, name: value}
        if inner.type_name == "structure" and depth < _DEEPEST:
            for member, how, value in _varied(inner, _structure(inner, depth + 1), f"{where}.", depth + 1):
                yield member, how, {**base, name: value}
        if inner.type_name == "list" and inner.member.type_name == "structure" and depth < _DEEPEST:
            first = _structure(inner.member, depth + 1)
            few = max(int(inner.metadata.get("min", 1)), 1)
            for member, how, value in _varied(inner.member, first, f"{where}.", depth + 1):
                yield member, how, {**base, name: [value, *[first] * (few - 1)]}


def _edges(shape: Any) -> Iterator[tuple[str, Any]]:
    """Yield (how, value) at a member's own bounds and past them."""
    kind, least, most = shape.type_name, shape.metadata.get("min"), shape.metadata.get("max")
    if kind in _OTHERS:
        yield "of another type", _OTHERS[kind]
    if kind == "string":
        yield from _texts(shape, least, most)
    elif kind in {"integer", "long", "float", "double"}:
        for bound, on, past, step in ((least, "least", "too small", -1), (most, "greatest", "too great", 1)):
            if bound is not None and abs(bound) < 2**31:
                yield on, bound
                yield past, bound + step
    elif kind in {"list", "map"} and shape.metadata:
        yield from _sized(shape, least, most)


def _texts(shape: Any, least: int | None, most: int | None) -> Iterator[tuple[str, Any]]:
    if allowed := getattr(shape, "enum", None):
        yield from (("each value", each) for each in allowed)
        yield "no such value", "no-such-value"
        return
    pattern = shape.metadata.get("pattern")
    for bound, on, past, step in ((least, "shortest", "too short", -1), (most, "longest", "too long", 1)):
        if bound is None or bound > _LONGEST:
            continue
        if (made := _text(pattern, bound, bound)) is not None:
            yield on, made
        if bound + step >= 0:
            yield past, "a" * (bound + step)
    if pattern and (made := _unlike(pattern, least or 1, most or 100)) is not None:
        yield "unlike the pattern", made


def _sized(shape: Any, least: int | None, most: int | None) -> Iterator[tuple[str, Any]]:
    def of(count: int) -> Any:
        if shape.type_name == "map":
            return dict.fromkeys(islice(_keys(shape.key), count), _value(shape.value, _DEEPEST))
        return [_value(shape.member, _DEEPEST)] * count

    wanted = [("shortest", least), ("too short", least - 1)] if least else []
    if most is not None and most <= _MOST:
        wanted += [("longest", most), ("too long", most + 1)]
    for how, count in wanted:
        # Few keys may be allowed.
        if len(made := of(count)) == count:
            yield how, made


def _keys(shape: Any) -> Iterator[str]:
    """Yield different keys of a map."""
    if allowed := getattr(shape, "enum", None):
        yield from allowed
        return
    least, most = max(1, shape.metadata.get("min", 1)), shape.metadata.get("max", 100)
    for length in range(least, most + 1):
        for last in ("a", "b", "c", "d"):
            made = _text(shape.metadata.get("pattern"), length, length)
            if made is not None and _allows(shape.metadata.get("pattern"), made[:-1] + last):
                yield made[:-1] + last


def _allows(pattern: str | None, text: str) -> bool:
    compiled = _compiled(pattern) if pattern else None
    return compiled is None or compiled.fullmatch(text) is not None


def _structure(shape: Any, depth: int) -> dict[str, Any]:
    if getattr(shape, "is_tagged_union", False):
        name, inner = next(iter(shape.members.items()))
        return {name: _value(inner, depth + 1)}
    return {name: _value(shape.members[name], depth + 1) for name in shape.required_members}


def _value(shape: Any, depth: int) -> Any:
    """Return a value that the model allows, with no more than is required."""
    kind, metadata = shape.type_name, shape.metadata
    if kind == "structure":
        return _structure(shape, depth)
    if kind == "list":
        return [_value(shape.member, depth + 1)] * max(int(metadata.get("min", 1)), 1)
    if kind == "map":
        key = _value(shape.key, depth + 1)
        return {key: _value(shape.value, depth + 1)}
    if kind == "string":
        return (getattr(shape, "enum", None) or [_plain_text(shape)])[0]
    if kind in {"integer", "long", "float", "double"}:
        return max(metadata.get("min", 1), min(1, metadata.get("max", 1)))
    return {"boolean": False, "timestamp": datetime(2026, 11, 1, tzinfo=UTC), "blob": b"{}"}[kind]


def _plain_text(shape: Any) -> str:
    least, most = shape.metadata.get("min", 1), shape.metadata.get("max", 100)
    made = _text(shape.metadata.get("pattern"), max(1, least), most)
    return made if made is not None else "a" * max(1, least)


@cache
def _text(pattern: str | None, least: int, most: int) -> str | None:
    """Return a text of `least` to `most` characters that the pattern allows; None if none was found."""
    if pattern is None:
        return "a" * least
    if (compiled := _compiled(pattern)) is None:
        return None
    tree = parser.parse(pattern)
    for stretch in (0, *range(1, 40), least, *(least - each for each in range(1, min(least, 200)))):
        made = _grown(tree, stretch)
        if least <= len(made) <= most and compiled.fullmatch(made):
            return made
    return None


def _unlike(pattern: str, least: int, most: int) -> str | None:
    compiled = _compiled(pattern)
    if compiled is None:
        return None
    for each in ("!", "\u00e9", " ", "\t", "a", "0"):
        made = each * max(1, least)
        if len(made) <= most and not compiled.fullmatch(made):
            return made
    return None


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:  # Java's character classes, such as \p{L}
        return None


def _grown(tree: Any, stretch: int) -> str:
    """Return a text of the parsed pattern; its last repetition that may be long is repeated `stretch` times more."""
    parts = list(tree)
    loose = [at for at, (kind, held) in enumerate(parts) if kind in _REPEATS and held[1] > held[0]]
    open_ended = [at for at in loose if parts[at][1][1] > parts[at][1][0] + 1] or loose
    made = []
    for at, (kind, held) in enumerate(parts):
        made.append(_piece(kind, held, stretch if open_ended and at == open_ended[-1] else 0, stretch))
    return "".join(made)


_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT}


def _piece(kind: Any, held: Any, more: int, stretch: int) -> str:
    if kind is sre.LITERAL:
        return chr(held)
    if kind is sre.NOT_LITERAL or kind is sre.ANY:
        return "a"
    if kind is sre.IN:
        return _of_class(held)
    if kind is sre.BRANCH:
        return _grown(held[1][0], stretch)
    if kind is sre.SUBPATTERN:
        return _grown(held[-1], stretch)
    if kind in _REPEATS:
        least, most, inner = held
        if most == least + 1:
            return _grown(inner, 0) * int(least) + (_grown(inner, more - 1) if more else "")
        return _grown(inner, 0) * min(int(least) + more, int(most))
    return ""


def _of_class(held: Any) -> str:
    if held[0][0] is sre.NEGATE:
        return next(each for each in "a0-_/ " if not _in_class(each, held[1:]))
    for wanted in "a0":
        if _in_class(wanted, held):
            return wanted
    kind, value = held[0]
    return chr(value if kind is sre.LITERAL else value[0]) if kind in {sre.LITERAL, sre.RANGE} else "a"


def _in_class(each: str, held: Any) -> bool:
    for kind, value in held:
        if (kind is sre.LITERAL and ord(each) == value) or (kind is sre.RANGE and value[0] <= ord(each) <= value[1]):
            return True
        if kind is sre.CATEGORY and value in _CATEGORIES and _CATEGORIES[value](each):
            return True
    return False


_CATEGORIES: Mapping[Any, Callable[[str], bool]] = {
    sre.CATEGORY_WORD: lambda each: each.isalnum() or each == "_",
    sre.CATEGORY_NOT_WORD: lambda each: not (each.isalnum() or each == "_"),
    sre.CATEGORY_DIGIT: str.isdigit,
    sre.CATEGORY_NOT_DIGIT: lambda each: not each.isdigit(),
    sre.CATEGORY_SPACE: str.isspace,
    sre.CATEGORY_NOT_SPACE: lambda each: not each.isspace(),
}
