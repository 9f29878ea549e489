"""What a first run says before it makes anything, and that it asks once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bootstrap.cli import confirming
from bootstrap.cli.commands import outset, provision
from bootstrap.cli.commands.choice import journal_of
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput, NothingToDo
from bootstrap.steps.wishes import Narrow
from tests import made_up_journal as made
from tests.made_up_journal import MadeUp

# 225 hours before the shipped event closes, 213 before its morning begins.
NOW = datetime.fromisoformat("2026-12-01T09:00+09:00").timestamp()


@dataclass
class Desk:
    """Someone who starts runs, and what was asked of them."""

    up: MadeUp
    answer: bool = True
    asked: list[str] = field(default_factory=list)

    def agree(self, question: str, about: Sequence[str], yes: bool) -> bool:
        self.asked.append("\n".join([*about, question]))
        return self.answer

    def starts(self, *teams: int, write: bool = True, now: float = NOW, notebook: str = "now", **more: Any) -> None:
        inputs = self.up.inputs
        wanted = inputs.event.notebook.model_copy(update={"ready": notebook})
        inputs = replace(inputs, event=inputs.event.model_copy(update={"notebook": wanted}))
        accounts = [each for number, each in enumerate(inputs.accounts, 1) if not teams or number in teams]
        outset.agreed(replace(self.up.choice, kind=RunKind.PROVISION, **more), inputs, accounts, now, write)

    def made(self, run: str, *teams: int, kind: RunKind = RunKind.PROVISION) -> None:
        """Record a run in these accounts."""
        at = NOW + int(run)
        with journal_of(self.up.choice) as journal:
            plan = self.up.plan(run, at, teams) if kind.prepares else self.up.sweep(run, at, teams)
            made.ran(journal, replace(plan, kind=kind))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = Desk(made.event(tmp_path, 12))
    monkeypatch.setattr(confirming, "agreed", found.agree)
    return found


def test_the_first_run_says_what_it_makes_and_what_that_costs(desk: Desk) -> None:
    desk.starts()
    (said,) = desk.asked
    # Tokyo: 12 notebooks at 0.05 x 1.4, until the close; 12 jobs of a quarter of an hour at 3.83 x 1.4.
    for told in (
        "in each of 12 accounts that are new to the event: 5 stacks, 1 notebook (ml.t3.medium), 1 training job of at "
        "most 15 minutes (ml.p3.2xlarge)",
        "about USD 0.84 an hour together, from now until 2026-12-10 18:00 +0900: USD 189",
        "with notebook.ready: morning in event.yaml USD 10.29",
        "training jobs: at most USD 16.09 together",
        "prices: low confidence, as of 2026-11-23: us-east-1 list prices from memory",
        "Make this in 12 accounts?",
    ):
        assert told in said
    assert not (desk.up.choice.folder / "journal.sqlite").exists()


def test_notebooks_that_wait_for_the_morning_are_reckoned_so(desk: Desk) -> None:
    desk.starts(notebook="morning")
    assert "stopped until 2026-12-10 06:00 +0900, on until 2026-12-10 18:00 +0900: USD 10.29" in desk.asked[0]
    closes = desk.up.inputs.event.schedule.closes.timestamp()
    desk.starts(notebook="morning", now=closes + 60)
    assert "USD 0.84 an hour together, from now until the sweep" in desk.asked[1]


def test_a_no_ends_it_before_anything_is_done(desk: Desk) -> None:
    desk.answer = False
    with pytest.raises(NothingToDo):
        desk.starts()


def test_it_is_asked_before_anything_calls_aws(desk: Desk) -> None:
    """There is no AWS to call here, and no credentials."""
    desk.answer = False
    with pytest.raises(NothingToDo):
        provision.provision(replace(desk.up.choice, kind=RunKind.PROVISION))
    assert len(desk.asked) == 1


def test_a_plan_says_it_and_asks_nothing(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.starts(write=False)
    assert desk.asked == []
    assert "about USD 0.84 an hour together" in capsys.readouterr().err


def test_a_journal_that_cannot_be_read_stops_a_run_that_writes_and_no_plan(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk.up.choice.folder / "journal.sqlite").mkdir(parents=True)
    desk.starts(write=False)
    assert (desk.asked, capsys.readouterr().err) == ([], "")
    with pytest.raises(BadInput, match="EB-395"):
        desk.starts()


def test_what_costs_nothing_is_not_asked_about(desk: Desk) -> None:
    desk.starts(narrow=Narrow(("stack:buckets",)))
    assert desk.asked == []
    desk.starts(narrow=Narrow((), "stack:notebooks"))
    assert "1 stack, 1 notebook (ml.t3.medium)" in desk.asked[0]
    assert "training job" not in desk.asked[0]


def test_it_is_asked_once_for_an_event_and_again_for_many_new_accounts(desk: Desk) -> None:
    desk.made("1", 1, 2)
    desk.starts(1, 2)
    desk.starts(1, 2, 3, 4)
    assert desk.asked == []
    desk.starts()
    assert "in each of 10 accounts that are new" in desk.asked[-1]
    desk.made("2", *range(3, 13))
    desk.starts()
    assert len(desk.asked) == 1


@pytest.mark.parametrize(
    ("kind", "again"),
    [(RunKind.SWEEP_APPLY, 1), (RunKind.STOP_APPLY, 0), (RunKind.PLAN, 0), (RunKind.QUOTA_REQUESTS, 0)],
)
def test_accounts_that_were_deleted_are_new_again(desk: Desk, kind: RunKind, again: int) -> None:
    desk.made("1")
    desk.made("2", kind=kind)
    desk.starts()
    assert len(desk.asked) == again


def test_a_request_for_quotas_makes_no_account_known(desk: Desk) -> None:
    desk.made("1", kind=RunKind.QUOTA_REQUESTS)
    desk.starts()
    assert len(desk.asked) == 1
