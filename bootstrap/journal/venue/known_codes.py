"""The teams' codes and the passwords that were shown, as the pages ask for them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bootstrap.journal import team_codes
from bootstrap.journal.tables import shown_passwords as table
from bootstrap.journal.team_codes import Kept
from bootstrap.journal.venue.remembered import Remembered
from bootstrap.journal.venue.rows import VenueDatabase

# Seconds until a new or withdrawn code is known in all processes.
_EVERY = 2.0
# Seconds that a reading may be old with which a code is called wrong. A new code takes longer to be read out and typed.
_AT_LEAST = 0.5


class KnownCodes:
    """One event's codes. `now`: epoch seconds."""

    def __init__(self, database: VenueDatabase, event_name: str) -> None:
        self._codes = Remembered(database, lambda connection: team_codes.read(connection, event_name), _EVERY)

    def valid(self, team: str, now: float) -> Kept | None:
        """Return the team's code; None if it has none, or an expired one. It may have changed in the last seconds.

        Raises Troubled (EB-523) only if codes were never read.
        """
        return _valid(self._codes(), team, now)

    def opened_by(self, team: str, typed: str, now: float) -> Kept | None:
        """Return the team's code if a person typed it. Of another, the database is asked whether the code has changed.

        Raises Troubled (EB-523) if it does not answer.
        """
        kept = self.valid(team, now)
        if kept is not None and kept.opened_by(typed):
            return kept
        kept = _valid(self._codes.within(_AT_LEAST), team, now)
        return kept if kept is not None and kept.opened_by(typed) else None


def _valid(codes: dict[str, Kept], team: str, now: float) -> Kept | None:
    kept = codes.get(team)
    return kept if kept is not None and now < kept.expires else None


class ShownPasswords:
    """Labelling passwords of an event that a page has shown."""

    def __init__(self, database: VenueDatabase, event_name: str) -> None:
        self._database, self._event = database, event_name
        self._shown = Remembered(database, self._read)

    def of(self, account_id: str) -> dict[str, float]:
        """Return by worker when a page showed the password, in epoch seconds: as it was a few seconds ago.

        Raises Troubled if it was never read.
        """
        return self._shown().get(account_id, {})

    def of_now(self, account_id: str) -> dict[str, float]:
        """Return the same as the database has it now. Raises Troubled (EB-523) if it does not answer."""
        return self._shown.within(0.0).get(account_id, {})

    def show_once(self, account_id: str, worker: str, at: float) -> bool:
        """Return True if the password may be shown now, and note that it was; False at a second request.

        Raises Troubled (EB-523): then it must not be shown.
        """
        row = {"event": self._event, "account_id": account_id, "worker": worker, "at": at}
        try:
            with self._database.begun() as connection:
                connection.execute(table.insert().values(row))
        except IntegrityError:
            return False
        finally:
            self._shown.forget()
        return True

    def _read(self, connection: sa.Connection) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        query = sa.select(table.c.account_id, table.c.worker, table.c.at).where(table.c.event == self._event)
        for account_id, worker, at in connection.execute(query):
            found.setdefault(account_id, {})[worker] = float(at)
        return found
