"""The scenario's faults and rates: what befalls a call that AWS would have answered."""

from __future__ import annotations

from fnmatch import fnmatchcase

from bootstrap.simulator import draw
from bootstrap.simulator.call import Call, Refusal
from bootstrap.simulator.scenario_weather import Fault, Rate

# An account's calls follow each other so closely that a clock which only moves between visits stands still.
_CALL_SECONDS = 0.08


class Cut(Exception):
    """The connection is closed without an answer."""


def before(call: Call) -> Fault | None:
    """Raises Refusal or Cut; a fault that is given back strikes after the call was done."""
    for place, rate in enumerate(call.scenario.rates):
        _count(call, place, rate)
    for place, fault in enumerate(call.scenario.faults):
        if not _strikes(call, place, fault):
            continue
        if fault.how == "refused":
            raise Refusal(fault.code, fault.message, fault.status)
        if fault.how == "lost":
            return fault
        raise Cut
    return None


def _strikes(call: Call, place: int, fault: Fault) -> bool:
    if not (fnmatchcase(call.service, fault.service) and fnmatchcase(call.operation, fault.operation)):
        return False
    passed = (call.now - call.world.began) / 60
    if fault.minutes and not fault.minutes[0] <= passed < fault.minutes[1]:
        return False
    what = f"fault:{place}:{call.service}:{call.operation}"
    nth = call.account.count(what)
    if fault.times is not None and nth > fault.times:
        return False
    return draw.uniform(0, 1, call.world.seed, call.account_id, what, nth) < fault.share


def _count(call: Call, place: int, rate: Rate) -> None:
    """A bucket of calls that fills by the clock, and a little with each call itself."""
    if not (fnmatchcase(call.service, rate.service) and fnmatchcase(call.operation, rate.operation)):
        return
    key = (place, "" if rate.shared else call.account_id)
    left, at = call.world.buckets.get(key, (rate.burst, call.now))
    passed = max(0.0, call.now - at) + (0.0 if rate.shared else _CALL_SECONDS)
    left = min(rate.burst, left + passed * rate.per_second)
    call.world.buckets[key] = (max(0.0, left - 1), call.now)
    if left < 1:
        raise Refusal(rate.code, "Rate exceeded")
