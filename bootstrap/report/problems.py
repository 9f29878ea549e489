"""A Stop -> what is wrong, where, why and how to fix it, as text on stderr or as JSON on stdout."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from bootstrap.errors import Problem, Stop, Troubled, catalogue, clean
from bootstrap.errors.message import counted, msg
from bootstrap.errors.printable import printable
from bootstrap.report import translations
from bootstrap.report.documents import SCHEMA, ProblemsDocument, dumps
from bootstrap.report.translations import shown

# Up to so many problems are shown whole; of more, so many of each code.
_MANY, _OF_EACH = 40, 3

_used = {"output": "auto"}


def use(output: str) -> str:
    """Write why this command stops in the form of --output, which is returned."""
    _used["output"] = output
    return output


def show(stop: Stop, output: str | None = None, stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
    """Write why a command stopped. `output`: the value of --output; None: the one given to `use`."""
    as_json = (output or _used["output"]) == "json"
    if as_json:
        print_to(stdout or sys.stdout, dumps(document(stop)))
    elif isinstance(stop, Troubled):
        print_to(stderr or sys.stderr, text(stop.problems))
    elif said := _said(stop):
        print_to(stderr or sys.stderr, shown(msg("error: {what}", what=clean(said))))


def text(problems: Sequence[Problem]) -> str:
    """Return a block for each problem, in the order of the input, and at the end how many there are.

    Of very many, the first ones of each code are shown, and how many more of each code there are.
    """
    left = Counter(each.code for each in problems)
    most = len(problems) if len(problems) <= _MANY else _OF_EACH
    shown_of: Counter[str] = Counter()
    chosen = []
    for each in problems:
        shown_of[each.code] += 1
        if shown_of[each.code] <= most:
            chosen.append(each)
    left.subtract(each.code for each in chosen)
    blocks = [_block(each) for each in chosen]
    if more := [_more(code, count) for code, count in left.most_common() if count]:
        blocks.append("\n".join(more))
    if len(problems) > 1:
        blocks.append(
            shown(counted("{count} problem; nothing was done.", "{count} problems; nothing was done.", len(problems)))
        )
    return "\n\n".join(blocks)


def _more(code: str, count: int) -> str:
    title = translations.catalogue(translations.current()).gettext(catalogue()[code].title)
    return shown(msg("error[{code}]: {number:,} more like these: {title}", code=code, number=count, title=title))


def _said(stop: Stop) -> str:
    """Return the argument of the exception, which can be translated: str() of it is English."""
    return str(stop) if len(stop.args) != 1 or not isinstance(stop.args[0], str) else stop.args[0]


def document(stop: Stop) -> ProblemsDocument:
    """Return the problems as a JSON document, in English."""
    problems = stop.problems if isinstance(stop, Troubled) else ()
    return {
        "type": "problems",
        "schema": SCHEMA,
        "exit_code": stop.exit_code,
        "message": "" if problems else clean(str(stop)),
        "problems": [
            {"code": each.code, "what": clean(each.what), "where": clean(each.where), "cause": clean(each.cause),
             "fix": clean(each.fix)}
            for each in problems
        ],
    }  # fmt: skip


def print_to(stream: TextIO, line: str) -> None:
    """Write a line, or several, without what could control a terminal."""
    stream.write(printable(line) + "\n")
    stream.flush()


def _block(problem: Problem) -> str:
    lines = [shown(msg("error[{code}]: {what}", code=problem.code, what=clean(problem.what)))]
    if problem.where:
        lines.append(f"  --> {shown(problem.where)}")
    if problem.cause:
        lines.append(shown(msg("  cause: {cause}", cause=clean(problem.cause))))
    if problem.fix:
        lines.append(shown(msg("  fix: {fix}", fix=clean(problem.fix))))
    lines.append(shown(msg("  more: {command}", command=f"event-bootstrap explain {problem.code}")))
    return "\n".join(lines)
