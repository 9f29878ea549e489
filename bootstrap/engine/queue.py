"""The queue of visits: when each is due, what it waits for, how it ended. Has no clock; makes no AWS calls."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bootstrap.engine.states import Again, Outcome, Settled, StepEvent
from bootstrap.errors.message import Message, identity, msg
from bootstrap.errors.message import marked as _

_WELL = frozenset({Outcome.READY, Outcome.CHANGED, Outcome.PLANNED})
# Why a step is not visited, by how a step that it needs ended.
_AFTER = {
    Outcome.WAITING: _("needs {step}, which is still waiting"),
    Outcome.BLOCKED: _("needs {step}, which is blocked"),
    Outcome.FAILED: _("needs {step}, which failed"),
    Outcome.SKIPPED: _("needs {step}, which was skipped"),
}


class Visitor(Protocol):
    """Something that visits one account until it settles: a step, or a kind of leftover or evidence."""

    @property
    def id(self) -> str: ...

    @property
    def needs(self) -> tuple[str, ...]: ...

    @property
    def found(self) -> str | None:
        """Words for what is to do or to wait for, as the last look found it; None if there is nothing yet."""

    def visit(self, planned: Sequence[str] = ()) -> Settled | Again: ...


@dataclass(frozen=True, slots=True)
class Work:
    """One account's visitors in dependency order. `sent()`: the number of its API calls so far.

    `begins`: seconds from the run's start to its first visit.
    """

    team: str
    account_id: str
    visitors: tuple[Visitor, ...]
    sent: Callable[[], int]
    begins: float = 0.0


@dataclass(slots=True)
class _Account:
    work: Work
    order: int
    seq: int = 0
    settled: dict[str, Outcome] = field(default_factory=dict)
    said: dict[str, tuple[Outcome, str]] = field(default_factory=dict)
    # Of the visitors that have seen how their step stands, what they said of it last.
    seen: dict[str, str] = field(default_factory=dict)
    # Visitors that settled without having seen it, and those that only come after them.
    unseen: set[str] = field(default_factory=set)
    # Its visitors that are due, by (when, place in the plan), and since when one was due.
    due: list[tuple[float, int]] = field(default_factory=list)
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of one visitor to one account."""

    account: _Account
    index: int

    @property
    def visitor(self) -> Visitor:
        """The visitor that is due."""
        return self.account.work.visitors[self.index]


