"""Time that a run still takes: the critical path through its open steps. Has no clock; makes no AWS calls."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bootstrap.engine.outcomes import WELL, PlannedStep, StepResult
from bootstrap.engine.states import Outcome

# The typical duration counts as much as so many measured ones.
_WEIGHT = 2.0
# What is late takes longer by this share of the time it took so far.
_LATE = 0.2
# Seconds in which a shown estimate follows a new one by two thirds.
_FOLLOWS = 15.0
_MAKES = (Outcome.CHANGED, Outcome.WORKING)


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """`until`: when what can be told will have ended; None if nothing is left of it. `undecided`: the steps that wait
    until AWS decides, `teams` in how many teams, `since` when the first of these waits began, `after`: seconds from the
    decision to the end. Times in epoch seconds.
    """

    until: float | None = None
    undecided: tuple[str, ...] = ()
    since: float | None = None
    teams: int = 0
    after: float = 0.0

    @property
    def known(self) -> bool:
        """True if anything is left to say."""
        return self.until is not None or bool(self.undecided)

    def seconds(self, now: float) -> float:
        """Seconds until then, never less than one."""
        return max(1.0, (self.until or 0.0) - now)


class Pace:
    """Typical durations of steps, corrected by what this run has measured."""

    def __init__(self) -> None:
        # Step -> number and sum of the durations of those that this run changed, and of all.
        self._changed: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
        self._all: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))

    def take(self, step: str, seen: StepResult) -> None:
        """Count a step that has settled. One that did not become ready tells nothing of how long it takes."""
        if seen.state not in WELL or seen.took is None:
            return
        for kept in [self._all, *([self._changed] if seen.state is Outcome.CHANGED else [])]:
            number, seconds = kept[step]
            kept[step] = (number + 1, seconds + seen.took)

    def expected(self, step: PlannedStep, *, makes: bool) -> float:
        """Return seconds. `makes`: the account is one in which this run makes things; else they may all be there."""
        number, seconds = (self._changed if makes else self._all)[step.id]
        return (_WEIGHT * (step.typical or 0.0) + seconds) / (_WEIGHT + number)


def remaining(expected: float, spent: float) -> float:
    """Return the seconds left of a step that began `spent` seconds ago; never 0, and more the later it is."""
    return max(expected - spent, _LATE * spent, 1.0)


def of_account(steps: Sequence[PlannedStep], seen: Mapping[str, StepResult], now: float, pace: Pace) -> TimeLeft:
    """Return what is left in one account: the longest way through its open steps. `seen`: what this run saw there."""
    makes = any(each.state in _MAKES for each in seen.values())
    ends: dict[str, float] = {}
    # What waits for AWS, since when; and the steps behind it, with the seconds from the decision to their end.
    undecided: dict[str, float] = {}
    behind: dict[str, float] = {}
    for step in steps:
        found = seen.get(step.id)
        if found is not None and found.settled:
            continue
        began = None if found is None else found.began
        if found is not None and step.typical is None:
            undecided[step.id], behind[step.id] = now if began is None else began, 0.0
            continue
        expected = pace.expected(step, makes=makes)
        late = [behind[need] for need in step.needs if need in behind]
        if late:
            behind[step.id] = max(late) + expected
            continue
        before = max([ends[need] for need in step.needs if need in ends], default=0.0)
        ends[step.id] = before + expected if began is None else remaining(expected, max(0.0, now - began))
    until = now + max(ends.values()) if ends else None
    if not undecided:
        return TimeLeft(until)
    return TimeLeft(until, tuple(undecided), min(undecided.values()), 1, max(behind.values()))


def together(parts: Iterable[TimeLeft]) -> TimeLeft:
    """Return what is left until all of them have ended."""
    until, since, after, teams, steps = -math.inf, math.inf, 0.0, 0, dict[str, None]()
    for each in parts:
        if each.until is not None and each.until > until:
            until = each.until
        if each.since is not None:
            since, after, teams = min(since, each.since), max(after, each.after), teams + each.teams
            steps.update(dict.fromkeys(each.undecided))
    told = None if until == -math.inf else until
    return TimeLeft(told, tuple(steps), None if since == math.inf else since, teams, after)


def queued(path: TimeLeft, number: int, begun: int, spent: float) -> TimeLeft:
    """Return what is left for `number` accounts that have not begun: at the pace of the `begun`, then their own path.

    `path`: of one that begins now; `spent`: seconds since the run began.
    """
    if path.until is None or not begun:
        return path
    return replace(path, until=path.until + number * spent / begun)


class Steady:
    """Estimates one after the other, without jumps: what is shown follows a new estimate within half a minute."""

    def __init__(self) -> None:
        self._end: float | None = None
        self._at = 0.0

    def __call__(self, left: TimeLeft, now: float) -> TimeLeft:
        """Return the estimate to show at `now`, in seconds of the run's clock."""
        if left.until is None:
            self._end = None
            return left
        end = left.until
        if self._end is not None and now >= self._at:
            share = 1.0 - math.exp(-(now - self._at) / _FOLLOWS)
            end = self._end + share * (end - self._end)
        self._end, self._at = end, now
        return replace(left, until=end)
