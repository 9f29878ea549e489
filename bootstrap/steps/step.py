"""Steps, and a run's visits to an account for one step."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
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
_POLL = 20.0
_BEAT = 30
_STUCK_AFTER = 4


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

    `patience` (seconds) replaces the step's own.
    """

    step: Step
    session: AccountSession
    needs: tuple[str, ...]
    write: bool
    patience: float | None = None
    _since: float | None = None
    _wrote: bool = False
    _errors: int = 0
    _progress: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.step.id

    def visit(self, planned: Sequence[str] = ()) -> Settled | Again:
        """Visit the account once. `planned`: steps it needs that this run only plans; then it is only planned."""
        if self._since is None:
            self._since = self.session.now()
        try:
            return self._next(self.step.check(self.session), planned)
        except Interrupted:
            return Again(0.0, Outcome.WAITING, msg("interrupted"))
        except Paused as paused:
            return Again(_FIRST_PAUSE, Outcome.WAITING, paused.detail, paused.code)
        except Exception as error:
            if planned:
                return _planned_after(planned)
            return self._after(error)

    def _next(self, state: State, planned: Sequence[str]) -> Settled | Again:
        if state.verdict is Verdict.READY:
            return _settled(Outcome.CHANGED if self._wrote else Outcome.READY, state)
        if state.verdict is Verdict.TODO and not self.write:
            return _settled(Outcome.PLANNED, state)
        if planned:
            return _planned_after(planned)
        if state.verdict is Verdict.BLOCKED:
            return _settled(Outcome.BLOCKED, state)
        if state.verdict is Verdict.WAITING:
            return self._wait(state)
        return self._apply(state)

    def _apply(self, state: State) -> Settled | Again:
        if self._same() >= _STUCK_AFTER:
            detail = msg("tried {times} times, but AWS still shows: {state}", times=_STUCK_AFTER, state=state.detail)
            return Settled(Outcome.FAILED, detail, "EB-391", facts=state.facts)
        try:
            applied = self.step.apply(self.session)
        except Exception as error:
            if not aws_errors.already_exists(error):
                raise
            applied = Applied(state.detail)
        self._wrote, self._errors = True, 0
        self._progress.append(applied.progress or identity(state.detail))
        pause = max(applied.look_again, self._doubt())
        if self.patience is not None:
            pause = min(pause, self.patience)
        return Again(self._beat(pause), Outcome.WORKING, applied.detail, state.code, state.facts)

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
        pause = state.look_again or _POLL
        if not state.steady:
            # Check less often the longer the wait lasts.
            pause = self._beat(max(pause, waited / 4))
        pause = min(pause, max(1.0, patience - waited))
        return Again(pause, Outcome.WAITING, state.detail, state.code, state.facts)

    def _beat(self, pause: float) -> float:
        """Round `pause` up to the account's next 30-second beat: steps that wait then share their reads of AWS."""
        if pause < _BEAT / 2:
            return pause
        now = self.session.now()
        phase = zlib.crc32(self.session.account_id.encode()) % _BEAT
        return math.ceil((now + pause - phase) / _BEAT) * _BEAT + phase - now

    def _after(self, error: Exception) -> Settled | Again:
        self._errors += 1
        retried = aws_errors.transient(error) and self.write and self._errors < _TRIES
        if isinstance(error, Refused) or not retried:
            return refusals.failure(error, self.session.region)
        failure = refusals.failure(error, self.session.region)
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (self._errors - 1))
        return Again(pause, Outcome.WAITING, msg("retrying: {failure}", failure=failure.detail), failure.code)


def _planned_after(needs: Sequence[str]) -> Settled:
    return Settled(Outcome.PLANNED, msg("to do after {steps}", steps=", ".join(needs)))


def _settled(outcome: Outcome, state: State) -> Settled:
    return Settled(outcome, state.detail, state.code, state.cause, state.facts)
