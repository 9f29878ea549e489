"""Entries -> the text of scenario-measured.yaml. Its comments say what each value rests on, in English."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from textwrap import wrap
from typing import Any

from bootstrap.doctor.calibration.pooling import KeyStanding, MeasuredKey
from bootstrap.doctor.calibration.seen import AccountReading

SCHEMA = 1
_WIDTH = 110
# A scenario's file has at most 256 KB.
_MOST_TEAMS = 100
_NOT_KNOWN = {
    KeyStanding.UNKNOWN: "not known",
    KeyStanding.UNSEEN: "not observed",
    KeyStanding.BEYOND: "reading cannot see it",
}


def text(
    entries: Sequence[MeasuredKey], readings: Sequence[AccountReading], now: float, tool: str, added: Sequence[str] = ()
) -> str:
    """Return the file's text. `added`: lines for its head."""
    return "\n".join([*_head(readings, now, tool, added), *_parts(entries), *_teams(entries), ""])


def _head(readings: Sequence[AccountReading], now: float, tool: str, added: Sequence[str]) -> Iterator[str]:
    read = [each for each in readings if each.reached]
    regions = ", ".join(sorted({each.region for each in readings}))
    day = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield from _comment(f"Measured by event-bootstrap {tool} calibrate in {len(read)} of {len(readings)} accounts in "
                        f"{regions}, {day}.", "")  # fmt: skip
    yield from _comment("event-bootstrap rehearse --scenario FILE takes it. What stands here as a comment was not "
                        "observed, and has the value that a rehearsal assumes.", "")  # fmt: skip
    for each in added:
        yield from _comment(each, "")
    yield f"schema: {SCHEMA}"


def _parts(entries: Sequence[MeasuredKey]) -> Iterator[str]:
    part = ""
    known = {each.key.partition(".")[0] for each in entries if each.known}
    for each in entries:
        head, _, name = each.key.partition(".")
        if not name:
            yield ""
            yield from _lines(each, head, "")
            continue
        if head != part:
            part = head
            yield ""
            # A part without a key would be null, which no scenario may have.
            yield f"{head}:" if head in known else f"# {head}:"
        yield from _lines(each, name, "  ")


def _lines(entry: MeasuredKey, name: str, indent: str) -> Iterator[str]:
    said = str(entry.rests_on)
    if not entry.known:
        yield from _comment(f"{_NOT_KNOWN[entry.standing]}: {said}", indent)
        yield f"{indent}# {name}: {_flow(entry.assumed)}"
        return
    if entry.spread is not None:
        seen = entry.spread
        said = f"{seen.count} seen, {seen.least:.4g} to {seen.most:.4g}, median {seen.median:.4g}; {said}"
    if entry.standing is KeyStanding.ROUGH:
        said = f"rough; {said}"
    yield from _comment(said, indent)
    yield from _value(name, entry.value, indent)


def _value(name: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield f"{indent}{name}:"
        yield from (f"{indent}  {_key(each)}: {_flow(one)}" for each, one in value.items())
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        yield f"{indent}{name}:"
        yield from (f"{indent}  - {_flow(each)}" for each in value)
    else:
        yield f"{indent}{name}: {_flow(value)}"


def _teams(entries: Sequence[MeasuredKey]) -> Iterator[str]:
    teams = sorted({team for each in entries for team in (*each.teams, *each.own)})
    if len(teams) > _MOST_TEAMS:
        teams = sorted({team for each in entries for team in each.teams})
    if not teams:
        return
    yield ""
    yield from _comment("What is different in single accounts, and what they themselves showed: a rehearsal of the "
                        "same teams repeats it, other teams draw from the ranges above.", "")  # fmt: skip
    yield "teams:"
    for team in teams:
        yield f"  {_key(team)}:"
        parts: dict[str, dict[str, Any]] = {}
        for each in entries:
            if team in each.own or team in each.teams:
                head, _, name = each.key.partition(".")
                parts.setdefault(head, {})[name] = each.own[team] if team in each.own else each.teams[team]
        for head, values in parts.items():
            if "" in values:
                yield f"    {head}: {_flow(values[''])}"
            else:
                yield f"    {head}: {_flow(values)}"


def _key(name: str) -> str:
    """Return a key that no YAML reader takes for a number or a truth value."""
    return json.dumps(name, ensure_ascii=False)


def _flow(value: Any) -> str:
    """Return the value on one line: JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def _comment(said: str, indent: str) -> Iterator[str]:
    return (f"{indent}# {line}" for line in wrap(said, _WIDTH - len(indent)))
