"""Running resources and their hourly cost, as far as listings show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bootstrap.aws.kinds import Thing
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.prices import Prices
from bootstrap.sweep.verbs import Verb, verb_to_stop


@dataclass(frozen=True, slots=True)
class HourlyPrices:
    """Prices by instance type. `types`: the event's instance type for kinds whose listing names none."""

    prices: Prices
    types: Mapping[str, str]

    def hourly(self, thing: Thing, region: str) -> float | None:
        """Return US dollars an hour; None if the type or its price is unknown."""
        instance_type = thing.shown.get("InstanceType") or self.types.get(thing.kind.name)
        return self.prices.hourly(str(instance_type), region) if instance_type else None


def rate_of(event: Event, prices: Prices) -> HourlyPrices:
    """Return prices that assume the event's own instance types: the real types would take a call for each resource."""
    training = event.training.instance_types[0]
    return HourlyPrices(prices, {"endpoint": event.endpoint.instance_type, "training job": training})


def running(found: Iterable[Thing]) -> list[Thing]:
    """Return the things that cost money by the hour."""
    return [thing for thing in found if verb_to_stop(thing) is not Verb.NOTHING]


def facts(found: Iterable[Thing], rate: HourlyPrices, region: str) -> dict[str, Any]:
    """Return `running` by kind, `usd_per_hour` of those with a known price, `unpriced` by kind; {} if nothing runs."""
    by_kind: dict[str, int] = {}
    unpriced: dict[str, int] = {}
    usd = 0.0
    for thing in running(found):
        kind = thing.kind.name
        by_kind[kind] = by_kind.get(kind, 0) + 1
        hourly = rate.hourly(thing, region)
        usd += hourly or 0.0
        if hourly is None:
            unpriced[kind] = unpriced.get(kind, 0) + 1
    if not by_kind:
        return {}
    return {"running": by_kind, "usd_per_hour": round(usd, 2), "unpriced": unpriced, "prices": rate.prices.as_of}


def words(said: Mapping[str, Any]) -> str:
    """Return "2 running, about 0.14 USD an hour"; "" if nothing runs."""
    if not said:
        return ""
    number, usd = sum(said["running"].values()), f"{said['usd_per_hour']:.2f}"
    if said["unpriced"]:
        return msg(
            "{number} running, about {usd} USD an hour, not counting those whose price is unknown",
            number=number,
            usd=usd,
        )
    return msg("{number} running, about {usd} USD an hour", number=number, usd=usd)
