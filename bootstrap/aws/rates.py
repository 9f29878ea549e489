"""Rate limits that AWS counts per caller, organization or account, and a limiter that returns delays.

Service Quotas: docs.aws.amazon.com/servicequotas/latest/userguide/reference_limits.html (3/s for requests, 5/s
for Get*, 10/s for List*, 100/s an organization). STS: about 600/s for the calling account and region.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass

_ORGANIZATION = "organization"
_KEEP_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Rate:
    """AWS's published limit of calls per second for operations that begin with `prefix`.

    It counts each account by itself, or all together (`shared`). `left`: calls per second left to other callers.
    """

    service: str
    prefix: str
    published: int
    shared: bool
    left: int = 0

    @property
    def per_second(self) -> int:
        """The limit that the tool keeps."""
        return self.published - self.left


# `left` is for the organization's other callers.
RATES = (
    Rate("sts", "AssumeRole", 600, shared=True, left=60),
    Rate("service-quotas", "", 100, shared=True, left=10),
    Rate("service-quotas", "RequestServiceQuotaIncrease", 3, shared=False),
    # No rate is published. AWS throttled a tool that read support cases of 145 accounts at once.
    Rate("service-quotas", "CreateSupportCase", 1, shared=True),
    Rate("service-quotas", "Get", 5, shared=False),
    Rate("service-quotas", "List", 10, shared=False),
    Rate("service-quotas", "ListRequestedServiceQuotaChangeHistory", 5, shared=False),
    # Not published: throttled at a few calls in parallel (awslabs/aws-deployment-framework#784, aws/aws-sdk-js#2135).
    Rate("organizations", "", 6, shared=True, left=1),
    # docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html: for each account and region.
    Rate("cloudtrail", "LookupEvents", 2, shared=False),
)


class Limiter:
    """Counts calls by whole seconds. Thread-safe; times may come in any order.

    `share`: the part of each shared rate that this process may use: 0.25 for one of four shards.
    """

    def __init__(self, rates: tuple[Rate, ...] = RATES, share: float = 1.0) -> None:
        self._rates = rates
        self._share = share
        self._lock = threading.Lock()
        self._used: dict[tuple[Rate, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))

    def counts(self, service: str) -> bool:
        """Return True if a rate limits any call of the service."""
        return any(rate.service == service for rate in self._rates)

    def delay(self, service: str, operation: str, account_id: str, now: float) -> float:
        """Return the seconds to wait before the call may be sent, and count the call in all its rates."""
        counting = [
            (rate, _ORGANIZATION if rate.shared else account_id)
            for rate in self._rates
            if rate.service == service and operation.startswith(rate.prefix)
        ]
        if not counting:
            return 0.0
        with self._lock:
            # The first second with room in all rates; the call is sent and counted in that second.
            second = int(now)
            while any(self._used[key].get(second, 0) >= self._allowed(key[0]) for key in counting):
                second += 1
            for key in counting:
                self._take(self._used[key], second, now)
        return max(0.0, second - now)

    def _allowed(self, rate: Rate) -> int:
        return max(1, int(rate.per_second * (self._share if rate.shared else 1.0)))

    def _take(self, used: dict[int, int], second: int, now: float) -> None:
        used[second] += 1
        if len(used) > _KEEP_SECONDS:
            for old in [each for each in used if each < now - _KEEP_SECONDS]:
                del used[old]
