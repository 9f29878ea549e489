"""Reads what earlier runs and commands recorded in the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bootstrap.engine.hold import Hold
from bootstrap.engine.outcomes import WELL, CleanEvent, cleaned
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import STOPPED_UNTIL, Outcome, StepEvent, after_of
from bootstrap.errors.message import Message, as_json, from_json, joined, msg
from bootstrap.journal import database, holds
from bootstrap.journal.lease_rows import Holder, now
from bootstrap.journal.tables import action_messages, actions, events, leases, results, runs

# The result of an account that its run has not finished.
BEGUN = "begun"
# The outcome of an action that was carried out.
DONE = "done"
# Key in an event's stored facts: its detail as a message, to be translated when shown.
_MESSAGE = "_message"
# What a column of a type holds.
_KINDS: dict[type, Any] = {
    sa.String: str, sa.Text: str, sa.Float: (int, float), sa.Integer: int, sa.Boolean: (bool, int), sa.JSON: dict
}  # fmt: skip
# The step that starts and stops notebooks.
_NOTEBOOK = "notebook"
P = ParamSpec("P")
T = TypeVar("T")
# Runs after which an account is no longer ready.
_UNDOES = (RunKind.SWEEP_APPLY.value, RunKind.STOP_APPLY.value)
# The steps of a sweep that say whether it may look; those after them say what it found.
_BEFORE_A_SWEEP = ("access", "marker")
_PREPARES_NOT = tuple(each.value for each in RunKind if not each.prepares)


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
                found = connection.execute(query).all()
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None
        # SQLite keeps any value in any column.
        kinds = [_KINDS.get(type(each.type), object) for each in query.selected_columns]
        for row in found:
            for value, kind in zip(row, kinds, strict=True):
                if value is not None and not isinstance(value, kind):
                    raise database.damaged(ValueError(f"{kind} {value!r}"))
        return found

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
        """Return by account id who works on it now."""
        query = sa.select(leases).where(
            (leases.c.event == event_name) & (leases.c.token != "") & (leases.c.until > now())
        )
        rows = [dict(row._mapping) for row in self._rows(query.order_by(leases.c.account_id))]
        return {row.pop("account_id"): Holder(**row) for row in rows}

    def on_hold(self, event_name: str) -> dict[str, Hold]:
        """Return the event's accounts on hold, by account id."""
        try:
            with self._engine.connect() as connection:
                return holds.read(connection, event_name)
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None

    @_readable
    def last_outcomes(self, event_name: str) -> tuple[CleanEvent, ...]:
        """Return the latest event of each account and step, settled or not, for `results.fold`."""
        latest = (
            sa.select(sa.func.max(events.c.number))
            .join(runs, runs.c.id == events.c.run)
            .where(writing(event_name))
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
        looks = events.c.settled & events.c.step.not_in(_BEFORE_A_SWEEP) & (events.c.state != Outcome.SKIPPED.value)
        # A raised quota stays after a sweep, too.
        makes = runs.c.command.not_in([RunKind.QUOTA_REQUESTS.value, RunKind.QUOTA_CASES.value])
        changes = makes & events.c.state.in_([Outcome.CHANGED.value, Outcome.WORKING.value])
        query = (
            sa.select(events.c.run, events.c.account_id, events.c.state, events.c.facts, sweeps.label("sweeps"))
            .join(runs, runs.c.id == events.c.run)
            .where((runs.c.event == event_name) & ((sweeps & looks) | (~sweeps & changes)))
            .order_by(events.c.number)
        )
        proved: dict[str, str] = {}
        left: set[tuple[str, str]] = set()
        for run, account, state, facts, sweeping in self._rows(query):
            if not sweeping or Outcome(state) not in WELL:
                left.add((run, account))
                proved.pop(account, None)
            elif "proved" in facts and (run, account) not in left:
                proved[account] = facts["proved"]
        return proved

    @_readable
    def notebooks_stopped(self, event_name: str) -> frozenset[str]:
        """Return the ids of accounts whose notebook a run stopped, for the night or until the morning.

        Without those in which a later run started it, or deleted everything. AWS knows whether it is still stopped.
        """
        stops = runs.c.command == RunKind.STOP_APPLY.value
        sweeps = runs.c.command == RunKind.SWEEP_APPLY.value
        hours = writing(event_name) & (events.c.step == _NOTEBOOK) & events.c.settled
        query = (
            sa.select(events.c.account_id, events.c.state, events.c.facts, stops.label("stops"), sweeps.label("sweeps"))
            .join(runs, runs.c.id == events.c.run)
            .where(((runs.c.event == event_name) & (stops | sweeps) & events.c.settled) | hours)
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
    def steps_done(self, event_name: str) -> dict[tuple[str, str], frozenset[str]]:
        """Return by team and account id the steps whose last outcome was good, of those that decide the result.

        A narrowed run counts only for the steps it visited, a crashed run only for those it had finished. A sweep that
        deletes or stops ends all that was done before it.
        """
        query = (
            sa.select(results.c.team, results.c.account_id, results.c.steps, runs.c.whole, runs.c.command)
            .join(runs, runs.c.id == results.c.run)
            .where(writing(event_name) | ((runs.c.event == event_name) & runs.c.command.in_(_UNDOES)))
            .order_by(runs.c.number, results.c.number)
        )
        done: dict[tuple[str, str], frozenset[str]] = {}
        for team, account_id, steps, whole, command in self._rows(query):
            if command in _UNDOES:
                done[team, account_id] = frozenset()
                continue
            before = frozenset() if whole else done.get((team, account_id), frozenset()) - set(steps)
            done[team, account_id] = before | {step for step, state in steps.items() if state in WELL}
        return done


def _action(row: dict[str, Any]) -> Action:
    made = row.pop("message")
    return Action(**{**row, "detail": _made(row["detail"], made)})


def _visited(row: Mapping[Any, Any], event_name: str) -> Action:
    troubles = [
        msg("{step} {state}", step=step, state=Message(state))
        for step, state in row["steps"].items()
        if state not in {*WELL, BEGUN}
    ]
    unfinished = row["result"] == BEGUN
    detail: str = joined(", ", troubles) or msg("run {run}", run=row["run"])
    if unfinished:
        detail = msg("not finished: running, or crashed")
    outcome = "unfinished" if unfinished else row["result"]
    return Action(row["at"], row["actor"], row["command"], event_name, row["team"], row["account_id"], detail, outcome)


def writing(event_name: str) -> sa.ColumnElement[bool]:
    """Return a condition for the runs of the event that prepare accounts."""
    return (runs.c.event == event_name) & runs.c.command.not_in(_PREPARES_NOT)


def told(detail: str) -> dict[str, Any]:
    """Return a message as a fact, to be stored with its event; nothing for a plain text."""
    return {_MESSAGE: as_json(detail)} if isinstance(detail, Message) else {}


def event_of(row: Mapping[Any, Any]) -> CleanEvent:
    """Return an event as it was recorded. Its detail is a message again, or the text that an older version wrote."""
    values = {name: value for name, value in row.items() if name != "number"}
    facts = dict(row["facts"])
    detail = _made(row["detail"], facts.pop(_MESSAGE, None))
    after = after_of(row["cause"])
    cause = row["cause"] if after is None else None
    read = {"detail": detail, "facts": facts, "state": Outcome(row["state"]), "cause": cause, "after": after}
    return cleaned(StepEvent(**{**values, **read}))


def _made(text: str, made: Any) -> str:
    """The message that `made` describes; the recorded text if there is none, or if it cannot be read."""
    try:
        return text if made is None else from_json(made)
    except (KeyError, TypeError, ValueError):
        return text
