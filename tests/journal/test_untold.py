"""What a run says that has learned nothing of an account changes nothing that the journal knows of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import STOPPED_UNTIL, Outcome
from bootstrap.journal import operators
from bootstrap.journal.journal import Journal
from bootstrap.journal.leases import holder
from tests.journal.test_journal import happened, hash_of, plan, tell

Said = tuple[RunKind, str, Outcome]
ACCOUNT = f"{hash_of('team-1'):012}"
CHANGED: Said = (RunKind.PROVISION, "smoke", Outcome.CHANGED)
PACKING: Said = (RunKind.PROVISION, "materials", Outcome.WORKING)
CASE: Said = (RunKind.QUOTA_CASES, "quotas:training", Outcome.CHANGED)
STOPPED: Said = (RunKind.STOP_APPLY, "sweep", Outcome.CHANGED)
LEFT_BY_A_STOP: Said = (RunKind.STOP_APPLY, "access", Outcome.ELSEWHERE)
LEFT_BY_A_SWEEP: Said = (RunKind.SWEEP_APPLY, "access", Outcome.ELSEWHERE)
EMPTIED: Said = (RunKind.SWEEP_APPLY, "forget", Outcome.CHANGED)
ASLEEP: Said = (RunKind.PROVISION, "notebook", Outcome.READY)
UNSEEN = (PACKING, LEFT_BY_A_STOP, LEFT_BY_A_SWEEP)


@pytest.fixture
def journal(where: str, path: Path) -> Iterator[Journal]:
    with Journal(where, path.parent) as opened:
        yield opened


def told(journal: Journal, *said: Said) -> Journal:
    for number, each in enumerate(said):
        kind, step, state = each
        run = plan(f"run-{number}", "team-1", kind=kind)
        journal.begin(run, "ana")
        event = happened(run, "team-1", step, state, 1, settled=state is not Outcome.WORKING)
        facts = {STOPPED_UNTIL: 2e9} if each is ASLEEP else {}
        tell(journal, run, replace(event, facts=facts, unseen=each in UNSEEN))
    journal.flush()
    return journal


@pytest.mark.parametrize(
    ("said", "prepared"),
    [
        ([CHANGED], True),
        ([PACKING], False),
        ([CASE], False),
        ([CHANGED, EMPTIED], False),
        ([CHANGED, EMPTIED, PACKING, CASE], False),
        ([CHANGED, LEFT_BY_A_SWEEP], True),
    ],
)
def test_an_account_is_prepared_once_something_was_made_in_it(
    journal: Journal, said: list[Said], prepared: bool
) -> None:
    assert told(journal, *said).prepared("cars") == ({ACCOUNT} if prepared else set())


@pytest.mark.parametrize(
    ("said", "stopped"),
    [
        ([CHANGED, STOPPED], True),
        ([CHANGED, LEFT_BY_A_STOP], False),
        ([ASLEEP, LEFT_BY_A_SWEEP], True),
        ([ASLEEP, EMPTIED], False),
    ],
)
def test_a_notebook_is_stopped_only_by_a_run_that_worked_in_the_account(
    journal: Journal, said: list[Said], stopped: bool
) -> None:
    assert told(journal, *said).notebooks_stopped("cars") == ({ACCOUNT} if stopped else set())


def test_a_run_that_died_on_this_machine_is_not_said_to_be_at_work(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = journal.leases(holder("ana", "swap", "swap-1", "cars"), {ACCOUNT}, False, lambda *_: None)
    assert journal.at_work("cars").keys() == {ACCOUNT}
    monkeypatch.setattr(operators, "alive", lambda pid: False)
    assert journal.at_work("cars") == {}
    held.close()
