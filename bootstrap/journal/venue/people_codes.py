"""The codes of staff and judges: a row for each person, in the journal's database, with a digest of the code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bootstrap.errors import clean
from bootstrap.journal import codes, database
from bootstrap.journal.tables import venue_people as table
from bootstrap.journal.venue.remembered import Remembered
from bootstrap.journal.venue.rows import VenueDatabase


class PersonRole(StrEnum):
    """Pages that a person's code opens: the staff's pages, or those of the judges."""

    STAFF = "staff"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class VenuePerson:
    """A person with a code, as it is stored. Times in epoch seconds. `digest` changes with the code."""

    name: str
    role: PersonRole
    salt: str = field(repr=False)
    digest: str = field(repr=False)
    made: float
    made_by: str
    expires: float

    def opened_by(self, typed: str) -> bool:
        """Return True if somebody typed this person's code."""
        return codes.same(self.digest, codes.digest(self.salt, self.name, typed))


# Seconds until a new or removed code is known in all processes.
_EVERY = 2.0
# Seconds that a reading may be old with which a code is called wrong.
_AT_LEAST = 0.5
_COLUMNS = [table.c[each] for each in ("name", "role", "salt", "digest", "made", "made_by", "expires")]


class VenuePeople:
    """One event's people. Raises Troubled (EB-523) if the database does not answer."""

    def __init__(self, store: VenueDatabase, event_name: str) -> None:
        self._database, self._event = store, event_name
        self._known = Remembered(store, self._read, _EVERY)

    def all(self) -> tuple[VenuePerson, ...]:
        """Return all people by name, also those whose codes have expired; read now."""
        with self._database.begun() as connection:
            return self._read(connection)

    def valid(self, role: PersonRole, now: float) -> tuple[VenuePerson, ...]:
        """Return the people of a role whose codes have not expired, as of some seconds ago. `now`: epoch seconds.

        Raises Troubled (EB-523) only if they were never read.
        """
        return _valid(self._known(), role, now)

    def opened_by(self, role: PersonRole, typed: str, now: float) -> VenuePerson | None:
        """Return the person whose code somebody typed. Of an unknown code, the database is asked whether it is new."""
        return _opened(self.valid(role, now), typed) or _opened(_valid(self._known.within(_AT_LEAST), role, now), typed)

    def _read(self, connection: sa.Connection) -> tuple[VenuePerson, ...]:
        query = sa.select(*_COLUMNS).where(table.c.event == self._event).order_by(table.c.name)
        rows = database.rows(connection, query)
        return tuple(VenuePerson(**{**row._mapping, "role": PersonRole(row.role)}) for row in rows)

    def give(
        self, names: Collection[str], role: PersonRole | None, expires: datetime, now: float, by: str
    ) -> dict[str, str]:
        """Make a code for each name, all or none, and return the codes by name; an older code is invalid at once.

        `role`: None keeps the role that a person has. `now`: epoch seconds; `by`: who makes them.
        """
        made = {name: codes.new() for name in names}
        values = {"made": now, "made_by": clean(by), "expires": expires.timestamp()}
        with self._database.begun() as connection:
            # In one order, so that two operators at the same time cannot deadlock.
            for name, code in sorted(made.items()):
                salt = codes.salt()
                row = {**values, "salt": salt, "digest": codes.digest(salt, name, code)}
                row |= {"role": role.value} if role else {}
                if not connection.execute(table.update().where(self._is(name)).values(row)).rowcount:
                    row = {"role": PersonRole.STAFF.value, **row}
                    connection.execute(table.insert().values(event=self._event, name=name, **row))
        return made

    def remove(self, names: Collection[str]) -> None:
        """Remove people; their codes and their sign-ins end."""
        with self._database.begun() as connection:
            for name in sorted(names):
                connection.execute(table.delete().where(self._is(name)))

    def _is(self, name: str) -> sa.ColumnElement[bool]:
        return (table.c.event == self._event) & (table.c.name == name)


def _valid(people: Sequence[VenuePerson], role: PersonRole, now: float) -> tuple[VenuePerson, ...]:
    return tuple(each for each in people if each.role is role and each.expires > now)


def _opened(people: Sequence[VenuePerson], typed: str) -> VenuePerson | None:
    """Return whose code it is. All are tried, so that the time does not tell whose it nearly was."""
    found = [each for each in people if each.opened_by(typed)]
    return found[0] if found else None
