"""Which accounts a command is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.cli.commands.choice import Choice, chosen, journal_of, read
from bootstrap.engine import outcomes, results
from bootstrap.engine.outcomes import PlannedAccount, RunPlan
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome, StepEvent
from bootstrap.errors import NothingToDo
from bootstrap.event.inputs import Inputs
from bootstrap.steps import plan
from tests.runs import choice, folder


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Choice, Inputs]:
    asked = choice(folder(tmp_path, teams=5))
    return asked, read(asked)


def ran(asked: Choice, inputs: Inputs, *accounts: PlannedAccount, run: str = "run-1") -> None:
    """A run in which all steps of these accounts are ready."""
    about = RunPlan(run, RunKind.PROVISION, inputs.event.name, 100.0, accounts, whole=False)
    ready = [
        outcomes.cleaned(
            StepEvent(run, seq, 100.0 + seq, "me", each.team, each.account_id, step.id, Outcome.READY, "there", True)
        )
        for each in accounts
        for seq, step in enumerate(each.steps, 1)
    ]
    with journal_of(asked) as journal:
        journal.begin(about, "me")
        for event in ready:
            journal.record(event)
        journal.end(results.fold(about, ready))


def planned(inputs: Inputs, number: int) -> PlannedAccount:
    account = inputs.accounts[number]
    return plan.planned(inputs.event, account, plan.outline(inputs.event, account))


@pytest.mark.parametrize(("every", "expected"), [(1, [1, 2, 3, 4, 5]), (2, [1, 3, 5]), (9, [1])])
def test_a_sample_is_the_first_and_each_nth_after_it(
    desk: tuple[Choice, Inputs], every: int, expected: list[int]
) -> None:
    found = chosen(replace(desk[0], every=every), desk[1])
    assert [each.team for each in found] == [f"team-{number}" for number in expected]


def test_failed_chooses_whom_no_run_has_been_to_with_every_step_that_counts(desk: tuple[Choice, Inputs]) -> None:
    asked, inputs = desk
    narrow = replace(planned(inputs, 1), steps=planned(inputs, 1).steps[:3])
    ran(asked, inputs, planned(inputs, 0), narrow)
    failed = replace(asked, failed=True)
    assert [each.team for each in chosen(failed, inputs)] == ["team-2", "team-3", "team-4", "team-5"]
    rest = replace(planned(inputs, 1), steps=planned(inputs, 1).steps[3:])
    ran(asked, inputs, rest, *(planned(inputs, number) for number in (2, 3, 4)), run="run-2")
    with pytest.raises(NothingToDo):
        chosen(failed, inputs)


def test_a_team_that_moved_is_chosen_until_a_run_was_in_its_new_account(desk: tuple[Choice, Inputs]) -> None:
    asked, inputs = desk
    ran(asked, inputs, *(planned(inputs, number) for number in range(5)))
    moved = replace(inputs.accounts[2], account_id="100200300999")
    now = replace(inputs, accounts=(*inputs.accounts[:2], moved, *inputs.accounts[3:]))
    assert [each.account_id for each in chosen(replace(asked, failed=True), now)] == ["100200300999"]


def test_naming_accounts_out_of_use_by_a_pattern_is_nothing_to_do(desk: tuple[Choice, Inputs]) -> None:
    asked, inputs = desk
    out = replace(inputs, accounts=tuple(replace(each, out_of_use=True) for each in inputs.accounts))
    with pytest.raises(NothingToDo, match="out of use"):
        chosen(replace(asked, teams=("team-*",)), out)
