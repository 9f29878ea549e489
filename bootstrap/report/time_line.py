"""Time of a run: for each account bars along one axis, steps of one kind together, with their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bootstrap.engine.outcomes import WELL, AccountResult, StepResult, Summary
from bootstrap.engine.states import Outcome
from bootstrap.report.words import clock_time, duration
from bootstrap.steps import step_id

_TICKS = (10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
# Shares of the axis, in percent: shorter bars are left out; none is thinner; a letter of a name on a wide and on a
# narrow page.
_SHORT, _THIN = 0.8, 0.4
_LETTER, _LETTER_ON_A_PHONE = 0.75, 2.4
# Letters' room of a name's margins.
_MARGIN = 2
_FAR = 1e-6
_LOUD = (Outcome.FAILED, Outcome.BLOCKED)
_GOING = (Outcome.WAITING, Outcome.WORKING)
# The look of a bar whose step is ready: what the tool makes, what it waits for, what it proves.
_LOOKS = {"stack": "made", "quotas": "asked", "smoke": "proved", "peak": "proved", "sweep": "proved"}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in percent of the axis. `name`: what stands in it, or beside it if it is `outside`; `told`: all of it."""

    begins: float
    ends: float
    name: str
    look: str
    told: str
    state: Outcome

    @property
    def loud(self) -> bool:
        return self.state in _LOUD

    @property
    def outside(self) -> bool:
        """True if the name stands beside the bar: it is loud, or too long."""
        return self.loud or self.ends - self.begins < (len(self.name) + _MARGIN) * _LETTER

    @property
    def taken(self) -> tuple[float, float]:
        """From where to where it takes its lane: with the name beside it, which may not reach over the axis."""
        begins, ends = self.beside
        return min(self.begins, begins), max(self.ends, ends)

    @property
    def beside(self) -> tuple[float, float]:
        """From where to where its name stands if it is `outside`: after the bar, or before it where the axis ends."""
        if not self.outside:
            return self.begins, self.ends
        width = (len(self.name) + _MARGIN) * _LETTER
        return (
            (self.ends, self.ends + width) if self.ends + width <= 100 else (max(0.0, self.begins - width), self.begins)
        )


def lanes(account: AccountResult, summary: Summary) -> dict[str, Any]:
    """Return the account's bars, each in the first lane that is free."""
    free: list[list[tuple[float, float]]] = []
    placed = []
    for bar in sorted(bars(account, summary), key=lambda each: (each.look == "asked", each.taken)):
        begins, ends = bar.taken
        lane = next((place for place, taken in enumerate(free) if _is_free(taken, begins, ends)), len(free))
        free[lane : lane + 1] = [[*(free[lane] if lane < len(free) else ()), (begins, ends)]]
        placed.append(_shown(bar, lane))
    return {"team": account.team, "result": account.result.value, "bars": placed, "lanes": max(1, len(free))}


def _is_free(taken: Iterable[tuple[float, float]], begins: float, ends: float) -> bool:
    return all(until <= begins + _FAR or ends <= since + _FAR for since, until in taken)


def bars(account: AccountResult, summary: Summary) -> list[Bar]:
    """Return the account's bars: what is ready, a kind of steps together where they touch; what is not, each alone."""
    timed = [(step, seen) for step, seen in account.steps.items() if seen.began is not None]
    alone = [_bar(step, seen, summary) for step, seen in timed if _alone(step, seen, account)]
    kinds: dict[str, list[Bar]] = {}
    for step, seen in timed:
        if seen.state in WELL:
            kinds.setdefault(step_id.kind_of(step), []).append(_bar(step, seen, summary))
    whole = [bar for kind, found in kinds.items() for bar in _together(kind, found) if bar.ends - bar.begins >= _SHORT]
    return [*whole, *alone]


def _alone(step: str, seen: StepResult, account: AccountResult) -> bool:
    return seen.state in (*_LOUD, *_GOING) and step in account.counted


def _bar(step: str, seen: StepResult, summary: Summary) -> Bar:
    span = max(1.0, summary.seconds)
    began = seen.began or summary.began
    ended = summary.ended if seen.at is None or not seen.settled or seen.state in _GOING else seen.at
    left = max(0.0, min((began - summary.began) / span * 100, 100 - _THIN))
    right = min(100.0, max(left + _THIN, (ended - summary.began) / span * 100))
    look = seen.state.value if seen.state in (*_LOUD, *_GOING) else _LOOKS.get(step_id.kind_of(step), "other")
    told = f"{step}: {seen.state.value}, {clock_time(began)}, {duration(ended - began)}"
    return Bar(left, right, step, look, told, seen.state)


def _together(kind: str, found: Sequence[Bar]) -> Iterator[Bar]:
    kept: Bar | None = None
    for each in sorted(found, key=lambda bar: bar.begins):
        if kept is not None and each.begins <= kept.ends + _SHORT:
            told = f"{kept.told}; {each.told}"
            kept = replace(kept, ends=max(kept.ends, each.ends), name=kind, told=told)
            continue
        if kept is not None:
            yield kept
        kept = replace(each, name=kind)
    if kept is not None:
        yield kept


def _shown(bar: Bar, lane: int) -> dict[str, Any]:
    width, needs = bar.ends - bar.begins, len(bar.name) + _MARGIN
    at, until = bar.beside
    return {
        "x": f"{bar.begins:.2f}",
        "width": f"{width:.2f}",
        "lane": lane,
        "look": bar.look,
        "name": bar.name,
        "fits": width >= needs * _LETTER_ON_A_PHONE,
        "told": bar.told,
        "state": bar.state.value,
        "outside": bar.outside,
        "before": at < bar.begins - _FAR,
        "beside": (f"{at:.2f}", f"{until - at:.2f}"),
    }


def shortest(summary: Summary) -> str:
    """Return how long a step must take to have a bar."""
    return duration(max(1.0, summary.seconds) * _SHORT / 100)


def ticks(seconds: float) -> list[dict[str, Any]]:
    """Return marks of the axis at round numbers, at most seven."""
    step = next((each for each in _TICKS if seconds / each <= 6), _TICKS[-1])
    marks: Iterable[int] = range(0, int(seconds) + 1, step)
    return [{"at": f"{mark / max(1.0, seconds) * 100:.2f}", "label": duration(mark)} for mark in marks]
