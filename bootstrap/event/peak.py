"""Training jobs that teams run at the same time, from waves, labs and their minutes. Pure: knows no AWS.

A team may be anywhere between its fastest and its slowest course through the labs, so that it counts with the lab that
runs most jobs at once of those it may be in. That is an estimate from lab.yaml, not a measurement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from bootstrap.event.cost import hours_of
from bootstrap.event.event import Event
from bootstrap.event.lab import Lab
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.waves import playing


@dataclass(frozen=True, slots=True)
class Stay:
    """The minutes after the opening in which a team may be in a lab, and its training jobs at once there."""

    begins: float
    ends: float
    jobs: int


@dataclass(frozen=True, slots=True)
class Peak:
    """The minute after the opening at which the teams of a region run most training jobs at once.

    `jobs`: how many; `teams`: how many of them each team runs then, without teams that run none; `unplanned`: jobs at
    once if every team were in the lab that runs most at the same time, which nothing prevents.
    """

    region: str
    minute: float
    jobs: int
    teams: Mapping[str, int]
    unplanned: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Waves that need fewer jobs at once. `begins`: labs with which a wave begins, of as many teams as each other;
    `jobs`: jobs at once in the region then."""

    region: str
    begins: tuple[str, ...]
    jobs: int


def stays(labs: Iterable[Lab], hours: float) -> tuple[Stay, ...]:
    """Return the team's stays in its labs, in this order, within the event's hours.

    A lab that says no minutes may begin and end at any time from then on.
    """
    found, earliest, latest, end = [], 0.0, 0.0, hours * 60
    for lab in labs:
        few, most = lab.minutes or (0, end)
        latest = min(end, latest + most)
        found.append(Stay(min(end, earliest), latest, lab.starts.jobs_at_once))
        earliest += few
    return tuple(each for each in found if each.ends > each.begins)


def at(found: Sequence[Stay], minute: float) -> int:
    """Return the most jobs at once that a team with these stays may run at the minute."""
    return max((each.jobs for each in found if each.begins <= minute < each.ends), default=0)


def peaks(event: Event, accounts: Sequence[TeamAccount]) -> tuple[Peak, ...]:
    """Return the peak of each region in which a team runs training jobs, the largest first."""
    courses = {each.team: stays(event.order_of(each.team, each.labs), hours_of(event)) for each in playing(accounts)}
    by_region: dict[str, dict[str, tuple[Stay, ...]]] = {}
    for each in playing(accounts):
        by_region.setdefault(each.region, {})[each.team] = courses[each.team]
    found = (_peak(region, teams) for region, teams in by_region.items())
    return tuple(sorted((each for each in found if each.unplanned), key=lambda each: (-each.jobs, each.region)))


def _peak(region: str, teams: Mapping[str, tuple[Stay, ...]]) -> Peak:
    minute, jobs = _most(Counter(teams.values()))
    busy = {team: number for team, found in teams.items() if (number := at(found, minute))}
    unplanned = sum(max((each.jobs for each in found), default=0) for found in teams.values())
    return Peak(region, minute, jobs, busy, unplanned)


def _most(courses: Mapping[tuple[Stay, ...], int]) -> tuple[float, int]:
    """Return the first minute with most jobs, and how many. `courses`: number of teams by their stays."""
    minutes = sorted({each.begins for found in courses for each in found}) or [0.0]
    jobs = {minute: sum(at(found, minute) * teams for found, teams in courses.items()) for minute in minutes}
    best = max(minutes, key=lambda minute: (jobs[minute], -minute))
    return best, jobs[best]


def advised(event: Event, accounts: Sequence[TeamAccount]) -> tuple[Plan, ...]:
    """Return by region the waves of the same size that need fewest jobs at once; the fewest waves among equals.

    Nothing is returned for a region in which they need no fewer than the waves of event.yaml, or none.
    """
    found = []
    for peak in peaks(event, accounts):
        mine = [each for each in playing(accounts) if each.region == peak.region]
        names = [each.name for each in event.labs if any(each.name in team.labs for team in mine)]
        choices = [labs for size in range(1, len(names) + 1) for labs in combinations(names, size)]
        plans = [Plan(peak.region, labs, _with(event, mine, labs)) for labs in choices]
        best = min(plans, key=lambda each: (each.jobs, len(each.begins)), default=None)
        if best and best.jobs < peak.jobs:
            found.append(best)
    return tuple(found)


def _with(event: Event, teams: Sequence[TeamAccount], begins: Sequence[str]) -> int:
    """Return the most jobs at once if the teams begin with these labs in turn."""
    courses: Counter[tuple[Stay, ...]] = Counter()
    kinds: Counter[tuple[tuple[str, ...], str]] = Counter()
    for number, each in enumerate(teams):
        kinds[each.labs, begins[number % len(begins)]] += 1
    for (names, begin), number in kinds.items():
        labs = event.labs_of(names)
        first = next((place for place, lab in enumerate(labs) if lab.name == begin), 0)
        courses[stays((*labs[first:], *labs[:first]), hours_of(event))] += number
    return _most(courses)[1]
