"""What the doctor found -> text for people, or one JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any, TextIO

from rich.style import Style

from bootstrap.doctor.finding import Diagnosis, Finding, Severity
from bootstrap.errors import clean
from bootstrap.report import json_documents, problems
from bootstrap.report.words import ascii_only, count, utc

_GLYPHS = {Severity.TROUBLE: "✗", Severity.UNSEEN: "?", Severity.NOTE: "~", Severity.FINE: "✓"}
_ASCII = {Severity.TROUBLE: "x", Severity.UNSEEN: "?", Severity.NOTE: "~", Severity.FINE: "v"}
_STYLES = {
    Severity.TROUBLE: Style(color="red", bold=True),
    Severity.UNSEEN: Style(color="magenta", bold=True),
    Severity.NOTE: Style(color="yellow", bold=True),
    Severity.FINE: Style(color="green", bold=True),
}
_WIDEST = 110
_INDENT = 11


def show(stream: TextIO, diagnosis: Diagnosis, output: str, all_of_it: bool = False) -> None:
    """Troubles first, then what could not be looked at, then notes; what is fine only with `all_of_it`."""
    if output == "json":
        problems.print_to(stream, json_documents.dumps(document(diagnosis)))
        return
    terminal = stream.isatty() and output != "plain"
    width = min(_WIDEST, get_terminal_size().columns) if terminal else None
    glyphs = _ASCII if ascii_only(stream) else _GLYPHS
    for line, severity in _lines(diagnosis, glyphs, all_of_it, width):
        coloured = terminal and severity is not None
        problems.print_to(stream, _STYLES[severity].render(line) if coloured and severity else line)


Line = tuple[str, Severity | None]


def _lines(diagnosis: Diagnosis, glyphs: dict[Severity, str], all_of_it: bool, width: int | None) -> Iterator[Line]:
    yield f"{diagnosis.team}  {diagnosis.account_id}  {diagnosis.region}  event {diagnosis.event}", None
    told = [each for each in diagnosis.findings if each.severity is not Severity.FINE]
    # What means the same and is fixed by the same is explained once.
    for (severity, *_), alike in groupby(told, lambda each: (each.severity, each.code, each.means, each.fix)):
        found = list(alike)
        yield "", None
        for each in found:
            code = f" {each.code}" if each.code else ""
            yield f"{glyphs[severity]}{code} {each.about}: {clean(each.seen)}", severity
        yield from ((line, None) for line in _explained(found, width))
    if all_of_it:
        yield "", None
        for each in diagnosis.of(Severity.FINE):
            yield f"{glyphs[Severity.FINE]} {each.about}: {clean(each.seen)}", Severity.FINE
    yield "", None
    yield from _end(diagnosis, glyphs)


def _explained(found: list[Finding], width: int | None) -> Iterator[str]:
    first, log = found[0], [line for each in found for line in each.log]
    said = (("means", first.means), ("fix", first.fix), ("turn", first.turn), *(("log", line) for line in log))
    for name, text in said:
        if text:
            # Commands and links are to be copied: they stay on one line.
            lines = wrap(clean(text), width - _INDENT) if width and name == "means" else [clean(text)]
            yield f"    {name + ':':{_INDENT - 4}}{lines[0]}"
            yield from (f"{'':{_INDENT}}{line}" for line in lines[1:])


def _end(diagnosis: Diagnosis, glyphs: dict[Severity, str]) -> Iterator[Line]:
    cost, names = f"{diagnosis.seconds:.1f} s, {count(diagnosis.api_calls, 'call')}", ", ".join(diagnosis.examined)
    if diagnosis.well:
        yield f"{glyphs[Severity.FINE]} all well ({cost}): {names}", Severity.FINE
        return
    named = ((Severity.TROUBLE, "in trouble"), (Severity.UNSEEN, "not looked at"))
    numbers = [f"{len(found)} {word}" for severity, word in named if (found := diagnosis.of(severity))]
    yield f"{', '.join(numbers)} ({cost}); examined: {names}", None


def document(diagnosis: Diagnosis) -> dict[str, Any]:
    worst = next((each.severity.value for each in diagnosis.findings), Severity.FINE.value)
    return {
        "type": "diagnosis",
        "schema": json_documents.SCHEMA,
        "team": diagnosis.team,
        "account_id": diagnosis.account_id,
        "region": diagnosis.region,
        "event": diagnosis.event,
        "at": utc(diagnosis.at),
        "result": "well" if diagnosis.well else worst,
        "examined": list(diagnosis.examined),
        "findings": [_as_json(each) for each in diagnosis.findings],
        "api_calls": diagnosis.api_calls,
        "seconds": round(diagnosis.seconds, 3),
        "exit_code": diagnosis.exit_code,
    }


def _as_json(each: Finding) -> dict[str, Any]:
    return {
        "severity": each.severity.value,
        "about": each.about,
        "code": each.code,
        "seen": clean(each.seen),
        "means": clean(each.means),
        "fix": clean(each.fix),
        "turn": each.turn,
        "repair": list(each.repair),
        "log": [clean(line) for line in each.log],
    }
