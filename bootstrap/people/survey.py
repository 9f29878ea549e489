"""A few questions for the teams at the end, without names: once a browser, and nobody sees whose answers are whose."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bootstrap.errors import Troubled
from bootstrap.errors.message import Message, msg
from bootstrap.event.inputs import Inputs
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.journal.venue.surveys import SurveyAnswer, Surveys
from bootstrap.journal.venue.turns import Turns

LONGEST_WORDS = 200
_EARLY = ("survey", "early", "")
# Seconds until what another server was told is known here.
_EVERY = 5.0
_FIVE = tuple("12345")


@dataclass(frozen=True, slots=True)
class SurveyQuestion:
    """A question with one answer of `choices`: value -> word. Figures from 1 to 5 have `low` and `high` beside them."""

    text: Message
    choices: Mapping[str, Message | str]
    low: Message | str = ""
    high: Message | str = ""


def _scale(text: Message, low: Message, high: Message) -> SurveyQuestion:
    return SurveyQuestion(text, {each: each for each in _FIVE}, low, high)


QUESTIONS: Mapping[str, SurveyQuestion] = {
    "day": _scale(msg("How was the day?"), msg("bad"), msg("very good")),
    "guides": _scale(msg("Were the lab guides clear?"), msg("not at all"), msg("completely")),
    "help": _scale(msg("Did you get help when you needed it?"), msg("too late or never"), msg("at once")),
    "time": SurveyQuestion(
        msg("How was the time for the labs?"),
        {"short": msg("too short"), "right": msg("right"), "long": msg("too long")},
    ),
}


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """The answers to one question: how many gave each value. `mean` of 1 to 5; None for words, or without answers."""

    key: str
    counts: Mapping[str, int]
    mean: float | None


class SurveyDesk:
    """One event's survey on one server. May block; raises Troubled (EB-523). `now` returns epoch seconds."""

    def __init__(self, store: VenueDatabase, inputs: Callable[[], Inputs], now: Callable[[], float]) -> None:
        self._inputs, self._now = inputs, now
        event = inputs().event.name
        self._surveys, self._turns = Surveys(store, event), Turns(store, event)
        self._early, self._looked = False, float("-inf")

    def is_open(self) -> bool:
        """Return True from some minutes before the event closes, or since staff opened it, until the event expires."""
        event, now = self._inputs().event, self._now()
        if not event.venue.survey or now >= event.schedule.expires.timestamp():
            return False
        if now >= event.schedule.closes.timestamp() - event.venue.survey_minutes * 60:
            return True
        if time.monotonic() - self._looked >= _EVERY:
            try:
                self._early, self._looked = self._turns.taken(*_EARLY, now), time.monotonic()
            except Troubled:
                # As it was when the database last answered.
                return self._early
        return self._early

    def open_early(self) -> None:
        """Open the survey now, as staff ask."""
        until = self._inputs().event.schedule.expires.timestamp()
        self._turns.take(*_EARLY, self._now(), until - self._now())
        self._looked = float("-inf")

    def answered(self, browser: str) -> bool:
        return bool(browser) and self._surveys.answered(_id(browser))

    def save(self, browser: str, team: str, given: Mapping[str, str], words: str, language: str) -> bool:
        """Write a browser's answers; False if it has answered before. `given`: question -> value; others are left out.

        `browser`: a secret of its own that nothing else is kept with.
        """
        answers = {key: given[key] for key, each in QUESTIONS.items() if given.get(key) in each.choices}
        answer = SurveyAnswer(team, answers, words[:LONGEST_WORDS], language, self._now())
        return self._surveys.save(_id(browser), answer)

    def all(self) -> list[SurveyAnswer]:
        return self._surveys.all()


def results(answers: Sequence[SurveyAnswer]) -> tuple[SurveyResult, ...]:
    """Return what was answered to each question, of all teams together."""
    found = []
    for key, question in QUESTIONS.items():
        given = Counter(str(each.answers[key]) for each in answers if each.answers.get(key) in question.choices)
        counts = {value: given[value] for value in question.choices}
        figures = [int(value) for value in given.elements()] if set(question.choices) == set(_FIVE) else []
        found.append(SurveyResult(key, counts, sum(figures) / len(figures) if figures else None))
    return tuple(found)


def _id(browser: str) -> str:
    return hashlib.sha256(f"survey {browser}".encode()).hexdigest()[:40]
