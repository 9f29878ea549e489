"""The plan and the results of a run: values that results, journal and report share."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, NewType

from bootstrap import errors
from bootstrap.engine.forecast import Forecast
from bootstrap.engine.hold import Hold
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome, StepEvent
from bootstrap.errors.message import msg

WELL = frozenset({Outcome.READY, Outcome.CHANGED})
_SECRET_KEY = re.compile(r"(?i)password|secret|token|credential|e-?mail")


class Result(StrEnum):
    """Result of an account, a lab or a run, the worst last.

    PLANNED: of dry runs only. BLOCKED: of labs only; an account that needs such a lab has FAILED.
    STOPPED: what is billed by the hour was stopped after the account was prepared; only the state of an event has it.
    ELSEWHERE: another run works on the account, and this one left it alone; never the state of an event.
    A sweep ends CLEAN, LEFT (something is left), or UNKNOWN (it could not look).
    """

    READY = "ready"
    CLEAN = "clean"
    STOPPED = "stopped"
    PLANNED = "planned"
    ELSEWHERE = "elsewhere"
    WAITING = "waiting"
    BLOCKED = "blocked"
    LEFT = "left"
    UNKNOWN = "unknown"
    FAILED = "failed"


_EXIT = {
    Result.FAILED: errors.FAILED,
    Result.LEFT: errors.FAILED,
    Result.UNKNOWN: errors.FAILED,
    Result.WAITING: errors.WAITING,
    Result.ELSEWHERE: errors.WAITING,
    # It is not ready any more.
    Result.STOPPED: errors.WAITING,
}


class Phase(StrEnum):
    """State of an account during the run. ELSEWHERE: as in Outcome."""

    FAILED = "failed"
    WAITING = "waiting"
    WORKING = "working"
    QUEUED = "queued"
    ELSEWHERE = "elsewhere"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PlannedLab:
    """A lab of an account. `required`: the account's result depends on it."""

    name: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of an account in a run.

    `labs`: the labs that want the step, none if all do; `needs`: the steps that it comes after. `counts`: False for a
    step that only tells something, so that an account is ready without it. `typical`: seconds that it usually takes;
    None if AWS decides, as on a quota.
    """

    id: str
    labs: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()
    counts: bool = True
    typical: float | None = 30.0


@dataclass(frozen=True, slots=True)
class PlannedAccount:
    """The steps of one account in a run, in order. `where`: its row, "accounts.csv:8"; `sweeps`: the run sweeps it.

    `hold`: who keeps commands that write away from it; `spare`: no team has it yet.
    """

    team: str
    account_id: str
    steps: tuple[PlannedStep, ...]
    labs: tuple[PlannedLab, ...] = ()
    where: str = ""
    sweeps: bool = False
    hold: Hold | None = None
    spare: bool = False
    region: str = ""

    @property
    def optional(self) -> frozenset[str]:
        """Labs that do not decide the account's result."""
        return frozenset(lab.name for lab in self.labs if not lab.required)

    @property
    def counted(self) -> frozenset[str]:
        """The steps that decide the account's result: those that count, and are common or of required labs."""
        required = {lab.name for lab in self.labs if lab.required}
        return frozenset(step.id for step in self.steps if step.counts and (not step.labs or step.labs & required))


@dataclass(frozen=True, slots=True)
class RunPlan:
    """The accounts and steps that a run visits. `began`: epoch seconds of the run's clock; 0 for several runs.

    `whole`: False if --step or --from narrowed the run; `scenario`: of a rehearsal, whose time is virtual. `pending`:
    as in Summary.
    """

    run: str
    kind: RunKind
    event: str
    began: float
    accounts: tuple[PlannedAccount, ...]
    whole: bool = True
    scenario: str | None = None
    version: str = ""
    pending: int | None = None

    @property
    def command(self) -> str:
        """The command as a person would type it, for display only."""
        return self.kind.value


@dataclass(frozen=True, slots=True)
class StepResult:
    """The last state of a step. `began`, `at`: when its first and its last event came; `after`: as in StepEvent."""

    state: Outcome
    detail: str
    code: str | None = None
    cause: str | None = None
    at: float | None = None
    began: float | None = None
    settled: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    after: str | None = None

    @property
    def took(self) -> float | None:
        """Seconds from its first event to its last; None if it had none."""
        return None if self.at is None or self.began is None else self.at - self.began


