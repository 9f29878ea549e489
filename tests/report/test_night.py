"""What `status` says of accounts whose notebooks are stopped on purpose."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bootstrap.cli.commands.choice import chosen
from bootstrap.cli.commands.follow import StandingReader
from bootstrap.engine.outcomes import cleaned
from bootstrap.engine.results import fold
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import STOPPED_UNTIL, Outcome, StepEvent, Verdict
from bootstrap.event import prices
from bootstrap.event.mornings import Hours
from bootstrap.event.settings import Schedule
from bootstrap.journal.journal import Journal
from bootstrap.journal.standing import Standing
from bootstrap.report import night, status_table
from bootstrap.report.night import Night
from bootstrap.steps.notebook_hours import NotebookHoursStep
from tests import made_up_journal
from tests.made_up_journal import MadeUp

TWO_DAYS = Schedule(
    opens="2026-12-10T09:00+09:00",  # type: ignore[arg-type]
    closes="2026-12-11T18:00+09:00",  # type: ignore[arg-type]
    expires="2026-12-12T18:00+09:00",  # type: ignore[arg-type]
)

NOWS = ("08T12:00", "10T07:00", "10T12:00", "10T20:00", "11T07:00", "11T20:00")


def at(day_and_time: str) -> float:
    return datetime.fromisoformat(f"2026-12-{day_and_time}+09:00").timestamp()


def told(journal: Journal, made: MadeUp, run: str, when: str, facts: dict[str, float]) -> None:
    """Record a run that ended with the notebook's step in the account of team-1."""
    about = made.plan(run, at(when), [1])
    (account,) = about.accounts
    said = StepEvent(
        run, 1, at(when), "ana", account.team, account.account_id, "notebook", Outcome.CHANGED, "", True, facts=facts
    )
    journal.begin(about, "ana")
    journal.record(cleaned(said))
    journal.end(fold(about, [cleaned(said)]))
    assert journal.flush(60)


@pytest.fixture
def made(tmp_path: Path) -> MadeUp:
    return event(tmp_path, 3)


def event(folder: Path, teams: int) -> MadeUp:
    up = made_up_journal.event(folder, teams)
    return replace(up, inputs=replace(up.inputs, event=up.inputs.event.model_copy(update={"schedule": TWO_DAYS})))


def waiting(made: MadeUp) -> MadeUp:
    """The same event, with notebooks that wait for the morning."""
    wanted = made.inputs.event
    notebook = wanted.notebook.model_copy(update={"ready": "morning"})
    return replace(made, inputs=replace(made.inputs, event=wanted.model_copy(update={"notebook": notebook})))


def read(made: MadeUp) -> Standing:
    reader = StandingReader(made.choice, made.inputs, chosen(made.choice, made.inputs))
    standing: Standing = reader.read()
    reader.close()
    return standing


def look(made: MadeUp, now: str, standing: Standing | None = None) -> Night | None:
    standing = standing or read(made)
    regions = {each.account_id: each.region for each in made.inputs.accounts}
    return night.night(made.inputs.event, regions, standing, at(now), prices.read(made.inputs.event.folder))


def test_a_stopped_evening_says_what_still_costs_and_what_starts_it_in_the_morning(made: MadeUp) -> None:
    with made.open() as journal:
        made_up_journal.ran(journal, made.plan("run-1", at("09T10:00")))
        assert look(made, "10T18:00") is None
        evening = made.sweep("run-2", at("10T19:00"), [1, 2])
        made_up_journal.ran(journal, replace(evening, kind=RunKind.STOP_APPLY))
        found = look(made, "10T20:00")
        assert found is not None
        assert night.lines(found) == [
            "stopped for the night: 2 accounts (team-1, team-2); nothing billed by the hour was left there",
            "still billed: volumes of notebooks, 5 GB each, about USD 0.06 a day together; S3 and logs",
            "next: event-bootstrap provision    from 2026-12-11 06:00 +0900 on: starts the notebooks",
        ]
        found = look(made, "11T07:00")
        assert found is not None
        assert night.lines(found)[-1] == (
            "next: event-bootstrap provision    the morning has begun: starts the notebooks of 2 teams (team-1, team-2)"
        )
        made_up_journal.ran(journal, made.plan("run-3", at("11T07:00")))
        assert look(made, "11T08:00") is None
        # The last evening: no morning comes.
        made_up_journal.ran(journal, replace(made.sweep("run-4", at("11T19:00"), [1]), kind=RunKind.STOP_APPLY))
        found = look(made, "11T20:00")
        assert found is not None
        assert len(night.lines(found)) == 2


