"""Put a run together: its steps, sessions, leases and limiter; then run it. `place.py` says where and when."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions, access_of
from bootstrap.cli.commands.about_run import about, planned_of
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.drive import Ran, ahead, watched
from bootstrap.cli.commands.packing import Packing, builder
from bootstrap.cli.commands.peak_stop import stopping
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.selected import say_selected
from bootstrap.cli.commands.signed_in import ask_for_codes
from bootstrap.engine.clock import RealClock
from bootstrap.engine.engine import RealRun
from bootstrap.engine.queue import Queue, Work
from bootstrap.errors import Interrupted
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal import leased_visit, operators
from bootstrap.journal.leased_visit import LeasedVisit
from bootstrap.steps import plan
from bootstrap.steps.dataset.progress import Progress, silent
from bootstrap.steps.notebook_hours import ID as NOTEBOOK
from bootstrap.steps.plan import PlanEntry
from bootstrap.steps.step import StepVisit

if TYPE_CHECKING:
    from bootstrap.journal.journal import Journal
    from bootstrap.journal.leases import Leases
    from bootstrap.report import Reporter


def real_place(event: Event, write: bool, jobs: int) -> Place:
    """Return the real AWS and real time, with the operator's own credentials; `jobs`: accounts at the same time."""
    clock = RealClock()
    run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"

    def drive(board: Queue, tick: Callable[[float], None]) -> bool:
        return RealRun(board, clock, jobs, clock.wake).run(tick)

    return Place(access_of(event, write), clock, drive, run, operators.here(), shared=write, beside=not write)


def visit_accounts(
    choice: Choice,
    inputs: Inputs,
    accounts: Sequence[TeamAccount],
    place: Place,
    reporter: Reporter,
    journal: Journal | None = None,
    progress: Progress = silent,
) -> Ran:
    """Visit the accounts until each one settles; every event goes to journal and reporter. Blocks until the end."""
    with _unbegun():
        ask_for_codes(place.access, accounts, inputs.event.region)
    with _leases(choice, inputs.event.name, accounts, place, journal) as leases:
        access = replace(place.access, held=leases.held) if leases else place.access
        sessions = Sessions(access, place.clock, Limiter())
        asleep = journal.notebooks_stopped(inputs.event.name) if journal and not choice.sweep else frozenset()
        with _unbegun():
            entries, packing = _entries(choice, inputs.event, accounts, place, asleep), None
        if choice.sweep is None and any(map(plan.sends_data, entries.values())):
            packing = Packing(inputs.event, builder(choice, inputs.event, sessions))
            if not place.beside:
                # Nothing is created before the data is known to be whole.
                with _unbegun():
                    packing.pack(progress)
        opened = {each.account_id: sessions.open(each) for each in accounts}
        on_hold = journal.on_hold(inputs.event.name) if journal else {}
        visited = tuple(
            replace(planned_of(choice, inputs.event, each, entries[each.account_id]), hold=on_hold.get(each.account_id))
            for each in accounts
        )
        works = [
            _work(choice, place, order, entries[each.account_id], opened[each.account_id], leases, packing, journal)
            for order, each in enumerate(accounts)
        ]
        if packing and place.beside:
            packing.start()
        told = about(choice, inputs.event, visited, place)
        peaking = choice.wishes.peak is not None
        with stopping(inputs.event, accounts, access, place.clock) if peaking else nullcontext():
            ran = watched(told, works, list(opened.values()), place, reporter, journal, leases)
        if packing and place.beside and not ran.summary.interrupted:
            packing.finish(progress)
        return ran


@contextmanager
def _unbegun() -> Iterator[None]:
    """Say on Ctrl-C that no account was visited yet. Raises Interrupted then."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(
            msg("interrupted before the first account was visited: nothing was changed; run the same command again")
        ) from None


def _leases(
    choice: Choice, event: str, accounts: Sequence[TeamAccount], place: Place, journal: Journal | None
) -> AbstractContextManager[Leases | None]:
    if journal is None or not place.shared:
        return nullcontext()
    return leased_visit.leases(journal, accounts, choice.command, event, place.run, place.actor, choice.take_over)


def _entries(
    choice: Choice,
    event: Event,
    accounts: Sequence[TeamAccount],
    place: Place,
    asleep: frozenset[str] = frozenset(),
) -> dict[str, tuple[PlanEntry, ...]]:
    """Return the steps by account id; those that send data have none yet.

    `asleep`: accounts in which a run stopped the notebook, so that AWS is asked whether it is to be started.
    """
    since = place.clock.now()
    if choice.sweep is not None:
        return choice.sweep.entries(event, accounts, place.access.write)

    if choice.wishes.peak:
        choice.wishes.peak.since = since
    names = {each.account_id: Names.of(event, each) for each in accounts}
    named = NOTEBOOK in (*choice.narrow.only, choice.narrow.start)
    whole = {
        each.account_id: plan.entries(event, each, names[each.account_id], wishes, since)
        for each in accounts
        for wishes in [replace(choice.wishes, notebooks=named or each.account_id in asleep, notebooks_named=named)]
    }
    if (repair := choice.repair) is not None:
        asked = {key: repair[key].entries(whole[key], each, since) for key, each in names.items()}
    else:
        plan.refuse_unknown(whole.values(), choice.narrow)
        asked = {account_id: plan.narrow(entries, choice.narrow) for account_id, entries in whole.items()}
        say_selected(choice.narrow, asked.values())
    plan.check_templates(whole.values())
    return asked


def _work(
    choice: Choice,
    place: Place,
    order: int,
    entries: Sequence[PlanEntry],
    session: AccountSession,
    leases: Leases | None,
    packing: Packing | None,
    journal: Journal | None,
) -> Work:
    account, begins = session.account, order * choice.stagger
    tell = ahead(journal, place) if journal else None

    def visitor(entry: PlanEntry) -> StepVisit:
        return StepVisit(entry.step, session, entry.needs, place.access.write, choice.patience, tell)

    visits = tuple(
        packing.visitor(each, visitor) if packing and plan.sends_data((each,)) else visitor(each) for each in entries
    )
    if leases:
        visits = tuple(LeasedVisit(each, account.account_id, leases) for each in visits)
    return Work(account.team, account.account_id, visits, session.calls.total, begins)
