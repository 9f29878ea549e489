"""Values that many requests need of the database, read for all of them every few seconds."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

import sqlalchemy as sa

from bootstrap.errors import Troubled
from bootstrap.journal.venue.rows import VenueDatabase

T = TypeVar("T")


class Remembered(Generic[T]):
    """The result of `read`, at most `seconds` old: one thread reads it again, while others get the last one.

    While the database does not answer, the last result stays.
    """

    def __init__(self, database: VenueDatabase, read: Callable[[sa.Connection], T], seconds: float = 2.0) -> None:
        self._database, self._read, self._seconds, self._clock = database, read, seconds, database.clock
        self._reading = Lock()
        # Result, and when its reading began.
        self._last: tuple[T, float] | None = None
        self._forgotten = float("-inf")

    @property
    def began(self) -> float:
        """Time at which the reading of the last result began; what was written later may be missing from it."""
        return self._last[1] if self._last else float("-inf")

    def __call__(self) -> T:
        """Return the result. Raises Troubled (EB-523, EB-395) only if there is none yet."""
        last = self._last
        if last and self._fresh(last[1]):
            return last[0]
        if not self._reading.acquire(blocking=last is None or self._forgotten >= last[1]):
            assert last is not None
            return last[0]
        try:
            return self._again()
        finally:
            self._reading.release()

    def within(self, seconds: float) -> T:
        """Return a result at most `seconds` old. Raises Troubled if the database would have to be asked in vain."""
        earliest = self._clock() - seconds
        with self._reading:
            if self._last is None or self._last[1] <= max(earliest, self._forgotten):
                self._look()
            assert self._last is not None
            return self._last[0]

    def forget(self) -> None:
        """Have the next call read, since this process has written something."""
        self._forgotten = self._clock()

    def _fresh(self, began: float) -> bool:
        return self._forgotten < began and self._clock() - began < self._seconds

    def _again(self) -> T:
        if self._last is None:
            self._look()
        elif not self._fresh(self._last[1]):
            try:
                self._look()
            except Troubled:
                return self._last[0]
        assert self._last is not None
        return self._last[0]

    def _look(self) -> None:
        began = self._clock()
        with self._database.begun() as connection:
            found = self._read(connection)
        self._last = (found, began)
