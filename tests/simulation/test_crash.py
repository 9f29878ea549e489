"""A crash before or after any single call, and the same command again: the same end, nothing made twice.

What AWS holds differs only after a write, so a crash at a read is the same as one after the write before it. By
default there is one account for each write of a run, dead right after it, and one dead right before the first; of
the uploads, which are all alike, every tenth.
EVERY_CALL=1 (make soak) takes each call of a run instead, once before it is sent and once after it was answered.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bootstrap.aws.guard import Moment
from bootstrap.aws.operations import only_reads
from bootstrap.engine.states import Outcome
from tests.deaths import Death, Deaths
from tests.runs import Rehearsed, folder, made, rehearsed

EVERY_CALL = bool(os.environ.get("EVERY_CALL"))
_ROOM = 420 if EVERY_CALL else 110
_ALIKE = 10


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    with rehearsed(folder(tmp_path_factory.mktemp("crash"), teams=_ROOM)) as running:
        yield running


def test_a_crash_at_any_call_and_the_same_command_again_end_as_if_nothing_had_happened(world: Rehearsed) -> None:
    points = _points(world.alone(0))
    accounts = world.inputs.accounts[1 : len(points) + 1]
    assert len(accounts) == len(points), "the roster of this test has too little room"
    at = {
        each.account_id: Death(moment, number, writes=not EVERY_CALL)
        for each, (moment, number) in zip(accounts, points, strict=True)
    }
    deaths = Deaths(at)
    names = [each.team for each in accounts]
    world.provision(*names, tap=deaths)
    # Accounts differ in how often they wait, and so in reads: some end before a late point is reached.
    assert len(deaths.dead) == len(points) or (EVERY_CALL and len(deaths.dead) > 0.9 * len(points))
    again, _ = world.provision(*names)
    ends = {each.team: {step: seen.state for step, seen in each.steps.items()} for each in again.summary.accounts}
    expected = made(world.state(0))
    for number, point in enumerate(points, 1):
        team = world.inputs.accounts[number].team
        assert set(ends[team].values()) <= {Outcome.READY, Outcome.CHANGED}, (point, ends[team])
        assert made(world.state(number)) == _for_account(expected, world, number), point


def _points(reference: Rehearsed) -> list[tuple[Moment, int]]:
    """When accounts die: by the number of the write, or of the call."""
    writes: list[str] = []

    def tap(moment: Moment, account_id: str, service: str, operation: str) -> None:
        if moment == "before" and not only_reads(service, operation):
            writes.append(operation)

    ran, _ = reference.provision(tap=tap)
    if EVERY_CALL:
        sent = sum(ran.sessions[0].calls.values())
        return [(moment, number) for number in range(1, sent + 1) for moment in ("before", "after")]
    uploads = 0
    points: list[tuple[Moment, int]] = [("before", 1)]
    for number, operation in enumerate(writes, 1):
        uploads += operation == "PutObject"
        if operation != "PutObject" or uploads % _ALIKE == 1:
            points.append(("after", number))
    return points


def _for_account(expected: dict[str, Any], world: Rehearsed, number: int) -> dict[str, Any]:
    """The reference account's things under this account's id and people."""
    zero, this = world.inputs.accounts[0], world.inputs.accounts[number]
    keys = {name.replace(zero.account_id, this.account_id): held for name, held in expected["keys"].items()}
    users = [(mail, *rest) for mail, (_, *rest) in zip(sorted(this.emails), expected["users"], strict=True)]
    return {**expected, "keys": keys, "users": users}


_VICTIM = """
import os, signal, sys
from pathlib import Path
from bootstrap.cli.commands.choice import chosen, read
from bootstrap.cli.commands.rehearse import virtual_place
from bootstrap.cli.commands.run import visit_accounts
from bootstrap.journal.journal import Journal
from bootstrap.rehearsal.simulated import Simulated
from dataclasses import replace
from tests.runs import Recorder, choice

at, url, control, start, die_at = Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4]), int(sys.argv[5])
asked = choice(at)
inputs = read(asked)
sent = 0

def tap(moment, account, service, operation):
    global sent
    sent += moment == "after"
    if sent == die_at:
        os.kill(os.getpid(), signal.SIGKILL)

place = virtual_place(inputs.event, Simulated(url, control, None), start, f"run-{die_at}", "test")
place = replace(place, access=replace(place.access, tap=tap))
journal = Journal(at / "journal.sqlite")
ran = visit_accounts(asked, inputs, chosen(asked, inputs), place, Recorder(), journal)
journal.close()
print(place.clock.now(), ran.summary.exit_code)
"""


@pytest.mark.parametrize("die_at", [60, *(pytest.param(each, marks=pytest.mark.more) for each in (3, 110))])
def test_a_process_that_is_killed_with_9_and_started_again_ends_ready(tmp_path: Path, die_at: int) -> None:
    at = folder(tmp_path)
    with rehearsed(at) as running:
        command = [sys.executable, "-c", _VICTIM, str(at), running.simulated.url, running.simulated.control]
        killed = subprocess.run([*command, str(running.time[0]), str(die_at)], check=False, timeout=100)
        assert killed.returncode == -signal.SIGKILL
        now = running.simulated.state(running.inputs.accounts[0].account_id)["now"]
        again = subprocess.run([*command, str(now), "-1"], capture_output=True, text=True, check=False, timeout=100)
        assert again.stdout.split()[-1:] == ["0"], again.stderr
        end = made(running.state())
    assert len(end["jobs"]) == len(end["notebooks"]) == end["workforces"] == end["workteams"] == 1
    assert len(end["quotas"]) == len(set(end["quotas"]))
    assert len(end["stacks"]) == len({name for name, _ in end["stacks"]}) == 5
    assert [mail for mail, *_ in end["users"]] == sorted(running.inputs.accounts[0].emails)
