"""Where an event stands: what status, its page and `serve` show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bootstrap.engine.outcomes import AccountResult, Phase, Result, RunPlan, Summary
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome

_BROKEN = (Outcome.FAILED, Outcome.BLOCKED)
Key = tuple[str, str]
Word = Result | Phase

# What needs attention first comes first.
ORDER: tuple[Word, ...] = (
    Result.FAILED,
    Result.UNKNOWN,
    Result.LEFT,
    Phase.WORKING,
    Result.WAITING,
    Phase.QUEUED,
    Result.READY,
    Result.CLEAN,
)
# A run says nothing while all it does is wait; so long is nothing to wonder about.
_USUAL_SILENCE = 300.0


class Stale(StrEnum):
    NOT = ""
    JOURNAL = "away"
    FILES = "stale_files"


@dataclass(frozen=True, slots=True)
class Going:
    """A run that began and did not end. `heard`: when it last said something; `done` of `total` accounts ended.

    `held`: leases that it renews; `lapsed`: those that it renews no more. A run that only looks has none.
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
        """What a person typed; to be shown, and to decide nothing."""
        return self.kind.value

    @property
    def died(self) -> bool:
        return self.lapsed > 0 and not self.held

    def silent(self, now: float) -> bool:
        """Whether nothing tells that it lives."""
        return not self.held and not self.died and now - self.heard > _USUAL_SILENCE


@dataclass(frozen=True, slots=True)
class Latest:
    """The run that visited an account last. `heard`: its last word of the account; `took`: since its first there.

    `at_work`: the run goes on, and is not through with the account; `waits`: all that it has begun there waits.
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
        """What a person typed; to be shown, and to decide nothing."""
        return self.kind.value


@dataclass(frozen=True, slots=True)
class Standing:
    """`summary` is of the last that was seen of each account, by whatever run: a swept one ends in a sweep's words.

    `stale`: what kept it from being newer.
    """

    about: RunPlan
    summary: Summary
    going: tuple[Going, ...]
    latest: Mapping[Key, Latest]
    stale: Stale = Stale.NOT

    def of(self, account: AccountResult) -> Latest | None:
        """None: nobody has looked at it yet."""
        return self.latest.get((account.team, account.account_id))

    def word(self, account: AccountResult) -> Word:
        """How the account stands: its result, or that it is worked on, or that nobody has looked at it yet."""
        latest = self.of(account)
        if latest is None:
            return Phase.QUEUED
        if not latest.at_work or self._broken(account, latest):
            return account.result
        return Result.WAITING if latest.waits else Phase.WORKING

    @staticmethod
    def _broken(account: AccountResult, latest: Latest) -> bool:
        """Whether the run that is at work has found already what it cannot fix."""
        began = latest.heard - latest.took
        seen = (each for step, each in account.steps.items() if step in account.counted)
        return any(each.state in _BROKEN and each.at is not None and each.at >= began for each in seen)

    def counts(self) -> dict[Word, int]:
        """What needs attention first."""
        found = Counter(self.word(each) for each in self.summary.accounts)
        return {word: found[word] for word in ORDER if found[word]}
