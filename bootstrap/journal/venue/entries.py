"""Sign-ins: a row for each, so that every process that serves the event knows who is in, also after a restart.

A process reads all of them every few seconds. While the database is away, whoever it has read stays in, and nobody new
can sign in.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from bootstrap.journal.tables import entries as table
from bootstrap.journal.venue.remembered import Remembered
from bootstrap.journal.venue.rows import VenueDatabase

# Open entries of one team or person. Of more, the oldest is closed: its browser asks for the code again.
_MOST = 200
# Seconds until a sign-out in one process is known in the others.
_EVERY = 3.0
_SECRET_BYTES = 32
_SECRET_LETTERS = len(secrets.token_urlsafe(_SECRET_BYTES))
_COLUMNS = [table.c[name] for name in ("kind", "whose", "code", "form", "opened", "expires")]


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who is in. `kind`: "team", or a role of `venue_people`; `whose`: the team, or the person's name.

    `code`: digest of the code that opened it; it is valid only while that code is. `form`: a secret that our forms send
    back. Times in epoch seconds.
    """

    kind: str
    whose: str
    code: str
    form: str
    opened: float
    expires: float


class Entries:
    """One event's sign-ins, by the digest of the secret in each browser's cookie."""

    def __init__(self, database: VenueDatabase, event_name: str) -> None:
        self._database, self._event, self._clock = database, event_name, database.clock
        self._known = Remembered(database, self._read, _EVERY)
        # What the last reading may have missed: opened by this process, or asked for one by one.
        self._since: dict[str, tuple[SignIn, float]] = {}

    def open(self, kind: str, whose: str, code: str, expires: float, now: float) -> str:
        """Open an entry and return its secret, for a cookie. Raises Troubled (EB-523): then nobody is in."""
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        made = SignIn(kind, whose, code, secrets.token_urlsafe(16), now, expires)
        mine = (table.c.event == self._event) & (table.c.kind == kind) & (table.c.whose == whose)
        newest_first = sa.select(table.c.digest).where(mine).order_by(table.c.opened.desc(), table.c.digest)
        too_many = table.c.digest.in_(newest_first.offset(_MOST - 1))
        row = {name.name: getattr(made, name.name) for name in _COLUMNS}
        with self._database.begun() as connection:
            connection.execute(table.delete().where(mine & ((table.c.expires <= now) | too_many)))
            connection.execute(table.insert().values(event=self._event, digest=_digest(secret), **row))
        self._since[_digest(secret)] = (made, self._clock())
        return secret

    def of(self, secret: str, now: float) -> SignIn | None:
        """Return the open entry of a cookie's secret; the caller checks that its code is still valid.

        Raises Troubled (EB-523) if only the database could tell, and does not answer.
        """
        if len(secret) != _SECRET_LETTERS:
            return None
        digest = _digest(secret)
        known = self._known()
        found = known.get(digest) or self._opened_since(digest) or self._asked(digest)
        return found if found is not None and now < found.expires else None

    def close(self, secret: str) -> None:
        """Close an entry. Raises Troubled (EB-523): then it is still open."""
        digest = _digest(secret)
        self._delete(table.c.digest == digest, lambda each, _: each == digest)

    def close_all(self, kind: str, whose: str) -> None:
        """Close every entry of a team or person. Raises Troubled (EB-523)."""
        those = (table.c.kind == kind) & (table.c.whose == whose)
        self._delete(those, lambda _, found: (found.kind, found.whose) == (kind, whose))

    def _delete(self, those: sa.ColumnElement[bool], are: Callable[[str, SignIn], bool]) -> None:
        with self._database.begun() as connection:
            connection.execute(table.delete().where((table.c.event == self._event) & those))
        self._known.forget()
        for each in [each for each, (found, _) in list(self._since.items()) if are(each, found)]:
            self._since.pop(each, None)
        # If the database goes away now, this stays the last reading.
        known = self._known()
        for each in [each for each, found in list(known.items()) if are(each, found)]:
            known.pop(each, None)

    def _opened_since(self, digest: str) -> SignIn | None:
        began = self._known.began
        for each in [each for each, (_, at) in list(self._since.items()) if at < began]:
            self._since.pop(each, None)
        found = self._since.get(digest)
        return found[0] if found else None

    def _asked(self, digest: str) -> SignIn | None:
        at = self._clock()
        query = sa.select(*_COLUMNS).where(table.c.event == self._event, table.c.digest == digest)
        with self._database.begun() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        self._since[digest] = (SignIn(**row), at)
        return self._since[digest][0]

    def _read(self, connection: sa.Connection) -> dict[str, SignIn]:
        query = sa.select(table.c.digest, *_COLUMNS).where(table.c.event == self._event)
        return {row[0]: SignIn(*row[1:]) for row in connection.execute(query)}


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
