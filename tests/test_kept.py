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
COMMAND = [sys.executable, "-c", "from bootstrap.cli import main; main()"]


def _lines(said: str) -> Iterator[str]:
    """Each account's (step, state, code), in the order in which they were told: "team step state code"."""
    events = [event for event in map(json.loads, said.splitlines()) if event["type"] == "event"]
    teams = dict.fromkeys(event["team"] for event in events)
    for team in teams:
        own = sorted((event for event in events if event["team"] == team), key=lambda event: int(event["seq"]))
        yield from (f"{team} {event['step']} {event['state']} {event['code'] or '-'}" for event in own)


@pytest.mark.parametrize("scenario", sorted(each.stem for each in KEPT.glob("*.txt")))
def test_a_rehearsal_of_the_shipped_event_says_what_it_said(scenario: str, tmp_path: Path) -> None:
    for name in ("event.yaml", "accounts.csv"):
        (tmp_path / name).write_bytes((REPOSITORY / name).read_bytes())
    words = ["rehearse", "--scenario", scenario, "--output", "json"]
    done = subprocess.run([*COMMAND, *words], cwd=tmp_path, env=dict(os.environ), capture_output=True, check=False)
    assert list(_lines(done.stdout.decode())) == (KEPT / f"{scenario}.txt").read_text(encoding="utf-8").splitlines()
