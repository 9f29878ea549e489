"""Events -> database, and what earlier runs left there.

A diary, not the truth: AWS is asked what is so. Any SQLAlchemy URL will do; a path means a SQLite file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bootstrap.errors import Problem, clean
from bootstrap.results import (
    WELL,
    Board,
    PlannedAccount,
    Result,
    RunPlan,
    Summary,
    cleaned,
    natural,
)
from bootstrap.states import Event, Outcome
from bootstrap.swept import SWEEP

if TYPE_CHECKING:
    import sqlalchemy as sa

    from bootstrap.journal_writer import Row

_BEGUN = "begun"
_READING_COMMANDS = ("plan", "validate", "status", "quotas")


@dataclass(frozen=True, slots=True)
class Run:
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


def exists(where: str | Path) -> bool:
    """Whether there is a journal to read; always so for a database server."""
    if "://" in str(where) and not str(where).startswith("sqlite"):
        return True
    return Path(str(where).removeprefix("sqlite:///")).exists()


class Journal:
    """Opened on a path or URL; raises BadInput (EB-395) when that cannot be written.

    `begin`, `record` and `end` never block and never raise: a thread of its own writes, and `close` says what
    could not be written.
    """

    def __init__(self, where: str | Path) -> None:
        from bootstrap import journal_tables

        self._engine = journal_tables.connect(where)
        file = journal_tables.file_of(where)
        self._spill = file.with_name(f"{file.name}.unsaved.ndjson") if file else None
        self._writer: Any = None
        self._boards: dict[str, Board] = {}

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self, plan: RunPlan, actor: str) -> None:
        """A run begins: from now on its accounts count as not ready until their results are in."""
        self._put(lambda: self._begin_rows(plan, clean(actor)))

    def record(self, event: Event) -> None:
        self._put(lambda: self._event_rows(event))

    def end(self, summary: Summary) -> None:
        self._put(lambda: self._end_rows(summary))

    def flush(self, timeout: float = 2.0) -> bool:
        """True once everything so far is committed; False if that took longer than `timeout` seconds."""
        return self._writer is None or bool(self._writer.flush(timeout))

    def close(self, timeout: float = 2.0) -> tuple[Problem, ...]:
        """Write what is left, for at most about `timeout` seconds. Returns what could not be written, if so."""
        problems: tuple[Problem, ...] = ()
        if self._writer is not None:
            problems, self._writer = self._writer.close(timeout), None
        self._engine.dispose()
        return problems

    def _put(self, rows: Any) -> None:
        if self._writer is None:
            self._start()
        self._writer.put(rows)

    def _start(self) -> None:
        from bootstrap import journal_writer

        self._writer = journal_writer.Writer(self._engine, self._spill)
        found = journal_writer.take_back(self._spill) if self._spill else None
        if found:
            file, rows = found
            for row in rows:
                self._writer.put(row)
            if self._writer.flush(2.0):
                file.unlink(missing_ok=True)

    def _begin_rows(self, plan: RunPlan, actor: str) -> Iterable[Row]:
        from bootstrap.journal_writer import Row

        self._boards[plan.run] = Board(plan.accounts)
        run = {"id": plan.run, "command": plan.command, "event": plan.event, "actor": actor, "whole": plan.whole}
        yield Row("runs", {**run, "scenario": plan.scenario, "started": plan.began})
        for account in plan.accounts:
            key = {"run": plan.run, "team": account.team, "account_id": account.account_id}
            steps = dict.fromkeys(_counted(account), _BEGUN)
            yield Row("results", {**key, "result": _BEGUN, "labs": {}, "steps": steps, "at": plan.began})

    def _event_rows(self, event: Event) -> Iterable[Row]:
        from bootstrap.journal_writer import Row, result_row

        safe = cleaned(event)
        names = ("run", "seq", "at", "actor", "team", "account_id", "step", "detail", "settled", "code", "cause")
        values = {name: getattr(safe, name) for name in names}
        values |= {"state": safe.state.value, "actor": clean(safe.actor), "facts": dict(safe.facts)}
        yield Row("events", values)
        board = self._boards.get(event.run)
        finished = board.take(safe) if board else None
        if finished:
            yield result_row(event.run, finished, event.at)

    def _end_rows(self, summary: Summary) -> Iterable[Row]:
        from bootstrap.journal_writer import Row, result_row

        self._boards.pop(summary.run, None)
        for account in summary.accounts:
            yield result_row(summary.run, account, summary.ended)
        outcome = "interrupted" if summary.interrupted else summary.result.value
        yield Row("runs", {"id": summary.run, "ended": summary.ended, "outcome": outcome}, ("id",))

    def runs(self, event_name: str) -> tuple[Run, ...]:
        """Every run of the event that may have written to accounts, the latest last."""
        import sqlalchemy as sa

        from bootstrap.journal_tables import runs

        query = sa.select(runs).where(_writing(event_name)).order_by(runs.c.number)
        with self._engine.connect() as connection:
            return tuple(
                Run(**{name: value for name, value in row.items() if name != "number"})
                for row in connection.execute(query).mappings()
            )

    def last_outcomes(self, event_name: str) -> tuple[Event, ...]:
        """For each account and step its latest event, settled or not; `results.fold` makes a summary of them."""
        import sqlalchemy as sa

        from bootstrap.journal_tables import events, runs

        latest = (
            sa.select(sa.func.max(events.c.number))
            .join(runs, runs.c.id == events.c.run)
            .where(_writing(event_name))
            .group_by(events.c.team, events.c.account_id, events.c.step)
        )
        query = sa.select(events).where(events.c.number.in_(latest)).order_by(events.c.number)
        with self._engine.connect() as connection:
            return tuple(_event(row) for row in connection.execute(query).mappings())

    def proved_clean(self, event_name: str) -> dict[str, str]:
        """Account id -> when a sweep last proved the account clean, in ISO format."""
        import sqlalchemy as sa

        from bootstrap.journal_tables import events, runs

        query = (
            sa.select(events.c.account_id, events.c.facts)
            .join(runs, runs.c.id == events.c.run)
            .where((runs.c.event == event_name) & (runs.c.command == SWEEP) & (events.c.step == "sweep"))
            .where(events.c.settled & events.c.state.in_([state.value for state in WELL]))
            .order_by(events.c.number)
        )
        with self._engine.connect() as connection:
            return {account: facts["proved"] for account, facts in connection.execute(query) if "proved" in facts}

    def teams(self, event_name: str) -> frozenset[str]:
        """Teams that a run was to visit, ready or not."""
        import sqlalchemy as sa

        from bootstrap.journal_tables import results, runs

        query = sa.select(results.c.team).distinct().join(runs, runs.c.id == results.c.run).where(_writing(event_name))
        with self._engine.connect() as connection:
            return frozenset(connection.execute(query).scalars())

    def failed_teams(self, event_name: str) -> tuple[str, ...]:
        """Teams whose own last outcome was not ready, and those that a run which died had not finished.

        A narrowed run says something only of the steps it visited: what failed before it, still counts.
        """
        import sqlalchemy as sa

        from bootstrap.journal_tables import results, runs

        query = (
            sa.select(results.c.team, results.c.result, results.c.steps, runs.c.whole)
            .join(runs, runs.c.id == results.c.run)
            .where(_writing(event_name))
            .order_by(runs.c.number, results.c.number)
        )
        standing: dict[str, set[str]] = {}
        with self._engine.connect() as connection:
            for team, result, steps, whole in connection.execute(query):
                troubles = {step for step, state in steps.items() if state not in WELL}
                if result != Result.READY and not troubles:
                    troubles = {""}
                before = set() if whole else standing.get(team, set()) - set(steps)
                standing[team] = before | troubles
        return tuple(sorted((team for team, troubles in standing.items() if troubles), key=natural))


def _writing(event_name: str) -> sa.ColumnElement[bool]:
    from bootstrap.journal_tables import runs

    # A sweep says nothing of how ready an account is.
    prepares = runs.c.command.not_in(_READING_COMMANDS) & runs.c.command.not_like("sweep%")
    return (runs.c.event == event_name) & prepares


def _counted(account: PlannedAccount) -> list[str]:
    counted = account.counted
    return [step.id for step in account.steps if step.id in counted]


def _event(row: Mapping[Any, Any]) -> Event:
    values = {name: value for name, value in row.items() if name != "number"}
    return Event(**{**values, "state": Outcome(row["state"])})
