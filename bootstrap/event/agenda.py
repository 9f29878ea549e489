"""The days on which an organiser must do something, from the event's schedule. For reminders and the calendar file.

Two weeks for GPU quotas of new accounts rests on experience of others, not on a promise of AWS.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bootstrap.errors.message import Message, msg
from bootstrap.event import mornings
from bootstrap.event.settings import Schedule

_SWEEP_AT = time(9)
# What teams have to copy their work out, if the event closes in the night.
_COPYING = timedelta(hours=6)
_CAPACITY = "event-bootstrap provision --step smoke --again --every 10 --stagger 30"
_PEAK = "event-bootstrap provision --step smoke --again --peak"
# After the morning's smoke jobs, and long enough before the opening for another type or other waves.
_PEAK_AFTER = timedelta(hours=1)


class Duty(StrEnum):
    """A thing to do. Its value names the entry in calendars, so that a file imported again replaces the first."""

    QUOTAS = "quotas"
    OPEN_REQUESTS = "open-requests"
    CHECK = "check"
    PROVISION = "provision"
    HANDOUTS = "handouts"
    MORNING = "morning"
    PEAK = "peak"
    EVENING = "evening"
    SWEEP = "sweep"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """One thing to do. `at`: when, with the schedule's offset; `all_day`: the day counts, not the time.

    `command`: what a person would type, "" if it is no command of the tool.
    """

    duty: Duty
    at: datetime
    all_day: bool
    what: Message
    why: Message
    command: str


def agenda(schedule: Schedule) -> tuple[AgendaEntry, ...]:
    """Return the event's entries by time."""
    opens, closes, sweep = schedule.opens, schedule.closes, _next_morning(schedule.closes)

    def day(duty: Duty, before: int, what: Message, why: Message, command: str) -> AgendaEntry:
        return AgendaEntry(duty, opens - timedelta(days=before), True, what, why, command)

    entries = (
        day(Duty.QUOTAS, 14, msg("request quotas"),
            msg("a person at AWS may have to decide about GPUs in new accounts, which takes days"),
            "event-bootstrap quotas --request"),
        day(Duty.OPEN_REQUESTS, 7, msg("look after open quota requests"),
            msg("--open-cases has AWS open a support case; --letter writes to your account team"),
            "event-bootstrap quotas"),
        day(Duty.CHECK, 3, msg("check the way into every account"),
            msg("your credentials, this machine and the access role"), "event-bootstrap check"),
        day(Duty.PROVISION, 2, msg("prepare the accounts"),
            msg("earlier costs notebook hours, later leaves no time to fix what fails"), "event-bootstrap provision"),
        day(Duty.HANDOUTS, 1, msg("print the cards, and try the venue's network"),
            msg("many venue networks block connections between phones and laptops"), "event-bootstrap handouts"),
        AgendaEntry(Duty.MORNING, mornings.first(schedule), False, msg("see whether training jobs start today"),
                    msg("one training job in every tenth account; it proves that these ran, no more"), _CAPACITY),
        AgendaEntry(Duty.PEAK, mornings.first(schedule) + _PEAK_AFTER, False,
                    msg("see how many training jobs AWS runs at once"),
                    msg("jobs in all accounts, stopped once all train; it says first what that costs"), _PEAK),
        AgendaEntry(Duty.EVENING, closes, False, msg("stop what is billed by the hour"),
                    msg("notebooks, jobs and endpoints cost money all night"),
                    "event-bootstrap sweep --apply --stop-only"),
        AgendaEntry(Duty.SWEEP, sweep, False, msg("delete everything, and prove it"),
                    msg("teams have copied their work out by now"), "event-bootstrap sweep --apply"),
        # Without the role nothing can be swept.
        AgendaEntry(Duty.ACCESS, max(schedule.expires, sweep), False, msg("delete the access role in every account"),
                    msg("whoever can assume it is in effect an administrator there"), ""),
    )  # fmt: skip
    return tuple(sorted(entries, key=lambda each: each.at))


def _next_morning(closes: datetime) -> datetime:
    """Return the first 9 o'clock that leaves time to copy work: the same day's if the event closes after midnight."""
    morning = datetime.combine(closes.date(), _SWEEP_AT, closes.tzinfo)
    return morning if morning - closes >= _COPYING else morning + timedelta(days=1)
