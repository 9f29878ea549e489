"""A made-up event in a folder, with a journal of made-up runs, for tests of `status`, its page and `serve`."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bootstrap.cli.commands import follow
from bootstrap.cli.commands.choice import Choice, journal_of, read
from bootstrap.engine.outcomes import CleanEvent, PlannedAccount, RunPlan, cleaned
from bootstrap.engine.results import Tally, fold
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome, StepEvent
from bootstrap.event.inputs import Inputs
from bootstrap.event.shipped import starter_file
from bootstrap.journal.journal import Journal
from bootstrap.sweep.plan import Sweep

ANA, BO = "ana on desk", "bo on laptop"
BEGAN = 1_795_413_600.0
# Seconds that a made-up step takes.
_LONG, _SHORT = 40.0, 2.0
_SETTLES_LATE = ("stack:", "materials", "smoke")


@dataclass(frozen=True, slots=True)
class MadeUp:
    """The event's inputs, and the options of `status` in its folder."""

    choice: Choice
    inputs: Inputs

    @classmethod
    def of(cls, folder: Path) -> MadeUp:
        """Return the event that is in a folder."""
        choice = Choice(RunKind.STATUS, folder / "event.yaml", folder / "accounts.csv")
        return cls(choice, read(choice))

    def open(self) -> Journal:
        return journal_of(self.choice)

    def plan(self, run: str = "run-1", began: float = BEGAN, numbers: Collection[int] = ()) -> RunPlan:
        """Return the plan of a preparation of all teams, or of those with these numbers, from 1."""
        return self._plan(replace(self.choice, kind=RunKind.PROVISION), run, began, numbers)

    def sweep(self, run: str, began: float, numbers: Collection[int] = ()) -> RunPlan:
        return self._plan(replace(self.choice, kind=RunKind.SWEEP_APPLY, sweep=Sweep()), run, began, numbers)

    def _plan(self, choice: Choice, run: str, began: float, numbers: Collection[int]) -> RunPlan:
        about = follow.outline(choice, self.inputs, self.inputs.accounts)
        accounts = tuple(each for number, each in enumerate(about.accounts, 1) if not numbers or number in numbers)
        return replace(about, run=run, began=began, accounts=accounts)


def event(folder: Path, teams: int) -> MadeUp:
    """Write event.yaml, and accounts.csv with team-1 to team-n. A team's account id ends in its number."""
    shutil.copy(starter_file("event.yaml"), folder / "event.yaml")
    rows = [f"team-{number},{100000000000 + number}" for number in range(1, teams + 1)]
    (folder / "accounts.csv").write_text("\n".join(["team,account_id", *rows, ""]), encoding="utf-8")
    return MadeUp.of(folder)


def ran(journal: Journal, run: RunPlan, until: float | None = None, actor: str = ANA) -> None:
    """Record the run in the journal, to its end; or up to the moment `until`, as a run that still goes on."""
    story = events(run, actor)
    happened = [each for each in story if until is None or each.at <= until]
    journal.begin(run, actor)
    tally = Tally(run.accounts)
    for each in happened:
        journal.record(each, tally.take(each))
    if until is None:
        journal.end(fold(run, story))
    assert journal.flush(60)


def events(run: RunPlan, actor: str = ANA) -> list[CleanEvent]:
    """Return a run's events in order of time.

    In a preparation, team-5 and every 17th team fail, every 11th waits for its quota, and the optional workforce is
    refused to all. In a sweep, every third team has something left, and every fifth account cannot be read."""
    story = _swept if run.kind.sweeps else _prepared
    return sorted((each for account in run.accounts for each in story(run, account, actor)), key=lambda each: each.at)


def _prepared(run: RunPlan, account: PlannedAccount, actor: str) -> Iterator[CleanEvent]:
    number = int(account.team.rpartition("-")[2])
    says = _Says(run, account, actor, run.began + number % 7)
    fails, waits = number == 5 or number % 17 == 0, number % 11 == 0
    for step in (each.id for each in account.steps):
        late = step.startswith(_SETTLES_LATE)
        if late and not (fails and says.broken):
            yield says(step, Outcome.WORKING, f"create {step}")
        says.at += (_LONG + number % 5) if late else _SHORT
        if says.broken:
            yield says(step, Outcome.SKIPPED, "needs stack:roles, which failed", after="stack:roles")
        elif fails and step == "stack:roles":
            says.broken = True
            yield says(step, Outcome.FAILED, "TrainingRole: role car-day-training already exists", "EB-269")
        elif waits and step == "quotas:training":
            yield says(step, Outcome.WAITING, "ml.g5.2xlarge: with AWS Support", "EB-232")
        elif waits and step == "smoke":
            yield says(step, Outcome.WAITING, "needs quotas:training, which is still waiting", after="quotas:training")
        elif step == "workforce":
            refusal = "ValidationException: Ground Truth is not available to new customers"
            yield says(step, Outcome.BLOCKED, refusal, "EB-311")
        else:
            yield says(step, Outcome.CHANGED if late else Outcome.READY, f"{step} is up to date")


def _swept(run: RunPlan, account: PlannedAccount, actor: str) -> Iterator[CleanEvent]:
    number = int(account.team.rpartition("-")[2])
    says = _Says(run, account, actor, run.began)
    for step in (each.id for each in account.steps):
        says.at += _SHORT
        if says.broken:
            yield says(step, Outcome.SKIPPED, "needs access, which failed", after="access")
        elif number % 5 == 0:
            says.broken = True
            yield says(step, Outcome.FAILED, "AccessDenied: not authorized to perform sts:AssumeRole", "EB-201")
        elif step == "sweep" and number % 3 == 0:
            yield says(step, Outcome.BLOCKED, "1 endpoint is left: AWS refuses to delete it", "EB-503")
        else:
            yield says(step, Outcome.READY, "nothing is left")


@dataclass(slots=True)
class _Says:
    run: RunPlan
    account: PlannedAccount
    actor: str
    at: float
    seq: int = 0
    broken: bool = False

    def __call__(
        self, step: str, state: Outcome, detail: str, code: str | None = None, after: str | None = None
    ) -> CleanEvent:
        self.seq += 1
        settled = state is not Outcome.WORKING
        said = StepEvent(
            self.run.run, self.seq, self.at, self.actor, self.account.team, self.account.account_id, step, state,
            detail, settled, code, after=after,
        )  # fmt: skip
        return cleaned(said)
