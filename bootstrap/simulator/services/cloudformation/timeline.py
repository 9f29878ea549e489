"""Runs a stack's steps one after the other, on the simulated clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bootstrap.simulator.services.cloudformation.stacks import LiveResource, Stack
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_LOOK_AGAIN = 10.0


class ResourceStep(Protocol):
    """One step. `begin` returns False if there is nothing to do; `finish` is called until it returns True.

    Both raise Refusal.
    """

    logical_id: str
    verb: str

    @property
    def live(self) -> LiveResource | None: ...

    def begin(self, call: Call) -> bool: ...

    def finish(self, call: Call) -> bool: ...


@dataclass
class StackJob:
    """A run of steps. `failed` gets the logical ids that failed: the first, or with `keep_going` all, at the end."""

    stack: Stack
    steps: deque[ResourceStep]
    pace: float
    done: Callable[[Call], None]
    failed: Callable[[Call, list[str]], None]
    keep_going: bool = False


def run(
    call: Call,
    stack: Stack,
    steps: Iterable[ResourceStep],
    seconds: float,
    done: Callable[[Call], None],
    failed: Callable[[Call, list[str]], None],
    keep_going: bool = False,
) -> None:
    """Run the steps, spread over `seconds`; waiting for a resource to settle takes longer.

    The first step runs after the current call has been answered.
    """
    planned = deque(steps)
    job = StackJob(stack, planned, seconds / max(1, len(planned)), done, failed, keep_going)
    call.later(call.now, _Walk(job).go)


class _Walk:
    def __init__(self, job: StackJob) -> None:
        self.job = job
        self.broken: list[str] = []

    def go(self, call: Call) -> None:
        job = self.job
        while job.steps:
            step = job.steps.popleft()
            try:
                takes_time = step.begin(call)
            except Refusal as refusal:
                if self._stopped(call, step, refusal):
                    return
                continue
            if takes_time:
                call.later(call.now + job.pace, partial(self._look, step))
                return
        if self.broken:
            job.failed(call, self.broken)
        else:
            job.done(call)

    def _look(self, step: ResourceStep, call: Call) -> None:
        try:
            if not step.finish(call):
                call.later(call.now + _LOOK_AGAIN, partial(self._look, step))
                return
        except Refusal as refusal:
            if self._stopped(call, step, refusal):
                return
        self.go(call)

    def _stopped(self, call: Call, step: ResourceStep, refusal: Refusal) -> bool:
        if step.live is not None:
            self.job.stack.note(call, step.live, f"{step.verb}_FAILED", _reason(call, refusal))
        self.broken.append(step.logical_id)
        if not self.job.keep_going:
            self.job.failed(call, self.broken)
            return True
        return False


def _reason(call: Call, refusal: Refusal) -> str:
    if refusal.code == "Scenario":
        return refusal.message
    code = "GeneralServiceException"
    if refusal.code in {"AlreadyExists", "NotStabilized"}:
        code = refusal.code
    elif refusal.code.startswith("AccessDenied"):
        code = "AccessDenied"
    request = call.token("request", 8)
    return f'Resource handler returned message: "{refusal.message}" (RequestToken: {request}, HandlerErrorCode: {code})'
