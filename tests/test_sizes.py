"""Modules and functions stay small enough to be read at one go, or say why they do not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
# Longer ones smell: look whether they are two things. Nothing is split for the number's sake.
MODULE, FUNCTION = 400, 50

# What is one thing and longer, and why.
LONGER = {
    # One drawing, from left to right.
    "docs/drawings.py operator",
    # A table of what CloudFormation shows, a row for each situation.
    "tests/steps/test_stack.py",
}


def modules() -> list[str]:
    found = (each for folder in ("bootstrap", "tests", "docs", "labs") for each in (REPOSITORY / folder).rglob("*.py"))
    return sorted(str(each.relative_to(REPOSITORY)) for each in found)


def longer() -> Iterator[tuple[str, int]]:
    """Every module and function over its number of lines, with how many it has."""
    for module in modules():
        text = (REPOSITORY / module).read_text(encoding="utf-8")
        if (lines := len(text.splitlines())) > MODULE:
            yield module, lines
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = int(node.end_lineno or 0) - node.lineno + 1
                if lines > FUNCTION:
                    yield f"{module} {node.name}", lines


def test_what_is_long_has_a_reason_and_what_has_a_reason_is_long() -> None:
    assert {name for name, _ in longer()} == LONGER, dict(longer())
