"""A diagnosis of the doctor -> text for people, or one JSON document."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby
from shutil import get_terminal_size
from typing import TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.style import Style
from rich.text import Text

from bootstrap.doctor.finding import Diagnosis, Finding, HandChange, Severity
from bootstrap.errors import clean
from bootstrap.errors.message import counted, joined, msg
from bootstrap.errors.printable import printable
from bootstrap.report import documents, problems, words
from bootstrap.report.documents import CheckDocument, DiagnosisDocument
from bootstrap.report.finding_documents import FindingDocument, HandChangeDocument
from bootstrap.report.hold_documents import hold_of
from bootstrap.report.translations import catalogue, current, shown
from bootstrap.report.words import ascii_only, listed, utc

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
# Of findings with the same meaning, so many have a line.
_MOST_ALIKE = 12


def show(stream: TextIO, diagnosis: Diagnosis, output: str, all_of_it: bool = False) -> None:
    """Write problems first, then what could not be examined, then notes; what is fine only with `all_of_it`."""
    if output == "json":
        problems.print_to(stream, documents.dumps(document(diagnosis)))
        return
    terminal = stream.isatty() and output != "plain"
    width = width_of(stream) if terminal else None
    for line, severity in _lines(diagnosis, _signs(stream), all_of_it, width):
        _write(stream, line, severity if terminal else None)


def show_at_once(stream: TextIO, team: str, finding: Finding) -> None:
    """Write one line of a finding while others are still looked for."""
    terminal = stream.isatty()
    for line in folded(f"{team}: {_headline(finding, _signs(stream))}", width_of(stream) if terminal else None):
        _write(stream, line, finding.severity if terminal else None)
    stream.flush()


def show_well(stream: TextIO, diagnosis: Diagnosis, output: str) -> None:
    """Write one line of a team without problems."""
    cost = _cost(diagnosis)
    line = shown(msg("{team}: no problems found ({cost})", team=diagnosis.team, cost=cost))
    line = line if diagnosis.hold is None else f"{line}; {shown(diagnosis.hold.words)}"
    terminal = stream.isatty() and output != "plain"
    for each in folded(f"{_signs(stream)[Severity.FINE]} {line}", width_of(stream) if terminal else None):
        _write(stream, each, Severity.FINE if terminal else None)


def width_of(stream: TextIO) -> int:
    """Return the number of cells of a line for text that is read, not copied."""
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return min(_WIDEST, columns or get_terminal_size().columns)


def folded(text: str, width: int | None, indent: int = 0) -> list[str]:
    """Return the text in lines of at most `width` cells; lines after the first are indented by two cells more."""
    if width is None or cell_len(text) <= width - indent:
        return [" " * indent + text]
    first, *more = _wrapped(text, width - indent - 2)
    return [" " * indent + first, *(" " * (indent + 2) + line for line in more)]


def _signs(stream: TextIO) -> dict[Severity, str]:
    return _ASCII if ascii_only(stream) else _GLYPHS


def _write(stream: TextIO, line: str, coloured: Severity | None) -> None:
    if coloured is None:
        problems.print_to(stream, line)
    else:
        stream.write(f"{_STYLES[coloured].render(printable(line))}\n")


def show_check(stream: TextIO, diagnosis: Diagnosis, accounts: int, output: str, all_of_it: bool) -> None:
    """Write what `check` found, as `show` does. `accounts`: number of accounts that were looked at."""
    if output == "json":
        problems.print_to(stream, documents.dumps(check_document(diagnosis, accounts)))
    else:
        show(stream, diagnosis, output, all_of_it)


Line = tuple[str, Severity | None]


def _lines(diagnosis: Diagnosis, glyphs: dict[Severity, str], all_of_it: bool, width: int | None) -> Iterator[Line]:
    event = shown(msg("event {event}", event=diagnosis.event))
    yield "  ".join(each for each in (diagnosis.team, diagnosis.account_id, diagnosis.region, event) if each), None
    if diagnosis.hold is not None:
        yield from ((line, None) for line in folded(shown(diagnosis.hold.words), width))
    told = [each for each in diagnosis.findings if each.severity is not Severity.FINE]
    # Findings with the same meaning and the same fix are explained once.
    for (severity, *_), alike in groupby(
        told, lambda each: (each.severity, each.code, each.means, each.fix, each.turn)
    ):
        found = list(alike)
        yield "", None
        for each in found[:_MOST_ALIKE]:
            yield from ((line, severity) for line in folded(_headline(each, glyphs), width))
        if (more := len(found) - _MOST_ALIKE) > 0:
            yield shown(msg("{number} more; --output json lists them all", number=more)), None
        yield from ((line, None) for line in _explained(found, width))
    if all_of_it:
        yield "", None
        for each in diagnosis.of(Severity.FINE):
            yield f"{glyphs[Severity.FINE]} {_seen(each)}", Severity.FINE
    yield "", None
    for line, severity_ in _end(diagnosis, glyphs):
        yield from ((each, severity_) for each in folded(line, width))


def _headline(finding: Finding, glyphs: dict[Severity, str]) -> str:
    code = f" {finding.code}" if finding.code else ""
    return f"{glyphs[finding.severity]}{code} {_seen(finding)}"


def _seen(finding: Finding) -> str:
    seen = joined("; ", [clean(each) for each in (finding.seen, finding.who) if each])
    return shown(msg("{about}: {seen}", about=finding.about, seen=seen))


def _explained(found: list[Finding], width: int | None) -> Iterator[str]:
    first, log = found[0], [line for each in found for line in each.log]
    means = _explanation(first.means)
    # Commands and links are to be copied: they stay on one line.
    said = [(msg("means:"), _wrapped(means, width - _INDENT) if width else [means])]
    said += [(msg("fix:"), [shown(clean(first.fix))]), (msg("turn:"), [shown(clean(first.turn))])]
    said += [(msg("log:"), [clean(line)]) for line in log]
    for name, lines in said:
        if any(lines):
            yield f"    {set_cell_size(shown(name), _INDENT - 4)}{lines[0]}"
            yield from (f"{'':{_INDENT}}{line}" for line in lines[1:])


def _explanation(means: str) -> str:
    """Return a finding's meaning in the language of the terminal; often it is the cause of an explained code."""
    text = shown(clean(means))
    return catalogue(current()).gettext(text) if text and text == str(means) else text


