"""The mornings of an event, on which notebooks that were made earlier, or stopped for the night, are started; and what
a notebook should do at an hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bootstrap.event.event import Event
from bootstrap.event.settings import Schedule

EARLIER = timedelta(hours=3)
"""Time from the morning to the opening, in which every notebook is started and what does not start is fixed."""


def mornings(schedule: Schedule) -> Iterator[datetime]:
    """Yield the beginning of the morning of each day on which the event is on, the first day's first."""
    morning = schedule.opens - EARLIER
    while morning < schedule.closes:
        yield morning
        morning += timedelta(days=1)


def first(schedule: Schedule) -> datetime:
    """Return when the morning of the first day begins."""
    return schedule.opens - EARLIER


def begun(schedule: Schedule, now: float) -> datetime | None:
    """Return the latest morning that has begun; None before the first. `now`: epoch seconds."""
    return max((each for each in mornings(schedule) if each.timestamp() <= now), default=None)


def coming(schedule: Schedule, now: float) -> datetime | None:
    """Return the next morning of the event; None once the last has begun. `now`: epoch seconds."""
    return next((each for each in mornings(schedule) if each.timestamp() > now), None)


class NotebookDue(StrEnum):
    """A notebook's duty at an hour. ANY: as whoever started or stopped it wants."""

    RUN = "run"
    SLEEP = "sleep"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours in which the event's notebooks run. `morning`: `notebook.ready` of event.yaml is "morning"."""

    schedule: Schedule
    morning: bool = False

    @classmethod
    def of(cls, event: Event) -> Hours:
        return cls(event.schedule, event.notebook.ready == "morning")

    def early(self, now: float) -> bool:
        """True before the first morning, if notebooks wait for it. `now`: epoch seconds."""
        return self.morning and now < first(self.schedule).timestamp()

    def over(self, now: float) -> bool:
        """True once the event has closed. `now`: epoch seconds."""
        return now >= self.schedule.closes.timestamp()

    def wanted(self, now: float, since: float, named: bool = False) -> NotebookDue:
        """Return what a notebook that was last started or stopped at `since` should do at `now`; epoch seconds."""
        if self.early(now):
            return NotebookDue.SLEEP
        morning = begun(self.schedule, now)
        if named or morning is None:
            return NotebookDue.RUN
        return NotebookDue.ANY if self.over(now) or since >= morning.timestamp() else NotebookDue.RUN

    def until(self, now: float) -> datetime | None:
        """Return the next morning, until which a notebook may stay stopped; None if there is none."""
        return coming(self.schedule, now)
