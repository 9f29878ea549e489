"""A rehearsal writes the same JSON, byte for byte, in every process and time zone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import forked_command
from tests.runs import starter

COMMAND = [sys.executable, "-c", "from bootstrap.cli import main; main()"]
WORDS = ["rehearse", "--output", "json", "--scenario"]


def _folder(at: Path) -> Path:
    """A folder of its own with the shipped event."""
    at.mkdir()
    return starter(at)


@pytest.mark.parametrize(("scenario", "teams"), [("bad-day", 6), pytest.param("throttled", 3, marks=pytest.mark.more)])
def test_it_writes_the_same_bytes_whatever_the_process(scenario: str, teams: int, tmp_path: Path) -> None:
    """A process from its start: the order of sets is another one in each."""
    words = [*WORDS, scenario, "--teams", str(teams)]
    here = forked_command.run(words, _folder(tmp_path / "here"), {"TZ": "Asia/Tokyo"})
    assert here.stdout.count('"type":"summary"') == 1, here.stderr
    environ = {**os.environ, "PYTHONHASHSEED": "2", "TZ": "America/Lima"}
    at = _folder(tmp_path / "there")
    there = subprocess.run([*COMMAND, *words], cwd=at, env=environ, capture_output=True, check=False)
    assert there.stdout.splitlines() == here.stdout.encode().splitlines()
    assert there.stdout == here.stdout.encode()
