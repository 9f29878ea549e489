"""Reads what earlier runs and commands recorded in the journal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bootstrap.engine.hold import Hold
from bootstrap.engine.outcomes import WELL, CleanEvent, Result
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import STOPPED_UNTIL, Outcome
from bootstrap.errors.message import Message, joined, msg
from bootstrap.journal import database, holds, kept_events, operators
from bootstrap.journal.kept_events import event_of, made_of, telling, writing
from bootstrap.journal.known import Key, KnownAccount, known
from bootstrap.journal.lease_rows import Holder, now
from bootstrap.journal.tables import action_messages, actions, events, leases, results, runs

# The result of an account that its run has not finished.
BEGUN = "begun"
# The outcome of an action that was carried out.
DONE = "done"
# The step that starts and stops notebooks.
_NOTEBOOK = "notebook"
P = ParamSpec("P")
T = TypeVar("T")
# The steps of a sweep that say whether it may look; those after them say what it found.
_BEFORE_A_SWEEP = ("access", "marker")
# A step that no run has, so that no run has looked at all of them.
_NEVER = frozenset({""})
# The last step of every sweep that deletes: marker and baseline go.
_LAST_OF_A_SWEEP = "forget"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run in the journal. `ended` and `outcome` are None if it crashed or is still running."""

    id: str
    command: str
    event: str
    actor: str
    whole: bool
    scenario: str | None
    started: float
    ended: float | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Action:
    """An action of a person that is not a run. `team` and `account_id` are "" if it is not about one account."""

    at: float
    actor: str
    command: str
    event: str
    team: str
    account_id: str
    detail: str
    outcome: str

    @property
    def kind(self) -> RunKind:
        """The command's kind; OTHER for one that this version does not know."""
        return RunKind.of(self.command)


def _readable(method: Callable[P, T]) -> Callable[P, T]:
    """Make Troubled (EB-395) of what a row raises that this tool cannot have written."""

    @wraps(method)
    def read(*args: P.args, **named: P.kwargs) -> T:
        try:
            return method(*args, **named)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            raise database.damaged(error) from None

    return read


