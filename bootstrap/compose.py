"""The one place that chooses clock, endpoint, credentials, journal, limiter and slots, and runs a plan with them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from bootstrap import forecast, operators, plan, prices, rehearsal, sweep_plan
from bootstrap.board import Board, Work
from bootstrap.cars import package
from bootstrap.cars.progress import Progress, silent
from bootstrap.clock import Clock, RealClock, VirtualClock
from bootstrap.engine import RealRun, run_virtual
from bootstrap.event import Event
from bootstrap.forecast import Outlook
from bootstrap.inputs import Choice, Inputs
from bootstrap.limits import Limiter
from bootstrap.outcomes import AccountResult, PlannedAccount, RunPlan, Summary
from bootstrap.plan import Entry, Narrow
from bootstrap.roster import TeamAccount
from bootstrap.sessions import Access, AccountSession, Sessions
from bootstrap.states import Event as Happening
from bootstrap.steps.step import StepVisit
from bootstrap.sweep.running import rate_of

if TYPE_CHECKING:
    from bootstrap.journal import Journal
    from bootstrap.report import Reporter

REHEARSAL_SLOTS = 64


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a run happens. `drive` runs a board to its end; False: it was interrupted.

    `outlook`: what a rehearsal's forecast is about. `told`: an event as it is to be told of there.
    """

    access: Access
    clock: Clock
    drive: Callable[[Board, Callable[[float], None]], bool]
    run: str
    actor: str
    scenario: str | None = None
    outlook: Outlook | None = None
    told: Callable[[Happening], Happening] = lambda event: event


@dataclass(slots=True)
class Ran:
    """What a run left: its summary, and the sessions whose calls were counted."""

    plan: RunPlan
    summary: Summary
    sessions: list[AccountSession] = field(default_factory=list)


def access_of(event: Event, write: bool) -> Access:
    return Access(event.name, event.access.role_name, event.access.session_minutes * 60, write)


def real_place(event: Event, write: bool, jobs: int) -> Place:
    """The operator's own credentials and wall time."""
    clock = RealClock()
    run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"

    def drive(board: Board, tick: Callable[[float], None]) -> bool:
        return RealRun(board, clock, jobs, clock.wake).run(tick)

    return Place(access_of(event, write), clock, drive, run, operators.here())


@contextmanager
def in_rehearsal(inputs: Inputs, scenario: str, seed: int) -> Iterator[tuple[Place, rehearsal.Simulated]]:
    """A simulated AWS of its own and virtual time, from three days before the event opens."""
    outlook = outlook_of(inputs)
    start = rehearsal.start_of(inputs.event)
    world = rehearsal.world(inputs.event, inputs.accounts, scenario, seed, start)
    with rehearsal.simulated(world, meanwhile=rehearsal.get_ready) as simulated:
        run = f"rehearsal-{Path(scenario).stem}-{seed}"
        place = virtual_place(inputs.event, simulated, start, run, scenario)
        yield replace(place, outlook=outlook), simulated


def outlook_of(inputs: Inputs) -> Outlook:
    """Raises BadInput for a prices.yaml that cannot be used."""
    schedule = inputs.event.schedule
    return Outlook(
        schedule.opens,
        schedule.closes,
        inputs.event.notebook.instance_type,
        {each.account_id: each.region for each in inputs.accounts},
        prices.read(inputs.event.folder),
    )


def virtual_place(
    event: Event, simulated: rehearsal.Simulated, start: float, run: str, scenario: str, slots: int = REHEARSAL_SLOTS
) -> Place:
    """Virtual time over a simulator that is up."""
    clock = VirtualClock(start, simulated.move)
    access = replace(access_of(event, write=True), endpoint_url=simulated.url, operator_keys=rehearsal.OPERATOR_KEYS)

    def drive(board: Board, tick: Callable[[float], None]) -> bool:
        try:
            run_virtual(board, clock, slots, tick)
        except KeyboardInterrupt:
            board.interrupt(clock.now())
            return False
        return True

    return Place(access, clock, drive, run, "rehearsal", scenario, told=simulated.portless)


