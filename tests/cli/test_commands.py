"""The command line as a person uses it: what it prints, where, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bootstrap.cli.commands.choice import read
from bootstrap.rehearsal import simulated as rehearsal
from tests import forked_command, forked_simulator, schemas
from tests.interruptible import begun
from tests.runs import choice, folder

COMMAND = [sys.executable, "-c", "from bootstrap.cli import main; main()"]


def run(*arguments: str, at: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return forked_command.run(arguments, at, env or {})


def lines(output: str) -> list[dict[str, Any]]:
    return schemas.read(output)


def summary_of(output: str) -> dict[str, Any]:
    return next(each for each in lines(output) if each["type"] == "summary")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """An event folder of two teams, and the environment that leads to a simulator on the real clock."""
    at = folder(tmp_path_factory.mktemp("standing"), teams=2)
    inputs = read(choice(at))
    world = rehearsal.world(inputs.event, inputs.accounts, "ordinary", 1, None)
    with rehearsal.simulated(world, clock="real", start=forked_simulator.start) as simulated:
        yield at, rehearsal.environment(simulated)


def test_rehearse_as_json_is_a_header_events_and_a_summary_on_stdout(tmp_path: Path) -> None:
    done = run("rehearse", "--output", "json", at=folder(tmp_path))
    assert done.returncode == 0, done.stderr
    header, *events, summary = lines(done.stdout)
    assert (header["type"], header["schema"], header["accounts"]) == ("header", 2, 1)
    assert {each["type"] for each in events} == {"event"}
    assert {"team", "account_id", "step", "state", "detail"} <= set(events[0])
    assert (summary["type"], summary["result"]) == ("summary", "ready")
    assert summary["api_calls"] > 50
    (account,) = summary["accounts"]
    assert (account["team"], account["account_id"], account["result"]) == ("team-1", "100200300401", "ready")
    assert account["steps"]["smoke"]["state"] == "changed"
    assert "report: .event-bootstrap/rehearsal/report.html" in done.stderr
    page = (tmp_path / ".event-bootstrap/rehearsal/report.html").read_text(encoding="utf-8")
    assert "team-1" in page
    assert "example.com" not in page + done.stdout


def test_plain_output_has_no_control_characters_and_ends_with_the_table(tmp_path: Path) -> None:
    done = run("rehearse", "--output", "plain", at=folder(tmp_path), env={"TERM": "xterm-256color"})
    assert "\x1b" not in done.stdout + done.stderr
    assert "report: " in done.stdout.splitlines()[-1]
    assert any(line.startswith("team-1") and "ready" in line for line in done.stdout.splitlines())


def test_nothing_runs_on_a_bad_roster(tmp_path: Path) -> None:
    at = folder(tmp_path)
    (at / "accounts.csv").write_text("team,account_id\nred,12345\nred,1.23457E+11\n", encoding="utf-8")
    for command in ("validate", "plan", "provision", "rehearse", "quotas", "status"):
        done = run(command, at=at)
        assert done.returncode == 2, command
        assert done.stderr.count("error[EB-") >= 3
        assert "Traceback" not in done.stderr
    assert not (at / ".event-bootstrap").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["provision", "--jobs", "many"],
        ["provision", "no-such-team"],
        ["provision", "--step", "no-such-step"],
        ["rehearse", "--scenario", "no-such-scenario"],
        ["explain", "EB-999"],
        ["status"],
        ["validate", "--event", "no-such-file.yaml"],
    ],
    ids=" ".join,
)
def test_what_was_typed_wrong_is_said_in_words_and_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    done = run(*arguments, at=folder(tmp_path))
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_plan_on_a_standing_simulator_writes_nothing_and_ends_well(standing: tuple[Path, dict[str, str]]) -> None:
    at, env = standing
    done = run("plan", "team-1", "--output", "json", at=at, env=env)
    assert done.returncode == 0, done.stderr
    summary = lines(done.stdout)[-1]
    assert [account["team"] for account in summary["accounts"]] == ["team-1"]
    assert summary["accounts"][0]["steps"]["stack:buckets"]["state"] == "planned"
    alone = run("--event", "event.yaml", "-o", "json", "plan", "team-1", "--from", "stack:notebooks",
                "--detailed-exitcode", at=at, env=env)  # fmt: skip
    assert alone.returncode == lines(alone.stdout)[-1]["exit_code"] == 3
    assert "steps: access, marker, baseline, stack:notebooks; no step depends on stack:notebooks\n" in alone.stderr


def test_quotas_are_shown_and_filed_only_on_request(standing: tuple[Path, dict[str, str]]) -> None:
    at, env = standing
    # To look is no failure, whatever is found; a script asks for 3.
    shown = run("quotas", "team-2", at=at, env=env)
    assert shown.returncode == 0, shown.stderr
    assert "not requested" in shown.stdout
    scripted = run("quotas", "team-2", "--detailed-exitcode", "-o", "json", at=at, env=env)
    assert scripted.returncode == lines(scripted.stdout)[-1]["exit_code"] == 3
    filed = run("quotas", "team-2", "--request", at=at, env=env)
    assert filed.returncode == 3, filed.stderr
    assert "PENDING" in filed.stdout
    again = run("quotas", "team-2", "--request", "--output", "json", at=at, env=env)
    assert lines(again.stdout)[-1]["accounts"][0]["steps"]["quotas:training"]["state"] == "waiting"


def test_ctrl_c_ends_within_two_seconds_and_the_journal_knows_where_each_account_stood(
    standing: tuple[Path, dict[str, str]],
) -> None:
    at, env = standing
    process = begun(at, env, "provision", "--output", "json")
    assert process.stdout is not None
    for line in process.stdout:
        if '"step":"baseline","state":"changed"' in line.replace(", ", ",").replace(": ", ":"):
            break
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    rest, errors = process.communicate(timeout=20)
    assert time.monotonic() - began < 3
    assert process.returncode == 130, errors
    summary = lines(rest)[-1]
    assert summary["type"] == "summary"
    assert {account["result"] for account in summary["accounts"]} == {"waiting"}
    status = run("status", "--output", "json", at=at, env=env)
    assert status.returncode == 3
    assert summary_of(status.stdout)["accounts"][0]["steps"]["smoke"]["state"] == "waiting"


def test_failed_chooses_the_teams_of_the_last_run_that_were_not_ready(tmp_path: Path) -> None:
    at = folder(tmp_path, teams=2)
    rehearsed = run("rehearse", at=at)
    assert rehearsed.returncode == 0
    journal = str(at / ".event-bootstrap/rehearsal/journal.sqlite")
    none = run("status", "--failed", "--journal", journal, at=at)
    assert none.returncode == 0
    assert "nothing to do" in none.stderr
    with (at / "accounts.csv").open("a", encoding="utf-8") as roster:
        roster.write("late,100200300999,\n")
    late = run("status", "--failed", "--journal", journal, "--output", "json", at=at)
    assert [account["team"] for account in summary_of(late.stdout)["accounts"]] == ["late"]
    known = run("status", "team-*", "--journal", journal, at=at)
    assert known.returncode == 0
    assert "team-2" in known.stdout


def test_a_plain_install_says_how_to_get_the_simulated_aws(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import importlib.util as util\n"
        "found = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'moto' else found(name, *rest)\n"
    )
    # A process from its start: what it cannot find is hidden from it there.
    paths = os.pathsep.join([str(hidden), *filter(None, [os.environ.get("PYTHONPATH")])])
    env, at = {**os.environ, "PYTHONPATH": paths}, folder(tmp_path / "event")
    done = subprocess.run([*COMMAND, "rehearse"], cwd=at, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "EB-404" in done.stderr
    assert "pip install -r requirements/rehearsal.txt" in done.stderr


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    at = folder(tmp_path)
    (at / ".event-bootstrap").write_text("in the way")
    done = run("rehearse", at=at)
    assert done.returncode == 2
    assert "EB-" in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_says_what_an_account_lacks_and_without_a_team_examines_all(
    standing: tuple[Path, dict[str, str]],
) -> None:
    at, env = standing
    done = run("doctor", "team-2", "--output", "json", at=at, env=env)
    (found,) = lines(done.stdout)
    assert (done.returncode, found["type"], found["team"], found["result"]) == (1, "diagnosis", "team-2", "trouble")
    assert "EB-531" in {each["code"] for each in found["findings"]}
    everybody = run("doctor", "--output", "json", at=at, env=env)
    *each, total = lines(everybody.stdout)
    assert (everybody.returncode, sorted(one["team"] for one in each)) == (1, ["team-1", "team-2"])
    assert (total["type"], total["teams"], total["well"], total["exit_code"]) == ("diagnoses", 2, 0, 1)
    by_code = {one["code"]: one for one in total["problems"]}
    assert by_code["EB-531"]["teams"] == ["team-1", "team-2"]
    assert any(len(one["teams"]) == 2 for one in by_code["EB-531"]["seen"])
