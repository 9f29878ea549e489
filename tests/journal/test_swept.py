"""What the journal knows of accounts that were swept: until when they count as clean, and what ends being ready."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.engine import results
from bootstrap.engine.outcomes import PlannedStep, cleaned
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.journal.journal import Journal
from tests.journal.test_journal import WELL, failed, happened, hash_of, plan, ran, tell


@pytest.fixture
def journal(where: str, path: Path) -> Iterator[Journal]:
    with Journal(where, path.parent) as opened:
        yield opened


NOON = "2026-12-11T12:00:00+00:00"
READY, BLOCKED, SKIPPED = Outcome.READY, Outcome.BLOCKED, Outcome.SKIPPED
Told = tuple[RunKind, dict[str, Outcome]]
CLEAN: Told = (RunKind.SWEEP_APPLY, {"access": READY, "sweep": READY, "elsewhere": READY})
LEFT: Told = (RunKind.SWEEP_APPLY, {"access": READY, "sweep": BLOCKED, "elsewhere": READY})
LEFT_ELSEWHERE: Told = (RunKind.SWEEP_APPLY, {"access": READY, "sweep": READY, "elsewhere": BLOCKED})
NO_ACCESS: Told = (RunKind.SWEEP_APPLY, {"access": BLOCKED, "sweep": SKIPPED, "elsewhere": SKIPPED})
PREPARED: Told = (RunKind.PROVISION, {"access": READY, "smoke": Outcome.CHANGED})
LOOKED: Told = (RunKind.PROVISION, {"access": READY, "smoke": READY})
ASKED: Told = (RunKind.QUOTA_REQUESTS, {"quotas:training": Outcome.CHANGED})
CASES: Told = (RunKind.QUOTA_CASES, {"quotas:training": Outcome.CHANGED})
STOPPED: Told = (RunKind.STOP_APPLY, {"access": READY, "sweep": Outcome.CHANGED})


@pytest.mark.parametrize(
    ("told", "clean"),
    [
        ([], False),
        ([CLEAN], True),
        ([PREPARED, CLEAN], True),
        ([CLEAN, LOOKED], True),
        ([CLEAN, ASKED, CASES], True),
        ([CLEAN, NO_ACCESS], True),
        ([CLEAN, PREPARED], False),
        ([CLEAN, PREPARED, CLEAN], True),
        ([CLEAN, PREPARED, STOPPED], False),
        ([CLEAN, LEFT], False),
        ([LEFT, CLEAN], True),
        ([LEFT_ELSEWHERE], False),
        ([CLEAN, LEFT_ELSEWHERE], False),
        ([LEFT_ELSEWHERE, CLEAN], True),
        ([STOPPED], False),
    ],
)
def test_an_account_is_known_as_clean_until_something_is_left_or_made_in_it(
    journal: Journal, told: list[Told], clean: bool
) -> None:
    for number, (kind, states) in enumerate(told):
        steps = tuple(PlannedStep(each) for each in states)
        run = replace(plan(f"run-{number}", "team-1", kind=kind))
        run = replace(run, accounts=tuple(replace(each, steps=steps, labs=()) for each in run.accounts))
        said = [
            happened(run, "team-1", step, state, seq) if step != "sweep" or state is not READY
            else cleaned(replace(happened(run, "team-1", step, state, seq), facts={"proved": NOON}))
            for seq, (step, state) in enumerate(states.items(), 1)
        ]  # fmt: skip
        journal.begin(run, "ana")
        tell(journal, run, *said)
        journal.end(results.fold(run, said))
    assert journal.flush(60)
    assert journal.proved_clean("cars") == ({f"{hash_of('team-1'):012}": NOON} if clean else {})


@pytest.mark.parametrize("kind", [RunKind.SWEEP_APPLY, RunKind.STOP_APPLY])
def test_a_sweep_ends_what_was_ready_before_it(journal: Journal, kind: RunKind) -> None:
    ran(journal, plan(), WELL)
    assert journal.flush(60)
    assert failed(journal, "cars") == ()
    swept = replace(plan("run-2", "team-2", kind=kind))
    ran(journal, swept, WELL)
    ran(journal, plan("run-3", "team-1", kind=RunKind.SWEEP_PLAN), WELL)
    assert journal.flush(60)
    assert failed(journal, "cars") == ("team-2",)
    ran(journal, plan("run-4", "team-2"), WELL)
    assert journal.flush(60)
    assert failed(journal, "cars") == ()