def test_status_names_one_thing_to_do_after_an_evening(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = event(tmp_path, 2)
    with made.open() as journal:
        made_up_journal.ran(journal, made.plan("run-1", at("09T10:00")))
        made_up_journal.ran(journal, replace(made.sweep("run-2", at("10T19:00")), kind=RunKind.STOP_APPLY))
    standing = read(made)
    for now, command in (("10T20:00", "provision"), ("11T07:00", "provision"), ("11T20:00", "sweep")):
        status_table.show("plain", standing, at(now), asleep=look(made, now))
        (said,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("next: ")]
        assert said.startswith(f"next: event-bootstrap {command} ")


def test_a_notebook_that_waits_for_the_morning_is_told_until_it_is_started(made: MadeUp) -> None:
    made = waiting(made)
    with made.open() as journal:
        made_up_journal.ran(journal, made.plan("run-1", at("08T10:00")))
        told(journal, made, "run-2", "08T11:00", {STOPPED_UNTIL: at("10T06:00")})
        found = look(made, "08T12:00")
        assert found is not None
        assert night.lines(found)[0] == "the notebook of 1 team is stopped until 2026-12-10 06:00 +0900 (team-1)"
        assert night.document(found) == {
            "type": "night", "stopped": [], "waiting": ["team-1"], "due": [], "until": "2026-12-10T06:00:00+09:00",
            "usd_per_day": 0.032,
        }  # fmt: skip
        found = look(made, "10T07:00")
        assert found is not None
        assert found.due == ("team-1",)
        told(journal, made, "run-3", "10T07:05", {})
        assert look(made, "10T07:10") is None


@pytest.mark.parametrize("stopped", [RunKind.PROVISION, RunKind.STOP_APPLY])
def test_status_says_that_provision_starts_a_stopped_notebook_exactly_if_it_does(
    made: MadeUp, stopped: RunKind
) -> None:
    """Also if `notebook.ready: morning` was changed back to `now` since the notebook was stopped."""
    with made.open() as journal:
        made_up_journal.ran(journal, made.plan("run-1", at("08T10:00")))
        if stopped is RunKind.PROVISION:
            told(journal, made, "run-2", "08T11:00", {STOPPED_UNTIL: at("10T06:00")})
        else:
            made_up_journal.ran(journal, replace(made.sweep("run-2", at("08T11:00"), [1]), kind=stopped))
        standing = read(made)
    shown = {"NotebookInstanceStatus": "Stopped", "LastModifiedTime": datetime.fromtimestamp(at("08T11:01"), UTC)}
    client = SimpleNamespace(describe_notebook_instance=lambda **_: shown)
    for each, now in itertools.product((made, waiting(made)), NOWS):
        account: Any = SimpleNamespace(now=partial(at, now), client=lambda _: client)
        starts = NotebookHoursStep("n", Hours.of(each.inputs.event)).check(account).verdict is Verdict.TODO
        found = look(each, now, standing)
        assert found is not None
        assert found.due == (("team-1",) if starts else ()), now
        said = " / ".join(night.lines(found))
        assert ("starts the notebook of 1 team" in said) is starts
        assert not (starts and "stopped until" in said)


def test_a_notebook_that_does_not_wait_for_the_morning_any_more_is_started_now(made: MadeUp) -> None:
    with made.open() as journal:
        made_up_journal.ran(journal, made.plan("run-1", at("08T10:00")))
        told(journal, made, "run-2", "08T11:00", {STOPPED_UNTIL: at("10T06:00")})
        found = look(made, "08T12:00")
    assert found is not None
    assert night.lines(found) == [
        "still billed: volumes of notebooks, 5 GB each, about USD 0.03 a day together; S3 and logs",
        "next: event-bootstrap provision    starts the notebook of 1 team now (team-1), as event.yaml has no "
        "notebook.ready: morning",
    ]
