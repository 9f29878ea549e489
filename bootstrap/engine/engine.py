"""Visits every step until it settles, in real or in virtual time. Makes no AWS calls itself."""

from __future__ import annotations

import contextlib
import heapq
import threading
from collections.abc import Callable, Sequence

from bootstrap.engine.clock import Clock, VirtualClock
from bootstrap.engine.queue import Queue, Visit
from bootstrap.engine.states import Again, Outcome, Settled
from bootstrap.errors import bug

CALL_SECONDS = 0.08
_STOP_WITHIN = 1.5
_LOOK_AROUND = 0.25


def _visit(visit: Visit, planned: Sequence[str]) -> Settled | Again:
    try:
        return visit.visitor.visit(planned)
    except Exception as error:
        # A bug in one visitor fails this step only and stops no other account.
        return Settled(Outcome.FAILED, bug(error), "EB-390")


def run_virtual(board: Queue, clock: VirtualClock, slots: int, tick: Callable[[float], None]) -> float:
    """Run to the end in virtual time, with `slots` visits at a time; return the virtual seconds it took.

    A visit takes 80 ms for each API call that it made, and the time it slept. `tick(now)` is called after each visit.
    """
    start = begin = end = clock.now()
    board.start(start)
    free = [start] * slots
    while not board.finished:
        due = board.next_due()
        if due is None:
            raise RuntimeError("steps need each other in a circle")
        begin = max(begin, due, free[0])
        visit = board.take(begin)
        if visit is None:
            continue
        clock.move(begin)
        before = visit.account.work.sent()
        answer = _visit(visit, board.planned_needs(visit))
        spent = CALL_SECONDS * (visit.account.work.sent() - before) + clock.slept
        heapq.heapreplace(free, begin + spent)
        board.answer(visit, answer, begin + spent)
        end = max(end, begin + spent)
        tick(begin + spent)
    clock.move(end)
    return end - start


class RealRun:
    """Threads that visit what is due. Ctrl-C ends `run` within about two seconds, with everything recorded."""

    def __init__(self, board: Queue, clock: Clock, slots: int, wake: Callable[[], None]) -> None:
        self._board, self._clock, self._slots, self._wake = board, clock, slots, wake
        self._changed = threading.Condition()
        self._stopping = False
        self._closed = False

    def run(self, tick: Callable[[float], None]) -> bool:
        """Run; return True at the end, False if interrupted. `tick(now)` is called several times a second."""
        self._board.start(self._clock.now())
        # Daemon threads: after Ctrl-C the process must not wait for a call that hangs for a minute.
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self._slots)]
        try:
            for thread in threads:
                thread.start()
            while not self._done():
                tick(self._clock.now())
        except KeyboardInterrupt:
            self._stop(threads)
            return False
        return True

    def _done(self) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._board.finished, _LOOK_AROUND)

    def _stop(self, threads: Sequence[threading.Thread]) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._wake()
        deadline = self._clock.now() + _STOP_WITHIN
        # Who presses Ctrl-C again does not want to wait for the answers.
        with contextlib.suppress(KeyboardInterrupt):
            for thread in (each for each in threads if each.ident is not None):
                thread.join(max(0.0, deadline - self._clock.now()))
        with self._changed:
            self._board.interrupt(self._clock.now())
            self._closed = True

    def _work(self) -> None:
        while True:
            with self._changed:
                visit = self._next()
                if visit is None:
                    return
                planned = self._board.planned_needs(visit)
            answer = _visit(visit, planned)
            with self._changed:
                if self._closed or (self._stopping and not isinstance(answer, Settled)):
                    return
                self._board.answer(visit, answer, self._clock.now())
                self._changed.notify_all()

    def _next(self) -> Visit | None:
        while not self._board.finished and not self._stopping:
            now = self._clock.now()
            visit = self._board.take(now)
            if visit is not None:
                return visit
            due = self._board.next_due()
            self._changed.wait(None if due is None else max(0.0, due - now))
        return None