class Queue:
    """The visits of a run, by when they are due. Not thread-safe: `RealRun` holds its lock around every call.

    An account is in one of the two heaps, or is being visited. Accounts that have begun come first: their steps then
    share reads of AWS, and accounts end one after the other instead of all at the end.
    """

    def __init__(self, run: str, actor: str, works: Sequence[Work], emit: Callable[[StepEvent], None]) -> None:
        self._run, self._actor, self._emit = run, actor, emit
        self._accounts = [_Account(work, order) for order, work in enumerate(works)]
        self._later: list[tuple[float, int]] = []
        self._ready: list[tuple[float, int]] = []
        self._open = sum(len(work.visitors) for work in works)

    def start(self, now: float) -> None:
        """Make every visitor without needs due."""
        for account in self._accounts:
            for index, visitor in enumerate(account.work.visitors):
                if not self._unsettled(account, visitor):
                    heapq.heappush(account.due, (now + account.work.begins, index))
            self._place(account, now)

    @property
    def finished(self) -> bool:
        """True once every visitor has settled."""
        return self._open == 0

    def next_due(self) -> float | None:
        """Return when the next visit is due: a past time means now, None means never."""
        if self._ready:
            return self._ready[0][0]
        return self._later[0][0] if self._later else None

    def take(self, now: float) -> Visit | None:
        """Return the next visit due by `now`, of the account that has been due longest; None if none is due."""
        while self._later and self._later[0][0] <= now:
            _, order = heapq.heappop(self._later)
            heapq.heappush(self._ready, (self._accounts[order].since, order))
        if not self._ready:
            return None
        account = self._accounts[heapq.heappop(self._ready)[1]]
        return Visit(account, heapq.heappop(account.due)[1])

    def planned_needs(self, visit: Visit) -> list[str]:
        """Return the ids of the visitor's needs that this run only plans."""
        settled = visit.account.settled
        return [need for need in visit.visitor.needs if settled.get(need) is Outcome.PLANNED]

    def answer(self, visit: Visit, answer: Settled | Again, now: float) -> None:
        """Record the answer of a visit, release its account, and make steps that waited for it due."""
        account = visit.account
        if isinstance(answer, Again):
            heapq.heappush(account.due, (now + max(0.0, answer.after), visit.index))
            if _differs(account.said.get(visit.visitor.id), answer):
                self._say(account, visit.visitor.id, answer, now)
        else:
            self._settle(account, visit.visitor.id, answer, now)
        self._place(account, now)

    def _place(self, account: _Account, now: float) -> None:
        """Queue the account by its earliest due visit, not before `now`, when its last one ended."""
        if not account.due:
            return
        when = account.due[0][0]
        if when > now or account.seq == 0:
            account.since = max(when, now)
        heapq.heappush(self._later, (max(when, now), account.order))

    def interrupt(self, now: float) -> None:
        """Record what was seen, or was being changed, and had not settled when the run was interrupted.

        Of steps that were not looked at nothing is said: what earlier runs saw still holds.
        """
        for account in self._accounts:
            for visitor in account.work.visitors:
                if visitor.id in account.settled:
                    continue
                detail = account.seen.get(visitor.id) or visitor.found
                if detail is not None:
                    words = msg("interrupted; last seen: {detail}", detail=detail)
                    self._say(account, visitor.id, Again(0.0, Outcome.WAITING, words, "EB-392"), now)

    def _settle(self, account: _Account, step: str, settled: Settled, now: float) -> None:
        account.settled[step] = settled.outcome
        if settled.unseen:
            account.unseen.add(step)
        self._open -= 1
        self._say(account, step, settled, now)
        if settled.outcome is Outcome.ELSEWHERE:
            self._leave(account)
            return
        for index, visitor in enumerate(account.work.visitors):
            if step not in visitor.needs or visitor.id in account.settled:
                continue
            stopped = self._stopped_by(account, visitor)
            if stopped:
                self._settle(account, visitor.id, stopped, now)
            elif not self._unsettled(account, visitor):
                heapq.heappush(account.due, (now, index))

    def _leave(self, account: _Account) -> None:
        """Settle all that is open in an account that another run works on, without a word about each."""
        left = [each.id for each in account.work.visitors if each.id not in account.settled]
        account.settled |= dict.fromkeys(left, Outcome.ELSEWHERE)
        account.due.clear()
        self._open -= len(left)

    def _stopped_by(self, account: _Account, visitor: Visitor) -> Settled | None:
        for need in visitor.needs:
            outcome = account.settled.get(need)
            if outcome is not None and outcome not in _WELL:
                ended = Outcome.WAITING if outcome is Outcome.WAITING else Outcome.SKIPPED
                words = Message(_AFTER[outcome], {"step": need})
                return Settled(ended, words, after=need, unseen=need in account.unseen)
        return None

    def _unsettled(self, account: _Account, visitor: Visitor) -> bool:
        own = {each.id for each in account.work.visitors}
        return any(need in own and need not in account.settled for need in visitor.needs)

    def _say(self, account: _Account, step: str, what: Settled | Again, now: float) -> None:
        account.seq += 1
        account.said[step] = (what.outcome, what.detail)
        if not what.unseen:
            account.seen[step] = what.detail
        cause, after = (what.cause, what.after) if isinstance(what, Settled) else (None, None)
        self._emit(
            StepEvent(
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
                after=after,
                unseen=what.unseen,
            )
        )


def _differs(said: tuple[Outcome, str] | None, answer: Again) -> bool:
    return said is None or said[0] is not answer.outcome or identity(said[1]) != identity(answer.detail)
