"""The readings of one account, for the keys of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bootstrap.doctor.calibration.trail_events import TrailSeen
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount


@dataclass(frozen=True, slots=True)
class Subject:
    """The account that is read. `trail`: CloudTrail's history; None before it is read."""

    event: Event
    account: TeamAccount
    names: Names
    now: float
    trail: TrailSeen | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """One thing seen for a key ("stacks.create_seconds"): a duration in `seconds`, or another `value`.

    `rests_on`: a sentence for people, what it was read from. `rough`: the duration is known within bounds only.
    `unknown`: it was looked for, and cannot be told; `rests_on` says why.
    """

    key: str
    rests_on: str
    seconds: float | None = None
    value: Any = None
    rough: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class ReadingGap:
    """A part of an account that could not be read, and AWS's answer."""

    reading: str
    why: str
    code: str | None


@dataclass(frozen=True, slots=True)
class AccountReading:
    """Everything seen in one account. `reached`: AWS let the tool in."""

    team: str
    account_id: str
    region: str
    reached: bool
    seen: tuple[Noted, ...]
    gaps: tuple[ReadingGap, ...]


def seconds_of(reading: Iterable[Noted], key: str) -> list[float]:
    """Return all durations that were seen for a key."""
    return [each.seconds for each in reading if each.key == key and each.seconds is not None]


def epoch(row: Mapping[str, Any], key: str) -> float | None:
    """Return a date of AWS's answer in epoch seconds; None if it is not there."""
    found = row.get(key)
    return None if found is None else float(found.timestamp())


def before_the_look(seen_after: float, pause: float) -> float:
    """Return how long something took that a look of the tool found done, not the one before it, `pause` s earlier.

    It is the middle of what is possible: a rehearsal by it finds it done at the same look.
    """
    return seen_after - min(pause, seen_after) / 2
