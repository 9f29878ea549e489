"""The `venue` part of event.yaml: whom teams ask, and how long they may wait."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr

from bootstrap.errors.message import msg
from bootstrap.errors.printable import printable
from bootstrap.event.model_problems import refuse
from bootstrap.event.settings import Part

_LONGEST = 120


def _line(value: str) -> str:
    if printable(value) != value or "\n" in value:
        what = msg("contains control characters, marks of writing direction or line breaks")
        raise refuse("EB-136", what, msg("Write one line of plain text"))
    return value.strip()


_Line = Annotated[StrictStr, AfterValidator(_line)]


class WhomToAsk(Part):
    """The support desk, in each language; "" if a language has no text of its own."""

    en: _Line = Field(
        default="",
        max_length=_LONGEST,
        description=msg("one line of up to {most} characters: whom to ask and where, in English", most=_LONGEST),
        examples=["the support desk, left of the stage"],
    )
    zh: _Line = Field(
        default="",
        max_length=_LONGEST,
        description=msg("one line of up to {most} characters: whom to ask and where, in Chinese", most=_LONGEST),
        examples=["大厅左侧支持台"],
    )

    def said(self, language: str) -> str:
        """Return the text in the language, else in the other one; "" if there is none."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


class Venue(Part):
    """The venue of the event: whom teams ask, and when the survey opens."""

    ask: WhomToAsk = Field(
        default=WhomToAsk(), description=msg("`en:` and `zh:` lines: whom teams ask for help, on every page of theirs")
    )
    late_minutes: StrictInt = Field(
        default=10, ge=1, le=120, description=msg("1 to 120: minutes after which a raised hand counts as late")
    )
    survey: StrictBool = Field(
        default=True, description=msg("true or false; with true, teams are asked a few questions at the end")
    )
    survey_minutes: StrictInt = Field(
        default=30, ge=0, le=600, description=msg("0 to 600: minutes before schedule.closes when the survey opens")
    )
