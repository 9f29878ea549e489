"""The journal and the roster -> where the event stands, looked at again as often as one likes. AWS is not asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.run import about_run
from bootstrap.engine.engine import results
from bootstrap.engine.outcomes import AccountResult, RunPlan, StepResult
from bootstrap.engine.states import Event, Outcome
from bootstrap.engine.swept import SWEEP
from bootstrap.event.event import prices
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal import database, last_seen
from bootstrap.journal.last_seen import Found
from bootstrap.journal.standing import Key, Latest, Standing
from bootstrap.steps import plan
from bootstrap.steps.plan import Entry
from bootstrap.sweep import plan as sweep_plan
from bootstrap.sweep.plan import Sweep
from bootstrap.sweep.running import rate_of


class Watch:
    """Looks at one event's accounts. Raises BadInput (EB-395) if the journal cannot be opened; safe for threads."""

    def __init__(self, choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount]) -> None:
        self._engine = database.connect(choice.journal_path)
        self._event = inputs.event.name
        self._prepared = outline(choice, inputs, accounts)
        self._swept = outline(replace(choice, command=SWEEP, sweep=Sweep()), inputs, accounts)

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None

    def mark(self) -> tuple[int, ...]:
        """Differs from an earlier one when there is something new; costs next to nothing. Raises Troubled (EB-523)."""
        with self._connection() as connection:
            return last_seen.mark(connection, self._event)

    def look(self) -> Standing:
        """Raises Troubled (EB-523) while the journal's database does not answer."""
        with self._connection() as connection:
            return _standing(self._prepared, self._swept, last_seen.read(connection, self._event))

    def nothing(self) -> Standing:
        """What is known without the journal."""
        return _standing(self._prepared, self._swept, Found((), {}, ()))

    def close(self) -> None:
        self._engine.dispose()


def outline(choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount]) -> RunPlan:
    """What a run of the chosen kind would visit, without AWS: names, order and labs of the steps."""

    def entries(account: TeamAccount) -> tuple[Entry, ...]:
        if choice.sweep is None:
            return plan.outline(inputs.event, account)
        rate = rate_of(inputs.event, prices.read(inputs.event.folder))
        return sweep_plan.entries(inputs.event, account, choice.sweep, False, rate)

    return about_run(choice, inputs.event, accounts, {each.account_id: entries(each) for each in accounts})


def _standing(prepared: RunPlan, swept: RunPlan, found: Found) -> Standing:
    sweeps = {run for run, command in found.commands.items() if command == SWEEP}
    latest = _latest(found)
    working = {(*_key(each), each.step): each.state is Outcome.WORKING for each in found.happened}
    ready = results.fold(prepared, (each for each in found.happened if each.run not in sweeps))
    clean = results.fold(swept, (each for each in found.happened if each.run in sweeps))
    accounts = []
    for before, after in zip(ready.accounts, clean.accounts, strict=True):
        run = latest.get(_key(before))
        account = after if run and run.run in sweeps else before
        accounts.append(_as_it_goes(account, working) if run and run.at_work else account)
    ended = max((each.heard for each in latest.values()), default=0.0)
    return Standing(prepared, results.summarise("", accounts, ended, ended), found.going, latest)


def _latest(found: Found) -> dict[Key, Latest]:
    """By account the run that visited it last."""
    visits: dict[Key, list[Event]] = {}
    for each in found.happened:
        events = visits.setdefault(_key(each), [])
        if events and events[-1].run != each.run:
            events.clear()
        events.append(each)
    return {key: _visit(found, events) for key, events in visits.items()}


def _visit(found: Found, events: Sequence[Event]) -> Latest:
    """What a run has said of one account."""
    last, began = events[-1], min(each.at for each in events)
    heard = max(each.at for each in events)
    open_steps = {each.step: each.state for each in events if not each.settled}
    for each in events:
        if each.settled:
            open_steps.pop(each.step, None)
    waits = set(open_steps.values()) == {Outcome.WAITING}
    at_work = (last.run, last.team, last.account_id) in found.unfinished
    return Latest(last.run, found.commands[last.run], last.actor, heard, heard - began, at_work, at_work and waits)


def _as_it_goes(account: AccountResult, working: Mapping[tuple[str, str, str], bool]) -> AccountResult:
    """With the steps that a run is at work on said to be so: to a summary they would only wait."""

    def now(step: str, seen: StepResult) -> StepResult:
        return replace(seen, state=Outcome.WORKING) if working.get((*_key(account), step)) else seen

    return replace(account, steps={step: now(step, seen) for step, seen in account.steps.items()})


def _key(of: Event | AccountResult) -> Key:
    return (of.team, of.account_id)
