"""The document of `journal day`."""

from __future__ import annotations

from typing import Literal

# Before Python 3.12 pydantic reads this one only.
from typing_extensions import TypedDict


class SurveyResultDocument(TypedDict):
    """The answers to one question of the survey, of all teams together."""

    question: str
    counts: dict[str, int]
    """Value -> how many gave it."""
    mean: float | None
    """Mean of values from 1 to 5; null for words, or without answers."""


class DayDocument(TypedDict):
    """Records of the pages of the event's day. Times in seconds, null if there are none."""

    type: Literal["day"]
    schema: Literal[2]
    event: str
    at: str
    raised: int
    """Hands that teams raised."""
    answered: int
    """Hands that staff or a notice answered."""
    by_notice: int
    lowered: int
    """Hands that the team took down itself."""
    median_seconds: float | None
    """From raising a hand until somebody took or answered it."""
    ninetieth_seconds: float | None
    oldest_seconds: float | None
    """Waiting time of the oldest hand that nobody took."""
    topics: dict[str, int]
    causes: dict[str, int]
    """Code of the doctor's finding -> number of hands."""
    notices: int
    survey_answers: int
    survey: list[SurveyResultDocument]
    survey_words: list[str]
    """Texts that were written, in an order that does not tell when; without teams."""
