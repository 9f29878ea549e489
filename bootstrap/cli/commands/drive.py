"""Drive the works of a run to their end; journal and reporter follow it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from bootstrap.aws.sessions import AccountSession
from bootstrap.cli.commands import forecast
from bootstrap.cli.commands.place import Place
from bootstrap.engine import outcomes, results
from bootstrap.engine.outcomes import AccountResult, PlannedAccount, RunPlan, Summary
from bootstrap.engine.queue import Queue, Work
from bootstrap.engine.states import Outcome, State, StepEvent

if TYPE_CHECKING:
    from bootstrap.journal.journal import Journal
    from bootstrap.journal.leases import Leases
    from bootstrap.report import Reporter

A = TypeVar("A", PlannedAccount, AccountResult)


@dataclass(slots=True)
class Ran:
    """Result of a run: its summary, and the sessions whose calls were counted."""

    plan: RunPlan
    summary: Summary
    sessions: list[AccountSession] = field(default_factory=list)


def ahead(journal: Journal, place: Place) -> Callable[[AccountSession, str, State], None]:
    """Return what records that a run begins to change a step, before it does: the run may be killed meanwhile.

    Only the journal is told. Its own numbers are negative: those of the events that all are told have no gaps.
    """
    numbers = count(1)

    def tell(session: AccountSession, step: str, state: State) -> None:
        account = session.account
        event = StepEvent(
            place.run, -next(numbers), place.clock.now(), place.actor, account.team, account.account_id, step,
            Outcome.WORKING, state.detail, False, state.code, facts=state.facts,
        )  # fmt: skip
        journal.record(outcomes.cleaned(place.told(event)))

    return tell


def watched(
    about: RunPlan,
    works: Sequence[Work],
    sessions: list[AccountSession],
    place: Place,
    reporter: Reporter,
    journal: Journal | None,
    leases: Leases | None,
) -> Ran:
    """Drive the works to their end. Each event is cleaned and counted here, once, then told to journal and reporter."""
    tally = results.Tally(about.accounts)
    # Events come from the threads that visit accounts, ticks from the thread that waits for them.
    telling = threading.Lock()
    elsewhere = leases.elsewhere() if leases else frozenset()

    def emit(event: StepEvent) -> None:
        told = outcomes.cleaned(place.told(event))
        with telling:
            finished = tally.take(told)
            if journal and told.account_id not in elsewhere:
                journal.record(told, finished)
            reporter.event(told)
        if finished and leases:
            leases.give_back(told.account_id)

    def tick(now: float) -> None:
        with telling:
            reporter.tick(now)

    if journal:
        journal.begin(replace(about, accounts=_but(elsewhere, about.accounts)), place.actor)
    reporter.begin(about, tally)
    complete = place.drive(Queue(place.run, place.actor, works, emit), tick)
    with undisturbed():
        summary = _summary(about, tally.results(), sessions, place, complete)
        if journal:
            journal.end(replace(summary, accounts=_but(elsewhere, summary.accounts)))
        reporter.end(summary)
    return Ran(about, summary, sessions)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore Ctrl-C within the block: what a run has done is recorded and reported in about a second, also for a
    person who presses it twice."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _but(elsewhere: Collection[str], accounts: Sequence[A]) -> tuple[A, ...]:
    return tuple(each for each in accounts if each.account_id not in elsewhere)


def _summary(
    about: RunPlan, ends: Sequence[AccountResult], sessions: list[AccountSession], place: Place, complete: bool
) -> Summary:
    calls = [each.calls for each in sessions]
    sent = sum(sum(each.values()) for each in calls)
    ended = results.summarise(about.run, ends, about.began, place.clock.now(), sent, interrupted=not complete)
    ended = replace(ended, pending=about.pending)
    return replace(ended, forecast=forecast.of(place.outlook, about, ended, calls)) if place.outlook else ended
