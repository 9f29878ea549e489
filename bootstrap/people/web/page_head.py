"""Head and foot of every page for people in the hall: the event, its countdown, whom to ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bootstrap.errors.message import Message, msg
from bootstrap.event.event import Event
from bootstrap.event.settings import Schedule

# So near, a countdown is shown; before that, the day. In seconds.
_NEAR = 48 * 3600.0
DESK = msg("the support desk")


def values(event: Event, language: str, now: float) -> dict[str, Any]:
    """Return the values of join/base.html. `now` in epoch seconds; 0: it is not known, and there is no countdown."""
    return {
        "event": event.name,
        "ask": event.venue.ask.said(language) or DESK,
        "now": round(now),
        "countdown": countdown(event.schedule, now) if now else None,
    }


def countdown(schedule: Schedule, now: float) -> dict[str, Any]:
    """Return what the event waits for: its word, the moment in epoch seconds, the time left, the moment as text."""
    opens, closes = schedule.opens.timestamp(), schedule.closes.timestamp()
    if now >= closes:
        return {"word": msg("The event is over"), "until": 0, "left": "", "at": ""}
    to_open = now < opens
    until, word = (opens, msg("opens in")) if to_open else (closes, msg("closes in"))
    moment = (schedule.opens if to_open else schedule.closes).astimezone(schedule.opens.tzinfo)
    near = until - now < _NEAR
    return {
        "word": word if near else _far(to_open),
        "until": round(until) if near else 0,
        "left": _clock(until - now) if near else f"{moment:%m-%d}",
        "at": _said(moment, to_open),
    }


def _far(to_open: bool) -> Message:
    return msg("opens on") if to_open else msg("closes on")


def _said(moment: datetime, to_open: bool) -> Message:
    time = f"{moment:%H:%M}"
    return msg("starts {time}", time=time) if to_open else msg("ends {time}", time=time)


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
