"""A run and its summary -> one HTML file that needs no network."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bootstrap.aws.kinds.words import kind_words
from bootstrap.engine.outcomes import AccountResult, Cause, CleanEvent, Result, RunPlan, StepResult, Summary
from bootstrap.engine.results import Tally, planned
from bootstrap.engine.states import Outcome
from bootstrap.errors.message import msg
from bootstrap.event import private_file
from bootstrap.report import forecast, page, removals, words
from bootstrap.report.readiness import doer, interruption
from bootstrap.report.words import clock_time, day_and_time, duration, glyph

# Width of the timeline in its own units; the page stretches it to its own width.
_WIDE = 1000.0
_THINNEST = 3.0
_LANE = 7
_TICKS = (10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)


class HtmlReport:
    """Writes the page at `path` when the run ends, whole or not at all. Raises OSError then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._plan: RunPlan | None = None

    def begin(self, plan: RunPlan, tally: Tally) -> None:
        self._plan = plan

    def event(self, event: CleanEvent) -> None:
        """Do nothing: the summary holds all that the page shows."""

    def tick(self, now: float) -> None:
        """Do nothing: the page is made once, at the end."""

    def end(self, summary: Summary) -> None:
        if self._plan is not None:
            write(self._path, self._plan, summary)


def write(path: Path, plan: RunPlan, summary: Summary) -> None:
    """Write the page beside `path` and move it there, so that a browser never loads half of it. Raises OSError."""
    text = render(plan, summary, made_at=time.time())
    private_file.write(path, text)


def render(plan: RunPlan, summary: Summary, made_at: float) -> str:
    """Return the page. `made_at` is real time, in epoch seconds; all other times are of the run's own clock."""
    return page.render(
        "report.html",
        plan=plan,
        summary=summary,
        result=summary.result.value,
        ended=msg("interrupted") if summary.interrupted else words.message(summary.result),
        interruption=interruption(summary) if summary.interrupted else "",
        made=day_and_time(made_at),
        began=day_and_time(plan.began),
        began_clock=clock_time(plan.began),
        took=duration(summary.seconds),
        counts=[(each.value, number, glyph(each), words.message(each)) for each, number in summary.counts.items()],
        labs=[_lab(name, summary) for name in summary.labs],
        causes=[_cause(each) for each in summary.causes if each.required],
        optional_causes=[_cause(each) for each in summary.causes if not each.required],
        doer=doer(plan),
        planned=[_cause(each) for each in planned(summary.accounts)],
        removed=removals.groups(removals.rows_of(summary)),
        kept=removals.groups(removals.rows_of(summary), "keeps"),
        kind=kind_words,
        moment=lambda iso: day_and_time(datetime.fromisoformat(iso).timestamp()),
        steps=list(dict.fromkeys(step for each in summary.accounts for step in each.steps)),
        rows=[_row(each) for each in summary.accounts],
        signs=[(state.value, words.message(state)) for state in Outcome if state is not Outcome.WORKING],
        lanes=[_lanes(each, summary) for each in summary.accounts],
        ticks=_ticks(summary.seconds),
        tick_step=_tick_step(summary.seconds),
        wide=int(_WIDE),
        lane=_LANE,
        forecast=forecast.sections(summary.forecast) if summary.forecast else (),
    )


def _lab(name: str, summary: Summary) -> dict[str, Any]:
    found = Counter(each.labs[name] for each in summary.accounts if name in each.labs)
    parts = words.counts({result: found[result] for result in Result if found[result]})
    result = summary.labs[name]
    return {
        "name": name,
        "result": result.value,
        "glyph": glyph(result),
        "parts": parts,
        "optional": name in summary.optional,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return page.of_cause(cause) | {"many": words.teams(len(cause.teams))}


def _row(account: AccountResult) -> dict[str, Any]:
    return {
        "team": account.team,
        "account_id": account.account_id,
        "result": account.result.value,
        "glyph": glyph(account.result),
        "hold": account.hold.words if account.hold else "",
        "cells": {step: _cell(seen, step not in account.counted) for step, seen in account.steps.items()},
    }


def _cell(seen: StepResult, optional: bool) -> dict[str, Any]:
    took = seen.took or 0.0
    return {
        "state": seen.state.value,
        "glyph": glyph(seen.state),
        "code": seen.code or "",
        "detail": seen.detail,
        "at": "" if seen.at is None else clock_time(seen.at),
        "took": duration(took) if took >= 1 else "",
        "facts": [(name, _fact(value)) for name, value in sorted(seen.facts.items())],
        "optional": optional,
    }


def _fact(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_fact(each)}" for name, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_fact(each) for each in value)
    return str(value)


def _lanes(account: AccountResult, summary: Summary) -> dict[str, Any]:
    """Return the account's steps as bars, each in the first lane that is free: steps that overlap have lanes of their
    own."""
    span = max(1.0, summary.seconds)
    free: list[float] = []
    bars = []
    timed = [(seen.began, step, seen) for step, seen in account.steps.items() if seen.began is not None]
    for began, step, seen in sorted(timed, key=lambda each: each[0]):
        ended = seen.at if seen.settled and seen.at is not None else summary.ended
        left = (began - summary.began) / span * _WIDE
        width = max(_THINNEST, (ended - began) / span * _WIDE)
        left = max(0.0, min(left, _WIDE - width))
        lane = next((index for index, until in enumerate(free) if until <= left), len(free))
        free[lane : lane + 1] = [left + width]
        title = f"{step}: {seen.state.value}, {clock_time(began)}, {duration(ended - began)}"
        bars.append(
            {"x": f"{left:.1f}", "y": lane * _LANE, "width": f"{width:.1f}", "state": seen.state.value, "title": title}
        )
    return {"team": account.team, "bars": bars, "height": max(1, len(free)) * _LANE, "result": account.result.value}


def _tick_step(seconds: float) -> int:
    """Return the seconds between two marks of the time axis: a round number, for at most six marks."""
    return next((step for step in _TICKS if seconds / step <= 6), _TICKS[-1])


def _ticks(seconds: float) -> list[dict[str, Any]]:
    step = _tick_step(seconds)
    marks = range(0, int(seconds) + 1, step)
    return [{"at": f"{mark / max(1.0, seconds) * 100:.2f}", "label": duration(mark)} for mark in marks]
