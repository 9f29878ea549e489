"""The thread that writes to the journal, so that the run does not wait for the database."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from bootstrap.engine.outcomes import AccountResult
from bootstrap.errors import Problem
from bootstrap.errors.message import counted, msg
from bootstrap.journal import database_errors
from bootstrap.journal import unsaved as aside
from bootstrap.journal.tables import metadata

_GATHER = 0.1
_PAUSE = 0.2
# A commit that waits for a lock gives up after one second; then the writer checks its deadline.
_LAST_TRY = 1.5
_TAKE_IN = 2.0


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A row to insert or, with `key`, to update; `key`: the columns that find it."""

    table: str
    values: dict[str, Any]
    key: tuple[str, ...] = ()


_RESULT_KEY = ("run", "team", "account_id")
Item = JournalRow | Callable[[], Iterable[JournalRow]]


class Writer:
    """Writes rows in small commits, in the order they came. Retries a failing database until the writer is closed."""

    def __init__(self, engine: sa.Engine, spill: Path | None) -> None:
        self._engine, self._spill = engine, spill
        self._queue: queue.SimpleQueue[Item | threading.Event | None] = queue.SimpleQueue()
        self._pending: list[JournalRow] = []
        self._done: list[threading.Event] = []
        self._deadline = float("inf")
        self._closing = threading.Event()
        self._error: BaseException | None = None
        self._lost = 0
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def put(self, item: Item) -> None:
        """Queue a row, or a function that the writer's thread calls for rows. Never blocks and never raises."""
        self._queue.put(item)

    def flush(self, timeout: float) -> bool:
        """Return True once everything put before is committed; False if that takes longer than `timeout` seconds."""
        done = threading.Event()
        self._queue.put(done)
        return done.wait(timeout)

    def close(self, timeout: float) -> tuple[Problem, ...]:
        """Write what is left within `timeout` seconds, else to the spill file; return a problem if there was one."""
        self._deadline = time.monotonic() + timeout
        self._queue.put(None)
        self._closing.set()
        self._thread.join(timeout + _LAST_TRY)
        left = self._left()
        kept = self._put_aside(left) if left else None
        self._lost += 0 if kept else len(left)
        return (self._problem(kept),) if left or self._lost else ()

    def take_in(self) -> None:
        """Import the spill files of earlier commands."""
        for file, entries in aside.take(self._spill) if self._spill else ():
            for table, values, key in entries:
                if table in metadata.tables:
                    self.put(JournalRow(table, values, tuple(key)))
            if self.flush(_TAKE_IN):
                file.unlink(missing_ok=True)

    def _left(self) -> list[JournalRow]:
        """Rows that may not be written, including those of a thread that still waits for its database.

        If the database accepts some of them after all, importing them later does not write them twice.
        """
        left = list(self._pending)
        while self._thread.is_alive():
            try:
                self._take(self._queue.get_nowait(), left)
            except queue.Empty:
                self._queue.put(None)
                break
        return left

    def _put_aside(self, rows: Sequence[JournalRow]) -> Path | None:
        try:
            return aside.put(self._spill, [[row.table, row.values, row.key] for row in rows]) if self._spill else None
        except OSError as error:
            self._error = error
            return None

    def _run(self) -> None:
        going = True
        while going or (self._pending and time.monotonic() < self._deadline):
            if going and self._gather():
                going = False
            if self._commit():
                for done in self._done:
                    done.set()
                self._done.clear()
            else:
                time.sleep(_PAUSE)

    def _gather(self) -> bool:
        """Collect the items of the next 0.1 s; return True if the writer must end."""
        late = time.monotonic() > self._deadline
        try:
            # With nothing to retry, wait until something comes.
            item = self._queue.get(timeout=_PAUSE if self._pending else None)
            if item is not None:
                # Sleep instead of waking per item: a wake-up would cost callers more than the put.
                self._closing.wait(_GATHER)
            while item is not None:
                self._take(item, self._pending)
                item = self._queue.get(block=late)
        except queue.Empty:
            return False
        return True

    def _take(self, item: Item | threading.Event | None, into: list[JournalRow]) -> None:
        if isinstance(item, threading.Event):
            self._done.append(item)
        elif isinstance(item, JournalRow):
            into.append(item)
        elif item is not None:
            try:
                into.extend(item())
            except Exception as error:
                self._error, self._lost = error, self._lost + 1

    def _commit(self) -> bool:
        """Write everything pending; return False if the database did not accept it."""
        if not self._pending:
            return True
        try:
            with self._engine.begin() as connection:
                for (_, key), rows in groupby(self._pending, key=lambda row: (row.table, row.key)):
                    _write(connection, key, list(rows))
        except (SQLAlchemyError, OSError) as error:
            self._error = error
            return _is_of_a_row(error) and self._commit_singly()
        self._pending.clear()
        return True

    def _commit_singly(self) -> bool:
        """Write row by row, so that a bad row does not keep the others out; return False if the database fails."""
        while self._pending:
            try:
                with self._engine.begin() as connection:
                    _write(connection, self._pending[0].key, self._pending[:1])
            except (SQLAlchemyError, OSError) as error:
                if not _is_of_a_row(error):
                    return False
                # The row exists: the answer of its commit was lost, or a spill file was imported twice.
                if not isinstance(error, IntegrityError):
                    self._error, self._lost = error, self._lost + 1
            del self._pending[0]
        return True

    def _problem(self, kept: Path | None) -> Problem:
        cause = database_errors.words(self._error) if self._error else msg("the database did not answer")
        if self._lost:
            what: str = counted(
                "the journal could not be written completely; {count} entry is lost",
                "the journal could not be written completely; {count} entries are lost",
                self._lost,
            )
        else:
            what = msg("the journal could not be written completely; nothing is lost")
        again, later = msg("run the same command again"), msg("the next command with this journal imports that file")
        return Problem("EB-396", what, str(kept) if kept else "", cause, later if kept else again)


def _is_of_a_row(error: Exception) -> bool:
    """True if the row causes the error, not the database: a retry would then fail too."""
    if isinstance(error, DBAPIError):
        return isinstance(error, IntegrityError | DataError)
    return isinstance(error, StatementError)


def _write(connection: sa.Connection, key: tuple[str, ...], rows: Sequence[JournalRow]) -> None:
    table = metadata.tables[rows[0].table]
    written = [{name: fitting(table.c[name], value) for name, value in row.values.items()} for row in rows]
    if not key:
        connection.execute(table.insert(), written)
        return
    for values in written:
        found = sa.and_(*(table.c[name] == values[name] for name in key))
        connection.execute(table.update().where(found).values(values))


def fitting(column: sa.Column[Any], value: Any) -> Any:
    """Return the value as PostgreSQL accepts it: no NUL, and no longer than the column. SQLite accepts both."""
    if not isinstance(value, str):
        return value
    return value.replace("\0", "")[: getattr(column.type, "length", None)]


def result_row(run: str, account: AccountResult, at: float) -> JournalRow:
    """Return the row with an account's result; there is one for each run and account. `at`: epoch seconds."""
    values = {
        "run": run,
        "team": account.team,
        "account_id": account.account_id,
        "result": account.result.value,
        "labs": {lab: result.value for lab, result in account.labs.items()},
        "steps": {step: seen.state.value for step, seen in account.steps.items() if step in account.counted},
        "at": at,
    }
    return JournalRow("results", values, _RESULT_KEY)
