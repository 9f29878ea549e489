"""What runs, and what it costs by the hour, as far as a listing tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bootstrap.aws.kinds import Thing
from bootstrap.event.event import Event
from bootstrap.event.prices import Prices
from bootstrap.sweep.verbs import Verb, verb_to_stop


@dataclass(frozen=True, slots=True)
class HourlyPrices:
    """Prices by instance type. `types`: of kinds whose listing names no type, the one that the event gave out."""

    prices: Prices
    types: Mapping[str, str]

    def hourly(self, thing: Thing, region: str) -> float | None:
        """US dollars; None where neither the listing nor the table tells."""
        instance_type = thing.shown.get("InstanceType") or self.types.get(thing.kind.name)
        return self.prices.hourly(str(instance_type), region) if instance_type else None


def rate_of(event: Event, prices: Prices) -> HourlyPrices:
    """Endpoints and jobs are reckoned at the event's own types: to ask AWS would take a call for each."""
    training = event.training.instance_types[0]
    return HourlyPrices(prices, {"endpoint": event.endpoint.instance_type, "training job": training})


def running(found: Iterable[Thing]) -> list[Thing]:
    return [thing for thing in found if verb_to_stop(thing) is not Verb.NOTHING]


def facts(found: Iterable[Thing], rate: HourlyPrices, region: str) -> dict[str, Any]:
    """`running` by kind, `usd_per_hour` of those whose price is known, `unpriced` by kind."""
    counted: dict[str, int] = {}
    unpriced: dict[str, int] = {}
    usd = 0.0
    for thing in running(found):
        kind = thing.kind.name
        counted[kind] = counted.get(kind, 0) + 1
        hourly = rate.hourly(thing, region)
        usd += hourly or 0.0
        if hourly is None:
            unpriced[kind] = unpriced.get(kind, 0) + 1
    if not counted:
        return {}
    return {"running": counted, "usd_per_hour": round(usd, 2), "unpriced": unpriced, "prices": rate.prices.as_of}


def words(said: Mapping[str, Any]) -> str:
    """ "; 2 run, about 0.14 USD an hour" or ""."""
    if not said:
        return ""
    more = ", and what has no price here" if said["unpriced"] else ""
    return f"; {sum(said['running'].values())} run, about {said['usd_per_hour']:.2f} USD an hour{more}"
