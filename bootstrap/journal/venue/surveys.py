"""Answers of teams at the end of the event, without names: a row for each browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bootstrap.errors import clean
from bootstrap.journal import database
from bootstrap.journal.tables import surveys as table
from bootstrap.journal.venue.rows import VenueDatabase

# Seconds to which times are rounded, so that none tells whose browser it was.
_ROUNDED = 600.0


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """The answers of one browser: question -> value. `at`: epoch seconds, rounded to ten minutes."""

    team: str
    answers: Mapping[str, Any]
    words: str
    language: str
    at: float


_COLUMNS = tuple(table.c[name] for name in SurveyAnswer.__dataclass_fields__)


class Surveys:
    """One event's answers. Raises Troubled: EB-523 if the database does not answer, EB-395 for a damaged row."""

    def __init__(self, store: VenueDatabase, event_name: str) -> None:
        self._store, self._event = store, event_name

    def save(self, answer_id: str, answer: SurveyAnswer) -> bool:
        """Write one browser's answers. False if this browser answered before; its first answers stay."""
        values = {
            "event": self._event, "id": answer_id, "team": answer.team, "answers": dict(answer.answers),
            "words": clean(answer.words), "language": answer.language, "at": answer.at - answer.at % _ROUNDED,
        }  # fmt: skip
        try:
            with self._store.begun() as connection:
                connection.execute(table.insert().values(values))
        except IntegrityError:
            return False
        return True

    def answered(self, answer_id: str) -> bool:
        """Return True if this browser answered."""
        query = sa.select(table.c.id).where(table.c.event == self._event, table.c.id == answer_id)
        with self._store.begun() as connection:
            return connection.execute(query).first() is not None

    def all(self) -> list[SurveyAnswer]:
        """Return all answers, in an order that does not tell when they came."""
        query = sa.select(*_COLUMNS).where(table.c.event == self._event).order_by(table.c.id)
        with self._store.begun() as connection:
            return [SurveyAnswer(**row._mapping) for row in database.rows(connection, query)]
