"""The instances of a type that AWS has in a region for the training jobs of all accounts together.

A job holds its instances from its launch until its end. Accounts live their own time between two calls, so a job's hold
is noted as a span: a job gets instances only if the pool has them for as long as it would run.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from bootstrap.simulator.world.call import Call

FAILED = (
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type."
)
# Secondary status -> its message while there is no instance. Both are AWS's words (API reference; logs of users).
WAITS = {
    "Starting": "Insufficient capacity error from EC2 while launching instances, retrying!",
    "Pending": "Training job waiting for capacity",
}


def size(call: Call, kind: str) -> int | None:
    """Return how many instances of the type AWS has in the region; None: as many as are asked for."""
    return next((number for glob, number in call.scenario.training.pool.items() if fnmatchcase(kind, glob)), None)


def take(call: Call, job: dict[str, Any], until: float) -> bool:
    """Let the job hold its instances from now to `until`; return False if there are not enough."""
    resources = job["params"]["ResourceConfig"]
    most = size(call, resources["InstanceType"])
    if most is None:
        return True
    with call.world.counting:
        pool = call.world.pools.setdefault((call.region, resources["InstanceType"]), {})
        others = [each for each in pool.values() if each[1] > call.now and each[0] < until]
        moments = [call.now, *(begins for begins, _, _ in others if begins > call.now)]
        used = max(sum(count for begins, ends, count in others if begins <= moment < ends) for moment in moments)
        if used + resources["InstanceCount"] > most:
            return False
        pool[call.account_id, job["name"]] = (call.now, until, resources["InstanceCount"])
        return True


def give_back(call: Call, job: dict[str, Any], at: float) -> None:
    """Note that the job holds its instances no longer than until `at`."""
    key = call.account_id, job["name"]
    with call.world.counting:
        pool = call.world.pools.get((call.region, job["params"]["ResourceConfig"]["InstanceType"]), {})
        if key in pool:
            begins, ends, count = pool[key]
            pool[key] = (begins, min(ends, at), count)
