"""Explores the orders in which threads of the real classes can run (frontrun: dynamic partial order reduction)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import frontrun
from frontrun._cooperative import patch_locks, unpatch_locks

State = TypeVar("State")
_EITHER: dict[str, Any] = {
    "clock": "virtual", "detect_io": False, "reproduce_on_failure": 0, "timeout_per_run": 20.0, "total_timeout": 60.0,
}  # fmt: skip


def explored(
    setup: Callable[[], State], threads: Sequence[Callable[[State], None]], holds: Callable[[State], bool], most: int
) -> Any:
    """Run the threads over fresh states, in up to `most` orders that differ in who gets a lock or an attribute first,
    with at most two preemptions each.

    `property_holds` of the result is false if `holds` was not true at some end, or if threads wait for each other for
    ever; `explanation` then has the order, `num_explored` how many there were.
    """
    with _cooperative():
        return frontrun.explore(
            setup=setup, workers=list(threads), invariant=holds, max_executions=most, **_EITHER
        )  # fmt: skip


def shuffled(
    setup: Callable[[], State], threads: Sequence[Callable[[State], None]], holds: Callable[[State], bool], most: int
) -> Any:
    """As `explored`, in `most` random orders of single bytecodes: what C code changes, as a heap, shows only so."""
    with _cooperative():
        return frontrun.explore(
            setup=setup, workers=list(threads), invariant=holds, strategy="random", max_attempts=most, seed=1, **_EITHER
        )  # fmt: skip


@contextmanager
def _cooperative() -> Iterator[None]:
    """Locks made in the block give way to frontrun's scheduler; its command line and pytest option do it for a run."""
    patch_locks()
    try:
        yield
    finally:
        unpatch_locks()
