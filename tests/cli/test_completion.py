"""What a shell is answered, by click's protocol and in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bootstrap.cli import _group, candidates
from bootstrap.errors import catalogue
from tests.runs import SHIPPED, choice, folder

ROSTER = 'team,account_id,spare\natlas,111122223333,\n"two words",111122223334,\nspare-1,222233334444,yes\n'
HEAVY = "{'sagemaker', 'moto', 'sqlalchemy', 'boto3', 'botocore', 'pydantic', 'PIL', 'rich', 'jinja2', 'yaml'}"
SCRIPT = (
    "import sys, atexit\nfrom bootstrap.cli import main\n"
    f"atexit.register(lambda: print('heavy', sorted({HEAVY} & set(sys.modules)), file=sys.__stderr__))\nmain()"
)


def asked(at: Path, typed: str, shell: str = "bash") -> tuple[list[str], str]:
    """The lines for the last of the words typed, and what the process wrote to stderr."""
    words = ["event-bootstrap", *typed.split(" ")]
    env = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    if shell == "fish":
        env["COMP_CWORD"] = words[-1]
    env |= {"_EVENT_BOOTSTRAP_COMPLETE": f"{shell}_complete", "PYTHONPATH": str(SHIPPED)}
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(
        command, cwd=at, env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout.strip().splitlines(), done.stderr


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = folder(tmp_path_factory.mktemp("desk"))
    (made / "accounts.csv").write_text(ROSTER, encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("pro", ["provision"]),
        ("--event x.yaml -o json provision --dur", ["--during-event"]),
        ("provision ", ["atlas", "spare-1"]),
        ("provision atlas s", ["spare-1"]),
        ("provision --accounts no-such.csv ", []),
        ("provision --step stack:n", ["stack:notebooks", "stack:notifications"]),
        ("provision --dur", ["--during-event"]),
        ("swap atlas ", ["222233334444"]),
        ("rehearse --scenario t", ["throttled", "today", "t"]),
        ("explain eb-59", sorted(each for each in catalogue() if each.startswith("EB-59"))),
        ("no-such-command x", []),
    ],
)
def test_a_word_is_completed_without_a_heavy_package_or_a_word_on_stderr(
    at: Path, typed: str, expected: list[str]
) -> None:
    lines, said = asked(at, typed)
    assert [line.split(",", 1)[1] for line in lines] == expected
    assert said == "heavy []\n"


def test_zsh_and_fish_are_told_what_a_candidate_is(at: Path) -> None:
    lines, _ = asked(at, "swap atlas ", "zsh")
    assert lines == ["plain", "222233334444", "spare-1"]
    lines, _ = asked(at, "explain EB-590", "fish")
    assert [line for line in lines if "EB-590" in line or "spare" in line] != []


def test_what_a_candidate_is_is_told_in_the_reader_s_language(at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for language, words in (
        ("en", ["Show what provision would do", "Run this step and every step", "A quota increase"]),
        ("zh", ["查看 provision 会在每个账户中做什么", "运行此步骤以及依赖它的所有步骤", "已申请提高配额"]),
    ):
        monkeypatch.setenv("EVENT_BOOTSTRAP_LANG", language)
        told = [" ".join(asked(at, typed, "zsh")[0]) for typed in ("pla", "plan --fro", "explain EB-231")]
        assert [each for each, word in zip(told, words, strict=True) if word not in each] == []


@pytest.mark.parametrize("name", _group.list_commands(click.Context(_group)))
def test_every_command_that_takes_a_team_completes_it(name: str, at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(at)
    command = _group.get_command(click.Context(_group), name)
    assert command is not None
    for each in command.params:
        if isinstance(each, click.Argument) and "TEAM" in (each.metavar or ""):
            assert [found.value for found in each.shell_complete(click.Context(command), "at")] == ["atlas"]


def test_the_roster_may_be_unreadable(at: Path, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_bytes(b"PK\x03\x04 a workbook")
    assert asked(tmp_path, "provision ") == ([], "heavy []\n")


def test_the_steps_that_are_offered_are_those_of_a_plan(at: Path) -> None:
    from bootstrap.cli.commands.choice import read
    from bootstrap.steps import plan

    inputs = read(choice(at))
    steps = {each.step.id for each in plan.outline(inputs.event, inputs.accounts[0])}
    offered = set(candidates.steps_of(at))
    # This one is in the plan if it is named, too.
    assert offered == steps | {each.split(":")[0] for each in steps} | {"notebook"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_says_how_to_install_it(shell: str, at: Path) -> None:
    command = [sys.executable, "-c", "from bootstrap.cli import main; main()", "completion", shell]
    done = subprocess.run(
        command, cwd=at, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(SHIPPED)}
    )
    assert "_EVENT_BOOTSTRAP_COMPLETE" in done.stdout
    assert f"event-bootstrap completion {shell}" in done.stdout.splitlines()[-1]
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=done.stdout, text=True, check=True)
