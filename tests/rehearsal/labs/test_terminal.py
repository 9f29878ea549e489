"""The terminal of the rehearsed team: whatever a line prints or begins, it is kept, and it ends."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bootstrap.people.team_roles import RoleCredentials
from bootstrap.rehearsal.labs import terminal
from bootstrap.rehearsal.labs.terminal import Terminal
from bootstrap.rehearsal.simulated import Simulated

KEYS = RoleCredentials("AKIA", "key", "token", 0.0, chained=False)


def run(home: Path, line: str) -> subprocess.CompletedProcess[str]:
    nowhere = Simulated("http://127.0.0.1:9", "token", None)  # type: ignore[arg-type]
    return Terminal(nowhere, home).run(line, KEYS, "eu-west-1")


def test_bytes_that_are_no_text_are_kept_too(tmp_path: Path) -> None:
    assert run(tmp_path, r"printf '\377 x'; exit 3").stdout == "\ufffd x"
    assert "\ufffd x" in (tmp_path / "terminal.txt").read_text(encoding="utf-8")


def test_a_line_that_takes_too_long_ends_with_all_that_it_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_LONGEST", 0.2)
    with pytest.raises(subprocess.TimeoutExpired):
        run(tmp_path, "echo begun; (sleep 30; touch late) & wait")
    # Its output was read to the end: nobody holds it open any more.
    assert (tmp_path / "terminal.txt").read_text(encoding="utf-8").endswith("begun\n\n")
