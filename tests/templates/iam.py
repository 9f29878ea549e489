"""As much of IAM's evaluation as the templates use. An operator that is not here raises KeyError."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Context = dict[str, list[str]]


def allows(statements: Sequence[dict[str, Any]], action: str, resource: str, **context: object) -> bool:
    """Whether identity policies allow the call. Keys of the context are written with __ for :, - as it is."""
    given = {key.replace("__", ":"): _list(value) for key, value in context.items()}
    matching = [each["Effect"] for each in statements if _matches(each, action, resource, given)]
    return "Allow" in matching and "Deny" not in matching


def denies(statements: Sequence[dict[str, Any]], action: str, resource: str) -> bool:
    """Whether an explicit Deny stands against the call, whatever is allowed elsewhere."""
    return any(each["Effect"] == "Deny" and _matches(each, action, resource, {}) for each in statements)


def trusts(role: dict[str, Any], principal: Mapping[str, str | list[str]], context: Context) -> bool:
    """Whether the role's trust policy lets the principal ({"Service": ...} or {"AWS": ...}) assume it."""
    document = role["Properties"]["AssumeRolePolicyDocument"]
    return any(
        each["Principal"] == principal and _conditions(each.get("Condition", {}), context)
        for each in document["Statement"]
    )


def lets(policy: dict[str, Any], service: str, action: str, context: Context) -> bool:
    """Whether the policy of a resource, or of a role's trust, lets a service do that to the resource it belongs to."""
    found = [
        each["Effect"]
        for each in policy["Statement"]
        if each["Principal"] in ("*", {"Service": service})
        and any(_like(one, action, re.IGNORECASE) for one in _list(each["Action"]))
        and _conditions(each.get("Condition", {}), context)
    ]
    return "Allow" in found and "Deny" not in found


def _matches(statement: dict[str, Any], action: str, resource: str, context: Context) -> bool:
    if "NotAction" in statement:
        fits = not any(_like(each, action, re.IGNORECASE) for each in _list(statement["NotAction"]))
    else:
        fits = any(_like(each, action, re.IGNORECASE) for each in _list(statement["Action"]))
    return (
        fits
        and any(_like(each, resource) for each in _list(statement["Resource"]))
        and _conditions(statement.get("Condition", {}), context)
    )


def _conditions(conditions: dict[str, dict[str, Any]], context: Context) -> bool:
    return all(
        _OPERATORS[operator](_list(wanted), context.get(key))
        for operator, tests in conditions.items()
        for key, wanted in tests.items()
    )


def _like(pattern: str, value: str, flags: int = 0) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, flags) is not None


def _any_like(wanted: list[str], found: list[str] | None) -> bool:
    return any(_like(pattern, value) for pattern in wanted for value in found or [])


def _all_like(wanted: list[str], found: list[str] | None) -> bool:
    """True for a missing key, as in IAM: the reason why the templates add Null."""
    return all(any(_like(pattern, value) for pattern in wanted) for value in found or [])


def _at_most(wanted: list[str], found: list[str] | None) -> bool:
    return bool(found) and all(float(value) <= float(wanted[0]) for value in found or [])


_OPERATORS: dict[str, Callable[[list[str], list[str] | None], bool]] = {
    "ArnEquals": _any_like,
    "ArnLike": _any_like,
    "ArnNotEquals": lambda wanted, found: not _any_like(wanted, found),
    "ArnNotLike": lambda wanted, found: not _any_like(wanted, found),
    "Bool": lambda wanted, found: any(each in wanted for each in found or []),
    "ForAllValues:StringLike": _all_like,
    "Null": lambda wanted, found: (found is None) == (wanted[0] == "true"),
    "NumericLessThanEquals": _at_most,
    "StringEquals": lambda wanted, found: any(each in wanted for each in found or []),
    "StringLike": _any_like,
    "StringNotEquals": lambda wanted, found: not any(each in wanted for each in found or []),
}


def _list(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
