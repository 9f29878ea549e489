"""The terminal of the rehearsed team: whatever a line prints or begins, it is kept, and it ends."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bootstrap.errors import Refused
from bootstrap.people.team_roles import RoleCredentials
from bootstrap.rehearsal.labs import guide, kernel, terminal
from bootstrap.rehearsal.labs.terminal import Terminal
from bootstrap.rehearsal.simulated import Simulated

KEYS = RoleCredentials("AKIA", "key", "token", 0.0, chained=False)


def run(home: Path, line: str) -> subprocess.CompletedProcess[str]:
    nowhere = Simulated("http://127.0.0.1:9", "token", None)  # type: ignore[arg-type]
    return Terminal(nowhere, home).run(line, KEYS, "eu-west-1")


def test_bytes_that_are_no_text_are_kept_too(tmp_path: Path) -> None:
    assert run(tmp_path, r"printf '\377 x'; exit 3").stdout == "\ufffd x"
    assert "\ufffd x" in (tmp_path / "terminal.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["{", "{}", "[]", '{"nbformat": 4, "nbformat_minor": 5}'])
def test_what_is_no_notebook_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=r"EB-612 x.ipynb is no notebook"):
        kernel.run(tmp_path / "x.ipynb", {"HOME": str(tmp_path)}, lambda _: None, lambda: None)


def test_a_guide_that_an_editor_saved_in_utf_16_is_played_too(tmp_path: Path) -> None:
    (tmp_path / "guide.md").write_text("# 指南\n\n```\naws s3 ls\n```\n", encoding="utf-16")
    assert guide.commands(tmp_path / "guide.md") == ["aws s3 ls"]


def test_a_line_that_takes_too_long_ends_with_all_that_it_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_LONGEST", 0.2)
    with pytest.raises(subprocess.TimeoutExpired):
        run(tmp_path, "echo begun; (sleep 30; touch late) & wait")
    # Its output was read to the end: nobody holds it open any more.
    assert (tmp_path / "terminal.txt").read_text(encoding="utf-8").endswith("begun\n\n")
