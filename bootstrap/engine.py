"""Visits what is open until each settles; owns time, knows nothing of AWS.

Board       what is due, what it waits for, what became of it; the same for both ways of running
run_real    threads and wall time
run_virtual one visit at a time, in an order that only due time and roster decide
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bootstrap.clock import Clock, VirtualClock
from bootstrap.states import AFTER, Again, Event, Outcome, Settled

CALL_SECONDS = 0.08
_STOP_WITHIN = 1.5
_LOOK_AROUND = 0.25
_WELL = frozenset({Outcome.READY, Outcome.CHANGED, Outcome.PLANNED})


class Visitor(Protocol):
    """Something that visits one account until it settles: a step, later a kind of leftover or of evidence."""

    @property
    def id(self) -> str: ...

    @property
    def needs(self) -> tuple[str, ...]: ...

    def visit(self, planned: Sequence[str] = ()) -> Settled | Again: ...


@dataclass(frozen=True, slots=True)
class Work:
    """One account's visitors in dependency order. `sent()` is how many API calls it made so far."""

    team: str
    account_id: str
    visitors: tuple[Visitor, ...]
    sent: Callable[[], int]


@dataclass(slots=True)
class _Account:
    work: Work
    order: int
    seq: int = 0
    busy: bool = False
    settled: dict[str, Outcome] = field(default_factory=dict)
    said: dict[str, tuple[Outcome, str]] = field(default_factory=dict)
    held_back: list[tuple[float, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Visit:
    account: _Account
    index: int

    @property
    def visitor(self) -> Visitor:
        return self.account.work.visitors[self.index]


class Board:
    """What is due when. Not safe for threads by itself: `run_real` holds its lock around every call."""

    def __init__(self, run: str, actor: str, works: Sequence[Work], emit: Callable[[Event], None]) -> None:
        self._run, self._actor, self._emit = run, actor, emit
        self._accounts = [_Account(work, order) for order, work in enumerate(works)]
        self._heap: list[tuple[float, int, int]] = []
        self._open = sum(len(work.visitors) for work in works)

    def start(self, now: float) -> None:
        for account in self._accounts:
            for index, visitor in enumerate(account.work.visitors):
                if not self._unsettled(account, visitor):
                    heapq.heappush(self._heap, (now, account.order, index))

    @property
    def finished(self) -> bool:
        return self._open == 0

    def next_due(self) -> float | None:
        return self._heap[0][0] if self._heap else None

    def take(self, now: float) -> Visit | None:
        """The first visit that is due by `now` in an account that nobody visits at the moment."""
        while self._heap and self._heap[0][0] <= now:
            due, order, index = heapq.heappop(self._heap)
            account = self._accounts[order]
            if account.busy:
                account.held_back.append((due, index))
                continue
            account.busy = True
            return Visit(account, index)
        return None

    def planned_needs(self, visit: Visit) -> list[str]:
        settled = visit.account.settled
        return [need for need in visit.visitor.needs if settled.get(need) is Outcome.PLANNED]

    def answer(self, visit: Visit, answer: Settled | Again, now: float) -> None:
        """Record what a visit said, free its account, and let what waited for it go on."""
        account = visit.account
        account.busy = False
        for due, index in account.held_back:
            heapq.heappush(self._heap, (max(due, now), account.order, index))
        account.held_back.clear()
        if isinstance(answer, Again):
            heapq.heappush(self._heap, (now + max(0.0, answer.after), account.order, visit.index))
            if account.said.get(visit.visitor.id) != (answer.outcome, answer.detail):
                self._say(account, visit.visitor.id, answer, now)
        else:
            self._settle(account, visit.visitor.id, answer, now)

    def interrupt(self, now: float) -> None:
        """Record, for everything that has not settled, where it stood when the run was stopped."""
        for account in self._accounts:
            for visitor in account.work.visitors:
                if visitor.id not in account.settled:
                    was = account.said.get(visitor.id, (Outcome.WAITING, "not begun"))[1]
                    stopped = Again(0.0, Outcome.WAITING, f"interrupted; last seen: {was}", "EB-392")
                    self._say(account, visitor.id, stopped, now)

    def _settle(self, account: _Account, step: str, settled: Settled, now: float) -> None:
        account.settled[step] = settled.outcome
        self._open -= 1
        self._say(account, step, settled, now)
        for index, visitor in enumerate(account.work.visitors):
            if step not in visitor.needs or visitor.id in account.settled:
                continue
            stopped = self._stopped_by(account, visitor)
            if stopped:
                self._settle(account, visitor.id, stopped, now)
            elif not self._unsettled(account, visitor):
                heapq.heappush(self._heap, (now, account.order, index))

    def _stopped_by(self, account: _Account, visitor: Visitor) -> Settled | None:
        for need in visitor.needs:
            outcome = account.settled.get(need)
            if outcome is Outcome.WAITING:
                return Settled(Outcome.WAITING, f"after {need}, which still waits", cause=f"{AFTER}{need}")
            if outcome is not None and outcome not in _WELL:
                return Settled(Outcome.SKIPPED, f"after {need}, which is {outcome}", cause=f"{AFTER}{need}")
        return None

    def _unsettled(self, account: _Account, visitor: Visitor) -> bool:
        own = {each.id for each in account.work.visitors}
        return any(need in own and need not in account.settled for need in visitor.needs)

    def _say(self, account: _Account, step: str, what: Settled | Again, now: float) -> None:
        account.seq += 1
        account.said[step] = (what.outcome, what.detail)
        cause = what.cause if isinstance(what, Settled) else None
        self._emit(
            Event(
                run=self._run,
                seq=account.seq,
                at=now,
                actor=self._actor,
                team=account.work.team,
                account_id=account.work.account_id,
                step=step,
                state=what.outcome,
                detail=what.detail,
                settled=isinstance(what, Settled),
                code=what.code,
                cause=cause,
                facts=what.facts,
            )
        )


def _visit(visit: Visit, planned: Sequence[str]) -> Settled | Again:
    try:
        return visit.visitor.visit(planned)
    except Exception as error:
        # One visitor's bug is this account's event and stops no other account.
        return Settled(Outcome.FAILED, f"an error in event-bootstrap: {type(error).__name__}: {error}", "EB-390")


def run_virtual(board: Board, clock: VirtualClock, slots: int, tick: Callable[[float], None]) -> float:
    """Run to the end in virtual time over `slots` virtual slots; returns the virtual seconds it took.

    A visit takes 80 ms for each API call that it made, and what it slept. `tick(now)` follows each visit.
    """
    start = end = clock.now()
    board.start(start)
    free = [start] * slots
    while not board.finished:
        due = board.next_due()
        if due is None:
            raise RuntimeError("steps wait for each other in a circle")
        begin = max(due, free[0])
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
    """Threads that take what is due; Ctrl-C in `run` ends it within about two seconds, everything recorded."""

    def __init__(self, board: Board, clock: Clock, slots: int, wake: Callable[[], None]) -> None:
        self._board, self._clock, self._slots, self._wake = board, clock, slots, wake
        self._changed = threading.Condition()
        self._stopping = False
        self._closed = False

    def run(self, tick: Callable[[float], None]) -> bool:
        """True: ran to the end; False: interrupted. `tick(now)` is called some times a second."""
        self._board.start(self._clock.now())
        # Daemons: a call that hangs for a minute must not hold the process after Ctrl-C.
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self._slots)]
        for thread in threads:
            thread.start()
        try:
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
        for thread in threads:
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
