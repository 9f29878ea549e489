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

    `longest`: seconds of the longest wait that ended with an applied quota; `never`: teams that got none. `now`: the
    day on which it is read, which no advised day may be before; it is the real one, not the rehearsal's.
    """

    longest: float | None
    never: int
    latest: datetime
    advised: datetime
    business_days: int
    now: datetime | None = None
    opens: datetime | None = None

    @property
    def late(self) -> bool:
        """True if `latest` has passed. False if nobody says what day it is."""
        return self.now is not None and self.now > self.latest

    @property
    def days_past_advised(self) -> int:
        """Days since the advised day; 0 on that day, and before it."""
        return 0 if self.now is None else max(0, (self.now.date() - self.advised.date()).days)

    @property
    def over(self) -> bool:
        """True if the event has begun: it is too late for any request."""
        return self.now is not None and self.opens is not None and self.now >= self.opens


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
class TeamsUse:
    """Use that `teams` teams make of one kind themselves, together: from `low` to `high` hours or pictures (`unit`).

    `usd_low`, `usd_high`: None if the price table has no price for it.
    """

    what: str
    teams: int
    low: float
    high: float
    unit: str
    usd_low: float | None
    usd_high: float | None


@dataclass(frozen=True, slots=True)
class Saving:
    """US dollars that notebooks would cost less if they were stopped until the morning, and when that is."""

    usd: float
    until: datetime


@dataclass(frozen=True, slots=True)
class TypeUse:
    """An instance type on which `teams` teams of a region trained in the rehearsal; `usd`: an hour; None: not known."""

    instance_type: str
    teams: int
    usd: float | None


@dataclass(frozen=True, slots=True)
class PeakNeed:
    """Training jobs that the teams of a region run at once at most, `minute` minutes after the opening.

    `types`: what they trained on in the rehearsal, most teams first; `unplanned`: if all teams train at once. `begins`:
    labs with which waves of the same size would begin so that fewer jobs, `waved`, run at once; none if none do.
    """

    region: str
    teams: int
    jobs: int
    minute: float
    unplanned: int
    types: tuple[TypeUse, ...]
    begins: tuple[str, ...] = ()
    waved: int = 0


@dataclass(frozen=True, slots=True)
class Forecast:
    """A rehearsal's forecast. `prices`: where the price table is from; `path`: the critical path of `slowest`.

    `uses`: what `teams` teams start themselves; `unpriced`: instance types without a price; `like_us_east_1`: regions
    whose prices are not known; `saving`: what stopping notebooks until the morning would save, if it pays; `needs`:
    training jobs at once, by region.
    """

    steps: tuple[StepTime, ...]
    slowest: str
    path: tuple[Link, ...]
    quotas: Quotas | None
    calls: tuple[Calls, ...]
    costs: tuple[Cost, ...]
    prices: str
    uses: tuple[TeamsUse, ...] = ()
    teams: int = 0
    unpriced: tuple[str, ...] = ()
    like_us_east_1: tuple[str, ...] = ()
    saving: Saving | None = None
    needs: tuple[PeakNeed, ...] = ()

    @property
    def usd(self) -> float:
        """US dollars of all costs that have a price in the price table, without what teams start themselves."""
        return sum(each.usd or 0.0 for each in self.costs)

    @property
    def usd_of_teams(self) -> tuple[float, float]:
        """Least and most US dollars of what teams start themselves, of what has a price."""
        return sum(each.usd_low or 0.0 for each in self.uses), sum(each.usd_high or 0.0 for each in self.uses)
