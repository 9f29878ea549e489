"""`event-bootstrap journal`: who did what, when, in which account, and how it ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from bootstrap.cli.commands import journal as history
from bootstrap.cli.commands.choice import Choice
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.errors import BadInput
from bootstrap.journal.journal import Journal
from bootstrap.journal.leases import holder
from bootstrap.journal.tables import metadata
from tests import schemas
from tests.journal.test_journal import ILL, happened, plan, ran
from tests.report.secrets import PLANTED, SECRETS
from tests.runs import folder


@pytest.fixture
def choice(where: str, tmp_path: Path) -> Choice:
    """With a finished run, one that died, and three actions of the event `cars`."""
    at = folder(tmp_path)
    event = yaml.safe_load((at / "event.yaml").read_text(encoding="utf-8"))
    (at / "event.yaml").write_text(yaml.safe_dump(event | {"name": "cars"}), encoding="utf-8")
    with Journal(where) as journal:
        ran(journal, plan(), ILL)
        journal.begin(plan("run-2", "team-2", kind=RunKind.SWEEP_APPLY), "bo on desk")
        journal.record(happened(plan("run-2", "team-2"), "team-2", "access", Outcome.READY, 1))
        journal.act("handouts", "cars", "cards of 3 teams", actor="ana on laptop", at=50.0)
        journal.act("console", "cars", "a link for support", team="team-2", account_id="9" * 12, at=500.0)
        journal.act("console", "another event", "a link", at=600.0)
    return Choice(RunKind.JOURNAL, at / "event.yaml", at / "accounts.csv", "json", journal=where)


def shown(choice: Choice, capsys: pytest.CaptureFixture[str], *teams: str, last: int | None = None) -> list[Any]:
    history.show(Choice(**{name: getattr(choice, name) for name in choice.__slots__} | {"teams": teams}), last)
    return schemas.read(capsys.readouterr().out)


def test_runs_and_actions_come_together_the_newest_last(choice: Choice, capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(choice, capsys)
    told = [(each["command"], each["team"], each["outcome"]) for each in found]
    assert told[0] == ("handouts", "", "done")
    assert told[-1] == ("console", "team-2", "done")
    assert {("provision", "team-1", "ready"), ("provision", "team-2", "failed")} < set(told)
    assert ("sweep --apply", "team-2", "unfinished") in told
    assert len(told) == 6
    assert [each["detail"] for each in found if each["outcome"] == "failed"] == ["smoke failed"]
    assert [each["at"] for each in found] == sorted(each["at"] for each in found)
    assert shown(choice, capsys, last=2) == found[-2:]


def test_a_team_s_own_by_name_pattern_or_account(choice: Choice, capsys: pytest.CaptureFixture[str]) -> None:
    assert {each["team"] for each in shown(choice, capsys, "TEAM-1*")} == {"team-1", "team-10"}
    assert [each["command"] for each in shown(choice, capsys, "9" * 12)] == ["console"]
    with pytest.raises(BadInput) as caught:
        shown(choice, capsys, "team-1", "nobody")
    assert [each.code for each in caught.value.problems] == ["EB-525"]


def test_who_is_at_work_now_is_said_after_it(choice: Choice, where: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Journal(where) as journal:
        me = holder("ana on laptop", "repair", "run-3", "cars")
        held = journal.leases(me, {"9" * 12}, False, lambda *_: None)
        working = shown(choice, capsys, "team-2")[-1]
        held.close()
    assert (working["type"], working["actor"], working["account_id"]) == ("at work", "ana on laptop", "9" * 12)
    assert shown(choice, capsys, "team-2")[-1]["type"] == "entry"


def test_what_a_person_reads_has_a_line_each(choice: Choice, capsys: pytest.CaptureFixture[str]) -> None:
    history.show(Choice(**{name: getattr(choice, name) for name in choice.__slots__} | {"output": "plain"}), None)
    header, *lines = capsys.readouterr().out.splitlines()
    assert header.split() == ["when", "who", "command", "team", "account", "outcome"]
    assert len(lines) == 6
    assert "a link for support" in lines[-1]


def test_no_secret_is_shown_or_stored_of_an_action_or_a_lease(
    choice: Choice, where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = PLANTED["detail"]
    with Journal(where) as journal:
        journal.act(said, "cars", said, team=said, account_id=said, outcome=said, actor=said)
        held = journal.leases(holder(said, said, said, "cars"), {"9" * 12}, False, lambda *_: None)
        assert held.held("9" * 12)
        assert journal.flush(60)
        stored = [tuple(row) for table in metadata.tables.values() for row in journal._rows(sa.select(table))]
        history.show(choice, None)
        held.close()
    everything = repr(stored) + capsys.readouterr().out
    assert "<access key>" in everything
    assert [each for each in SECRETS if each in everything] == []
