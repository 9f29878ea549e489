"""A Stop -> what is wrong, where, why and what to do, as text on stderr or as JSON on stdout."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, TextIO

from bootstrap.errors import Problem, Stop, Troubled, clean
from bootstrap.report.json_documents import SCHEMA, dumps


def show(stop: Stop, output: str | None = None, stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
    """Say why a command stopped. `output`: of --output; None: as the command line of this process asks."""
    as_json = (output or _asked(sys.argv)) == "json"
    if as_json:
        print_to(stdout or sys.stdout, dumps(document(stop)))
    elif isinstance(stop, Troubled):
        print_to(stderr or sys.stderr, text(stop.problems))
    elif str(stop):
        print_to(stderr or sys.stderr, f"error: {clean(str(stop))}")


def text(problems: Sequence[Problem]) -> str:
    """Every problem as a block, in the order of the input, and at the end how many there are."""
    blocks = [_block(each) for each in problems]
    if len(blocks) > 1:
        blocks.append(f"{len(blocks)} problems; nothing was done.")
    return "\n\n".join(blocks)


def document(stop: Stop) -> dict[str, Any]:
    problems = stop.problems if isinstance(stop, Troubled) else ()
    return {
        "type": "problems",
        "schema": SCHEMA,
        "exit_code": stop.exit_code,
        "message": "" if problems else clean(str(stop)),
        "problems": [
            {"code": each.code, "what": clean(each.what), "where": each.where, "cause": clean(each.cause),
             "fix": clean(each.fix)}
            for each in problems
        ],
    }  # fmt: skip


def print_to(stream: TextIO, line: str) -> None:
    stream.write(line + "\n")
    stream.flush()


def _block(problem: Problem) -> str:
    lines = [f"error[{problem.code}]: {clean(problem.what)}"]
    if problem.where:
        lines.append(f"  --> {problem.where}")
    said = (("cause", problem.cause), ("fix", problem.fix))
    lines += [f"  {name}: {clean(value)}" for name, value in said if value]
    lines.append(f"  more: event-bootstrap explain {problem.code}")
    return "\n".join(lines)


def _asked(argv: Sequence[str]) -> str:
    """--output of a command line that may have been too wrong to be parsed."""
    for word, following in zip(argv, [*argv[1:], ""], strict=True):
        if word == "--output":
            return following
        if word.startswith("--output="):
            return word.removeprefix("--output=")
    return "auto"
