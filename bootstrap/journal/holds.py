"""Accounts on hold, in the journal's database for all operators."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bootstrap.engine.hold import Hold
from bootstrap.errors import clean
from bootstrap.journal import database
from bootstrap.journal.tables import holds as table


@dataclass(frozen=True, slots=True)
class HeldAccount:
    """An account on hold, as it was named when that began."""

    team: str
    account_id: str
    hold: Hold


def read(connection: sa.Connection, event_name: str) -> dict[str, Hold]:
    """Return the event's holds by account id. Raises Troubled (EB-395) for a damaged row."""
    return {each.account_id: each.hold for each in _read(connection, event_name)}


def _read(connection: sa.Connection, event_name: str) -> list[HeldAccount]:
    query = sa.select(table).where(table.c.event == event_name).order_by(table.c.since, table.c.account_id)
    rows = database.rows(connection, query)
    return [HeldAccount(row.team, row.account_id, Hold(row.reason, row.actor, row.since)) for row in rows]


class Holds:
    """One event's accounts on hold. Raises BadInput (EB-395) if the journal cannot be opened, Troubled (EB-523) if its
    database does not answer."""

    def __init__(self, where: str | Path, event_name: str) -> None:
        self._engine = database.connect(where)
        self._event_name = event_name

    def close(self) -> None:
        self._engine.dispose()

    def all(self) -> list[HeldAccount]:
        """Return all accounts on hold, the oldest hold first."""
        try:
            with self._engine.connect() as connection:
                return _read(connection, self._event_name)
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None

    def put(self, accounts: Sequence[tuple[str, str]], hold: Hold) -> None:
        """Put accounts (team, account id) on hold; one that is on hold already gets the new reason."""
        said = {"reason": clean(hold.reason), "actor": clean(hold.actor), "since": hold.since}
        try:
            with self._engine.begin() as connection:
                for team, account_id in sorted(accounts):
                    connection.execute(self._of(account_id))
                    key = {"event": self._event_name, "account_id": account_id, "team": team}
                    connection.execute(table.insert().values(**key, **said))
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None

    def release(self, account_ids: Sequence[str]) -> None:
        """End the holds of these accounts."""
        try:
            with self._engine.begin() as connection:
                for each in sorted(account_ids):
                    connection.execute(self._of(each))
        except SQLAlchemyError as error:
            raise database.unanswered(error) from None

    def _of(self, account_id: str) -> sa.Delete:
        return table.delete().where(table.c.event == self._event_name, table.c.account_id == account_id)


def of(where: str | Path, event_name: str) -> dict[str, Hold]:
    """Return the event's holds by account id. Raises as `Holds` does."""
    with closing(Holds(where, event_name)) as found:
        return {each.account_id: each.hold for each in found.all()}
