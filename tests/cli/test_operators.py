"""Operators on two laptops who share a journal on PostgreSQL: real processes against one simulated AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bootstrap.aws.operations import only_reads
from bootstrap.cli.commands.choice import read
from bootstrap.errors import WAITING
from bootstrap.journal.journal import Journal
from bootstrap.rehearsal import simulated as rehearsal
from tests import forked_simulator
from tests.postgresql import Server
from tests.runs import choice, folder
from tests.simulated import Simulated

pytestmark = pytest.mark.postgresql

ONE, TWO = "100200300401", "100200300402"
# A person at another laptop, whose process ids say nothing here; and a lapse that a test can wait for.
LAPTOP = """
import sys
from bootstrap.journal import leases, operators
leases.TTL, person = float(sys.argv.pop(1)), sys.argv.pop(1)
operators.here, operators.machine = lambda: f"{person} on laptop", lambda: f"laptop of {person}"
from bootstrap.cli import main
main()
"""
# Goes on for minutes, and writes in its first seconds.
LONG = ("provision", "team-1", "--step", "stack:buckets", "--step", "marker", "--step", "baseline")
SHORT = ("provision", "--step", "marker", "--step", "baseline")


@dataclass
class Venue:
    """The simulated accounts, the shared journal, and where everybody's files lie."""

    at: Path
    env: dict[str, str]
    simulated: Simulated
    url: str

    @contextmanager
    def begun(self, person: str, *words: str, ttl: float = 6.0) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-c", LAPTOP, str(ttl), person, *words, "--output", "json"]
        env = {**os.environ, **self.env, "EVENT_BOOTSTRAP_JOURNAL": self.url}
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=self.at, env=env, text=True, stdout=pipe, stderr=pipe)
        with process:
            try:
                yield process
            finally:
                process.kill()

    def done(self, person: str, *words: str) -> dict[str, Any]:
        """The summary of a command that ended by itself."""
        with self.begun(person, *words) as process:
            return ended(process)

    def told(self) -> set[tuple[str, str, str]]:
        """Of each action its team, its outcome and who did it."""
        with Journal(self.url) as journal:
            actions = journal.actions(read(choice(self.at)).event.name)
            # How the account stands says the run that has it.
            assert {each.code for each in journal.last_outcomes(actions[0].event)}.isdisjoint({"EB-520"})
        return {(each.team, each.outcome, each.actor.partition(" ")[0]) for each in actions}

    def writes(self, account_id: str) -> int:
        """Behind the tool's back: how many writes the account has got."""
        calls = self.simulated.calls(account_id).items()
        return sum(count for name, count in calls if not only_reads(*name.split(":")))


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    said, errors = process.communicate(timeout=90)
    assert said, errors
    assert "Traceback" not in errors
    summary: dict[str, Any] = json.loads(said.splitlines()[-1])
    assert summary["type"] == "summary", errors
    return summary


def of_team(summary: dict[str, Any], team: str) -> dict[str, Any]:
    return next(each for each in summary["accounts"] if each["team"] == team)


def blocked_by(summary: dict[str, Any], team: str) -> str:
    """What the first step says, if it is that somebody else works there."""
    first = next(iter(of_team(summary, team)["steps"].values()))
    return str(first["detail"]) if (first["code"], first["state"]) == ("EB-520", "elsewhere") else ""


def until(true: Callable[[], Any], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def venue(tmp_path: Path, postgresql: Server) -> Iterator[Venue]:
    at = folder(tmp_path, teams=2)
    inputs = read(choice(at))
    world = rehearsal.world(inputs.event, inputs.accounts, "ordinary", 1, None)
    url = postgresql.database()
    with rehearsal.simulated(world, clock="real", start=forked_simulator.start) as simulated:
        yield Venue(at, rehearsal.environment(simulated), Simulated(simulated.url, simulated.control), url)


def test_two_at_once_never_both_write_and_kill_9_of_one_lets_the_other_go_on(venue: Venue) -> None:
    with venue.begun("ana", *LONG) as ana, venue.begun("bo", *LONG) as bo:
        until(lambda: ana.poll() is not None or bo.poll() is not None)
        runs = [(bo, "bo"), (ana, "ana")]
        (winner, name), (loser, loser_name) = runs if bo.poll() is None else reversed(runs)
        told = ended(loser)
        assert f"{name} on laptop (provision, since " in blocked_by(told, "team-1")
        assert (told["result"], told["api_calls"], loser.returncode) == ("elsewhere", 0, WAITING)
        until(lambda: venue.writes(ONE))
        # The others of the same run go on.
        mixed = venue.done("cy", *SHORT)
        assert blocked_by(mixed, "team-1")
        assert {each["state"] for each in of_team(mixed, "team-2")["steps"].values()} <= {"ready", "changed"}
        assert winner.poll() is None
        assert venue.told() == {("team-1", "blocked", loser_name), ("team-1", "blocked", "cy")}
        winner.kill()
        winner.wait()
    died, before = time.monotonic(), venue.writes(ONE)
    while blocked_by(last := venue.done("cy", *SHORT, "team-1"), "team-1"):
        assert venue.writes(ONE) == before
        assert time.monotonic() - died < 60
    assert {each["state"] for each in of_team(last, "team-1")["steps"].values()} <= {"ready", "changed"}


def test_who_takes_over_is_recorded_and_the_other_run_ends_there_and_names_him(venue: Venue) -> None:
    with venue.begun("ana", *LONG) as ana:
        until(lambda: venue.writes(ONE))
        taken = venue.done("bo", *SHORT, "team-1", "--take-over")
        assert {each["state"] for each in of_team(taken, "team-1")["steps"].values()} <= {"ready", "changed"}
        lost = ended(ana)
        assert "taken over by bo on laptop (provision, since " in str(lost)
        assert "EB-521" in str(lost)
        assert (lost["result"], lost["exit_code"]) == ("elsewhere", WAITING)
    with Journal(venue.url) as journal:
        (action,) = journal.actions(read(choice(venue.at)).event.name)
    assert (action.actor, action.team, action.account_id) == ("bo on laptop", "team-1", ONE)
    assert action.detail.startswith("taken over from ana on laptop (provision, since ")


def test_a_database_that_goes_away_stops_nothing_and_the_next_command_brings_in_what_it_missed(
    venue: Venue, postgresql: Server
) -> None:
    with venue.begun("ana", *SHORT, "team-1", ttl=90.0) as ana:
        until(lambda: venue.writes(ONE))
        postgresql.stop()
        said, errors = ana.communicate(timeout=90)
    postgresql.start()
    assert ana.returncode == 0, errors
    assert json.loads(said.splitlines()[-1])["result"] == "ready"
    assert "EB-396" in errors
    assert "nothing is lost" in errors
    aside = list((venue.at / ".event-bootstrap").glob("*.unsaved.ndjson.*"))
    assert len(aside) == 1
    assert "hunter2" not in errors + aside[0].read_text(encoding="utf-8")
    with Journal(venue.url, venue.at / ".event-bootstrap") as journal:
        (run,) = journal.runs(read(choice(venue.at)).event.name)
        assert (run.outcome, run.actor) == ("ready", "ana on laptop")
        (ended,) = journal.accounts_of_runs(run.event)
        assert (ended.account_id, ended.outcome) == (ONE, "ready")
    assert not list((venue.at / ".event-bootstrap").glob("*.unsaved.ndjson*"))
