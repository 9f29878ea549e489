"""Steps, and a run's visits to an account for one step."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals
from bootstrap.engine.states import Again, Applied, Outcome, Settled, State, Verdict
from bootstrap.errors import Interrupted, Paused, Refused
from bootstrap.errors.message import identity, msg

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_TRIES = 6
_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 120.0
_STUCK_AFTER = 4
# Pauses while something waits, as shares of the wait so far: what became ready just after a look is seen at the latest
# when 1.3 times its own duration has passed. The span leaves room for a moment at which other steps look, too.
_SOONEST, _LATEST = 0.15, 0.28
_SHORTEST_PAUSE = 10.0
_GRID = 64
# Reads older than this share of the wait are made again, so that they do not make a look late.
_STALE = 0.02


class Step(Protocol):
    """One thing that an account should have. Immutable; its order is in the plan, its schedule in the engine.

    `patience`: seconds to wait for it before it is reported as still waiting.
    """

    @property
    def id(self) -> str: ...

    @property
    def patience(self) -> float: ...

    def check(self, session: AccountSession) -> State:
        """Return what AWS shows. Reads only. Raises AWS's errors."""

    def apply(self, session: AccountSession) -> Applied:
        """Start the change, or a slice of it, and return without waiting. Writes to AWS."""


@dataclass(slots=True)
class StepVisit:
    """A step's visits to one account in one run: check, apply, check again.

    The outcome is "changed" only after `check` has seen the change. An exception never counts as "todo": a transient
    error is retried with growing pauses, any other error is a failure with a code.

    `patience` (seconds) replaces the step's own. `ahead` is called before the first change, with the session, the
    step's id and its state: whoever is killed during the change has said that it began.
    """

    step: Step
    session: AccountSession
    needs: tuple[str, ...]
    write: bool
    patience: float | None = None
    ahead: Callable[[AccountSession, str, State], None] | None = None
    _since: float | None = None
    _began: float | None = None
    _waits: bool = False
    _wrote: bool = False
    _errors: int = 0
    _found: State | None = None
    _progress: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.step.id

    @property
    def found(self) -> str | None:
        """Detail of the last check: what is to be done or waited for. None: all is well, or no check ended."""
        return None if self._found is None else self._found.detail

    def visit(self, planned: Sequence[str] = ()) -> Settled | Again:
        """Visit the account once. `planned`: steps it needs that this run only plans; then it is only planned."""
        if self._since is None:
            self._since = self.session.now()
        elif self._waits:
            self.session.forget_looks(_STALE * self._waited())
        try:
            state = self.step.check(self.session)
            self._found = None if state.verdict is Verdict.READY or state.unseen else state
            return self._next(state, planned)
        except Interrupted:
            return Again(0.0, Outcome.WAITING, self.found or msg("interrupted"), unseen=self._found is None)
        except Paused as paused:
            return Again(_FIRST_PAUSE, Outcome.WAITING, paused.detail, paused.code, unseen=self._found is None)
        except Exception as error:
            if planned:
                return planned_after(planned)
            return self._after(error)

    def _next(self, state: State, planned: Sequence[str]) -> Settled | Again:
        if state.verdict is Verdict.READY:
            return _settled(Outcome.CHANGED if self._wrote else Outcome.READY, state)
        if state.verdict is Verdict.TODO and not self.write:
            return _settled(Outcome.PLANNED, state)
        if planned:
            return planned_after(planned)
        if state.verdict is Verdict.BLOCKED:
            return _settled(Outcome.BLOCKED, state)
        if state.verdict is Verdict.WAITING:
            return self._wait(state)
        return self._apply(state)

    def _apply(self, state: State) -> Settled | Again:
        if self._same() >= _STUCK_AFTER:
            detail = msg("tried {times} times, but AWS still shows: {state}", times=_STUCK_AFTER, state=state.detail)
            return Settled(Outcome.FAILED, detail, "EB-391", facts=state.facts)
        if self.ahead and not self._wrote:
            self.ahead(self.session, self.id, state)
        try:
            applied = self.step.apply(self.session)
        except Exception as error:
            if not aws_errors.already_exists(error):
                raise
            applied = Applied(state.detail)
        self._wrote, self._errors, self._began = True, 0, self.session.now()
        self._progress.append(applied.progress or identity(state.detail))
        pause = max(applied.look_again, self._doubt())
        if self.patience is not None:
            pause = min(pause, self.patience)
        self._waits = pause >= _SHORTEST_PAUSE
        pause = self._together(pause, (1 + _SOONEST) * pause)
        return Again(pause, Outcome.WORKING, applied.detail, state.code, state.facts)

    def _doubt(self) -> float:
        """0 at first, then 5, 15, 45 s while nothing changes: AWS may list a new thing some seconds late."""
        return 5.0 * 3.0 ** (self._same() - 2) if self._same() > 1 else 0.0

    def _same(self) -> int:
        """How many of the last four calls of `apply` reported the same progress as the last one."""
        last = self._progress[-_STUCK_AFTER:]
        return sum(1 for each in last if each == last[-1])

    def _wait(self, state: State) -> Settled | Again:
        waited = self.session.now() - (self._since or 0.0)
        patience = self.step.patience if self.patience is None else self.patience
        if not self.write or waited >= patience:
            return _settled(Outcome.WAITING, state)
        pause = state.look_again or _SHORTEST_PAUSE
        self._waits = not state.steady
        if self._waits:
            begun = self._waited()
            pause = self._together(max(pause, _SOONEST * begun), max(pause, _LATEST * begun))
        pause = min(pause, max(1.0, patience - waited))
        return Again(pause, Outcome.WAITING, state.detail, state.code, state.facts, unseen=state.unseen)

    def _waited(self) -> float:
        """Seconds since this run last changed something for the step, or since its first visit."""
        return self.session.now() - (self._since or 0.0 if self._began is None else self._began)

    def _together(self, soonest: float, latest: float) -> float:
        """Return the pause, between these two, to the moment that other steps of the account choose most likely.

        It is a multiple of the greatest power of two of seconds, from a moment that each account has of its own: steps
        that wait together then share their reads of AWS.
        """
        now = self.session.now()
        own = zlib.crc32(self.session.account_id.encode()) % _GRID
        grid = _GRID
        while grid >= 1:
            moment = math.ceil((now + soonest - own) / grid) * grid + own
            if moment <= now + latest:
                return moment - now
            grid //= 2
        return soonest

    def _after(self, error: Exception) -> Settled | Again:
        self._errors += 1
        retried = aws_errors.transient(error) and self.write and self._errors < _TRIES
        if isinstance(error, Refused) or not retried:
            return refusals.failure(error, self.session.region)
        failure = refusals.failure(error, self.session.region)
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (self._errors - 1))
        words = msg("retrying: {failure}", failure=failure.detail)
        return Again(pause, Outcome.WAITING, words, failure.code, unseen=self._found is None)


def planned_after(needs: Sequence[str]) -> Settled:
    """Return the end of a step in a dry run that also plans these steps, which it needs."""
    return Settled(Outcome.PLANNED, msg("to do after {steps}", steps=", ".join(needs)))


def _settled(outcome: Outcome, state: State) -> Settled:
    return Settled(outcome, state.detail, state.code, state.cause, state.facts, unseen=state.unseen)
