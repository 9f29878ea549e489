"""Lines from staff to teams, in both languages, until somebody ends them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bootstrap.errors import clean
from bootstrap.journal import database
from bootstrap.journal.tables import notices as table
from bootstrap.journal.venue.rows import VenueDatabase


@dataclass(frozen=True, slots=True)
class TeamNotice:
    """One notice. Times in epoch seconds; `teams`: those that see it, () for all; `cause`: what it answers, or "".

    `actor`: who wrote it, which teams do not see. A text is "" if there is none in that language.
    """

    id: str
    at: float
    actor: str
    text_en: str
    text_zh: str
    teams: tuple[str, ...]
    cause: str
    ended: float | None

    def is_for(self, team: str) -> bool:
        return not self.teams or team in self.teams

    def text(self, language: str) -> tuple[str, str]:
        """Return the text in the language ("en" or "zh"), else the other one; and the language that it is in."""
        texts = {"en": self.text_en, "zh": self.text_zh}
        other = "en" if language == "zh" else "zh"
        return (texts[language], language) if texts[language] else (texts[other], other)


_COLUMNS = tuple(table.c[name] for name in TeamNotice.__dataclass_fields__)


class Notices:
    """One event's notices. Raises Troubled: EB-523 if the database does not answer, EB-395 for a damaged row."""

    def __init__(self, store: VenueDatabase, event_name: str) -> None:
        self._store, self._event = store, event_name

    def write(
        self,
        text_en: str,
        text_zh: str,
        teams: Sequence[str],
        actor: str,
        at: float,
        cause: str = "",
        notice_id: str = "",
    ) -> tuple[TeamNotice, bool]:
        """Write a notice; return it, and False if there is one with this id already, which stays as it is.

        `notice_id`: one that the form has, so that a second click on it writes nothing.
        """
        made = TeamNotice(
            notice_id or uuid.uuid4().hex, at, clean(actor), clean(text_en), clean(text_zh), tuple(teams), cause, None
        )
        values = {name: getattr(made, name) for name in TeamNotice.__dataclass_fields__}
        values |= {"event": self._event, "teams": {"teams": list(teams)}}
        try:
            with self._store.begun() as connection:
                connection.execute(table.insert().values(values))
        except IntegrityError:
            there = next((each for each in self.all() if each.id == made.id), None)
            if there is None:
                # Of another event: nothing was written.
                raise
            return there, False
        return made, True

    def end(self, notice_id: str, at: float) -> bool:
        """End a notice: no page shows it any more. False if it had ended, or there is none."""
        there = (table.c.event == self._event) & (table.c.id == notice_id) & table.c.ended.is_(None)
        with self._store.begun() as connection:
            return bool(connection.execute(table.update().where(there).values(ended=at)).rowcount)

    def all(self) -> list[TeamNotice]:
        """Return every notice, the oldest first."""
        return self._read()

    def current(self) -> list[TeamNotice]:
        """Return the notices that have not ended, the newest first."""
        return self._read(table.c.ended.is_(None))[::-1]

    def _read(self, *where: sa.ColumnElement[bool]) -> list[TeamNotice]:
        query = sa.select(*_COLUMNS).where(table.c.event == self._event, *where).order_by(table.c.number)
        with self._store.begun() as connection:
            return [_notice(row) for row in database.rows(connection, query)]


def _notice(row: Any) -> TeamNotice:
    teams = row.teams.get("teams")
    if not isinstance(teams, list):
        raise database.damaged(ValueError("teams of a notice"))
    return TeamNotice(row.id, row.at, row.actor, row.text_en, row.text_zh, tuple(map(str, teams)), row.cause, row.ended)
