"""The threads of a real run, in many of the orders in which they can share the queue."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bootstrap.engine.clock import RealClock
from bootstrap.engine.engine import RealRun
from bootstrap.engine.queue import Queue, Work
from bootstrap.engine.states import Again, Outcome, Settled, StepEvent
from tests.interleavings import explored, shuffled


@dataclass
class Step:
    """A step that settles at its second visit, and notes if two threads visit its account at a time."""

    id: str
    needs: tuple[str, ...]
    account: Account
    visits: int = 0
    found: str | None = None

    def visit(self, planned: Sequence[str] = ()) -> Settled | Again:
        self.account.inside += 1
        time.sleep(0.01)
        self.account.together = max(self.account.together, self.account.inside)
        self.visits += 1
        self.account.inside -= 1
        if self.visits == 1 and not self.needs:
            return Again(0.0, Outcome.WORKING, "again")
        return Settled(Outcome.READY, "done")


@dataclass
class Account:
    inside: int = 0
    together: int = 0
    steps: list[Step] = field(default_factory=list)

    @classmethod
    def made(cls) -> Account:
        account = cls()
        account.steps = [Step("first", (), account), Step("second", ("first",), account)]
        return account


class Scene:
    """Two accounts of two steps, and a run whose two threads are the workers of an exploration."""

    def __init__(self, make: Callable[..., RealRun] = RealRun) -> None:
        self.accounts = [Account.made()]
        self.events: list[StepEvent] = []
        works = [
            Work(f"team-{number}", str(number), tuple(each.steps), lambda: 0)
            for number, each in enumerate(self.accounts)
        ]
        self.queue = Queue("run", "test", works, self.events.append)
        self.run = make(self.queue, RealClock(), 2, lambda: None)
        self.queue.start(0.0)

    def work(self) -> None:
        self.run._work()

    def holds(self) -> bool:
        """Each step settled once, in the order of needs, and no account was visited by two threads at a time."""
        settled = [(each.account_id, each.step) for each in self.events if each.settled]
        return (
            self.queue.finished
            and settled == [("0", "first"), ("0", "second")]
            and [each.seq for each in self.events] == list(range(1, len(self.events) + 1))
            and all(each.together == 1 for each in self.accounts)
        )


class _NoLock:
    """A condition that locks nothing: the planted bug."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...

    def wait(self, timeout: float | None = None) -> bool:
        time.sleep(0.1)
        return True

    def notify_all(self) -> None: ...


def _unlocked(*given: Any) -> RealRun:
    made = RealRun(*given)
    made._changed = _NoLock()  # type: ignore[assignment]
    return made


_THREADS = [Scene.work, Scene.work]


@pytest.mark.parametrize(("explore", "most"), [(explored, 15), (shuffled, 8)])
def test_in_whatever_order_two_threads_share_the_queue_each_step_settles_once(
    explore: Callable[..., Any], most: int
) -> None:
    result = explore(Scene, _THREADS, Scene.holds, most)
    assert result.property_holds, result.explanation
    assert result.num_explored == most


def test_without_the_lock_a_race_is_found() -> None:
    assert shuffled(lambda: Scene(_unlocked), _THREADS, Scene.holds, 8).property_holds is False
