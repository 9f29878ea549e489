"""The values of a forecast, which a rehearsal's summary carries to the reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StepTime:
    """When a step ran, in seconds after the run's start. `minutes`: from the first start to the last end."""

    step: str
    first_start: float
    median_end: float
    last_end: float

    @property
    def minutes(self) -> float:
        """Minutes from the first start to the last end."""
        return (self.last_end - self.first_start) / 60


@dataclass(frozen=True, slots=True)
class Link:
    """One step of the critical path, in seconds after the run's start."""

    step: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Quotas:
    """Forecast of the waits for quotas.

    `longest`: seconds of the longest wait that ended with an applied quota; `never`: teams that got none.
    """

    longest: float | None
    never: int
    latest: datetime
    advised: datetime
    business_days: int


@dataclass(frozen=True, slots=True)
class Calls:
    """API calls of a rehearsal that count against one limit.

    `published`: AWS's published limit of calls per second; `per_second`: the limit that the tool keeps.

    `least_seconds`: the shortest time in which that limit allows the calls.
    """

    service: str
    prefix: str
    calls: int
    most: int
    published: int | None = None
    per_second: int | None = None
    shared: bool = False

    @property
    def least_seconds(self) -> float | None:
        """Seconds that the calls take at least; None if the tool keeps no limit."""
        if self.per_second is None:
            return None
        return (self.calls if self.shared else self.most) / self.per_second


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of one kind of use.

    `usd`: None if the price table has no price for `what`.
    """

    what: str
    hours: float
    usd: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """A rehearsal's forecast. `prices`: where the price table is from; `path`: the critical path of `slowest`."""

    steps: tuple[StepTime, ...]
    slowest: str
    path: tuple[Link, ...]
    quotas: Quotas | None
    calls: tuple[Calls, ...]
    costs: tuple[Cost, ...]
    prices: str

    @property
    def usd(self) -> float:
        """US dollars of all costs that have a price in the price table."""
        return sum(each.usd or 0.0 for each in self.costs)
