"""Raised hands of an event: one open hand a team, however often and from how many phones it is raised."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bootstrap.errors import clean
from bootstrap.journal import database
from bootstrap.journal.tables import hands as table
from bootstrap.journal.venue.rows import VenueDatabase

# Tries against others who raise, add or lower at the same moment.
_TRIES = 10
_MOST_ADDITIONS = 10


class HandTopic(StrEnum):
    """Subject of a raised hand."""

    CONSOLE = "console"
    LABELLING = "labelling"
    NOTEBOOK = "notebook"
    TRAINING = "training"
    ENDPOINT = "endpoint"
    TUNING = "tuning"
    OTHER = "other"


class HandEnd(StrEnum):
    """End of a hand: staff answered it, the team lowered it, or a notice answered it."""

    ANSWERED = "answered"
    LOWERED = "lowered"
    NOTICE = "notice"


class RaiseOutcome(StrEnum):
    """Effect of raising: a new hand, more words on the open one, nothing new, or too many words already."""

    RAISED = "raised"
    ADDED = "added"
    SAME = "same"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class RaisedHand:
    """One hand. Times in epoch seconds; `words`: the team's own, one addition a line, never to be trusted.

    `finding`: the doctor's answer as values of JSON, {} until it was `examined`; `people.hands.finding` reads it.
    `code` and `cause`: of its first problem, "" if there is none. `how`: "" while the hand is open, else a HandEnd;
    `notice`: the id of the notice that answered it.
    """

    id: str
    team: str
    account_id: str
    what: str
    words: str
    language: str
    raised: float
    examined: float | None
    code: str
    cause: str
    finding: Mapping[str, Any]
    taken_by: str
    taken: float | None
    answered_by: str
    answered: float | None
    how: str
    notice: str

    @property
    def open(self) -> bool:
        return not self.how

    @property
    def topic(self) -> HandTopic:
        return HandTopic(self.what) if self.what in set(HandTopic) else HandTopic.OTHER


_COLUMNS = tuple(table.c[name] for name in RaisedHand.__dataclass_fields__)
_LEFT_OUT: Mapping[str, Any] = {"words": "", "finding": {}}


class Hands:
    """One event's hands. Raises Troubled: EB-523 if the database does not answer, EB-395 for a damaged row."""

    def __init__(self, store: VenueDatabase, event_name: str) -> None:
        self._store, self._event = store, event_name

    def lift(
        self, team: str, account_id: str, topic: HandTopic, words: str, language: str, at: float
    ) -> tuple[RaisedHand, RaiseOutcome]:
        """Raise the team's hand, or add the words to its open one; return it once it is written."""
        words = _one_line(words)
        for _ in range(_TRIES):
            mine = self.of_team(team)
            if mine and mine[-1].open:
                added = self._added(mine[-1], words)
                if added is not None:
                    return added
                continue
            values: dict[str, Any] = {
                "id": _hand_id(self._event, team, len(mine) + 1), "event": self._event, "team": team,
                "account_id": account_id, "what": topic.value, "words": words, "language": language, "raised": at,
                "examined": None, "code": "", "cause": "", "finding": {}, "taken_by": "", "taken": None,
                "answered_by": "", "answered": None, "how": "", "notice": "",
            }  # fmt: skip
            try:
                with self._store.begun() as connection:
                    connection.execute(table.insert().values(values))
            except IntegrityError:
                # Another phone of the team, perhaps at another instance, was first.
                continue
            return _hand(values), RaiseOutcome.RAISED
        raise AssertionError("others keep raising and lowering this hand")

    def all(self) -> list[RaisedHand]:
        """Return every hand of the event, the oldest first."""
        return self._read()

    def open(self) -> list[RaisedHand]:
        """Return the hands that are up, the oldest first."""
        return self._read(table.c.how == "")

    def ended(self) -> list[RaisedHand]:
        """Return the hands that are down, the oldest first, without words and finding: for their times."""
        names = [each.name for each in _COLUMNS if each.name not in _LEFT_OUT]
        query = sa.select(*(table.c[name] for name in names)).where(table.c.event == self._event, table.c.how != "")
        with self._store.begun() as connection:
            rows = database.rows(connection, query.order_by(table.c.number))
        return [_hand({**_LEFT_OUT, **row._mapping}) for row in rows]

    def of_team(self, team: str) -> list[RaisedHand]:
        """Return the team's hands, the latest last."""
        return self._read(table.c.team == team)

    def get(self, hand_id: str) -> RaisedHand | None:
        """Return the hand with the id; None if the event has none."""
        return next(iter(self._read(table.c.id == hand_id)), None)

    def take(self, hand_id: str, person: str, at: float, over: bool = False) -> bool:
        """Note who goes to the team. False if the hand is down, or somebody else took it, unless `over`.

        `person`: as `operators.on_duty` or `operators.here` write names.
        """
        free = table.c.taken_by.in_(("", clean(person)))
        rows = self._one(hand_id) if over else self._one(hand_id).where(free)
        return self._changed(rows.values(taken_by=clean(person), taken=at))

    def leave(self, hand_id: str, person: str) -> bool:
        """Note that the person does not go after all. False if the hand is down, or the person had not taken it."""
        rows = self._one(hand_id).where(table.c.taken_by == clean(person))
        return self._changed(rows.values(taken_by="", taken=None))

    def close(self, hand_id: str, how: HandEnd, person: str, at: float, notice: str = "") -> bool:
        """Take the hand down. `person`: "" for the team itself. False if it was down already."""
        values = {"how": how.value, "answered_by": clean(person), "answered": at, "notice": notice}
        return self._changed(self._one(hand_id).values(values))

    def examined(
        self, hand_id: str, at: float, code: str, cause: str, finding: Mapping[str, Any], account_id: str = ""
    ) -> bool:
        """Write the doctor's answer, also for a hand that is down by now. False if there is one already.

        `account_id`: the account that was examined; False as well if the team has moved from it.
        """
        rows = table.update().where(table.c.event == self._event, table.c.id == hand_id, table.c.examined.is_(None))
        if account_id:
            rows = rows.where(table.c.account_id == account_id)
        return self._changed(rows.values(examined=at, code=code, cause=cause, finding=dict(finding)))

    def moved(self, hand_id: str, before: str, account_id: str) -> bool:
        """Take the open hand along to the team's new account, in which nothing was examined yet."""
        rows = self._one(hand_id).where(table.c.account_id == before)
        unseen: dict[str, Any] = {"examined": None, "code": "", "cause": "", "finding": {}}
        return self._changed(rows.values(account_id=account_id, **unseen))

    def _added(self, hand: RaisedHand, words: str) -> tuple[RaisedHand, RaiseOutcome] | None:
        """Add the words to an open hand; None if it changed meanwhile."""
        lines = hand.words.splitlines()
        if not words or words in lines:
            return hand, RaiseOutcome.SAME
        if len(lines) >= _MOST_ADDITIONS:
            return hand, RaiseOutcome.FULL
        rows = self._one(hand.id).where(table.c.words == hand.words)
        if not self._changed(rows.values(words="\n".join([*lines, words]))):
            return None
        return self.get(hand.id) or hand, RaiseOutcome.ADDED

    def _one(self, hand_id: str) -> sa.Update:
        """The open hand with the id."""
        return table.update().where(table.c.event == self._event, table.c.id == hand_id, table.c.how == "")

    def _changed(self, change: sa.Update) -> bool:
        with self._store.begun() as connection:
            return bool(connection.execute(change).rowcount)

    def _read(self, *where: sa.ColumnElement[bool]) -> list[RaisedHand]:
        query = sa.select(*_COLUMNS).where(table.c.event == self._event, *where).order_by(table.c.number)
        with self._store.begun() as connection:
            return [_hand(row._mapping) for row in database.rows(connection, query)]


def _hand(values: Mapping[str, Any]) -> RaisedHand:
    return RaisedHand(**{name: values[name] for name in RaisedHand.__dataclass_fields__})


def _hand_id(event: str, team: str, number: int) -> str:
    """Return the id of the team's next hand: two that are raised at once have the same, and one is refused."""
    return f"{hashlib.sha256(f'{event} {team}'.encode()).hexdigest()[:20]}-{number}"


def _one_line(typed: str) -> str:
    return " ".join(clean(typed).split())


def teams_of(hands: Sequence[RaisedHand]) -> tuple[str, ...]:
    """Return the hands' teams, each once, in the order of the hands."""
    return tuple(dict.fromkeys(each.team for each in hands))
