"""Copies a journal to another database, SQLite or PostgreSQL, and proves by digests that both are the same.

All or nothing. A second copy adds what is new. Rows keep their numbers, because their order says what is latest; so
nothing is added to a journal that has rows of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DataError, SQLAlchemyError, StatementError

from bootstrap.errors import BadInput, Problem, Troubled
from bootstrap.errors.message import msg
from bootstrap.journal import database, schema
from bootstrap.journal import unsaved as aside
from bootstrap.journal.live import LiveRun, live
from bootstrap.journal.tables import about, action_messages, actions, events, metadata, results, runs
from bootstrap.journal.writer import Writer, fitting

_AT_ONCE = 2000
# Entries are only added, and some change in place. Rows of other tables say how things are now: a copy follows them.
_CHANGE = frozenset({runs.name, results.name})
_ENTRIES = _CHANGE | {events.name, actions.name, action_messages.name}
_TAKE_IN = 30.0
_NUMBER = "number"
Row = Mapping[str, Any]
Say = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """One table: its rows, how many of them the copy wrote or removed, and the digest that both databases have."""

    name: str
    rows: int
    changed: int
    digest: str


@dataclass(frozen=True, slots=True)
class Copied:
    """A finished copy. `live`: runs that go on in the source; what they record from now on is not in the copy."""

    tables: tuple[CopiedTable, ...]
    live: tuple[LiveRun, ...]
    moved: bool


class _OtherRows(Exception):
    """The target has rows that the source does not have. `args`: the table."""


def copy(source: str, target: str, move: bool, while_running: bool, say: Say, beside: Path | None = None) -> Copied:
    """Copy every row of `source` that `target` does not have. With `move`, every later use of `source` is refused.

    `say(what, done, total)` is called often. `beside`: as for `Journal`. Raises BadInput: EB-395, EB-697; EB-698
    if runs go on, unless `while_running`; EB-699 if the target has rows of its own; EB-700 if the source has what
    only a newer version knows. Raises Troubled: EB-523 if a database does not answer; EB-701 if the copy differs.
    """
    out = database.connect(source, moved=True)
    try:
        _take_in(out, database.unsaved(source, beside))
        with _answering(), _snapshot(out, move) as reading:
            running = _may_begin(reading, source, move, while_running)
            into = database.connect(target)
            try:
                with into.begin() as writing:
                    tables = _copied(reading, writing, target, say)
            finally:
                into.dispose()
            if move:
                schema.move(reading, _absolute(target))
    finally:
        out.dispose()
    return Copied(tables, running, move)


def same_place(one: str, other: str) -> bool:
    """Return True if both name the same database."""
    files = [database.file_of(each) for each in (one, other)]
    if files[0] and files[1]:
        return files[0].resolve() == files[1].resolve()
    return not any(files) and database.in_public(one) == database.in_public(other)


def _absolute(target: str) -> str:
    file = database.file_of(target)
    return str(file.resolve()) if file else database.in_public(target)


def _take_in(engine: sa.Engine, spill: Path | None) -> None:
    """Import spill files, also those that runs wrote after the journal had been moved."""
    if not (spill and aside.files(spill)):
        return
    writer = Writer(engine, spill)
    writer.take_in()
    if problems := writer.close(_TAKE_IN):
        raise Troubled(list(problems))


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError) as error:
        raise database.damaged(error) from None
    except SQLAlchemyError as error:
        if isinstance(error, DataError) or type(error) is StatementError:
            raise database.damaged(error) from None
        raise database.unanswered(error) from None


@contextmanager
def _snapshot(engine: sa.Engine, exclusive: bool) -> Iterator[sa.Connection]:
    """One state of the source, whoever writes to it; with `exclusive` others wait until it is read."""
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if exclusive else "BEGIN")
            yield connection
        return
    isolated = engine.execution_options(isolation_level="READ COMMITTED" if exclusive else "REPEATABLE READ")
    with isolated.begin() as connection:
        if exclusive:
            names = ", ".join(table.name for table in metadata.sorted_tables)
            connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
        yield connection


def _may_begin(reading: sa.Connection, source: str, move: bool, while_running: bool) -> tuple[LiveRun, ...]:
    if names := schema.unknown(reading):
        what = msg("the journal has what only a newer version knows: {names}", names=", ".join(names))
        raise BadInput([Problem("EB-700", what, database.in_public(source), fix=msg("copy it with that version"))])
    running = live(reading)
    if running and (move or not while_running):
        fix = msg("end that run, or wait for its end; it goes on when it is started again with the new journal")
        if not move:
            fix = msg("wait for its end; --while-running copies what is recorded so far")
        raise BadInput([each.in_the_way(fix) for each in running])
    return running


def _copied(reading: sa.Connection, writing: sa.Connection, target: str, say: Say) -> tuple[CopiedTable, ...]:
    tables = [table for table in metadata.sorted_tables if table is not about]
    counts = [reading.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables]
    progress = _Progress(say, sum(counts))
    found = []
    for table in tables:
        try:
            counted, digest = _table(reading, writing, table, progress)
        except _OtherRows:
            what = msg("the journal has entries that the other one does not have, in its table `{table}`",
                       table=table.name)  # fmt: skip
            fix = msg("copy to an empty database or to a new file, or to an earlier copy that nobody has used since")
            raise BadInput([Problem("EB-699", what, database.in_public(target), fix=fix)]) from None
        _number_on(writing, table)
        found.append(CopiedTable(table.name, digest.rows, counted, digest.text()))
    progress.what, progress.done = msg("entries read back"), 0
    for table, copied in zip(tables, found, strict=True):
        again = _Digest()
        for rows in _chunks(writing, table):
            again.add(rows)
            progress.add(len(rows))
        if (again.rows, again.text()) != (copied.rows, copied.digest):
            what = msg("the copy of `{table}` differs: nothing was copied", table=table.name)
            raise Troubled([Problem("EB-701", what, database.in_public(target), fix=msg("run the same command again"))])
    return tuple(found)


def _table(reading: sa.Connection, writing: sa.Connection, table: sa.Table, progress: _Progress) -> tuple[int, _Digest]:
    """Return how many rows were written, changed or removed, and the digest of the source's rows."""
    digest, changed, last = _Digest(), 0, 0
    new = writing.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
    numbered = _NUMBER in table.c
    for rows in _chunks(reading, table):
        digest.add(rows)
        until = rows[-1][_NUMBER] if numbered else 0
        there = {} if new else {_key(table, each): each for each in _between(writing, table, last, until)}
        last = until
        missing = []
        for row in rows:
            old = there.pop(_key(table, row), None)
            if old is None:
                missing.append(row)
            elif old != row:
                changed += _update(writing, table, old, row)
        changed += _remove(writing, table, there) + len(missing)
        if missing:
            writing.execute(table.insert(), missing)
        progress.add(len(rows))
    if not new:
        more = _between(writing, table, last, None) if numbered or not digest.rows else []
        changed += _remove(writing, table, {_key(table, each): each for each in more})
    return changed, digest


