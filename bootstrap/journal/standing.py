"""The state of an event, as status, its page and `serve` show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bootstrap.engine.outcomes import AccountResult, Phase, Result, RunPlan, Summary
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome

_BROKEN = (Outcome.FAILED, Outcome.BLOCKED)
Key = tuple[str, str]
Word = Result | Phase

# Sorted by need for attention.
ORDER: tuple[Word, ...] = (
    Result.FAILED,
    Result.UNKNOWN,
    Result.LEFT,
    Phase.WORKING,
    Result.WAITING,
    Phase.QUEUED,
    Result.STOPPED,
    Result.READY,
    Result.CLEAN,
)
# Seconds without an event that are normal: a run that only waits records none.
_USUAL_SILENCE = 300.0


class Stale(StrEnum):
    """Why the shown state of an event is not up to date."""

    NOT = ""
    JOURNAL = "away"
    FILES = "stale_files"


@dataclass(frozen=True, slots=True)
class Going:
    """A run that began and did not end. `heard`: when its last event came; `done` of `total` accounts ended.

    `held`: its valid leases; `lapsed`: its expired leases. A run that only reads has no leases.
    """

    run: str
    kind: RunKind
    actor: str
    began: float
    heard: float
    done: int
    total: int
    held: int = 0
    lapsed: int = 0

    @property
    def command(self) -> str:
        """The command as a person typed it, for display only."""
        return self.kind.value

    @property
    def died(self) -> bool:
        """True if the run crashed: its leases expired, and it holds none."""
        return self.lapsed > 0 and not self.held

    def silent(self, now: float) -> bool:
        """Return True if there is no sign that the run is alive. `now`: epoch seconds."""
        return not self.held and not self.died and now - self.heard > _USUAL_SILENCE


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest run in an account. `heard`: when its last event there came; `took`: seconds since its first one there.

    `at_work`: the run is going on and not done with the account; `waits`: everything it began there is waiting.
    """

    run: str
    kind: RunKind
    actor: str
    heard: float
    took: float
    at_work: bool = False
    waits: bool = False

    @property
    def command(self) -> str:
        """The command as a person typed it, for display only."""
        return self.kind.value


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of an event. `summary`: the last state of each account by any run; a swept one has a sweep's result,
    and one that was stopped for the night is STOPPED, whatever was ready in it before.

    `stale`: why it is not up to date; `done`: kinds of runs that the event has had; `asleep`: until when the notebooks
    of prepared accounts stay stopped, epoch seconds.
    """

    about: RunPlan
    summary: Summary
    going: tuple[Going, ...]
    latest: Mapping[Key, Latest]
    stale: Stale = Stale.NOT
    done: frozenset[RunKind] = frozenset()
    asleep: Mapping[Key, float] = field(default_factory=dict)

    def of(self, account: AccountResult) -> Latest | None:
        """Return the latest run in the account; None if there was none."""
        return self.latest.get((account.team, account.account_id))

    def word(self, account: AccountResult) -> Word:
        """Return the account's state: its result, WORKING or WAITING in a running run, QUEUED before any run."""
        latest = self.of(account)
        if latest is None:
            return Phase.QUEUED
        if not latest.at_work or self._broken(account, latest):
            return account.result
        return Result.WAITING if latest.waits else Phase.WORKING

    @staticmethod
    def _broken(account: AccountResult, latest: Latest) -> bool:
        """True if the running run already found something that it cannot fix."""
        began = latest.heard - latest.took
        seen = (each for step, each in account.steps.items() if step in account.counted)
        return any(each.state in _BROKEN and each.at is not None and each.at >= began for each in seen)
