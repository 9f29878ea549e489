"""The files of `init`: the region of event.yaml is every team's, and `validate` names the rows that are elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bootstrap.cli import init, validate
from bootstrap.event import inputs


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(init.command, ["my event"])
    assert "next: cd 'my event'\n" in said.stderr
    monkeypatch.chdir(tmp_path / "my event")
    return tmp_path / "my event"


def test_init_here_says_no_cd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "cd " not in CliRunner().invoke(init.command, []).stderr


def test_changing_the_region_of_the_event_moves_every_team_of_the_starter(at: Path) -> None:
    event = at / "event.yaml"
    text = event.read_text(encoding="utf-8").replace("region: ap-northeast-1", "region: eu-west-1")
    event.write_text(text, encoding="utf-8")
    found = inputs.read(event, at / "accounts.csv")
    assert {each.region for each in found.accounts} == {"eu-west-1"}


def test_validate_names_the_rows_of_other_regions_together(at: Path) -> None:
    roster = at / "accounts.csv"
    text = roster.read_text(encoding="utf-8")
    for account in ("111122223333,", "444455556666,"):
        text = text.replace(account, f"{account}us-west-2")
    roster.write_text(text, encoding="utf-8")
    said = CliRunner().invoke(validate.command, [])
    note = "2 rows of accounts.csv name us-west-2, not ap-northeast-1 as event.yaml does: atlas, draco"
    assert f"note: {note}\n" in said.stderr
    assert json.loads(CliRunner().invoke(validate.command, ["--output", "json"]).stdout)["notes"] == [note]
