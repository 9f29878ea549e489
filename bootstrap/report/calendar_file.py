"""The days on which an organiser must do something -> an iCalendar file (RFC 5545) for any calendar program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar
from icalendar import Event as Entry

from bootstrap.errors.message import Message, counted, msg, some
from bootstrap.event.agenda import AgendaEntry
from bootstrap.event.event import Event
from bootstrap.event.wave_settings import Wave
from bootstrap.report.translations import shown

_LASTS = timedelta(minutes=30)
_REMIND = {True: timedelta(hours=9), False: timedelta(hours=-1)}
"""By `all_day`, the moment of the alarm: at 9 of a whole day, an hour before a time."""


def calendar(event: Event, entries: Iterable[AgendaEntry], made_at: datetime, language: str) -> bytes:
    """Return the file. Importing it again replaces entries instead of adding them: each has an id of its own."""
    made = Calendar()
    made.add("prodid", "-//event-bootstrap//agenda//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", event.name)
    made.add_component(_day(event, made_at, language))
    for each in entries:
        made.add_component(_entry(event, each, made_at, language))
    return bytes(made.to_ical())


def _entry(event: Event, entry: AgendaEntry, made_at: datetime, language: str) -> Entry:
    made = _titled(event, entry.duty.value, made_at, f"{event.name}: {shown(entry.what, language)}")
    lines = [entry.command] if entry.command else []
    made.add("description", "\n".join([*lines, shown(entry.why, language)]))
    if entry.all_day:
        made.add("dtstart", entry.at.date())
        made.add("dtend", entry.at.date() + timedelta(days=1))
    else:
        made.add("dtstart", entry.at.astimezone(UTC))
        made.add("dtend", (entry.at + _LASTS).astimezone(UTC))
    # Work, but no appointment: the person is not busy all day.
    made.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", shown(entry.what, language))
    alarm.add("trigger", _REMIND[entry.all_day])
    made.add_component(alarm)
    return made


def _day(event: Event, made_at: datetime, language: str) -> Entry:
    """Return the event itself."""
    made = _titled(event, "event", made_at, event.name)
    said = [msg("the event is open"), *(_wave(each) for each in event.schedule.waves)]
    made.add("description", "\n".join(shown(each, language) for each in said))
    made.add("dtstart", event.schedule.opens.astimezone(UTC))
    made.add("dtend", event.schedule.closes.astimezone(UTC))
    return made


def _wave(wave: Wave) -> Message:
    if wave.teams:
        return msg("wave {name} begins with {lab}: {teams}", name=wave.name, lab=wave.begins, teams=some(wave.teams))
    if wave.count is not None:
        return counted(
            "wave {name} begins with {lab}: {count} team", "wave {name} begins with {lab}: {count} teams",
            wave.count, name=wave.name, lab=wave.begins,
        )  # fmt: skip
    return msg("wave {name} begins with {lab}: the other teams", name=wave.name, lab=wave.begins)


def _titled(event: Event, key: str, made_at: datetime, title: str) -> Entry:
    made = Entry()
    made.add("uid", f"{key}.{event.name}@event-bootstrap")
    made.add("dtstamp", made_at.astimezone(UTC))
    # Calendar programs keep what they have unless the number is higher.
    made.add("sequence", int(made_at.timestamp()) // 60)
    made.add("summary", title)
    return made
