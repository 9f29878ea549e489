"""Reads from the journal the last state of every account, and which runs are going on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bootstrap.engine.hold import Hold
from bootstrap.engine.outcomes import CleanEvent
from bootstrap.engine.run_kind import RunKind
from bootstrap.journal import database, kept_events, operators
from bootstrap.journal import holds as hold_rows
from bootstrap.journal.kept_events import event_of
from bootstrap.journal.lease_rows import now
from bootstrap.journal.past import BEGUN
from bootstrap.journal.standing import Going
from bootstrap.journal.tables import events, holds, leases, results, runs

# PostgreSQL numbers rows before it commits them. An event committed after this many later ones is still noticed.
_LATE = 5000


@dataclass(frozen=True, slots=True)
class Found:
    """The last state of an event's accounts, and its running runs.

    `happened`: for each step of each account the first and the last event of the latest run there, in order.

    `unfinished`: run, team and account id of accounts that running runs have still to finish. `on_hold`: by account id.
    """

    happened: tuple[CleanEvent, ...]
    kinds: Mapping[str, RunKind]
    going: tuple[Going, ...]
    unfinished: frozenset[tuple[str, str, str]] = frozenset()
    on_hold: Mapping[str, Hold] = field(default_factory=dict)


class LastSeen:
    """One event's accounts in the journal. Thread-safe. Raises BadInput (EB-395) if the journal cannot be opened."""

    def __init__(self, where: str | Path, event_name: str) -> None:
        self._engine = database.connect(where)
        self._event_name = event_name

    def mark(self) -> tuple[float, ...]:
        """Return numbers that differ from earlier ones if there is something new. Cheap. Raises Troubled (EB-523)."""
        with self._connection() as connection:
            return _mark(connection, self._event_name)

    def read(self) -> Found:
        """Return the last states. Raises Troubled (EB-523) while the journal's database does not answer."""
        with self._connection() as connection:
            return _read(connection, self._event_name)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None


def _mark(connection: sa.Connection, event_name: str) -> tuple[float, ...]:
    """Numbers that differ from earlier ones if there is something new. Cheap for a journal of any size."""
    latest = sa.select(sa.func.max(events.c.number)).scalar_subquery()
    mine = runs.c.event == event_name
    numbers = sa.select(
        latest,
        sa.select(sa.func.count(events.c.number)).where(events.c.number > latest - _LATE).scalar_subquery(),
        sa.select(sa.func.count(runs.c.number)).where(mine).scalar_subquery(),
        sa.select(sa.func.count(runs.c.ended)).where(mine).scalar_subquery(),
        sa.select(sa.func.count()).select_from(holds).where(holds.c.event == event_name).scalar_subquery(),
        sa.select(sa.func.max(holds.c.since)).where(holds.c.event == event_name).scalar_subquery(),
    )
    return tuple(each or 0 for each in connection.execute(numbers).one())


def _read(connection: sa.Connection, event_name: str) -> Found:
    kinds = {each.id: RunKind.of(each.command) for each in connection.execute(kept_events.kinds_of(event_name))}
    rows = connection.execute(kept_events.last_visits(event_name)).mappings()
    going = _going(connection, event_name)
    alive = [each.run for each in going if not each.died]
    unfinished = _unfinished(connection, alive)
    return Found(tuple(map(event_of, rows)), kinds, going, unfinished, hold_rows.read(connection, event_name))


def _going(connection: sa.Connection, event_name: str) -> tuple[Going, ...]:
    """Runs without an end, except those whose accounts later runs have all visited."""
    heard = sa.select(sa.func.max(events.c.at)).where(events.c.run == runs.c.id).scalar_subquery()
    latest = sa.select(sa.func.max(results.c.number)).join(runs, runs.c.id == results.c.run)
    latest = latest.where(runs.c.event == event_name).group_by(results.c.team, results.c.account_id)
    query = (
        sa.select(runs, heard.label("heard"), sa.func.count().label("total"))
        .add_columns(sa.func.sum(sa.case((results.c.result == BEGUN, 0), else_=1)).label("done"))
        .add_columns(sa.func.sum(sa.case((results.c.number.in_(latest), 1), else_=0)).label("newest"))
        .add_columns(_leases(leases.c.until > now()).label("held"), _leases(leases.c.until <= now()).label("lapsed"))
        .join(results, results.c.run == runs.c.id)
        .where((runs.c.event == event_name) & runs.c.ended.is_(None))
        .group_by(runs.c.number)
        .order_by(runs.c.number)
    )
    found = [_run(row) for row in connection.execute(query).mappings() if row["newest"]]
    if not found:
        return ()
    # A process of this machine that is no more needs no wait for its lease to expire.
    gone = _gone(connection, [each.run for each in found])
    return tuple(replace(each, held=0, lapsed=each.held + each.lapsed) if each.run in gone else each for each in found)


def _gone(connection: sa.Connection, names: Sequence[str]) -> set[str]:
    """Those of the runs that had their processes on this machine, where they are no more."""
    query = sa.select(leases.c.run, leases.c.machine, leases.c.pid).distinct()
    query = query.where(leases.c.run.in_(names) & (leases.c.token != ""))
    return {each.run for each in connection.execute(query) if operators.gone(each.machine, each.pid)}


def _leases(which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """The number of a run's leases. A lease that was given back has no token."""
    mine = (leases.c.run == runs.c.id) & (leases.c.token != "")
    return sa.select(sa.func.count()).select_from(leases).where(mine & which).scalar_subquery()


def _unfinished(connection: sa.Connection, alive: Sequence[str]) -> frozenset[tuple[str, str, str]]:
    query = sa.select(results.c.run, results.c.team, results.c.account_id)
    rows = connection.execute(query.where(results.c.run.in_(alive) & (results.c.result == BEGUN)))
    return frozenset((each.run, each.team, each.account_id) for each in rows)


def _run(row: Mapping[Any, Any]) -> Going:
    heard = max(row["started"], row["heard"] or 0.0)
    numbers = {name: int(row[name]) for name in ("done", "total", "held", "lapsed")}
    return Going(row["id"], RunKind.of(row["command"]), row["actor"], row["started"], heard, **numbers)
