"""Measured values beside those that a rehearsal assumes -> tables for people, or one JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

from bootstrap.doctor.calibration.pooling import KeyStanding, MeasuredKey
from bootstrap.doctor.calibration.result import Calibration
from bootstrap.doctor.calibration.seen import AccountReading
from bootstrap.errors import clean
from bootstrap.errors.message import Message, counted, joined, msg
from bootstrap.errors.message import marked as _
from bootstrap.report import documents, problems, words
from bootstrap.report.calibration_documents import CalibrationKeyDocument
from bootstrap.report.documents import CalibrationDocument
from bootstrap.report.terminal import bare_table, console
from bootstrap.report.translations import shown
from bootstrap.report.words import utc

HEADERS = (msg("key"), msg("assumed"), msg("measured"), msg("rests on"))
_LONGEST = 60
_SLOWEST = 5
_TITLES = {
    KeyStanding.UNKNOWN: _("Not known:"),
    KeyStanding.UNSEEN: _("Not observed, so left at what is assumed:"),
    KeyStanding.BEYOND: _("Reading cannot see it, so left at what is assumed:"),
}


def show(stream: TextIO, made: Calibration, output: str) -> None:
    """Write the result: what differs from what is assumed, what could not be read, and what no reading can see."""
    if output == "json":
        problems.print_to(stream, documents.dumps(document(made)))
        return
    to = console(stream)
    differs = [each for each in made.entries if each.differs]
    if differs:
        to.print(_table(differs))
    same = [each for each in made.entries if each.known and not each.differs]
    if same:
        names = ", ".join(each.key for each in same)
        _line(to, msg("Measured, and as assumed: {keys}", keys=names))
    for standing, title in _TITLES.items():
        _left(to, title, [each for each in made.entries if each.standing is standing])
    for line in _ending(made):
        _line(to, line)


def _line(console: Console, words: str) -> None:
    console.print(shown(words), soft_wrap=True, markup=False, highlight=False)


def _table(entries: Sequence[MeasuredKey]) -> Table:
    table = bare_table()
    for header in HEADERS:
        table.add_column(shown(header), overflow="fold")
    for each in entries:
        table.add_row(each.key, _value(each.assumed), shown(_measured(each)), shown(_rests_on(each)))
        for team, value in each.teams.items():
            table.add_row("", "", _value(value), shown(msg("in {team} alone", team=team)))
    return table


def _measured(entry: MeasuredKey) -> str:
    value = _value(entry.value)
    return msg("about {value}", value=value) if entry.standing is KeyStanding.ROUGH else value


def _rests_on(entry: MeasuredKey) -> str:
    said = clean(entry.rests_on)
    if entry.spread is None:
        return said
    seen = entry.spread
    spread = msg(
        "{count} seen, {least} to {most}, median {median}",
        count=seen.count, least=f"{seen.least:.4g}", most=f"{seen.most:.4g}", median=f"{seen.median:.4g}",
    )  # fmt: skip
    return joined("; ", (spread, said))


def _value(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(each, int | float) for each in value):
        return f"{value[0]:g} - {value[1]:g}"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _left(console: Console, title: str, entries: Sequence[MeasuredKey]) -> None:
    if not entries:
        return
    console.print()
    console.print(shown(Message(title)), markup=False)
    alike = sorted(entries, key=lambda each: str(each.rests_on))
    for reason, some in groupby(alike, lambda each: each.rests_on):
        keys = ", ".join(each.key for each in some)
        _line(console, joined("", ("  ", msg("{keys}: {reason}", keys=keys, reason=clean(reason)))))


def _ending(made: Calibration) -> Iterator[str]:
    yield ""
    for each in made.readings:
        yield from _gaps(each)
    for slow in made.latencies[:_SLOWEST]:
        yield msg(
            "latency: {service} {median} s (median of {count} calls; {most} s at most)",
            service=slow.service, median=f"{slow.median:.2f}", count=slow.calls, most=f"{slow.most:.2f}",
        )  # fmt: skip
    if made.not_compared:
        yield msg("answers not compared with the simulated AWS: {reason}", reason=made.not_compared)
    count = len(made.differences)
    yield counted("{count} difference in AWS's answers: {file}", "{count} differences in AWS's answers: {file}", count,
                  file=made.answers)  # fmt: skip
    yield msg("scenario: {path}", path=made.scenario)
    time = f"{made.seconds:.1f}"
    yield msg("{seconds} s, {calls}", seconds=time, calls=words.calls(made.api_calls))
    yield msg("next: {command}", command=f"event-bootstrap rehearse --scenario {made.scenario}")


def _gaps(reading: AccountReading) -> Iterator[str]:
    for gap in reading.gaps:
        why = joined(" ", (gap.code, clean(gap.why))) if gap.code else clean(gap.why)
        yield msg("{team}: {reading} could not be read: {reason}", team=reading.team, reading=gap.reading, reason=why)


def document(made: Calibration) -> CalibrationDocument:
    """Return the result as a JSON document, in English."""
    return {
        "type": "calibration",
        "schema": documents.SCHEMA,
        "event": made.event,
        "at": utc(made.at),
        "accounts": [
            {
                "team": each.team, "account_id": each.account_id, "region": each.region, "reached": each.reached,
                "gaps": [{"reading": gap.reading, "why": clean(gap.why), "code": gap.code} for gap in each.gaps],
            }
            for each in made.readings
        ],
        "keys": [_key(each) for each in made.entries],
        "latency": [
            {"service": each.service, "calls": each.calls, "median": round(each.median, 4), "most": round(each.most, 4)}
            for each in made.latencies
        ],
        "compared": not made.not_compared,
        "differences": [
            {"kind": each.kind.name.lower(), "service": each.service, "operation": each.operation, "path": each.path,
             "counts": each.counts}
            for each in made.differences
        ],
        "scenario": made.scenario,
        "answers": made.answers,
        "api_calls": made.api_calls,
        "seconds": round(made.seconds, 3),
        "exit_code": made.exit_code,
    }  # fmt: skip


def _key(entry: MeasuredKey) -> CalibrationKeyDocument:
    seen = entry.spread
    return {
        "key": entry.key,
        "standing": entry.standing.value,
        "assumed": entry.assumed,
        "measured": entry.value if entry.known else None,
        "count": seen.count if seen else None,
        "least": round(seen.least, 3) if seen else None,
        "median": round(seen.median, 3) if seen else None,
        "most": round(seen.most, 3) if seen else None,
        "rests_on": clean(entry.rests_on),
        "teams": dict(entry.teams),
    }
