"""Limits of how often something may be done: rows, so that all processes that serve an event count together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from bootstrap.journal.lease_rows import INSERT
from bootstrap.journal.tables import limits as table
from bootstrap.journal.venue.rows import VenueDatabase

# Pauses that a process remembers, so that whoever hammers at a page causes no queries.
_MOST = 10_000
# Seconds between two removals of rows that no longer count.
_TIDY = 60.0
EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class Pausing:
    """`pause` returns for the nth time, 1 for the first, the seconds in which no further one is counted.

    After `forgotten` seconds without another one, counting begins again.
    """

    pause: Callable[[int], float]
    forgotten: float = 3600.0


class Limits:
    """One event's limits. Raises Troubled (EB-523) if the database does not answer: then nothing was counted."""

    def __init__(self, database: VenueDatabase, event_name: str) -> None:
        self._database, self._event = database, event_name
        # Until when, in epoch seconds.
        self._paused: OrderedDict[tuple[str, str, str], float] = OrderedDict()
        self._tidied: dict[str, float] = {}

    def count(self, what: str, whose: str, of: Mapping[str, Pausing], now: float) -> float:
        """Count one more and return 0, or the seconds until one may be done again, and count nothing.

        `of`: by client, how to pause; EVERYBODY for all of them together. `now`: epoch seconds.
        """
        pause = max(self._paused.get((what, whose, client), now) for client in of) - now
        if pause > 0:
            return pause
        mine = (table.c.event == self._event) & (table.c.what == what) & (table.c.whose == whose)
        key = {"event": self._event, "what": what, "whose": whose}
        new = [{**key, "client": client, "count": 0, "latest": now, "until": 0.0} for client in sorted(of)]
        with self._database.begun() as connection:
            # Who inserts waits for another process that does, and then sees what it counted.
            connection.execute(INSERT[connection.dialect.name](table).values(new).on_conflict_do_nothing())
            query = sa.select(table.c.client, table.c.count, table.c.latest, table.c.until).where(mine)
            query = query.where(table.c.client.in_(list(of))).order_by(table.c.client).with_for_update()
            rows = connection.execute(query).all()
            # No longer than its pause lasts, should a server's clock have been set back.
            until = {client: min(ends, now + of[client].pause(count)) for client, count, _, ends in rows}
            if max(until.values()) <= now:
                for client, count, latest, _ in rows:
                    times = 1 if now - latest > of[client].forgotten else count + 1
                    until[client] = now + of[client].pause(times)
                    changed = table.update().where(mine & (table.c.client == client))
                    connection.execute(changed.values(count=times, latest=now, until=until[client]))
                left = 0.0
            else:
                left = max(until.values()) - now
            self._tidy(connection, what, now, max(each.forgotten for each in of.values()))
        self._remember(what, whose, until, now)
        return left

    def clear(self, what: str, whose: str, client: str) -> None:
        """Forget what the client did."""
        mine = (table.c.event == self._event) & (table.c.what == what) & (table.c.whose == whose)
        with self._database.begun() as connection:
            connection.execute(table.delete().where(mine & (table.c.client == client)))
        self._paused.pop((what, whose, client), None)

    def _remember(self, what: str, whose: str, until: Mapping[str, float], now: float) -> None:
        for client, ends in until.items():
            if ends > now:
                self._paused[what, whose, client] = ends
                self._paused.move_to_end((what, whose, client))
        while len(self._paused) > _MOST:
            self._paused.popitem(last=False)

    def _tidy(self, connection: sa.Connection, what: str, now: float, forgotten: float) -> None:
        """Remove rows that count no longer: there may be one for every address of the internet."""
        if now - self._tidied.get(what, 0.0) < _TIDY:
            return
        self._tidied[what] = now
        old = (
            (table.c.event == self._event)
            & (table.c.what == what)
            & (table.c.latest < now - forgotten)
            & (table.c.until < now)
        )
        connection.execute(table.delete().where(old))
