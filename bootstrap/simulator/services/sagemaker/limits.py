"""ResourceLimitExceeded, as AWS words it."""

from __future__ import annotations

from bootstrap.simulator.services.quotas import quotas
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


def check(call: Call, quota: str, used: float, more: float = 1, unit: str = "Instances") -> None:
    """Raise Refusal if `used` and `more` together exceed the account's value of the named quota."""
    check_fixed(quota, quotas.value_of(call, quota), used, more, unit)


def check_fixed(quota: str, limit: float, used: float, more: float = 1, unit: str = "Instances") -> None:
    """Raise Refusal if `used` and `more` together exceed a limit that cannot be raised."""
    if used + more > limit:
        raise Refusal(
            "ResourceLimitExceeded",
            f"The account-level service limit '{quota}' is {limit:.15g} {unit}, with current utilization of "
            f"{used:.15g} {unit} and a request delta of {more:.15g} {unit}. Please use AWS Service Quotas to "
            "request an increase for this quota. If AWS Service Quotas is not available, contact AWS "
            "support to request an increase for this quota.",
        )
