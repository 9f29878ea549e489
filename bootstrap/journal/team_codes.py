"""The teams' codes in the journal's database, for all operators."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bootstrap.errors import clean
from bootstrap.journal import codes, database
from bootstrap.journal.tables import codes as table
from bootstrap.journal.tables import shown_passwords

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Kept:
    """A team's code as it is stored. Times in epoch seconds. `digest` changes with the code."""

    team: str
    salt: str
    digest: str
    made: float
    made_by: str
    expires: float

    def opened_by(self, typed: str) -> bool:
        """Return True if a person typed this code."""
        return codes.same(self.digest, codes.digest(self.salt, self.team, typed))


def read(connection: sa.Connection, event: str) -> dict[str, Kept]:
    """Return the event's codes by team, also those that expired."""
    columns = (table.c[name] for name in ("team", "salt", "digest", "made", "made_by", "expires"))
    rows = connection.execute(sa.select(*columns).where(table.c.event == event)).mappings()
    return {row["team"]: Kept(**row) for row in rows}


class TeamCodes:
    """One event's codes, as operators make them; `venue.known_codes` is what the pages ask.

    Raises BadInput (EB-395) if the database cannot be opened, Troubled (EB-523) if it does not answer.
    """

    def __init__(self, where: str | Path, event: str) -> None:
        self._engine = database.connect(where)
        self._event = event

    def close(self) -> None:
        self._engine.dispose()

    def hand_out(
        self, teams: Collection[str], expires: datetime, now: float, by: str, anew: bool = False
    ) -> tuple[dict[str, str], tuple[Kept, ...]]:
        """Make a code for each team without a valid one, with `anew` for every team; return the new and the kept codes.

        All are made or none. A kept code now expires at `expires` too; a replaced code is invalid at once.
        """
        until = expires.timestamp()
        values = {"made": now, "made_by": clean(by), "expires": until}
        for _ in range(_TRIES):
            kept = () if anew else self._found(teams, now)
            made = {team: codes.new() for team in teams if team not in {each.team for each in kept}}
            try:
                self._write(made, [each.team for each in kept], values, anew)
            except IntegrityError:
                # Another operator made codes at the same time: those are kept.
                continue
            return made, tuple(replace(each, expires=until) for each in kept)
        raise AssertionError("other operators keep making codes")

    def show_again(self, account_ids: Collection[str]) -> int:
        """Allow the accounts' passwords to be shown once more; return how many had been shown."""
        with self._begun() as connection:
            gone = [connection.execute(shown_passwords.delete().where(self._account(each))) for each in account_ids]
            return sum(each.rowcount for each in gone)

    @contextmanager
    def _begun(self) -> Iterator[sa.Connection]:
        """Open a transaction. Raises IntegrityError, and Troubled (EB-523) for other errors of the database."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None

    def _account(self, account_id: str) -> sa.ColumnElement[bool]:
        return (shown_passwords.c.event == self._event) & (shown_passwords.c.account_id == account_id)

    def _found(self, teams: Collection[str], now: float) -> tuple[Kept, ...]:
        with self._begun() as connection:
            kept = read(connection, self._event)
        return tuple(kept[each] for each in teams if each in kept and kept[each].expires > now)

    def _write(self, made: Mapping[str, str], kept: Collection[str], values: Mapping[str, Any], anew: bool) -> None:
        """Write codes in the order of the teams' names, so that two operators at the same time cannot deadlock."""
        with self._begun() as connection:
            for team in sorted(kept):
                connection.execute(self._of(team).values(expires=values["expires"]))
            for team, code in sorted(made.items()):
                salt = codes.salt()
                row = {**values, "salt": salt, "digest": codes.digest(salt, team, code)}
                void = self._of(team) if anew else self._of(team).where(table.c.expires <= values["made"])
                if not connection.execute(void.values(row)).rowcount:
                    connection.execute(table.insert().values(event=self._event, team=team, **row))

    def _of(self, team: str) -> sa.Update:
        return table.update().where(table.c.event == self._event, table.c.team == team)
