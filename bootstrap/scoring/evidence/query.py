"""Take values out of an answer by an expression of JMESPath."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jmespath  # type: ignore[import-untyped]
from jmespath.exceptions import JMESPathError  # type: ignore[import-untyped]
from jmespath.functions import Functions  # type: ignore[import-untyped]

FUNCTIONS = sorted(Functions.FUNCTION_TABLE)


def taken(expression: str, answer: Mapping[str, Any]) -> Any:
    """Return what the expression finds. A function that cannot work with what is there finds nothing: None."""
    try:
        return _compiled(expression).search(answer)
    except JMESPathError:
        return None


def fault(expression: str) -> str:
    """Return why the text is no expression, as the library says it; "" if it is one."""
    try:
        _compiled(expression)
    except JMESPathError as error:
        return str(error).partition("\n")[0].removesuffix(":").removesuffix(", for expression")
    return ""


def functions(expression: str) -> Iterator[str]:
    """Yield the names of the functions that the expression calls."""
    for node in _nodes(_compiled(expression).parsed):
        if node["type"] == "function_expression":
            yield node["value"]


def miscalled(expression: str) -> Iterator[tuple[str, int]]:
    """Yield each function that is given a number of arguments which it does not take, and that number."""
    for node in _nodes(_compiled(expression).parsed):
        if node["type"] == "function_expression" and node["value"] in Functions.FUNCTION_TABLE:
            takes, given = Functions.FUNCTION_TABLE[node["value"]]["signature"], len(node["children"])
            variadic = bool(takes) and takes[-1].get("variadic", False)
            if given < len(takes) or (given > len(takes) and not variadic):
                yield node["value"], given


def texts(expression: str) -> Iterator[str]:
    """Yield the texts that stand in the expression, in quotes."""
    for node in _nodes(_compiled(expression).parsed):
        if node["type"] == "literal" and isinstance(node["value"], str):
            yield node["value"]


def _nodes(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        yield node
        for each in node.get("children", ()):
            yield from _nodes(each)


def first_keys(expression: str) -> Iterator[str]:
    """Yield the keys that the expression looks for in the answer itself, not in a part of it."""
    yield from _first_keys(_compiled(expression).parsed)


def _first_keys(node: Any) -> Iterator[str]:
    match node["type"]:
        case "field":
            yield node["value"]
        case "function_expression" | "multi_select_list" | "multi_select_dict" | "key_val_pair":
            for each in node["children"]:
                yield from _first_keys(each)
        case "comparator" | "and_expression" | "or_expression" | "not_expression":
            for each in node["children"]:
                yield from _first_keys(each)
        case "literal" | "current" | "expref":
            return
        case _:
            # The other children are looked for in what the first one finds.
            yield from _first_keys(node["children"][0]) if node["children"] else ()


@cache
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)