def _wrapped(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` cells; Chinese has no spaces to break at."""
    if cell_len(text) <= width:
        return [text]
    return [each.plain.rstrip() for each in Text(text).wrap(Console(), width)]


def _end(diagnosis: Diagnosis, glyphs: dict[Severity, str]) -> Iterator[Line]:
    cost, names = _cost(diagnosis), listed(diagnosis.examined)
    if diagnosis.well:
        line = shown(msg("no problems found ({cost}); examined: {names}", cost=cost, names=names))
        yield f"{glyphs[Severity.FINE]} {line}", Severity.FINE
        return
    numbers = []
    if found := len(diagnosis.of(Severity.TROUBLE)):
        numbers.append(counted("{count} problem", "{count} problems", found))
    if unseen := len(diagnosis.of(Severity.UNSEEN)):
        numbers.append(msg("{number} not examined", number=unseen))
    yield shown(msg("{numbers} ({cost}); examined: {names}", numbers=listed(numbers), cost=cost, names=names)), None


def _cost(diagnosis: Diagnosis) -> str:
    return msg("{seconds} s, {calls}", seconds=f"{diagnosis.seconds:.1f}", calls=words.calls(diagnosis.api_calls))


def document(diagnosis: Diagnosis) -> DiagnosisDocument:
    """Return the diagnosis as a JSON document, in English."""
    worst = next((each.severity.value for each in diagnosis.findings), Severity.FINE.value)
    made: DiagnosisDocument = {
        "type": "diagnosis",
        "schema": documents.SCHEMA,
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
    if diagnosis.hold is not None:
        made["hold"] = hold_of(diagnosis.hold)
    return made


def check_document(diagnosis: Diagnosis, accounts: int) -> CheckDocument:
    """Return what `check` found as a JSON document, in English."""
    whole = document(diagnosis)
    return {
        "type": "check",
        "schema": documents.SCHEMA,
        "event": whole["event"],
        "at": whole["at"],
        "result": whole["result"],
        "accounts": accounts,
        "findings": whole["findings"],
        "api_calls": whole["api_calls"],
        "seconds": whole["seconds"],
        "exit_code": whole["exit_code"],
    }


def _change(made: HandChange) -> HandChangeDocument:
    return {"call": made.call, "who": clean(made.who), "at": utc(made.at)}


def _as_json(each: Finding) -> FindingDocument:
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
        "teams": list(each.teams),
        "who": clean(each.who),
        "change": None if (made := each.change) is None else _change(made),
    }
