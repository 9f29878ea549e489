"""The mornings of an event: when notebooks that were made earlier, or stopped for the night, are started."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bootstrap.event.settings import Schedule

EARLIER = timedelta(hours=3)
"""How long before the event opens its morning begins: time to start every notebook, and to fix what does not start."""


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
