"""What each shipped scenario said, account by account, before the house was rebuilt; it says the same today."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests import forked_command

REPOSITORY = Path(__file__).parent.parent
KEPT = REPOSITORY / "tests" / "kept"
SCENARIOS = REPOSITORY / "bootstrap" / "simulator" / "scenarios"
COMMAND = [sys.executable, "-c", "from bootstrap.cli import main; main()"]
WORDS = ["rehearse", "--output", "json", "--scenario"]
ALL = sorted(each.stem for each in SCENARIOS.glob("*.yaml"))
REST = [each for each in ALL if each != "bad-day"]


def _lines(said: str) -> Iterator[str]:
    """Each account's (step, state, code), in the order in which they were told: "team step state code"."""
    events = [event for event in map(json.loads, said.splitlines()) if event["type"] == "event"]
    teams = dict.fromkeys(event["team"] for event in events)
    for team in teams:
        own = sorted((event for event in events if event["team"] == team), key=lambda event: int(event["seq"]))
        yield from (f"{team} {event['step']} {event['state']} {event['code'] or '-'}" for event in own)


def _folder(at: Path) -> Path:
    """A folder of its own with the shipped event."""
    at.mkdir()
    for name in ("event.yaml", "accounts.csv"):
        (at / name).write_bytes((REPOSITORY / name).read_bytes())
    return at


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """What a rehearsal of the shipped event writes as JSON, by scenario."""

    @cache
    def rehearsed(scenario: str) -> bytes:
        at = _folder(tmp_path_factory.mktemp("here") / "event")
        done = forked_command.run([*WORDS, scenario], at, {"TZ": "Asia/Tokyo"})
        assert done.stdout.count('"type":"summary"') == 1, done.stderr
        return done.stdout.encode()

    return rehearsed


@pytest.mark.parametrize("scenario", ALL)
def test_a_rehearsal_says_what_it_said(scenario: str, said: Callable[[str], bytes]) -> None:
    assert list(_lines(said(scenario).decode())) == (KEPT / f"{scenario}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("scenario", ["bad-day", *(pytest.param(each, marks=pytest.mark.more) for each in REST)])
def test_it_writes_the_same_bytes_whatever_the_process(
    scenario: str, said: Callable[[str], bytes], tmp_path: Path
) -> None:
    """A process from its start: the order of sets is another one in each."""
    environ = {**os.environ, "PYTHONHASHSEED": "2", "TZ": "America/Lima"}
    at = _folder(tmp_path / "there")
    there = subprocess.run([*COMMAND, *WORDS, scenario], cwd=at, env=environ, capture_output=True, check=False)
    assert there.stdout.splitlines() == said(scenario).splitlines()
    assert there.stdout == said(scenario)
