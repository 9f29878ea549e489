"""Clocks, which are passed as arguments: wall time, and virtual time that a rehearsal moves."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Protocol, TypeVar

T = TypeVar("T")


class Clock(Protocol):
    """The clock of a run."""

    @property
    def stopped(self) -> bool:
        """True once the run was interrupted: no call may be sent any more."""

    def now(self) -> float:
        """Return epoch seconds."""

    def sleep(self, seconds: float) -> None:
        """Wait until `seconds` of this clock have passed."""

    def each(self, tasks: Iterable[Callable[[], T]], most: int) -> Iterator[T]:
        """Yield the tasks' results in their order. Up to `most` tasks run at a time.

        Raises the exception of the first task that failed.
        """


class RealClock:
    """Wall time. `wake` ends every sleep at once, so that Ctrl-C does not wait for a retry's pause."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._woken.wait(seconds)

    def each(self, tasks: Iterable[Callable[[], T]], most: int) -> Iterator[T]:
        begun = deque[Future[T]]()
        for task in tasks:
            begun.append(_beside(task))
            # The next one begins only after the oldest has ended, so that never more run.
            if len(begun) >= most:
                yield begun.popleft().result()
        yield from (each.result() for each in begun)

    def wake(self) -> None:
        """End every sleep, now and from now on."""
        self._woken.set()

    @property
    def stopped(self) -> bool:
        return self._woken.is_set()


def _beside(task: Callable[[], T]) -> Future[T]:
    """Run the task in a thread of its own."""
    future: Future[T] = Future()

    def work() -> None:
        try:
            future.set_result(task())
        except BaseException as error:  # noqa: BLE001 (whoever reads the result raises it)
            future.set_exception(error)

    # Python waits at its end for the threads of an executor, but after Ctrl-C nobody waits for a call that hangs.
    threading.Thread(target=work, name="beside", daemon=True).start()
    return future


class VirtualClock:
    """A clock that only `move` moves; a sleep within a visit makes that visit longer.

    `on_move`: called with each new time, so that the simulator follows.
    """

    def __init__(self, start: float, on_move: Callable[[float], None] = lambda _: None) -> None:
        self._base = start
        self._slept = 0.0
        self._on_move = on_move

    def now(self) -> float:
        return self._base + self._slept

    def sleep(self, seconds: float) -> None:
        self._slept += max(0.0, seconds)

    def each(self, tasks: Iterable[Callable[[], T]], most: int) -> Iterator[T]:
        """Run one task after the other: with threads no two rehearsals would be the same."""
        return (task() for task in tasks)

    @property
    def stopped(self) -> bool:
        return False

    def move(self, when: float) -> None:
        """Set the clock to `when` (never back) and forget the sleeps so far."""
        if when > self._base:
            self._base = when
            self._on_move(when)
        self._slept = 0.0

    def passing(self) -> PassingClock:
        """Return a clock that goes on from now, and moves what this one moves."""
        return PassingClock(self.now(), self._on_move)

    @property
    def slept(self) -> float:
        """Seconds slept since the clock was last moved."""
        return self._slept


class PassingClock(VirtualClock):
    """A virtual clock whose sleeps pass at once, for the simulator too: for one look after the other, without a queue.

    A simulated AWS that throttles by its clock would never take a call again if the time stood still.
    """

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.move(self.now() + seconds)
