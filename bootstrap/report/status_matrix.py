"""Teams and steps as a table, for the status page and the staff's desk: what a row shows, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bootstrap.engine.outcomes import AccountResult, Phase, Result, StepResult
from bootstrap.engine.states import Outcome
from bootstrap.errors.message import Message, msg
from bootstrap.journal.standing import ORDER, Standing, Word
from bootstrap.report import page, words
from bootstrap.report.words import duration
from bootstrap.steps import step_id

# A team that is well stands below the others, and is shown on demand where there are more rows than these.
_LEAST_ROWS = 12
_WELL: tuple[Word, ...] = (Result.READY, Result.CLEAN)
# By need for attention, with the results that only one run has, never an event.
_PLACES: tuple[Word, ...] = (Result.BLOCKED, *ORDER[:-2], Result.ELSEWHERE, Result.PLANNED, *ORDER[-2:])
# States of steps that are not ready, in the order in which they are listed.
_TOLD = (Outcome.FAILED, Outcome.BLOCKED, Outcome.WORKING, Outcome.WAITING)
_FINE = (Outcome.READY, Outcome.CHANGED, Outcome.PLANNED)
_ON_PAGES: dict[Word, Message] = {Phase.QUEUED: msg("not checked yet"), Result.LEFT: msg("left over")}
# The step with which an account becomes the event's.
_MARKER = "marker"
# Letters of the account's number that a row shows.
_SHORT = 4


@dataclass(frozen=True, slots=True)
class MatrixAsk:
    """Content of a table. `spares`, `raised`: account ids of spare accounts, and of teams with a raised hand.

    `language`: one of LANGUAGES, or BOTH. `href`: the address of a team's own page; None: a row unfolds instead, and
    with `facts` it tells what each step found.
    """

    language: str
    spares: frozenset[str] = frozenset()
    raised: frozenset[str] = frozenset()
    href: Callable[[str], str] | None = None
    facts: bool = False


@dataclass(frozen=True, slots=True)
class MatrixOrder:
    """The ids of the rows: `first` what is always shown, `more` teams that are well, `spares` apart."""

    first: tuple[str, ...]
    more: tuple[str, ...]
    spares: tuple[str, ...]

    @property
    def text(self) -> str:
        """The order as the page's script reads it."""
        return "|".join(" ".join(each) for each in (self.first, self.more, self.spares))


def order(standing: Standing, ask: MatrixAsk) -> MatrixOrder:
    """Return the order of the rows: trouble first, then raised hands, then the others as they are in the roster."""
    accounts = standing.summary.accounts
    teams = [each for each in accounts if each.account_id not in ask.spares]
    placed = sorted(teams, key=lambda each: _place(standing, each, ask.raised))
    loud = sum(_loud(standing, each, ask.raised) for each in teams)
    shown = max(loud, min(_LEAST_ROWS, len(placed)))
    # A single row more takes no more room than the line that offers it.
    shown = len(placed) if len(placed) - shown == 1 else shown
    ids = [row_id(each) for each in placed]
    spares = tuple(row_id(each) for each in accounts if each.account_id in ask.spares)
    return MatrixOrder(tuple(ids[:shown]), tuple(ids[shown:]), spares)


def _loud(standing: Standing, account: AccountResult, raised: Collection[str]) -> bool:
    return bool(account.hold) or account.account_id in raised or standing.word(account) not in _WELL


def _place(standing: Standing, account: AccountResult, raised: Collection[str]) -> tuple[bool, int, bool]:
    word = standing.word(account)
    quiet = not account.hold and word in _WELL
    return (quiet, _PLACES.index(word), account.account_id not in raised)


def row_id(account: AccountResult) -> str:
    return f"account-{account.account_id}"


def message(state: Word) -> Message:
    """Return a state's word on pages, where a result stands without its account."""
    return _ON_PAGES.get(state) or words.message(state)


def steps(standing: Standing) -> list[str]:
    """Return the steps of the columns; those that prepare an account come before those of a sweep."""
    present = dict.fromkeys(step for each in standing.summary.accounts for step in each.steps)
    prepared = dict.fromkeys(step.id for each in standing.about.accounts for step in each.steps)
    return [*(step for step in prepared if step in present), *(step for step in present if step not in prepared)]


def head(step: str) -> tuple[str, str]:
    """Return the kind of a step, if its name has one, and the rest: ("stack ", "roles")."""
    name = step_id.name_of(step)
    return (f"{step_id.kind_of(step)} ", name) if name else ("", step)


def row(standing: Standing, account: AccountResult, columns: list[str], ask: MatrixAsk) -> dict[str, Any]:
    """Return the values of a row's template."""
    latest, state = standing.of(account), standing.word(account)
    return {
        "id": row_id(account),
        "team": account.team,
        "account_id": account.account_id,
        "short": account.account_id[-_SHORT:],
        "href": ask.href(account.team) if ask.href else "",
        "raised": account.account_id in ask.raised,
        "name": state.value,
        "word": message(state),
        "cells": [(step, cell(account, step)) for step in columns],
        "facts": {step: _facts(seen) for step, seen in account.steps.items() if seen.facts} if ask.facts else {},
        "why": _why(account, ask.language),
        "hold": account.hold.words if account.hold else "",
        "heard": latest.heard if latest else None,
        "command": latest.command if latest else "",
        "actor": latest.actor if latest else "",
        "took": duration(latest.took) if latest and latest.took >= 1 else "",
    }


def cell(account: AccountResult, step: str) -> dict[str, Any] | None:
    """Return the values of one step in an account; None if the account has no such step."""
    seen = account.steps.get(step)
    if seen is None:
        return None
    took = seen.took or 0.0
    # What no run has come to yet is planned; it does not wait for anything of its own.
    state = Outcome.PLANNED if seen.state is Outcome.WAITING and seen.at is None else seen.state
    # In an account that is new, all is made for the first time: nothing was changed that had been ready.
    state = Outcome.READY if state is Outcome.CHANGED and _is_new(account) else state
    return {
        "state": state.value,
        "word": words.message(state),
        "quiet": state in (*_FINE, Outcome.SKIPPED),
        "code": seen.code or "",
        "detail": seen.detail,
        "at": seen.at,
        "took": duration(took) if took >= 1 else "",
        "optional": step not in account.counted,
    }


def _is_new(account: AccountResult) -> bool:
    """Return True if the run took the account for the event: it made the marker."""
    marker = account.steps.get(_MARKER)
    return marker is not None and marker.state is Outcome.CHANGED


def _facts(seen: StepResult) -> str:
    return "; ".join(f"{name}: {_fact(value)}" for name, value in sorted(seen.facts.items()))


def _fact(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_fact(each)}" for name, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_fact(each) for each in value)
    return str(value)


def _why(account: AccountResult, language: str) -> dict[str, Any]:
    """Return what keeps a team from being ready, shortly; where nothing does, how many steps are ready."""
    for state in _TOLD:
        found = [step for step in account.steps if account.steps[step].state is state and step in account.counted]
        if found:
            seen = account.steps[found[0]]
            said = page.title_of(seen.code, language) if state is not Outcome.WORKING else ""
            return {"step": found[0], "said": said, "detail": "" if said else seen.detail, "more": len(found) - 1,
                    "ready": 0, "of": 0}  # fmt: skip
    counted = [each for step, each in account.steps.items() if step in account.counted]
    ready = sum(each.state in _FINE for each in counted)
    return {"step": "", "said": "", "detail": "", "more": 0, "ready": ready, "of": len(counted)}
