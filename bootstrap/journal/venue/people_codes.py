"""The codes of staff and judges: a row for each person, in the journal's database, with a digest of the code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bootstrap.errors import clean
from bootstrap.journal import codes
from bootstrap.journal.tables import venue_people as table
from bootstrap.journal.venue.rows import VenueDatabase


class PersonRole(StrEnum):
    """What a person's code opens: the staff's pages, or those of the judges."""

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


class VenuePeople:
    """One event's people. Every method raises Troubled (EB-523) if the database does not answer."""

    def __init__(self, database: VenueDatabase, event_name: str) -> None:
        self._database, self._event = database, event_name

    def all(self) -> tuple[VenuePerson, ...]:
        """Return all people by name, also those whose codes have expired."""
        names = ("name", "role", "salt", "digest", "made", "made_by", "expires")
        query = sa.select(*(table.c[each] for each in names)).where(table.c.event == self._event)
        with self._database.begun() as connection:
            rows = connection.execute(query.order_by(table.c.name)).mappings().all()
        return tuple(VenuePerson(**{**row, "role": PersonRole(row["role"])}) for row in rows)

    def give(self, names: Collection[str], role: PersonRole | None, expires: datetime, now: float, by: str) -> dict[str, str]:
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
                if not connection.execute(self._of(table.update(), name).values(row)).rowcount:
                    row = {"role": PersonRole.STAFF.value, **row}
                    connection.execute(table.insert().values(event=self._event, name=name, **row))
        return made

    def remove(self, names: Collection[str]) -> None:
        """Remove people; their codes and their sign-ins end."""
        with self._database.begun() as connection:
            for name in sorted(names):
                connection.execute(self._of(table.delete(), name))

    def _of(self, statement: sa.Update | sa.Delete, name: str) -> sa.Update | sa.Delete:
        return statement.where(table.c.event == self._event, table.c.name == name)
