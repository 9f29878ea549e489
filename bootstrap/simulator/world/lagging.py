"""Reads that lag: the answer of some seconds ago, as eventually consistent services give it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fnmatch import fnmatchcase
from typing import Any

from bootstrap.simulator.scenarios.weather_parts import Lag
from bootstrap.simulator.world import draw, memories, weather
from bootstrap.simulator.world.call import Call
from bootstrap.simulator.world.memories import Memory

_READS = ("Get", "List", "Describe", "Head", "Lookup", "Filter", "Search", "BatchGet")


def reads(operation: str) -> bool:
    """Return True if the operation changes nothing."""
    return operation.removeprefix("Admin").startswith(_READS)


def answered(call: Call, request: Hashable, ask: Callable[[float], Any]) -> Any:
    """Return the answer to a read: `ask(now)`, or an earlier one if the scenario says that it lags.

    `request`: the same for requests that ask the same. Memory begins with an account's first such request.
    """
    lag = next((each for each in call.scenario.lags if _meant(call, each)), None)
    if lag is None:
        return ask(call.now)
    kept = memories.of(call.account, call.service)
    key = (call.region, call.operation, request)
    memory = kept.setdefault(key, Memory(ask, lag.seconds[1]))
    if not weather.within(call, lag.minutes) or _drawn(call, "share", (0, 1)) >= lag.share:
        return ask(call.now)
    return memory.at(call.now - _drawn(call, "seconds", lag.seconds), call.now)


def _meant(call: Call, lag: Lag) -> bool:
    return fnmatchcase(call.service, lag.service) and fnmatchcase(call.operation, lag.operation)


def _drawn(call: Call, what: str, bounds: tuple[float, float]) -> float:
    """The same for the same account, operation and moment, whatever was called before."""
    where = (call.account_id, call.region, call.service, call.operation)
    return draw.uniform(*bounds, call.world.seed, *where, f"{call.now:.3f}", f"lag {what}")
