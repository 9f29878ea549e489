"""Time as an argument: the real one, and one that a rehearsal moves."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")


class Clock(Protocol):
    @property
    def stopped(self) -> bool:
        """The run was interrupted: nothing more is to be sent."""

    def now(self) -> float:
        """Epoch seconds."""

    def sleep(self, seconds: float) -> None:
        """Let `seconds` of this clock pass."""

    def each(self, tasks: Iterable[Callable[[], T]], most: int) -> Iterator[T]:
        """Results in the order of the tasks, of which up to `most` are done at a time; tasks are taken as they are due.

        Raises what the first task raised that failed.
        """


class RealClock:
    """Wall time; `wake` ends every sleep at once, so that Ctrl-C does not wait for a retry's pause."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._woken.wait(seconds)

    def each(self, tasks: Iterable[Callable[[], T]], most: int) -> Iterator[T]:
        with ThreadPoolExecutor(most, "beside") as pool:
            begun: deque[Future[T]] = deque()
            for task in tasks:
                begun.append(pool.submit(task))
                if len(begun) >= most:
                    yield begun.popleft().result()
            yield from (each.result() for each in begun)

    def wake(self) -> None:
        self._woken.set()

    @property
    def stopped(self) -> bool:
        return self._woken.is_set()


class VirtualClock:
    """A clock that stands still until it is moved; a sleep within a visit adds to that visit.

    `on_move` is told each new time (the simulator owns "now" and follows it).
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
        """One after the other: threads would make a rehearsal another one each time."""
        return (task() for task in tasks)

    @property
    def stopped(self) -> bool:
        return False

    def move(self, when: float) -> None:
        """Jump to `when` (never back) and forget what was slept."""
        if when > self._base:
            self._base = when
            self._on_move(when)
        self._slept = 0.0

    @property
    def slept(self) -> float:
        return self._slept
