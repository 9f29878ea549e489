"""What is due when in which account, what it waits for, and what became of it; knows neither time's kind nor AWS."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bootstrap.states import AFTER, Again, Event, Outcome, Settled

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
    """What is due when. Not safe for threads by itself: `RealRun` holds its lock around every call."""

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
