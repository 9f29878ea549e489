"""What the doctor found -> text for people, or one JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TextIO

from bootstrap.doctor.finding import Diagnosis, Finding, Severity
from bootstrap.errors import clean
from bootstrap.report import ndjson, problems
from bootstrap.report.words import ascii_only, count, utc

_GLYPHS = {Severity.TROUBLE: "✗", Severity.UNSEEN: "?", Severity.NOTE: "~", Severity.FINE: "✓"}
_ASCII = {Severity.TROUBLE: "x", Severity.UNSEEN: "?", Severity.NOTE: "~", Severity.FINE: "v"}
_SCHEMA = 1


def show(stream: TextIO, diagnosis: Diagnosis, output: str, all_of_it: bool = False) -> None:
    """Troubles first, then what could not be looked at, then notes; what is fine only with `all_of_it`."""
    if output == "json":
        problems.print_to(stream, ndjson.dumps(document(diagnosis)))
        return
    glyphs = _ASCII if ascii_only(stream) else _GLYPHS
    for line in _lines(diagnosis, glyphs, all_of_it):
        problems.print_to(stream, line)


def _lines(diagnosis: Diagnosis, glyphs: dict[Severity, str], all_of_it: bool) -> Iterator[str]:
    yield f"{diagnosis.team}  {diagnosis.account_id}  {diagnosis.region}  event {diagnosis.event}"
    for each in diagnosis.findings:
        if each.severity is not Severity.FINE or all_of_it:
            yield from _finding(each, glyphs[each.severity])
    cost = f"{diagnosis.seconds:.1f} s, {count(diagnosis.api_calls, 'call')}"
    names = ", ".join(diagnosis.examined)
    if diagnosis.well:
        yield f"\n{glyphs[Severity.FINE]} all well ({cost}): {names}"
    else:
        numbers = [
            f"{len(found)} {word}"
            for severity, word in ((Severity.TROUBLE, "in trouble"), (Severity.UNSEEN, "not looked at"))
            if (found := diagnosis.of(severity))
        ]
        yield f"\n{', '.join(numbers)} ({cost}); examined: {names}"


def _finding(each: Finding, glyph: str) -> Iterator[str]:
    code = f" {each.code}" if each.code else ""
    yield (
        f"\n{glyph}{code} {each.about}: {clean(each.seen)}"
        if each.severity is not Severity.FINE
        else (f"{glyph} {each.about}: {clean(each.seen)}")
    )
    turn = f"  (the turn of: {each.turn})" if each.turn else ""
    for name, text in (("means", each.means), ("mend", f"{each.mend}{turn}" if each.mend else "")):
        if text:
            yield f"    {name + ':':6} {clean(text)}"
    for line in each.log:
        yield f"    log:   {clean(line)}"


def document(diagnosis: Diagnosis) -> dict[str, Any]:
    worst = next((each.severity.value for each in diagnosis.findings), Severity.FINE.value)
    return {
        "type": "diagnosis",
        "schema": _SCHEMA,
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
        "mend": clean(each.mend),
        "turn": each.turn,
        "repair": list(each.repair),
        "log": [clean(line) for line in each.log],
    }
