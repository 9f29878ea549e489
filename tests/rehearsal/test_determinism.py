"""What a rehearsal depends on: its seed, its teams, and nothing of this machine."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from bootstrap.cli.commands.choice import read
from bootstrap.errors.message import Message, msg
from bootstrap.rehearsal import made_up_teams
from bootstrap.rehearsal.simulated import HUB_ACCOUNT
from tests import forked_command
from tests.runs import choice, folder, rehearsed


def log(at: Path, seed: int) -> str:
    """What `rehearse` of two teams, one of them made up, writes as JSON."""
    words = ["rehearse", "--scenario", "ordinary", "--seed", str(seed), "--teams", "2", "--output", "json"]
    done = forked_command.run(words, folder(at), {})
    assert done.stdout.count('"type":"summary"') == 1, done.stderr
    return done.stdout


def test_another_seed_is_another_rehearsal_also_of_made_up_teams(tmp_path: Path) -> None:
    """That the same seed is the same one, and in which words, is in `tests/rehearsal/`."""
    first, second = log(tmp_path / "7", 7), log(tmp_path / "8", 8)
    assert "team-2" in first
    assert first != second.replace("ordinary-8", "ordinary-7")


def test_only_a_rehearsal_s_own_port_is_left_out_of_what_it_tells(tmp_path: Path) -> None:
    scenario = tmp_path / "silent.yaml"
    cut = [{"service": "sts", "operation": "*", "how": "cut"}]
    scenario.write_text(json.dumps({"extends": "ordinary", "faults": cut}), encoding="utf-8")
    with rehearsed(folder(tmp_path), str(scenario)) as running:
        port = str(urlsplit(running.simulated.url).port)
        _, told = running.provision()
        _, raw = running.provision(change=lambda place: replace(place, told=lambda event: event))
    other = replace(raw.events[0], detail="no answer from 127.0.0.1:1", cause="127.0.0.1:1")
    assert "://127.0.0.1)" in told.events[0].detail
    assert not any(port in f"{each.detail} {each.cause}" for each in told.events)
    assert f"://127.0.0.1:{port})" in raw.events[0].detail
    assert running.simulated.portless(other) == other
    # What it tells can still be told in another language.
    answer = f"127.0.0.1:{port}"
    said = running.simulated.portless(replace(other, detail=msg("no answer from {host}", host=answer))).detail
    assert isinstance(said, Message)
    assert (said.id, said.args["host"]) == ("no answer from {host}", "127.0.0.1")


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
