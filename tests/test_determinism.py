"""The same event, scenario, seed and teams give the same event log, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
from bootstrap import made_up_teams
from bootstrap.inputs import read
from bootstrap.rehearsal import HUB_ACCOUNT
from tests.runs import choice, folder

SCENARIOS = sorted(each.stem for each in (Path(bootstrap.__file__).parent / "simulator" / "scenarios").glob("*.yaml"))
COMMAND = [sys.executable, "-c", "from bootstrap.cli import main; main()"]


def log(at: Path, scenario: str, seed: int, **env: str) -> bytes:
    """What `rehearse` of three teams, two of them made up, writes as JSON."""
    words = ["rehearse", "--scenario", scenario, "--seed", str(seed), "--teams", "3", "--output", "json"]
    done = subprocess.run(
        [*COMMAND, *words], cwd=folder(at), env={**os.environ, **env}, capture_output=True, check=False, timeout=300
    )
    assert done.stdout.count(b'"type":"summary"') == 1, done.stderr
    return done.stdout


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_two_rehearsals_write_the_same_bytes_whatever_the_process(scenario: str, tmp_path: Path) -> None:
    first = log(tmp_path / "one", scenario, 7, PYTHONHASHSEED="1", TZ="Asia/Tokyo")
    second = log(tmp_path / "another", scenario, 7, PYTHONHASHSEED="2", TZ="America/Lima")
    assert first.splitlines() == second.splitlines()
    assert first == second


def test_another_seed_is_another_rehearsal(tmp_path: Path) -> None:
    one, other = (log(tmp_path, "ordinary", seed).replace(b"ordinary-%d" % seed, b"") for seed in (1, 2))
    assert one != other


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
