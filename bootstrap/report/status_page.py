"""Where an event stands -> an HTML page, whole or part by part."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from bootstrap.engine.outcomes import AccountResult, StepResult
from bootstrap.engine.states import Outcome
from bootstrap.journal.standing import Standing
from bootstrap.report import page
from bootstrap.report.page_words import TONGUES
from bootstrap.report.words import clock_time, day_and_time, duration, glyph, utc

# What is not as wanted, in the order in which it is said.
_TOLD = (Outcome.FAILED, Outcome.BLOCKED, Outcome.WORKING, Outcome.WAITING)
_FINE = (Outcome.READY, Outcome.CHANGED, Outcome.PLANNED)
_DAY = 86400.0


def write(path: Path, standing: Standing, language: str) -> None:
    """One file that needs no network. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(render(standing, parts(standing, language, time.time()), language), encoding="utf-8")
    part.replace(path)


def render(standing: Standing, found: Mapping[str, str], language: str, since: str | None = None) -> str:
    """The page around its parts. `since`, the id of the last change in it: with what keeps it up to date from there;
    else it holds all that it needs."""
    return page.render(
        "status/page.html",
        parts={part: Markup(text) for part, text in found.items()} | {"title": found["title"]},
        rows=[Markup(found[_id(each)]) for each in standing.summary.accounts],
        steps=_steps(standing),
        signs=[(state.value, glyph(state)) for state in Outcome],
        event=standing.about.event,
        version=standing.about.version,
        made=day_and_time(time.time()),
        language=language,
        other="en" if language == "zh" else "zh",
        t=TONGUES[language],
        since=since,
    )


# By the id of its row what a row was made of, and the row.
Kept = dict[str, tuple[object, str]]


def parts(standing: Standing, language: str, now: float, kept: Kept | None = None) -> dict[str, str]:
    """By the id of its element each part of the page; only the silence of a run depends on `now`, in epoch seconds.

    Rows in `kept` that would be the same are not made again, and it is brought up to date.
    """
    t, causes, steps = TONGUES[language], standing.summary.causes, _steps(standing)

    def part(template: str, **values: Any) -> str:
        return page.render(f"status/{template}.html", t=t, moment=_moment, **values)

    found = {
        "title": title(standing, language),
        "said": title(standing, language),
        "notice": notice(standing, language),
        "tally": part("tally", total=len(standing.summary.accounts), counts=counts(standing)),
        "going": part("going", going=[(each, each.silent(now)) for each in standing.going]),
        "causes": part(
            "causes",
            causes=[page.of_cause(each) for each in causes if each.required],
            optional_causes=[page.of_cause(each) for each in causes if not each.required],
        ),
    }
    kept = {} if kept is None else kept
    for account in standing.summary.accounts:
        identity, made_of = _id(account), (account, standing.of(account), steps)
        if identity not in kept or kept[identity][0] != made_of:
            kept[identity] = (made_of, part("team", row=_row(standing, account, steps, t["optional"])))
        found[identity] = kept[identity][1]
    return found


def title(standing: Standing, language: str) -> str:
    """ "1 failed, 5 ready - cars-2026"."""
    words = TONGUES[language]
    counted = ", ".join(f"{number} {words[word.value]}" for word, number in standing.counts().items())
    return f"{counted} - {standing.about.event}"


def notice(standing: Standing, language: str) -> str:
    """That what is shown is old, if it is."""
    said = TONGUES[language][standing.stale.value] if standing.stale else ""
    return Markup('<div id="notice" class="notice">{}</div>').format(
        Markup('<p class="note">{}</p>').format(said) if said else ""
    )


def counts(standing: Standing) -> list[dict[str, Any]]:
    return [{"name": word.value, "number": number, "glyph": glyph(word)} for word, number in standing.counts().items()]


def _steps(standing: Standing) -> list[str]:
    """Those of preparation before those of a sweep."""
    present = dict.fromkeys(step for each in standing.summary.accounts for step in each.steps)
    prepared = dict.fromkeys(step.id for each in standing.about.accounts for step in each.steps)
    return [*(step for step in prepared if step in present), *(step for step in present if step not in prepared)]


def _id(account: AccountResult) -> str:
    return f"account-{account.account_id}"


def _row(standing: Standing, account: AccountResult, steps: list[str], optional: str) -> dict[str, Any]:
    latest = standing.of(account)
    word = standing.word(account)
    return {
        "id": _id(account),
        "team": account.team,
        "account_id": account.account_id,
        "name": word.value,
        "glyph": glyph(word),
        "cells": [(step, _cell(account, step)) for step in steps],
        "words": _words(account, optional),
        "heard": latest.heard if latest else None,
        "command": latest.command if latest else "",
        "actor": latest.actor if latest else "",
        "took": duration(latest.took) if latest and latest.took >= 1 else "",
    }


def _words(account: AccountResult, optional: str) -> list[tuple[str, str]]:
    """By state the steps that are not as wanted; how many steps are, when all are."""

    def named(step: str, seen: StepResult) -> str:
        code = f"{step} {seen.code}" if seen.code else step
        return code if step in account.counted else f"{code} ({optional})"

    found = {
        state: [named(step, seen) for step, seen in account.steps.items() if seen.state is state] for state in Outcome
    }
    told = [(state.value, ", ".join(found[state])) for state in _TOLD if found[state]]
    # What only waits for something else is no news, and often a long list.
    if found[Outcome.SKIPPED]:
        told.append((Outcome.SKIPPED.value, str(len(found[Outcome.SKIPPED]))))
    return told or [(state.value, str(len(found[state]))) for state in _FINE if found[state]]


def _cell(account: AccountResult, step: str) -> dict[str, Any] | None:
    seen = account.steps.get(step)
    if seen is None:
        return None
    took = seen.took or 0.0
    return {
        "state": seen.state.value,
        "glyph": glyph(seen.state),
        "code": seen.code or "",
        "detail": seen.detail,
        "at": seen.at,
        "took": duration(took) if took >= 1 else "",
        "optional": step not in account.counted,
    }


def _moment(at: float) -> Markup:
    """The time of day, or the day as well if it is long ago; a script adds how long ago."""
    shown = clock_time(at) if abs(time.time() - at) < _DAY else day_and_time(at)
    return Markup('<time datetime="{}">{}</time>').format(utc(at), shown)
