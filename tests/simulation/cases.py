"""One account's luck: what befalls it, and where the run dies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.deaths import Death
from tests.simulation.mishaps import Mishap, others, refusals

# A run sends some eighty calls an account besides the baseline and S3 objects, some fifty of them writes.
_CALLS, _WRITES = 120, 50


@dataclass(frozen=True)
class Case:
    """One account's luck."""

    mishaps: tuple[Mishap, ...]
    crash: Death | None

    @property
    def differs(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for mishap in self.mishaps:
            made = _joined(made, mishap.differs)
        return made

    def __str__(self) -> str:
        return f"{', '.join(each.name for each in self.mishaps) or 'nothing'}; {self.crash or 'no crash'}"


def _joined(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    made = dict(base)
    for key, value in over.items():
        old = made.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            made[key] = _joined(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            made[key] = old + value
        else:
            made[key] = value
    return made


def cases() -> st.SearchStrategy[Case]:
    more = st.lists(others(), min_size=1, max_size=3, unique_by=lambda each: next(iter(each.differs)))
    mishaps = st.tuples(refusals(), more).map(lambda both: (both[0], *both[1]))
    # One in ten does not die: 7, for hypothesis prefers small numbers.
    return st.builds(Case, mishaps, st.integers(0, 9).flatmap(lambda roll: _death() if roll != 7 else st.none()))


def _death() -> st.SearchStrategy[Death]:
    moment = st.sampled_from(["before", "after"])
    return st.one_of(
        st.builds(Death, moment, st.integers(1, _WRITES), st.just(True)),
        st.builds(Death, moment, st.integers(1, _CALLS), st.just(False)),
    )
