"""The people with a code, read from the database at most every two seconds, however many pages are asked for."""

from __future__ import annotations

import time
from collections.abc import Callable

from anyio import Lock, to_thread

from bootstrap.errors import Troubled
from bootstrap.journal.venue.people_codes import PersonRole, VenuePeople, VenuePerson

# Seconds for which what was read counts: so long a removed person may still be in.
_FRESH = 2.0


class PeopleNow:
    """`now`: epoch seconds, by which codes expire."""

    def __init__(self, people: VenuePeople, now: Callable[[], float]) -> None:
        self._people, self._now = people, now
        self._kept: tuple[VenuePerson, ...] | None = None
        self._read = float("-inf")
        self._reading = Lock()

    async def valid(self, role: PersonRole) -> tuple[VenuePerson, ...]:
        """Return the people of a role whose codes have not expired; while the database is away, those known last.

        Raises Troubled (EB-523) if it was never read.
        """
        async with self._reading:
            if time.monotonic() - self._read >= _FRESH:
                await self._look()
        now = self._now()
        return tuple(each for each in self._kept or () if each.role is role and each.expires > now)

    async def _look(self) -> None:
        try:
            self._kept = await to_thread.run_sync(self._people.all)
        except Troubled:
            if self._kept is None:
                raise
        self._read = time.monotonic()
