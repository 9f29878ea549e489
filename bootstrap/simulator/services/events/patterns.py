"""EventBridge's event patterns: parsing and matching."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bootstrap.simulator.wire.refusal import Refusal

Pattern = Mapping[str, Any]
_MISSING = object()


def read(text: str) -> Pattern:
    """Parse a pattern. Raises Refusal if it is invalid, or names a filter that is not simulated."""
    try:
        pattern = json.loads(text)
    except ValueError as error:
        raise _invalid("Invalid JSON") from error
    if not isinstance(pattern, dict):
        raise _invalid("Filter is not an object")
    _check(pattern)
    return pattern


def matches(pattern: Pattern, event: Mapping[str, Any]) -> bool:
    """Return True if the event has a matching value for every field of the pattern."""
    for key, wanted in pattern.items():
        value = event.get(key, _MISSING)
        if isinstance(wanted, dict):
            if not matches(wanted, value if isinstance(value, dict) else {}):
                return False
        elif not any(_fits(one, value) for one in wanted):
            return False
    return True


def _fits(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, dict) and "exists" in wanted:
        # `exists` is about leaves only: for an object it is False.
        return (value is not _MISSING and not isinstance(value, dict)) is wanted["exists"]
    return any(_fits_one(wanted, one) for one in (value if isinstance(value, list) else [value]))


def _fits_one(wanted: Any, value: Any) -> bool:
    if value is _MISSING or isinstance(value, dict):
        return False
    if not isinstance(wanted, dict):
        return type(wanted) is type(value) and bool(wanted == value)
    if "prefix" in wanted:
        return isinstance(value, str) and value.startswith(wanted["prefix"])
    refused = wanted["anything-but"]
    if isinstance(refused, dict):
        return not _fits_one(refused, value)
    return value not in (refused if isinstance(refused, list) else [refused])


def _check(pattern: Pattern) -> None:
    if not pattern:
        raise _invalid("Empty objects are not allowed")
    for key, wanted in pattern.items():
        if key == "$or":
            raise Refusal("NotSimulated", "an event pattern's $or is not simulated")
        if isinstance(wanted, dict):
            _check(wanted)
        elif not isinstance(wanted, list):
            raise _invalid(f'"{key}" must be an object or an array')
        elif not wanted:
            raise _invalid("Empty arrays are not allowed")
        else:
            for one in wanted:
                _check_filter(key, one)


def _check_filter(key: str, wanted: Any) -> None:
    if isinstance(wanted, list):
        raise _invalid(f'"{key}" must not hold an array in an array')
    if not isinstance(wanted, dict):
        return
    if len(wanted) != 1:
        raise _invalid("Only one key allowed in match expression")
    [(kind, asked)] = wanted.items()
    if kind == "exists":
        good = isinstance(asked, bool)
    elif kind == "prefix":
        good = isinstance(asked, str)
    elif kind == "anything-but":
        good = _sound_refusal(asked)
    else:
        raise Refusal("NotSimulated", f"an event pattern's filter {kind} is not simulated")
    if not good:
        raise _invalid(f"{kind} match pattern is not valid")


def _sound_refusal(asked: Any) -> bool:
    if not isinstance(asked, dict):
        return all(isinstance(one, str | int | float) for one in (asked if isinstance(asked, list) else [asked]))
    if set(asked) != {"prefix"} or not isinstance(asked["prefix"], str):
        raise Refusal("NotSimulated", f"an event pattern's anything-but {asked} is not simulated")
    return True


def _invalid(reason: str) -> Refusal:
    return Refusal("InvalidEventPatternException", f"Event pattern is not valid. Reason: {reason}")
