"""One account's luck while it is swept: what befalls it, and where the first run dies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from bootstrap.simulator import participants
from tests.deaths import Death
from tests.simulation.cases import Case
from tests.simulation.mishaps import Mishap
from tests.simulation.sweep_mishaps import Standing, others, troubles

# A sweep sends some two hundred calls an account, some fifty of them writes.
_CALLS, _WRITES = 200, 60
_KINDS = sorted({kind for each in participants.LEFTOVERS for kind in each.kinds})
# What no sweep removes: kinds that are asked for -> a pattern over how it is told.
_REPORTED = r"only a person can delete it: |EB-519 .*{kind}|EB-517 .*{operation}"
BY_HAND = {
    "EC2 instance": _REPORTED.format(kind="EC2 instance", operation="ec2:"),
    "EC2 address": _REPORTED.format(kind="EC2 ", operation="ec2:AllocateAddress"),
    "EFS file system": _REPORTED.format(kind="EFS file system", operation="elasticfilesystem:"),
    "secret": _REPORTED.format(kind="secret", operation="secretsmanager:"),
    "machine": r"AWS::EC2::Instance i-.*ec2:TerminateInstances",
}
_PASSED: dict[str, Any] = {
    "faults": [],
    "lags": [],
    "rates": [],
    "access": {"assume": "allowed", "regions_denied": [], "session_seconds": None},
    "buckets": {"delete_errors": 0},
    "stacks": {"failures": [], "delete_seconds": [30, 90]},
    "notebooks": {"stop_seconds": [60, 150]},
    "training": {"stop_seconds": [20, 120]},
    "endpoints": {"delete_seconds": [10, 60]},
    "workforce": {"delete_workteam_fails": 0},
}


@dataclass(frozen=True)
class SweepCase:
    """`full`: the account was provisioned whole. `leaves`: kinds that participants make, before the event and in it."""

    mishaps: tuple[Mishap, ...]
    crash: Death | None
    full: bool
    leaves: tuple[str, ...]

    def explains(self, cause: str) -> bool:
        """True if a mishap, or what only a person can remove, is told like this."""
        if any(re.search(BY_HAND[kind], cause, re.DOTALL) for kind in self.leaves if kind in BY_HAND):
            return True
        return any(each.names(cause) for each in self.mishaps)

    def differs(self, begin: float, end: float) -> dict[str, Any]:
        """Keys of a scenario; most befalls the account between these two minutes since the world began."""
        standing = tuple(each for each in self.mishaps if isinstance(each, Standing))
        passing = tuple(each for each in self.mishaps if not isinstance(each, Standing))
        later = [
            {"after_minutes": begin, "change": Case(passing, None).differs},
            {"after_minutes": end, "change": _PASSED},
        ]
        return {**Case(standing, None).differs, "later": later}

    def __str__(self) -> str:
        leaves = f"; leaves {', '.join(self.leaves) or 'nothing'}"
        return f"{Case(self.mishaps, self.crash)}{'; all provisioned' if self.full else ''}{leaves}"


def sweep_cases() -> st.SearchStrategy[SweepCase]:
    more = st.lists(others(), min_size=0, max_size=2, unique_by=lambda each: next(iter(each.differs)))
    mishaps = st.tuples(troubles(), more).map(lambda both: (both[0], *both[1]))
    # One in ten does not die, one in seven is provisioned whole: 7 and 5, for hypothesis prefers small numbers.
    deaths = st.integers(0, 9).flatmap(lambda roll: _death() if roll != 7 else st.none())
    leaves = st.lists(st.sampled_from(_KINDS), min_size=2, max_size=4, unique=True).map(tuple)
    return st.builds(SweepCase, mishaps, deaths, st.integers(0, 6).map(lambda roll: roll == 5), leaves)


def _death() -> st.SearchStrategy[Death]:
    moment = st.sampled_from(["before", "after"])
    return st.one_of(
        st.builds(Death, moment, st.integers(1, _WRITES), st.just(True)),
        st.builds(Death, moment, st.integers(1, _CALLS), st.just(False)),
    )
