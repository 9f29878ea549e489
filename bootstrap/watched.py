"""Works -> a run that journal and reporter follow, and its summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bootstrap import forecast, results
from bootstrap.board import Board, Work
from bootstrap.outcomes import AccountResult, RunPlan, Summary
from bootstrap.place import Place
from bootstrap.sessions import AccountSession
from bootstrap.states import Event

if TYPE_CHECKING:
    from bootstrap.journal import Journal
    from bootstrap.leases import Leases
    from bootstrap.report import Reporter


@dataclass(slots=True)
class Ran:
    """What a run left: its summary, and the sessions whose calls were counted."""

    plan: RunPlan
    summary: Summary
    sessions: list[AccountSession] = field(default_factory=list)


def watched(
    about: RunPlan,
    works: Sequence[Work],
    sessions: list[AccountSession],
    place: Place,
    reporter: Reporter,
    journal: Journal | None,
    leases: Leases | None,
) -> Ran:
    """Drive the works to their end; every event goes to journal and reporter."""
    seen = results.Board(about.accounts)

    def emit(event: Event) -> None:
        told = place.told(event)
        if journal:
            journal.record(told)
        reporter.event(told)
        if seen.take(told) and leases:
            # Others may go on with it while this run still waits elsewhere.
            leases.give_back(told.account_id)

    if journal:
        journal.begin(about, place.actor)
    reporter.begin(about)
    complete = place.drive(Board(place.run, place.actor, works, emit), reporter.tick)
    summary = _summary(about, seen.results(), sessions, place, complete)
    if journal:
        journal.end(summary)
    reporter.end(summary)
    return Ran(about, summary, sessions)


def _summary(
    about: RunPlan, ends: Sequence[AccountResult], sessions: list[AccountSession], place: Place, complete: bool
) -> Summary:
    calls = [each.calls for each in sessions]
    sent = sum(sum(each.values()) for each in calls)
    ended = results.summarise(about.run, ends, about.began, place.clock.now(), sent, interrupted=not complete)
    return replace(ended, forecast=forecast.of(place.outlook, about, ended, calls)) if place.outlook else ended
