"""Turns: who of several servers does a thing now. A turn ends by itself if its server dies.

A turn is a row of the table `limits`: `until` says how long it is taken, `latest` who took it (the moment of its
beginning, which no two share), `count` how often it was taken.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bootstrap.journal.tables import limits as table
from bootstrap.journal.venue.rows import VenueDatabase


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that was taken. `what`, `whose` and `place` are its key; `begun` tells it from those before."""

    what: str
    whose: str
    place: str
    begun: float


class Turns:
    """One event's turns. Raises Troubled (EB-523) if the database does not answer. Times in epoch seconds."""

    def __init__(self, store: VenueDatabase, event_name: str) -> None:
        self._store, self._event = store, event_name

    def take(self, what: str, whose: str, place: str, now: float, seconds: float) -> Turn | None:
        """Take a turn for so many seconds; None if another one has it, or its pause is not over."""
        turn = Turn(what, whose, place, now + random.random() * 1e-3)  # noqa: S311 (no secret: tells two servers apart)
        # One that was taken in the future: its server's clock was set back since, and nobody waits for that moment.
        free = self._row(turn).where((table.c.until <= now) | (table.c.latest > now + seconds))
        values = {"latest": turn.begun, "until": now + seconds}
        with self._store.begun() as connection:
            if connection.execute(free.values(count=table.c.count + 1, **values)).rowcount:
                return turn
        key = {"event": self._event, "what": what, "whose": whose, "client": place}
        try:
            with self._store.begun() as connection:
                connection.execute(table.insert().values(count=1, **key, **values))
        except IntegrityError:
            return None
        return turn

    def taken(self, what: str, whose: str, place: str, now: float) -> bool:
        """Return True if somebody has the turn."""
        query = sa.select(table.c.until).where(
            table.c.event == self._event, table.c.what == what, table.c.whose == whose, table.c.client == place
        )
        with self._store.begun() as connection:
            found = connection.execute(query).scalar()
        return found is not None and found > now

    def until(self, turn: Turn, until: float) -> bool:
        """Have the turn end at `until`: later, or now. False if somebody else took it meanwhile."""
        mine = self._row(turn).where(table.c.latest == turn.begun)
        with self._store.begun() as connection:
            return bool(connection.execute(mine.values(until=until)).rowcount)

    def _row(self, turn: Turn) -> sa.Update:
        return table.update().where(
            table.c.event == self._event,
            table.c.what == turn.what,
            table.c.whose == turn.whose,
            table.c.client == turn.place,
        )
