"""States, outcomes and events: the values that steps, engine, journal and report share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_AFTER = "after:"
# Begins the cause of an event that is `unseen`, as the journal keeps it.
UNSEEN = "unseen:"
# A fact that is True if the tool retries the step only when a person asks for it with --again.
AGAIN = "again"
# A fact that is True if the detail of a step that is ready names something that a person should know.
NOTE = "note"

# A fact: until when something that is ready stays stopped on purpose, in epoch seconds.
STOPPED_UNTIL = "stopped_until"


class Verdict(StrEnum):
    """Result of `check`."""

    READY = "ready"
    TODO = "todo"
    WAITING = "waiting"
    BLOCKED = "blocked"


class Outcome(StrEnum):
    """State of a step in events, journal and report. A step can end in all of them except WORKING.

    ELSEWHERE: another run works on the account, and this one left it alone.
    """

    READY = "ready"
    CHANGED = "changed"
    PLANNED = "planned"
    WAITING = "waiting"
    BLOCKED = "blocked"
    FAILED = "failed"
    SKIPPED = "skipped"
    ELSEWHERE = "elsewhere"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class State:
    """One account's state for one step, as AWS shows it.

    `detail`: one line, a message; of TODO what `plan` prints, of BLOCKED the cause and the fix, of WAITING what it
    waits for. `seen`: what is there in place of what should be, if the detail of TODO says only what is done about it.
    `look_again`: seconds to the next check; None: as usual. `steady`: the pauses do not grow.
    `cause`: accounts with the same cause are reported together; None: those with the same code. `unseen`: as in
    StepEvent.
    """

    verdict: Verdict
    detail: str
    code: str | None = None
    cause: str | None = None
    look_again: float | None = None
    steady: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    seen: str = ""
    unseen: bool = False

    @classmethod
    def ready(cls, detail: str, **facts: Any) -> State:
        """Return a state that needs nothing."""
        return cls(Verdict.READY, detail, facts=facts)

    @classmethod
    def todo(cls, detail: str, code: str | None = None, seen: str = "", **facts: Any) -> State:
        """Return a state that `apply` changes."""
        return cls(Verdict.TODO, detail, code, facts=facts, seen=seen)

    @classmethod
    def waiting(
        cls, detail: str, code: str | None = None, look_again: float | None = None, steady: bool = False, **facts: Any
    ) -> State:
        """Return a state that changes by itself."""
        return cls(Verdict.WAITING, detail, code, look_again=look_again, steady=steady, facts=facts)

    @classmethod
    def blocked(cls, detail: str, code: str, cause: str | None = None, **facts: Any) -> State:
        """Return a state that only a person can change."""
        return cls(Verdict.BLOCKED, detail, code, cause, facts=facts)


@dataclass(frozen=True, slots=True)
class Applied:
    """A change was started. `look_again`: seconds to wait before the next check.

    `progress`: differs from call to call of `apply` as long as work gets done. If it repeats while the step is still to
    do, the step is stuck. "": the state's detail is compared instead.
    """

    detail: str
    look_again: float = 0.0
    progress: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """The end of a visitor's work in an account. `after`, `unseen`: as in StepEvent.

    ELSEWHERE ends the account's other visitors, too.
    """

    outcome: Outcome
    detail: str
    code: str | None = None
    cause: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    after: str | None = None
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """Visit again in `after` seconds. `outcome`: WORKING or WAITING. `unseen`: as in StepEvent."""

    after: float
    outcome: Outcome
    detail: str
    code: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class StepEvent:
    """One change of one step of one account, for journal, report and JSON.

    `seq`: counts per account from 1; `at`: epoch seconds of the run's clock; `settled`: this run will not visit the
    step again. `after`: a step that did not become ready, if this one settled only because of that; it is
    not reported as a cause. `unseen`: the run has not learned how the step stands in the account, so that what earlier
    runs saw still holds; the event says why.
    """

    run: str
    seq: int
    at: float
    actor: str
    team: str
    account_id: str
    step: str
    state: Outcome
    detail: str
    settled: bool
    code: str | None = None
    cause: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    after: str | None = None
    unseen: bool = False

    @property
    def kept_cause(self) -> str | None:
        """`cause` as JSON and, but for `unseen`, the journal hold it: "after:STEP" stands for `after`."""
        return self.cause if self.after is None else f"{_AFTER}{self.after}"


def stored_cause(event: StepEvent) -> str | None:
    """Return the event's `kept_cause` and `unseen` in one text, for the journal."""
    return f"{UNSEEN}{event.kept_cause or ''}" if event.unseen else event.kept_cause


def seen_of(kept_cause: str | None) -> tuple[bool, str | None]:
    """Return the `unseen` and the `kept_cause` of an event by what `stored_cause` made of it."""
    if kept_cause is None or not kept_cause.startswith(UNSEEN):
        return False, kept_cause
    return True, kept_cause[len(UNSEEN) :] or None


def after_of(kept_cause: str | None) -> str | None:
    """Return the `after` of an event by its `kept_cause`; None: it settled for a cause of its own."""
    return kept_cause[len(_AFTER) :] if kept_cause and kept_cause.startswith(_AFTER) else None