def _update(writing: sa.Connection, table: sa.Table, old: Row, row: Row) -> int:
    same = all(old[name] == row[name] for name in ("id", "run", "team", "account_id") if name in table.c)
    if table.name in _ENTRIES and not (table.name in _CHANGE and same):
        raise _OtherRows(table.name)
    writing.execute(table.update().where(_is(table, row)).values(row))
    return 1


def _remove(writing: sa.Connection, table: sa.Table, rows: Mapping[Any, Row]) -> int:
    """Remove what the source no longer has; entries are never removed, so the target's own are in the way."""
    if rows and table.name in _ENTRIES:
        raise _OtherRows(table.name)
    for row in rows.values():
        writing.execute(table.delete().where(_is(table, row)))
    return len(rows)


def _is(table: sa.Table, row: Row) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == row[column.name] for column in table.primary_key))


def _key(table: sa.Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _chunks(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    """The table's rows in order; by their numbers, so that no cursor is needed. Tables without numbers are small."""
    last = 0
    while rows := _between(connection, table, last, None, _AT_ONCE):
        yield rows
        if _NUMBER not in table.c:
            return
        last = rows[-1][_NUMBER]


def _between(
    connection: sa.Connection, table: sa.Table, after: int, until: int | None, most: int | None = None
) -> list[dict[str, Any]]:
    query = sa.select(table)
    if _NUMBER in table.c:
        query = query.where(table.c.number > after).order_by(table.c.number).limit(most)
        query = query if until is None else query.where(table.c.number <= until)
    found = [
        {name: fitting(table.c[name], value) for name, value in row.items()}
        for row in connection.execute(query).mappings()
    ]
    # Databases sort texts each in its own way.
    return found if _NUMBER in table.c else sorted(found, key=lambda row: _key(table, row))


def _number_on(writing: sa.Connection, table: sa.Table) -> None:
    """Let a server number on after the copied rows; SQLite does so by itself."""
    if writing.dialect.name == "postgresql" and _NUMBER in table.c:
        sequence = sa.func.pg_get_serial_sequence(table.name, _NUMBER)
        last = sa.select(sa.func.max(table.c.number)).scalar_subquery()
        writing.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(last, 1), last.is_not(None))))


class _Digest:
    """Counts rows, and makes one digest of them in their order."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()

    def add(self, rows: Sequence[Row]) -> None:
        self.rows += len(rows)
        for row in rows:
            self._hash.update(json.dumps(row, sort_keys=True).encode() + b"\n")

    def text(self) -> str:
        return self._hash.hexdigest()


class _Progress:
    def __init__(self, say: Say, total: int) -> None:
        self.what, self.done = msg("entries copied"), 0
        self._say, self._total = say, total

    def add(self, rows: int) -> None:
        self.done += rows
        self._say(self.what, self.done, self._total)