class Past:
    """Queries of an open journal.

    Every method raises Troubled: EB-523 if its database does not answer, EB-395 for a damaged row.
    """

    _engine: sa.Engine

    def _rows(self, query: sa.Select[*tuple[Any, ...]]) -> Sequence[Any]:
        try:
            with self._engine.connect() as connection:
                return database.rows(connection, query)
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None

    @_readable
    def runs(self, event_name: str) -> tuple[RunRecord, ...]:
        """Return every run of the event that may have written to accounts, the latest last."""
        query = sa.select(runs).where(writing(event_name)).order_by(runs.c.number)
        return tuple(
            RunRecord(**{name: value for name, value in row._mapping.items() if name != "number"})
            for row in self._rows(query)
        )

    @_readable
    def actions(self, event_name: str, team: str | None = None) -> tuple[Action, ...]:
        """Return the actions of the event, or of one team, the latest last. Details are messages if stored as such."""
        wanted = [actions.c[each.name] for each in fields(Action)]
        query = (
            sa.select(*wanted, action_messages.c.message)
            .join(action_messages, action_messages.c.action == actions.c.id, isouter=True)
            .where(actions.c.event == event_name)
            .order_by(actions.c.at, actions.c.number)
        )
        if team is not None:
            query = query.where(actions.c.team == team)
        return tuple(_action(dict(row._mapping)) for row in self._rows(query))

    @_readable
    def accounts_of_runs(self, event_name: str) -> tuple[Action, ...]:
        """Return one action for each account of each run, also of runs that only read; the latest last."""
        query = (
            sa.select(results, runs.c.actor, runs.c.command)
            .join(runs, runs.c.id == results.c.run)
            .where(runs.c.event == event_name)
            .order_by(results.c.at, results.c.number)
        )
        return tuple(_visited(row._mapping, event_name) for row in self._rows(query))

    @_readable
    def at_work(self, event_name: str) -> dict[str, Holder]:
        """Return by account id who works on it now, as far as the journal can tell."""
        query = sa.select(leases).where(
            (leases.c.event == event_name) & (leases.c.token != "") & (leases.c.until > now())
        )
        rows = [dict(row._mapping) for row in self._rows(query.order_by(leases.c.account_id))]
        working = [row for row in rows if not operators.gone(row["machine"], row["pid"])]
        return {row.pop("account_id"): Holder(**row) for row in working}

    def on_hold(self, event_name: str) -> dict[str, Hold]:
        """Return the event's accounts on hold, by account id."""
        try:
            with self._engine.connect() as connection:
                return holds.read(connection, event_name)
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None

    @_readable
    def last_outcomes(self, event_name: str) -> tuple[CleanEvent, ...]:
        """Return the latest event of each account and step that tells something of it, settled or not."""
        latest = (
            sa.select(sa.func.max(events.c.number))
            .join(runs, runs.c.id == events.c.run)
            .where(writing(event_name) & telling(event_name))
            .group_by(events.c.team, events.c.account_id, events.c.step)
        )
        query = sa.select(events).where(events.c.number.in_(latest)).order_by(events.c.number)
        return tuple(event_of(row._mapping) for row in self._rows(query))

    @_readable
    def proved_clean(self, event_name: str) -> dict[str, str]:
        """Return by account id when a sweep last proved the account clean, in ISO format.

        Without the accounts in which that sweep left something, or a later one, or in which a later run changed
        anything: what is known of those is not that they are clean.
        """
        sweeps = runs.c.command == RunKind.SWEEP_APPLY.value
        # What is being deleted is not clean until it is proved again; a sweep may have been interrupted there.
        ends = events.c.settled & (events.c.state != Outcome.SKIPPED.value)
        # The last step deletes only what the tool itself wrote down about the account, after the proof.
        deletes = (events.c.state == Outcome.WORKING.value) & (events.c.step != _LAST_OF_A_SWEEP)
        looks = events.c.step.not_in(_BEFORE_A_SWEEP) & (ends | deletes)
        changes = ~kept_events.asking & events.c.state.in_([Outcome.CHANGED.value, Outcome.WORKING.value])
        query = (
            sa.select(events.c.run, events.c.account_id, events.c.state, events.c.facts, sweeps.label("sweeps"))
            .join(runs, runs.c.id == events.c.run)
            .where(telling(event_name) & ((sweeps & looks) | (~sweeps & changes)))
            .order_by(events.c.number)
        )
        proved: dict[str, str] = {}
        left: set[tuple[str, str]] = set()
        for run, account, state, facts, sweeping in self._rows(query):
            if sweeping and state == Outcome.WORKING.value:
                proved.pop(account, None)
            elif not sweeping or Outcome(state) not in WELL:
                left.add((run, account))
                proved.pop(account, None)
            elif "proved" in facts and (run, account) not in left:
                proved[account] = facts["proved"]
        return proved

    @_readable
    def prepared(self, event_name: str) -> frozenset[str]:
        """Return the ids of accounts in which a run changed anything, and that no later sweep emptied.

        Requests for quotas do not count, and no step that was to begin once something else was there.
        """
        sweeps = runs.c.command == RunKind.SWEEP_APPLY.value
        makes = writing(event_name) & ~kept_events.asking
        changes = events.c.state.in_([Outcome.CHANGED.value, Outcome.WORKING.value])
        empties = sweeps & (events.c.step == _LAST_OF_A_SWEEP)
        well = events.c.state.in_([each.value for each in WELL])
        query = (
            sa.select(events.c.account_id, sweeps.label("sweeps"), sa.func.max(events.c.number))
            .join(runs, runs.c.id == events.c.run)
            .where(telling(event_name) & ((changes & makes) | (empties & well)))
            .group_by(events.c.account_id, sweeps)
        )
        last: dict[tuple[str, bool], int] = {(each[0], bool(each[1])): each[2] for each in self._rows(query)}
        return frozenset(
            account_id
            for (account_id, sweeping), number in last.items()
            if not sweeping and number > last.get((account_id, True), 0)
        )

    @_readable
    def notebooks_stopped(self, event_name: str) -> frozenset[str]:
        """Return the ids of accounts whose notebook a run stopped, for the night or until the morning.

        Without those in which a later run started it, or deleted everything. AWS knows whether it is still stopped.
        """
        stops = runs.c.command == RunKind.STOP_APPLY.value
        sweeps = runs.c.command == RunKind.SWEEP_APPLY.value
        hours = writing(event_name) & (events.c.step == _NOTEBOOK)
        query = (
            sa.select(events.c.account_id, events.c.state, events.c.facts, stops.label("stops"), sweeps.label("sweeps"))
            .join(runs, runs.c.id == events.c.run)
            .where(telling(event_name) & events.c.settled & (stops | sweeps | hours))
            .order_by(events.c.number)
        )
        found: set[str] = set()
        for account_id, state, facts, stopping, sweeping in self._rows(query):
            if stopping or STOPPED_UNTIL in facts:
                found.add(account_id)
            elif sweeping or Outcome(state) in WELL:
                found.discard(account_id)
        return frozenset(found)

    @_readable
    def steps_done(
        self, event_name: str, counted: Mapping[Key, Collection[str]] | None = None
    ) -> dict[Key, frozenset[str]]:
        """Return by team and account id the steps that were seen to be good and not bad since.

        A sweep that deletes or stops ends all that was done before it, until everything was looked at again:
        `counted` has the steps of each account that decide whether it is ready.
        """
        kinds = {run: RunKind.of(command) for run, command in self._rows(kept_events.kinds_of(event_name))}
        happened = [event_of(row._mapping) for row in self._rows(kept_events.last_visits(event_name))]

        def whole(kind: RunKind, key: Key) -> Collection[str]:
            # What a sweep has proved by looking at everything is no matter here.
            return (counted or {}).get(key, _NEVER) if kind is RunKind.PROVISION else _NEVER

        return {key: _good(each) for key, each in known(happened, kinds, (), whole).items()}


def _good(account: KnownAccount) -> frozenset[str]:
    if account.kind is not RunKind.PROVISION:
        return frozenset()
    return frozenset(step for step, last in {each.step: each for each in account.events}.items() if last.state in WELL)


def _action(row: dict[str, Any]) -> Action:
    made = row.pop("message")
    return Action(**{**row, "detail": made_of(row["detail"], made)})


def _visited(row: Mapping[Any, Any], event_name: str) -> Action:
    troubles = [
        msg("{step} {state}", step=step, state=Message(state))
        for step, state in row["steps"].items()
        if state not in {*WELL, BEGUN, Outcome.ELSEWHERE}
    ]
    unfinished = row["result"] == BEGUN
    detail: str = joined(", ", troubles) or msg("run {run}", run=row["run"])
    if unfinished:
        detail = msg("not finished: running, or crashed")
    elif row["result"] == Result.ELSEWHERE:
        detail = msg("left alone: another run works there, or it is on hold")
    outcome = "unfinished" if unfinished else row["result"]
    return Action(row["at"], row["actor"], row["command"], event_name, row["team"], row["account_id"], detail, outcome)
