"""The same event, scenario, seed and teams give the same event log, byte for byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import bootstrap
from bootstrap.cli.commands.choice import read
from bootstrap.rehearsal import made_up_teams
from bootstrap.rehearsal.simulated import HUB_ACCOUNT
from tests.runs import choice, folder, rehearsed

SCENARIOS = sorted(each.stem for each in (Path(bootstrap.__file__).parent / "simulator" / "scenarios").glob("*.yaml"))
COMMAND = [sys.executable, "-c", "from bootstrap.cli import main; main()"]


def logs(tmp: Path, *runs: tuple[str, int, dict[str, str]]) -> list[bytes]:
    """What `rehearse` of two teams, one of them made up, writes as JSON: of each run, all at the same time."""
    started = [_start(folder(tmp / str(number)), *run) for number, run in enumerate(runs)]
    said = [process.communicate(timeout=300) for process in started]
    for out, err in said:
        assert out.count(b'"type":"summary"') == 1, err
    return [out for out, _ in said]


def _start(at: Path, scenario: str, seed: int, env: dict[str, str]) -> subprocess.Popen[bytes]:
    words = ["rehearse", "--scenario", scenario, "--seed", str(seed), "--teams", "2", "--output", "json"]
    pipe = subprocess.PIPE
    return subprocess.Popen([*COMMAND, *words], cwd=at, env={**os.environ, **env}, stdout=pipe, stderr=pipe)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_two_rehearsals_write_the_same_bytes_whatever_the_process(scenario: str, tmp_path: Path) -> None:
    here = {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}
    there = {"PYTHONHASHSEED": "2", "TZ": "America/Lima"}
    # One of them also with another seed: that is another rehearsal.
    other = [(scenario, 8, here)] if scenario == "ordinary" else []
    first, second, *others = logs(tmp_path, (scenario, 7, here), (scenario, 7, there), *other)
    assert first.splitlines() == second.splitlines()
    assert first == second
    assert all(each.replace(b"ordinary-8", b"ordinary-7") != first for each in others)


def test_only_a_rehearsal_s_own_port_is_left_out_of_what_it_tells(tmp_path: Path) -> None:
    scenario = tmp_path / "silent.yaml"
    cut = [{"service": "sts", "operation": "*", "how": "cut"}]
    scenario.write_text(json.dumps({"extends": "ordinary", "faults": cut}), encoding="utf-8")
    with rehearsed(folder(tmp_path), str(scenario)) as running:
        port = str(urlsplit(running.simulated.url).port)
        _, told = running.provision()
        _, raw = running.provision(change=lambda place: replace(place, told=lambda event: event))
    other = replace(raw.events[0], detail="no answer from 127.0.0.1:1", cause="127.0.0.1:1")
    assert "://127.0.0.1/" in told.events[0].detail
    assert not any(port in f"{each.detail} {each.cause}" for each in told.events)
    assert f"://127.0.0.1:{port}/" in raw.events[0].detail
    assert running.simulated.portless(other) == other


def test_made_up_teams_follow_the_roster_and_take_nobody_s_name_or_account(tmp_path: Path) -> None:
    inputs = read(choice(folder(tmp_path, teams=2, keep_out=["900000000001"])))
    taken = (HUB_ACCOUNT, "900000000002")
    made = made_up_teams.of_size(5, inputs.event, inputs.accounts, taken)
    assert made[:2] == inputs.accounts
    assert [each.team for each in made[2:]] == ["team-3", "team-4", "team-5"]
    assert [each.account_id for each in made[2:]] == ["900000000003", "900000000004", "900000000005"]
    assert made[2].emails == ("worker1@team-3.example.com", "worker2@team-3.example.com")
    assert made[2].labs == tuple(lab.name for lab in inputs.event.labs)
    assert {each.region for each in made[2:]} == {inputs.event.region}


def test_fewer_teams_than_rows_are_the_first_rows(tmp_path: Path) -> None:
    inputs = read(choice(folder(tmp_path, teams=4)))
    assert made_up_teams.of_size(3, inputs.event, inputs.accounts) == inputs.accounts[:3]
