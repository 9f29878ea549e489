"""Things of one account that are billed by the hour now: rate, beginning, and cost of today. Reads only.

Cost Explorer shows a cost a day later. This is the tool's own count: machines that AWS lists as running, times the
prices of prices.yaml. What has no known price is counted, never taken for free.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bootstrap.aws.kinds import KINDS, Kind, Thing, things
from bootstrap.event.prices import Prices
from bootstrap.sweep.machines import KnownMachines, Machines
from bootstrap.sweep.running import running

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_HOUR = 3600.0
_BY_NAME = {kind.name: kind for kind in KINDS}
_IN_PROGRESS = {"StatusEquals": "InProgress"}
_TRAINING = _BY_NAME["training job"]
# What teams start, listed at each look: one call for each kind.
_OFTEN: tuple[Kind, ...] = (
    _BY_NAME["notebook"],
    _BY_NAME["endpoint"],
    *(replace(_BY_NAME[each], params={**_BY_NAME[each].params, **_IN_PROGRESS})
      for each in ("training job", "processing job", "transform job")),
    _BY_NAME["studio app"],
)  # fmt: skip
# They cost nothing themselves: the jobs and endpoints that they start are listed as such.
_FREE = frozenset({"tuning job", "automl job", "scalable target", "inference component", "monitoring schedule",
                   "cluster scheduler config", "compute quota"})  # fmt: skip
_SELDOM = tuple(kind for kind in KINDS if kind.costs and kind.name not in _FREE | {each.name for each in _OFTEN})
# Seconds between two looks at the kinds that no team of an event can usually make.
_SELDOM_EVERY = 600.0

Key = tuple[str, str, float | None]


@dataclass(frozen=True, slots=True)
class Billed:
    """Something that is billed by the hour. `machines`: such as "2 x ml.g5.xlarge"; `since`: when that began, epoch
    seconds, None if it has not or that is unknown; `usd_per_hour`: None if its price is unknown.
    """

    kind: str
    name: str
    machines: str
    since: float | None
    usd_per_hour: float | None


@dataclass(frozen=True, slots=True)
class AccountBill:
    """One look at an account. `usd_today`: of known prices, since the day began, with what has ended by now.

    `unpriced`: number of things of today, running or ended, whose price is unknown. `unlisted`: kind -> why it could
    not be listed. `calls`: API calls of this look.
    """

    at: float
    running: tuple[Billed, ...] = ()
    usd_today: float = 0.0
    unpriced: int = 0
    unlisted: Mapping[str, str] = field(default_factory=dict)
    calls: int = 0

    @property
    def usd_per_hour(self) -> float:
        """US dollars an hour of all that runs now, as far as prices are known."""
        return sum(each.usd_per_hour or 0.0 for each in self.running)


@dataclass(slots=True)
class _Meter:
    """The cost of a thing since the day began. `rate`: US dollars an hour at the last look, at `at`."""

    usd: float
    rate: float | None
    at: float
    running: bool = True


class Meters:
    """Reads one account's bill again and again. What ended between two looks stays in the day's sum."""

    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        self._day = 0.0
        self._meters: dict[Key, _Meter] = {}
        self._known = KnownMachines()
        self._seldom: tuple[Thing, ...] = ()
        self._looked_seldom: float | None = None
        self._unlisted: dict[str, dict[str, str]] = {"often": {}, "seldom": {}}

    def look(self, session: AccountSession, day: float) -> AccountBill:
        """Read what runs. `day`: when the day began, epoch seconds. Raises what AWS refuses, and what may pass."""
        began, now = session.calls.total(), session.now()
        if day != self._day:
            self._day = day
            self._meters = {key: replace(each, usd=0.0, at=day) for key, each in self._meters.items() if each.running}
        for each in self._meters.values():
            each.running = False
        found = [self._billed(session, thing, now) for thing in self._listed(session, now)]
        self._ended(session, day)
        meters = self._meters.values()
        return AccountBill(
            now,
            tuple(each for each in found if each),
            sum(each.usd for each in meters),
            sum(each.rate is None for each in meters),
            {**self._unlisted["often"], **self._unlisted["seldom"]},
            session.calls.total() - began,
        )

    def _listed(self, session: AccountSession, now: float) -> Iterator[Thing]:
        self._unlisted["often"] = {}
        for kind in _OFTEN:
            yield from running(self._things(session, kind, "often"))
        if self._looked_seldom is None or now - self._looked_seldom >= _SELDOM_EVERY:
            self._unlisted["seldom"], self._looked_seldom = {}, now
            self._seldom = tuple(running(thing for kind in _SELDOM for thing in self._things(session, kind, "seldom")))
        yield from self._seldom

    def _things(self, session: AccountSession, kind: Kind, how: str) -> tuple[Thing, ...]:
        found = things(kind, session.client(kind.service), session.region)
        if found.unseen and found.gap:
            self._unlisted[how][kind.name] = found.gap.why
        return found.found

    def _billed(self, session: AccountSession, thing: Thing, now: float) -> Billed | None:
        has = self._known.of(session, thing)
        if has is None:
            return None
        rate = self._rate(has, session.region)
        if has.since is not None:
            self._count(_key(thing), has.since, rate, now)
        return Billed(thing.kind.name, thing.name, has.words, has.since, rate)

    def _count(self, key: Key, since: float, rate: float | None, now: float) -> None:
        meter = self._meters.setdefault(key, _Meter(0.0, rate, max(since, self._day)))
        # Of an endpoint that scales, the number of instances may be another one at each look.
        meter.usd += max(0.0, now - meter.at) / _HOUR * (meter.rate or 0.0)
        meter.rate, meter.at, meter.running = rate, now, True

    def _ended(self, session: AccountSession, day: float) -> None:
        """Count training jobs that ended today by the seconds that AWS bills. What else ended counts as last seen."""
        after = {"LastModifiedTimeAfter": datetime.fromtimestamp(day, UTC)}
        kind = replace(_TRAINING, params={**_TRAINING.params, **after})
        for thing in self._things(session, kind, "often"):
            has = self._known.ended(session, thing) if thing.ended else None
            if has is None or has.since is None:
                continue
            rate = self._rate(has, session.region)
            seconds = min(has.seconds, max(0.0, has.since + has.seconds - day))
            self._meters[_key(thing)] = _Meter(seconds / _HOUR * (rate or 0.0), rate, has.since, running=False)

    def _rate(self, has: Machines, region: str) -> float | None:
        """Return US dollars an hour; None if one of its prices is unknown."""
        usd = 0.0
        for instance_type, number in has.count or ():
            hourly = self._prices.hourly(instance_type, region)
            if hourly is None:
                return None
            usd += hourly * number
        return None if has.count is None else usd


def _key(thing: Thing) -> Key:
    return (thing.kind.name, thing.name, thing.created)