NOT_REACHED = StepResult(Outcome.WAITING, msg("not reached yet"))


@dataclass(frozen=True, slots=True)
class AccountResult:
    """Result of one account. `counted`: the steps that decide `result`; `optional`: labs that do not.

    `hold`: who keeps commands that write away from it.
    """

    team: str
    account_id: str
    result: Result
    labs: Mapping[str, Result]
    steps: Mapping[str, StepResult]
    counted: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    hold: Hold | None = None

    @property
    def finished(self) -> bool:
        """True if the run has done with every step; an interrupted run has not."""
        return all(each.settled for each in self.steps.values())

    @property
    def begun(self) -> bool:
        """True if the run said anything of a step."""
        return any(each.at is not None for each in self.steps.values())


@dataclass(frozen=True, slots=True)
class Said:
    """Teams with the same cause of which the same was found. `detail`: of all of them; `teams`: in natural order."""

    detail: str
    steps: tuple[str, ...]
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause that keeps one or many teams from being ready.

    `again`: the tool retries only if a person asks for it with --again. `said`: each detail once, with its teams, in
    the order of the accounts: the first is `detail`. It names no account if several have it.
    """

    state: Outcome
    code: str | None
    cause: str | None
    detail: str
    steps: tuple[str, ...]
    teams: tuple[str, ...]
    required: bool
    again: bool = False
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """Result of a run, or of a part of its roster. Times in epoch seconds of the run's clock.

    `forecast`: of a rehearsal, what to expect of the event itself. `pending`: the exit code of a command that only
    looked, if there is something to do or to wait for; None for one that had to do it.
    """

    run: str
    result: Result
    accounts: tuple[AccountResult, ...]
    labs: Mapping[str, Result]
    causes: tuple[Cause, ...]
    began: float
    ended: float
    api_calls: int = 0
    interrupted: bool = False
    forecast: Forecast | None = None
    pending: int | None = None

    @property
    def seconds(self) -> float:
        """Seconds from start to end."""
        return max(0.0, self.ended - self.began)

    @property
    def exit_code(self) -> int:
        """Exit code of the command."""
        if self.interrupted:
            return errors.INTERRUPTED
        if self.pending is not None and self.result in (Result.PLANNED, Result.WAITING):
            return self.pending
        return _EXIT.get(self.result, errors.READY)

    @property
    def counts(self) -> dict[Result, int]:
        """Number of accounts by result."""
        found = Counter(each.result for each in self.accounts)
        return {result: found[result] for result in Result if found[result]}

    @property
    def optional(self) -> frozenset[str]:
        """Labs that decide no account's result."""
        return frozenset().union(*(each.optional for each in self.accounts))


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that puts team-2 before team-10."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part.lower()) for part in _parts(text))


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"([0-9]+)", text) if part]


# Cached, because the same few texts come for every account.
_clean = lru_cache(maxsize=8192, typed=True)(errors.clean)


# An event that may be shown and kept. Only `cleaned` makes one; views and journal accept no other.
CleanEvent = NewType("CleanEvent", StepEvent)


def cleaned(event: StepEvent) -> CleanEvent:
    """Return the event without secrets and mail addresses in its texts and facts."""
    actor, detail, cause = _clean(event.actor), _clean(event.detail), event.cause and _clean(event.cause)
    facts = {_clean(str(key)): clean_fact(key, value) for key, value in event.facts.items()}
    if not facts and (actor, detail, cause) == (event.actor, event.detail, event.cause):
        return CleanEvent(event)
    return CleanEvent(replace(event, actor=actor, detail=detail, cause=cause, facts=facts))


def clean_fact(key: object, value: Any) -> Any:
    """Return a fact's value as JSON can hold it, without secrets. A value under a key like "token" is hidden."""
    if isinstance(value, Mapping):
        return {_clean(str(name)): clean_fact(name, each) for name, each in value.items()}
    if value is None or isinstance(value, bool | int):
        return value
    if _SECRET_KEY.search(str(key)):
        return "<secret>"
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [clean_fact("", each) for each in items]
    # `str` would turn a message into plain text, which cannot be translated.
    return _clean(value if isinstance(value, str) else str(value))
