"""The thread that puts what happened into the journal, off the way of those who say it."""

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
from bootstrap.errors import Problem, clean
from bootstrap.journal import unsaved as aside
from bootstrap.journal.tables import metadata

_GATHER = 0.1
_PAUSE = 0.2
# A commit that waits for a lock gives up after a second; then the writer looks at its deadline.
_LAST_TRY = 1.5
_TAKE_IN = 2.0


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One row to insert, or, with `key`, the columns that find the row to change."""

    table: str
    values: dict[str, Any]
    key: tuple[str, ...] = ()


_RESULT_KEY = ("run", "team", "account_id")
Item = JournalRow | Callable[[], Iterable[JournalRow]]


class Writer:
    """Writes rows in small commits in the order they came; tries a failing database again until it is closed."""

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
        """Never blocks and never raises. A function is called on the writer's thread for its rows."""
        self._queue.put(item)

    def flush(self, timeout: float) -> bool:
        """True once all that was put before is committed; False if `timeout` seconds were not enough."""
        done = threading.Event()
        self._queue.put(done)
        return done.wait(timeout)

    def close(self, timeout: float) -> tuple[Problem, ...]:
        """Write what is left within `timeout` seconds, else put it aside in a file; says what went wrong."""
        self._deadline = time.monotonic() + timeout
        self._queue.put(None)
        self._closing.set()
        self._thread.join(timeout + _LAST_TRY)
        left = self._left()
        kept = self._put_aside(left) if left else None
        self._lost += 0 if kept else len(left)
        return (self._problem(kept),) if left or self._lost else ()

    def take_in(self) -> None:
        """Write what earlier writers put aside."""
        for file, entries in aside.take(self._spill) if self._spill else ():
            for table, values, key in entries:
                if table in metadata.tables:
                    self.put(JournalRow(table, values, tuple(key)))
            if self.flush(_TAKE_IN):
                file.unlink(missing_ok=True)

    def _left(self) -> list[JournalRow]:
        """What is not known to be written, also of a thread that still waits for its database.

        Should that take some of it after all: what is there already is not taken in twice.
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
        """Take what comes within a moment; True when the writer is to end."""
        late = time.monotonic() > self._deadline
        try:
            # With nothing to try again there is nothing to do until something comes.
            item = self._queue.get(timeout=_PAUSE if self._pending else None)
            if item is not None:
                # Asleep: to be woken by each item would cost those who say it more than saying it.
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
        """Write all that is pending; False when the database would not have it."""
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
        """One bad row must not keep the others out."""
        while self._pending:
            try:
                with self._engine.begin() as connection:
                    _write(connection, self._pending[0].key, self._pending[:1])
            except (SQLAlchemyError, OSError) as error:
                if not _is_of_a_row(error):
                    return False
                # A row that is there already: a commit whose answer was lost, or a file put aside and read twice.
                if not isinstance(error, IntegrityError):
                    self._error, self._lost = error, self._lost + 1
            del self._pending[0]
        return True

    def _problem(self, kept: Path | None) -> Problem:
        cause = clean(str(getattr(self._error, "orig", None) or self._error or "the database did not answer"))
        lost = f"{self._lost} entries are lost" if self._lost else "nothing is lost"
        where = str(kept) if kept else ""
        what = f"the journal could not be written to the end; {lost}"
        fix = "the next command with this journal takes that file in" if kept else "run the same command again"
        return Problem("EB-396", what, where, cause, fix)


def _is_of_a_row(error: Exception) -> bool:
    """Whether the row is at fault, not the database: then another try would end the same."""
    if isinstance(error, DBAPIError):
        return isinstance(error, IntegrityError | DataError)
    return isinstance(error, StatementError)


def _write(connection: sa.Connection, key: tuple[str, ...], rows: Sequence[JournalRow]) -> None:
    table = metadata.tables[rows[0].table]
    fitting = [{name: _fitting(table.c[name], value) for name, value in row.values.items()} for row in rows]
    if not key:
        connection.execute(table.insert(), fitting)
        return
    for values in fitting:
        found = sa.and_(*(table.c[name] == values[name] for name in key))
        connection.execute(table.update().where(found).values(values))


def _fitting(column: sa.Column[Any], value: Any) -> Any:
    """PostgreSQL refuses the row for a text that is too long or holds a NUL; SQLite takes both."""
    if not isinstance(value, str):
        return value
    return value.replace("\0", "")[: getattr(column.type, "length", None)]


def result_row(run: str, account: AccountResult, at: float) -> JournalRow:
    """The row of an account's end; there is one for each run and account."""
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
