"""The standing of an event -> an HTML page, whole or part by part."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from bootstrap.engine.outcomes import AccountResult, Phase, Result, StepResult
from bootstrap.engine.states import Outcome
from bootstrap.errors.message import Message, joined, msg
from bootstrap.event import private_file
from bootstrap.journal.standing import Stale, Standing
from bootstrap.report import overview, page, words
from bootstrap.report.overview import Overview
from bootstrap.report.translations import shown
from bootstrap.report.words import Word, clock_time, day_and_time, duration, glyph, listed, utc

# States of steps that are not ready, in the order in which they are listed.
_TOLD = (Outcome.FAILED, Outcome.BLOCKED, Outcome.WORKING, Outcome.WAITING)
_FINE = (Outcome.READY, Outcome.CHANGED, Outcome.PLANNED)
_DAY = 86400.0
_ON_PAGES: Mapping[Word, Message] = {Phase.QUEUED: msg("not checked yet"), Result.LEFT: msg("left over")}
_NOTICES = {
    Stale.JOURNAL: msg("The journal cannot be read; this is the last known status"),
    Stale.FILES: msg("event.yaml or accounts.csv cannot be read; the teams are those of the last valid files"),
}


def write(path: Path, standing: Standing, language: str) -> None:
    """Write one file that needs no network. Raises OSError."""
    private_file.write(path, render(standing, parts(standing, language, time.time()), language))


def render(standing: Standing, found: Mapping[str, str], language: str, since: str | None = None) -> str:
    """Return the page around its parts.

    `since`: the id of the last change in it, from which a script keeps it up to date; None: a page that stands alone.
    """
    return page.render(
        "status/page.html",
        parts={part: Markup(text) for part, text in found.items()} | {"title": found["title"]},
        rows=[Markup(found[_id(each)]) for each in standing.summary.accounts],
        steps=_steps(standing),
        signs=[(state.value, words.message(state)) for state in Outcome],
        event=standing.about.event,
        version=standing.about.version,
        made=day_and_time(time.time()),
        language=language,
        since=since,
    )


# The id of a row -> the values it was made of, and its HTML.
Kept = dict[str, tuple[object, str]]


def parts(standing: Standing, language: str, now: float, kept: Kept | None = None) -> dict[str, str]:
    """Return each part of the page by the id of its element. `now`, in epoch seconds, tells how long a run is silent.

    Rows in `kept` that would be the same are not rendered again, and `kept` is brought up to date.
    """
    whole, steps = overview.of_standing(standing, now), _steps(standing)
    causes = [*whole.needs, *whole.waits]

    def part(template: str, **values: Any) -> str:
        return page.render(f"status/{template}.html", language=language, moment=_moment, **values)

    found = {
        "title": title(whole, language),
        "said": title(whole, language),
        "notice": notice(standing, language),
        "tally": part("tally", total=len(whole.teams), counts=counts(whole)),
        "going": part("going", going=[(each, each.silent(now)) for each in whole.runs]),
        "causes": part(
            "causes",
            causes=[page.of_cause(each, language) for each in causes if each.required],
            optional_causes=[page.of_cause(each, language) for each in causes if not each.required],
        ),
    }
    kept = {} if kept is None else kept
    for account in standing.summary.accounts:
        identity, made_of = _id(account), (account, standing.of(account), steps)
        if identity not in kept or kept[identity][0] != made_of:
            kept[identity] = (made_of, part("team", row=_row(standing, account, steps)))
        found[identity] = kept[identity][1]
    return found


def title(found: Overview, language: str) -> str:
    """Return "1 failed, 5 ready - cars-2026"."""
    said = (msg("{number} {state}", number=number, state=message(state)) for state, number in found.counts.items())
    return f"{listed(said, language)} - {found.event}"


def message(state: Word) -> Message:
    """Return a state's word on pages, where a result stands without its account."""
    return _ON_PAGES.get(state) or words.message(state)


def notice(standing: Standing, language: str) -> str:
    """Return a note that the page is out of date, if it is."""
    said = shown(_NOTICES[standing.stale], language) if standing.stale else ""
    return Markup('<div id="notice">{}</div>').format(Markup('<p class="note">{}</p>').format(said) if said else "")


def counts(found: Overview) -> list[dict[str, Any]]:
    """Return the number of accounts in each state; what needs attention comes first."""
    return [
        {"name": state.value, "word": message(state), "number": number, "glyph": glyph(state)}
        for state, number in found.counts.items()
    ]


def _steps(standing: Standing) -> list[str]:
    """Return the steps of the columns; those that prepare an account come before those of a sweep."""
    present = dict.fromkeys(step for each in standing.summary.accounts for step in each.steps)
    prepared = dict.fromkeys(step.id for each in standing.about.accounts for step in each.steps)
    return [*(step for step in prepared if step in present), *(step for step in present if step not in prepared)]


def _id(account: AccountResult) -> str:
    return f"account-{account.account_id}"


def _row(standing: Standing, account: AccountResult, steps: list[str]) -> dict[str, Any]:
    latest = standing.of(account)
    state = standing.word(account)
    return {
        "id": _id(account),
        "team": account.team,
        "account_id": account.account_id,
        "name": state.value,
        "word": message(state),
        "glyph": glyph(state),
        "cells": [(step, _cell(account, step)) for step in steps],
        "words": _words(account),
        "hold": account.hold.words if account.hold else "",
        "heard": latest.heard if latest else None,
        "command": latest.command if latest else "",
        "actor": latest.actor if latest else "",
        "took": duration(latest.took) if latest and latest.took >= 1 else "",
    }


def _words(account: AccountResult) -> list[tuple[str, Message, str]]:
    """Return state, word and steps of what is not ready; where all is, how many steps are in each state."""

    def named(step: str, seen: StepResult) -> str:
        code = f"{step} {seen.code}" if seen.code else step
        return code if step in account.counted else msg("{step} (optional)", step=code)

    found = {
        state: [named(step, seen) for step, seen in account.steps.items() if seen.state is state] for state in Outcome
    }
    told = [(state, joined(", ", found[state])) for state in _TOLD if found[state]]
    # Skipped steps only wait for others, and are often many: their number is enough.
    if found[Outcome.SKIPPED]:
        told.append((Outcome.SKIPPED, str(len(found[Outcome.SKIPPED]))))
    told = told or [(state, str(len(found[state]))) for state in _FINE if found[state]]
    return [(state.value, words.message(state), steps) for state, steps in told]


def _cell(account: AccountResult, step: str) -> dict[str, Any] | None:
    seen = account.steps.get(step)
    if seen is None:
        return None
    took = seen.took or 0.0
    return {
        "state": seen.state.value,
        "word": words.message(seen.state),
        "glyph": glyph(seen.state),
        "code": seen.code or "",
        "detail": seen.detail,
        "at": seen.at,
        "took": duration(took) if took >= 1 else "",
        "optional": step not in account.counted,
    }


def _moment(at: float) -> Markup:
    """Return the time of day, with the date if it is more than a day ago; a script adds how long ago."""
    text = clock_time(at) if abs(time.time() - at) < _DAY else day_and_time(at)
    return Markup('<time datetime="{}">{}</time>').format(utc(at), text)
