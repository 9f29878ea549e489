"""The hooks of our own commits, and the one that checks an event's files in the repository of a user."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bootstrap.event import starter

REPOSITORY = Path(__file__).parent.parent


def parsed(name: str) -> Any:
    return yaml.safe_load((REPOSITORY / name).read_text(encoding="utf-8"))


def test_our_own_hooks_run_what_make_lint_runs() -> None:
    [local] = parsed(".pre-commit-config.yaml")["repos"]
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    lint = re.search(r"^lint:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert lint is not None
    # The last word of ruff's lines is the folder, in place of which a hook is given the files of the commit.
    wanted = [each.strip().removeprefix("@$(BIN)/").removesuffix(" .") for each in lint[1].splitlines()]
    hooks = [each["entry"].removeprefix(".venv/bin/").removesuffix(" --force-exclude") for each in local["hooks"]]
    assert hooks == wanted


@pytest.fixture
def hook() -> dict[str, Any]:
    [found] = parsed(".pre-commit-hooks.yaml")
    assert found["id"] == "event-bootstrap-validate"
    assert found["language"] == "python"
    return dict(found)


def test_the_hook_looks_at_an_events_files_in_any_folder(hook: dict[str, Any], tmp_path: Path) -> None:
    written = [each.name for each in starter.write(tmp_path) if each.name != "access.yaml"]
    beside = ["labs/mine/lab.yaml", "labs/quiz/questions.yaml", "prices.yaml", "templates/cloudformation/a.yaml.j2"]
    for name in (*written, *beside):
        assert re.search(hook["files"], name), name
        assert re.search(hook["files"], f"my-event/{name}"), name
    assert not re.search(hook["files"], "README.md")


def test_the_hook_passes_good_files_and_stops_a_commit_of_bad_ones(hook: dict[str, Any], tmp_path: Path) -> None:
    name, *words = shlex.split(hook["entry"])
    assert name == "event-bootstrap"
    command = [sys.executable, "-c", "from bootstrap.cli import main; main()", *words]
    starter.write(tmp_path)
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "event.yaml").write_text("name: [", encoding="utf-8")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode > 0
