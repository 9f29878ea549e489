"""What earlier runs and commands left in the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from bootstrap.engine.outcomes import WELL, CleanEvent, cleaned
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome, StepEvent, after_of
from bootstrap.errors.message import Message, as_json, from_json

if TYPE_CHECKING:
    import sqlalchemy as sa

    from bootstrap.journal.lease_rows import Holder

# The result of an account whose run has not said it yet.
BEGUN = "begun"
# The outcome of an action that was carried out.
DONE = "done"
# Under this key of its facts the journal keeps how an event's detail was made.
_MESSAGE = "_message"
_PREPARES_NOT = tuple(each.value for each in RunKind if not each.prepares)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as the journal knows it; `ended` and `outcome` are None for one that died or still goes on."""

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
    """What a person did that is no run; `team` and `account_id` are empty where it is about none."""

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
        """Of which command it is; OTHER for one that this version does not know."""
        return RunKind.of(self.command)


class Past:
    """Reading a journal that is open. Every method raises Troubled (EB-523) if its database does not answer."""

    _engine: sa.Engine

    def _rows(self, query: sa.Select[*tuple[Any, ...]]) -> Sequence[Any]:
        from sqlalchemy.exc import SQLAlchemyError

        from bootstrap.journal import database

        try:
            with self._engine.connect() as connection:
                return connection.execute(query).all()
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None

    def runs(self, event_name: str) -> tuple[RunRecord, ...]:
        """Every run of the event that may have written to accounts, the latest last."""
        import sqlalchemy as sa

        from bootstrap.journal.tables import runs

        query = sa.select(runs).where(writing(event_name)).order_by(runs.c.number)
        return tuple(
            RunRecord(**{name: value for name, value in row._mapping.items() if name != "number"})
            for row in self._rows(query)
        )

    def actions(self, event_name: str, team: str | None = None) -> tuple[Action, ...]:
        """What people did of the event, or for one team of it, the latest last."""
        import sqlalchemy as sa

        from bootstrap.journal.tables import actions

        wanted = [actions.c[each.name] for each in fields(Action)]
        query = sa.select(*wanted).where(actions.c.event == event_name).order_by(actions.c.at, actions.c.number)
        if team is not None:
            query = query.where(actions.c.team == team)
        return tuple(Action(**row._mapping) for row in self._rows(query))

    def accounts_of_runs(self, event_name: str) -> tuple[Action, ...]:
        """What each run, also one that only looked, did with each of its accounts; the latest last."""
        import sqlalchemy as sa

        from bootstrap.journal.tables import results, runs

        query = (
            sa.select(results, runs.c.actor, runs.c.command)
            .join(runs, runs.c.id == results.c.run)
            .where(runs.c.event == event_name)
            .order_by(results.c.at, results.c.number)
        )
        return tuple(_visited(row._mapping, event_name) for row in self._rows(query))

    def at_work(self, event_name: str) -> dict[str, Holder]:
        """By account id who works on it now."""
        import sqlalchemy as sa

        from bootstrap.journal.lease_rows import Holder, now
        from bootstrap.journal.tables import leases

        query = sa.select(leases).where(
            (leases.c.event == event_name) & (leases.c.token != "") & (leases.c.until > now())
        )
        rows = [dict(row._mapping) for row in self._rows(query.order_by(leases.c.account_id))]
        return {row.pop("account_id"): Holder(**row) for row in rows}

    def last_outcomes(self, event_name: str) -> tuple[CleanEvent, ...]:
        """For each account and step its latest event, settled or not; `results.fold` makes a summary of them."""
        import sqlalchemy as sa

        from bootstrap.journal.tables import events, runs

        latest = (
            sa.select(sa.func.max(events.c.number))
            .join(runs, runs.c.id == events.c.run)
            .where(writing(event_name))
            .group_by(events.c.team, events.c.account_id, events.c.step)
        )
        query = sa.select(events).where(events.c.number.in_(latest)).order_by(events.c.number)
        return tuple(event_of(row._mapping) for row in self._rows(query))

    def proved_clean(self, event_name: str) -> dict[str, str]:
        """Account id -> when a sweep last proved the account clean, in ISO format."""
        import sqlalchemy as sa

        from bootstrap.journal.tables import events, runs

        query = (
            sa.select(events.c.account_id, events.c.facts)
            .join(runs, runs.c.id == events.c.run)
            .where(
                (runs.c.event == event_name)
                & (runs.c.command == RunKind.SWEEP_APPLY.value)
                & (events.c.step == "sweep")
            )
            .where(events.c.settled & events.c.state.in_([state.value for state in WELL]))
            .order_by(events.c.number)
        )
        return {account: facts["proved"] for account, facts in self._rows(query) if "proved" in facts}

    def steps_done(self, event_name: str) -> dict[tuple[str, str], frozenset[str]]:
        """Team and account id -> the steps whose own last outcome there was good; of those that count.

        A narrowed run says something only of the steps it visited; a run that died, of none that it had not finished.
        """
        import sqlalchemy as sa

        from bootstrap.journal.tables import results, runs

        query = (
            sa.select(results.c.team, results.c.account_id, results.c.steps, runs.c.whole)
            .join(runs, runs.c.id == results.c.run)
            .where(writing(event_name))
            .order_by(runs.c.number, results.c.number)
        )
        done: dict[tuple[str, str], frozenset[str]] = {}
        for team, account_id, steps, whole in self._rows(query):
            before = frozenset() if whole else done.get((team, account_id), frozenset()) - set(steps)
            done[team, account_id] = before | {step for step, state in steps.items() if state in WELL}
        return done


def _visited(row: Mapping[Any, Any], event_name: str) -> Action:
    troubles = [f"{step} {state}" for step, state in row["steps"].items() if state not in {*WELL, BEGUN}]
    unfinished = row["result"] == BEGUN
    detail = "not finished: it goes on, or has died" if unfinished else ", ".join(troubles) or f"run {row['run']}"
    outcome = "unfinished" if unfinished else row["result"]
    return Action(row["at"], row["actor"], row["command"], event_name, row["team"], row["account_id"], detail, outcome)


def writing(event_name: str) -> sa.ColumnElement[bool]:
    """Runs of the event that prepare accounts."""
    from bootstrap.journal.tables import runs

    return (runs.c.event == event_name) & runs.c.command.not_in(_PREPARES_NOT)


def told(detail: str) -> dict[str, Any]:
    """How a detail was made, as a fact of its event; nothing for a text that is no message."""
    return {_MESSAGE: as_json(detail)} if isinstance(detail, Message) else {}


def event_of(row: Mapping[Any, Any]) -> CleanEvent:
    """An event as it was recorded. Its detail is a message again, or the text that an older version wrote."""
    values = {name: value for name, value in row.items() if name != "number"}
    facts = dict(row["facts"])
    made = facts.pop(_MESSAGE, None)
    try:
        detail = row["detail"] if made is None else from_json(made)
    except (KeyError, TypeError, ValueError):
        detail = row["detail"]
    after = after_of(row["cause"])
    cause = row["cause"] if after is None else None
    read = {"detail": detail, "facts": facts, "state": Outcome(row["state"]), "cause": cause, "after": after}
    return cleaned(StepEvent(**{**values, **read}))