def run(
    choice: Choice,
    inputs: Inputs,
    accounts: Sequence[TeamAccount],
    place: Place,
    reporter: Reporter,
    journal: Journal | None = None,
    progress: Progress = silent,
) -> Ran:
    """Visit the accounts until each settles; every event goes to journal and reporter. Returns when it ended."""
    sessions = Sessions(place.access, place.clock, Limiter())
    entries = _entries(choice, inputs.event, accounts, place, sessions, progress)
    opened = {each.account_id: sessions.open(each) for each in accounts}
    about = about_run(choice, inputs.event, accounts, entries, place)
    works = [
        _work(choice, place, each, order, entries[each.account_id], opened[each.account_id])
        for order, each in enumerate(accounts)
    ]
    return _watched(about, works, list(opened.values()), place, reporter, journal)


def _entries(
    choice: Choice,
    event: Event,
    accounts: Sequence[TeamAccount],
    place: Place,
    sessions: Sessions,
    progress: Progress,
) -> dict[str, tuple[Entry, ...]]:
    """By account id. The data is packed here, once for all, if a step sends it and it is not in the cache."""
    since = place.clock.now()
    if choice.sweep is not None:
        sweep, write, rate = choice.sweep, place.access.write, rate_of(event, prices.read(event.folder))
        return {each.account_id: sweep_plan.entries(event, each, sweep, write, rate) for each in accounts}

    def asked(packed: package.Package) -> dict[str, tuple[Entry, ...]]:
        whole = {each.account_id: plan.entries(event, each, packed, choice.wishes, since) for each in accounts}
        plan.refuse_unknown(whole.values(), choice.narrow)
        return {account_id: plan.narrow(entries, choice.narrow) for account_id, entries in whole.items()}

    outline = asked(plan.NO_DATA)
    if not any(each.step.id in plan.SENDS_DATA for entries in outline.values() for each in entries):
        return outline
    hub = partial(sessions.operator_client, "s3", event.region, None)
    return asked(package.build(event, choice.folder / "cache", hub, progress))


def about_run(
    choice: Choice,
    event: Event,
    accounts: Sequence[TeamAccount],
    entries: Mapping[str, Sequence[Entry]],
    place: Place | None = None,
) -> RunPlan:
    return RunPlan(
        place.run if place else "",
        choice.command,
        event.name,
        place.clock.now() if place else 0.0,
        tuple(_planned(choice, event, each, entries[each.account_id]) for each in accounts),
        whole=choice.narrow == Narrow(),
        scenario=place.scenario if place else None,
        version=version("event-bootstrap"),
    )


def _planned(choice: Choice, event: Event, account: TeamAccount, entries: Sequence[Entry]) -> PlannedAccount:
    made = plan.planned(event, account, entries)
    return replace(made, labs=(), sweeps=not choice.sweep.stop_only) if choice.sweep else made


def _work(
    choice: Choice, place: Place, account: TeamAccount, order: int, entries: Sequence[Entry], session: AccountSession
) -> Work:
    write = place.access.write
    visits = tuple(StepVisit(each.step, session, each.needs, write, choice.patience) for each in entries)
    calls, begins = session.calls, order * choice.stagger
    return Work(account.team, account.account_id, visits, lambda: sum(calls.values()), begins)


def _watched(
    about: RunPlan,
    works: Sequence[Work],
    sessions: list[AccountSession],
    place: Place,
    reporter: Reporter,
    journal: Journal | None,
) -> Ran:
    from bootstrap import results

    seen = results.Board(about.accounts)

    def emit(event: Happening) -> None:
        told = place.told(event)
        seen.take(told)
        if journal:
            journal.record(told)
        reporter.event(told)

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
    from bootstrap import results

    calls = [each.calls for each in sessions]
    sent = sum(sum(each.values()) for each in calls)
    ended = results.summarise(about.run, ends, about.began, place.clock.now(), sent, interrupted=not complete)
    return replace(ended, forecast=forecast.of(place.outlook, about, ended, calls)) if place.outlook else ended
