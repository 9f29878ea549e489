"""The pages' connection to the journal's database: one for a whole server, which keeps no reader waiting.

A store of this folder takes `(database, event_name)`, and opens a transaction with `database.begun()` for each thing
that it reads or writes. What it reads it may keep in memory for seconds. What it was told to write is written when its
function returns; if the database is away, Troubled says so, and the page must not confirm it.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from bootstrap.errors import BadInput, Problem, Troubled
from bootstrap.errors.message import msg
from bootstrap.journal import database, database_errors

# Seconds after a failure in which nobody waits for the database.
_AWAY = 2.0
# Transactions at the same time; whoever finds no place within some seconds is told that the database does not answer.
_AT_ONCE = 10
_PLACE = 2.0
# Seconds for a transaction with a server. The driver waits for one that hangs without end, and a thread with it.
_LONGEST = 5.0
# The first statement of a transaction tells whether a connection still lives: see schema.server_begin.
_POOL = {"pool_pre_ping": False, "pool_size": _AT_ONCE, "max_overflow": 0, "pool_timeout": _PLACE}


class VenueDatabase:
    """One engine on the journal's database for all stores of a server, for any thread.

    It is opened by the first transaction. `clock`: monotonic seconds; for what stores remember, too.
    """

    def __init__(self, where: str | Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._where, self.clock = where, clock
        self._lock = Lock()
        self._engine: sa.Engine | None = None
        self._places = BoundedSemaphore(_AT_ONCE)
        self._away_until = float("-inf")
        self._said: Troubled | None = None
        self._answered = False
        self._bounds = _Bounds(clock)

    @property
    def away(self) -> bool:
        """True for some seconds after a transaction failed because the database does not answer."""
        return self.clock() < self._away_until

    @contextmanager
    def begun(self) -> Iterator[sa.Connection]:
        """Open a transaction, and commit it at the end of the block.

        Raises IntegrityError for a row that is there already; Troubled: EB-523 if the database does not answer, at once
        while it is `away`, EB-395 if it is damaged; BadInput (EB-395, EB-696, EB-697) if it cannot be opened.
        """
        self._answering()
        if not self._places.acquire(timeout=_PLACE):
            raise _busy()
        try:
            with self._connected() as connection:
                yield connection
                connection.commit()
            self._answered = True
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            raise self._failed(error) from None
        finally:
            self._places.release()

    def reached(self) -> bool:
        """Return True if the database has ever answered; asks it if it has not."""
        if not self._answered:
            with suppress(Troubled), self.begun() as connection:
                connection.exec_driver_sql("SELECT 1")
        return self._answered

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._bounds.close()
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()

    def _answering(self) -> None:
        if self.away and self._said is not None:
            raise Troubled(self._said.problems)

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        """A connection whose transaction has begun. One that died while nobody used it is replaced, once."""
        engine = self._opened()
        for last in (False, True):
            with engine.connect() as connection, self._bounds.around(connection):
                try:
                    connection.begin()
                except DBAPIError as error:
                    if last or not error.connection_invalidated:
                        raise
                    continue
                yield connection
                return

    def _opened(self) -> sa.Engine:
        with self._lock:
            if self._engine is None:
                self._answering()
                try:
                    self._engine = database.connect(self._where, pool=_POOL)
                except BadInput as error:
                    self._away(error)
                    raise
            return self._engine

    def _failed(self, error: SQLAlchemyError) -> Troubled:
        said = database.unanswered(error)
        if database_errors.unreached(error):
            self._away(said)
        return said

    def _away(self, said: Troubled) -> None:
        self._said, self._away_until = said, self.clock() + _AWAY


def _busy() -> Troubled:
    fix = msg("run the same command again when it answers")
    return Troubled([Problem("EB-523", msg("the journal's database does not answer"), "", msg("it is too slow"), fix)])


class _Bounds:
    """Cuts connections to a server off whose transaction takes too long, from a thread of its own."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock, self._closed = Lock(), Event()
        self._open: dict[int, tuple[float, Any]] = {}
        self._thread: Thread | None = None

    @contextmanager
    def around(self, connection: sa.Connection) -> Iterator[None]:
        if connection.dialect.name == "sqlite":
            yield
            return
        driven = connection.connection.dbapi_connection
        with self._lock:
            self._open[id(driven)] = (self._clock() + _LONGEST, driven)
            if self._thread is None and not self._closed.is_set():
                self._thread = Thread(target=self._watch, name="database", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._open.pop(id(driven), None)

    def close(self) -> None:
        self._closed.set()

    def _watch(self) -> None:
        while not self._closed.wait(1.0):
            now = self._clock()
            with self._lock:
                late = [driven for until, driven in self._open.values() if until < now]
                for each in late:
                    _cut_off(each)


def _cut_off(driven: Any) -> None:
    """End both directions of the connection's socket, which stays the driver's; whoever waits for it gets an error."""
    with suppress(OSError, ValueError, AttributeError):
        taken = socket.socket(fileno=driven.fileno())
        try:
            taken.shutdown(socket.SHUT_RDWR)
        finally:
            taken.detach()
