"""What each shipped scenario said, account by account, before the house was rebuilt; it says the same today."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
KEPT = REPOSITORY / "tests" / "kept"
SCENARIOS = REPOSITORY / "bootstrap" / "simulator" / "scenarios"
COMMAND = [sys.executable, "-c", "from bootstrap.cli import main; main()"]


def _lines(said: str) -> Iterator[str]:
    """Each account's (step, state, code), in the order in which they were told: "team step state code"."""
    events = [event for event in map(json.loads, said.splitlines()) if event["type"] == "event"]
    teams = dict.fromkeys(event["team"] for event in events)
    for team in teams:
        own = sorted((event for event in events if event["team"] == team), key=lambda event: int(event["seq"]))
        yield from (f"{team} {event['step']} {event['state']} {event['code'] or '-'}" for event in own)


def _rehearsed(at: Path, scenario: str, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    """A rehearsal of the shipped event, in a folder of its own."""
    at.mkdir()
    for name in ("event.yaml", "accounts.csv"):
        (at / name).write_bytes((REPOSITORY / name).read_bytes())
    words, pipe = ["rehearse", "--scenario", scenario, "--output", "json"], subprocess.PIPE
    return subprocess.Popen([*COMMAND, *words], cwd=at, env={**os.environ, **environ}, stdout=pipe, stderr=pipe)


@pytest.mark.parametrize("scenario", sorted(each.stem for each in SCENARIOS.glob("*.yaml")))
def test_a_rehearsal_says_what_it_said_and_writes_the_same_bytes_whatever_the_process(
    scenario: str, tmp_path: Path
) -> None:
    here = _rehearsed(tmp_path / "here", scenario, {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"})
    there = _rehearsed(tmp_path / "there", scenario, {"PYTHONHASHSEED": "2", "TZ": "America/Lima"})
    first, errors = here.communicate(timeout=300)
    second, _ = there.communicate(timeout=300)
    assert first.count(b'"type":"summary"') == 1, errors
    assert list(_lines(first.decode())) == (KEPT / f"{scenario}.txt").read_text(encoding="utf-8").splitlines()
    assert first.splitlines() == second.splitlines()
    assert first == second
