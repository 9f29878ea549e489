"""The teams' codes and the passwords that were shown, as the journal's database keeps them for all operators."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bootstrap import codes, database, journal_tables
from bootstrap.errors import clean
from bootstrap.journal_tables import shown_passwords


@dataclass(frozen=True, slots=True)
class Kept:
    """A team's code as it is kept; times in epoch seconds. `digest` changes with the code."""

    team: str
    salt: str
    digest: str
    made: float
    made_by: str
    expires: float

    def opened_by(self, typed: str) -> bool:
        return codes.same(self.digest, codes.digest(self.salt, self.team, typed))


class TeamCodes:
    """One event's. Raises BadInput (EB-395) if the database cannot be opened, and SQLAlchemyError as it answers."""

    def __init__(self, where: str | Path, event: str) -> None:
        self._engine = database.connect(where)
        self._event = event

    def close(self) -> None:
        self._engine.dispose()

    def valid(self, team: str, now: float) -> Kept | None:
        """The team's code, if it has one that did not expire."""
        found = self._found([team], now)
        return found[0] if found else None

    def hand_out(
        self, teams: Iterable[str], expires: datetime, now: float, by: str, anew: bool = False
    ) -> tuple[dict[str, str], tuple[Kept, ...]]:
        """A code for each team that has no valid one, with `anew` for every team; the new codes, and those kept.

        Valid ones are kept and end with the event, also where its end was moved. A replaced code is void at once.
        """
        asked = list(teams)
        kept = () if anew else self._found(asked, now)
        until = expires.timestamp()
        self._prolong([each.team for each in kept], until)
        made = {}
        for team in asked:
            if team in {each.team for each in kept}:
                continue
            code = codes.new()
            if self._put(team, code, until, now, clean(by), anew):
                made[team] = code
        return made, self._found([each for each in asked if each not in made], now)

    def passwords_shown(self, account_id: str) -> dict[str, float]:
        """Worker -> when a page showed the password."""
        query = sa.select(shown_passwords.c.worker, shown_passwords.c.at).where(self._account(account_id))
        with self._engine.connect() as connection:
            return {str(row.worker): float(row.at) for row in connection.execute(query)}

    def show_once(self, account_id: str, worker: str, at: float) -> bool:
        """Whether it may be shown now; whoever asks second is told no."""
        row = {"event": self._event, "account_id": account_id, "worker": worker, "at": at}
        try:
            with self._engine.begin() as connection:
                connection.execute(shown_passwords.insert().values(row))
        except IntegrityError:
            return False
        return True

    def show_again(self, account_ids: Collection[str]) -> int:
        """Allow each of the accounts' passwords once more; how many had been shown."""
        with self._engine.begin() as connection:
            gone = [connection.execute(shown_passwords.delete().where(self._account(each))) for each in account_ids]
            return sum(each.rowcount for each in gone)

    def _account(self, account_id: str) -> sa.ColumnElement[bool]:
        return (shown_passwords.c.event == self._event) & (shown_passwords.c.account_id == account_id)

    def _found(self, teams: Collection[str], now: float) -> tuple[Kept, ...]:
        table = journal_tables.codes
        columns = (table.c[name] for name in ("team", "salt", "digest", "made", "made_by", "expires"))
        query = sa.select(*columns).where(table.c.event == self._event, table.c.expires > now)
        with self._engine.connect() as connection:
            rows = {row["team"]: Kept(**row) for row in connection.execute(query).mappings()}
        return tuple(rows[each] for each in teams if each in rows)

    def _prolong(self, teams: Collection[str], until: float) -> None:
        table = journal_tables.codes
        change = table.update().where(table.c.event == self._event, table.c.expires != until)
        with self._engine.begin() as connection:
            for team in teams:
                connection.execute(change.where(table.c.team == team).values(expires=until))

    def _put(self, team: str, code: str, until: float, now: float, by: str, anew: bool) -> bool:
        """False if another operator made one at this moment: then theirs stands."""
        table, salted = journal_tables.codes, codes.salt()
        values = {"salt": salted, "digest": codes.digest(salted, team, code), "made": now, "made_by": by}
        values |= {"expires": until}
        mine = (table.c.event == self._event) & (table.c.team == team)
        void = mine if anew else mine & (table.c.expires <= now)
        try:
            with self._engine.begin() as connection:
                if connection.execute(table.update().where(void).values(values)).rowcount:
                    return True
                connection.execute(table.insert().values(event=self._event, team=team, **values))
        except IntegrityError:
            return False
        return True
