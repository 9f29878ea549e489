"""Applies the scenario's faults and rate limits to calls."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from bootstrap.simulator.scenarios.weather_parts import Fault, RateLimit
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import draw
from bootstrap.simulator.world.accounts import AccountState
from bootstrap.simulator.world.call import Call

# Seconds that a call takes: a virtual clock stands still between calls of one step.
_CALL_SECONDS = 0.08
_HALF = 0.5


class Struck(Exception):
    """A fault strikes, so AWS's answer does not reach the client as it is.

    `answer`: the one given; None: nothing was done. `account`: whose scenario has the fault.
    """

    def __init__(self, fault: Fault, account: AccountState, answer: dict[str, Any] | None = None) -> None:
        super().__init__(fault.how)
        self.fault, self.account, self.answer = fault, account, answer


def before(call: Call) -> Fault | None:
    """Apply faults and limits to the call. A returned fault applies after the call, to its answer.

    Raises Refusal or Struck. AssumeRole is not handled here: the limits of the role's account apply to it.
    """
    return None if call.operation == "AssumeRole" else over(call, call.account)


def over(call: Call, account: AccountState) -> Fault | None:
    """Apply the faults and limits of the account's scenario to the call, as `before` does."""
    scenario = call.world.scenario_of(account, call.now)
    for rate in scenario.rates:
        if _meant(call, rate):
            _take(call, account, rate)
    for fault in scenario.faults:
        if not (_meant(call, fault) and _strikes(call, account, fault)):
            continue
        if fault.how == "refused":
            raise Refusal(fault.code, fault.message, fault.status)
        if _done(call, account, fault):
            return fault
        raise Struck(fault, account)
    return None


def _meant(call: Call, what: Fault | RateLimit) -> bool:
    return fnmatchcase(call.service, what.service) and fnmatchcase(call.operation, what.operation)


def within(call: Call, minutes: tuple[float, float] | None) -> bool:
    """Return True if the call is made between these minutes since the world began; None: always."""
    return minutes is None or minutes[0] <= (call.now - call.world.began) / 60 < minutes[1]


@lru_cache(maxsize=1024)
def _name(what: Fault | RateLimit) -> str:
    return repr(what)


def _strikes(call: Call, account: AccountState, fault: Fault) -> bool:
    if not within(call, fault.minutes):
        return False
    nth = account.count(_name(fault))
    if fault.times is not None and nth > fault.times:
        return False
    return draw.uniform(0, 1, call.world.seed, account.account_id, _name(fault), nth) < fault.share


def _done(call: Call, account: AccountState, fault: Fault) -> bool:
    """Whether AWS does what was asked before the fault strikes."""
    if fault.fixed is not None:
        return fault.fixed
    nth = account.count(f"done:{_name(fault)}")
    return draw.uniform(0, 1, call.world.seed, account.account_id, "done", _name(fault), nth) < _HALF


def _take(call: Call, account: AccountState, rate: RateLimit) -> None:
    """Take one call from the token bucket. A throttled call takes none. Raises Refusal."""
    key = (_name(rate), "" if rate.shared else account.account_id)
    spent = _CALL_SECONDS if call.world.clock.kind == "virtual" and not rate.shared else 0.0
    now = call.now + call.waited
    with call.world.counting:
        left, at = call.world.buckets.get(key, (rate.burst, now))
        left = min(rate.burst, left + (max(0.0, now - at) + spent) * rate.per_second)
        call.world.buckets[key] = (left if left < 1 else left - 1, max(at, now))
    if left < 1:
        raise Refusal(rate.code, rate.message, rate.status)
