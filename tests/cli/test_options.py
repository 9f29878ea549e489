"""Options that every command has, those that may stand before it, and the variables that stand for them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from bootstrap import cli
from bootstrap.aws import call_log
from bootstrap.cli import environment
from bootstrap.cli.localized import Localized
from tests import schemas
from tests.runs import folder

Command = Callable[..., int]


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command, and its sub-commands."""

    def each(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
        yield path, command
        for name, part in environment.parts(command).items():
            yield from each((*path, name), part)

    for name in cli._COMMANDS:
        found = cli._group.get_command(click.Context(cli._group), name)
        assert found is not None
        yield from each((name,), found)


COMMANDS = list(commands())
each_command = pytest.mark.parametrize(
    ("path", "found"), COMMANDS, ids=lambda each: " ".join(each) if isinstance(each, tuple) else ""
)
DAY = {"EVENT_BOOTSTRAP_EVENT": "day/event.yaml", "EVENT_BOOTSTRAP_ACCOUNTS": "day/accounts.csv"}
OTHERS = {"EVENT_BOOTSTRAP_DIRECTORY": "nowhere", "EVENT_BOOTSTRAP_OUTPUT": "tty"}


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Runs a command in this process; returns its exit code."""
    kept = list(logging.getLogger().handlers)

    def run(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["event-bootstrap", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert isinstance(ended.value.code, int)
        return ended.value.code

    yield run
    logging.getLogger().handlers = kept


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an event, beside the current one."""
    made = folder(tmp_path / "day")
    monkeypatch.chdir(tmp_path)
    return made


@pytest.mark.parametrize(
    ("path", "found"), COMMANDS, ids=lambda each: " ".join(each) if isinstance(each, tuple) else ""
)
def test_each_option_has_a_variable_or_is_one_that_must_be_typed(path: tuple[str, ...], found: click.Command) -> None:
    """A new option is named in one of the two sets of bootstrap/cli/environment.py."""
    if path in environment.REHEARSING:
        assert {each.envvar for each in environment.options(found)} == {None}
        return
    for each in environment.options(found):
        name = environment.long_name(each)
        reads, never = name in environment.SHARED | environment.OF_ONE, name in environment.NEVER
        assert reads + never + (name == environment.LANGUAGE) == 1, name
        assert bool(each.envvar) is reads
        if reads:
            assert each.envvar == environment.variable(name, () if environment.shared(name, path) else path)
            assert each.show_envvar


def test_no_option_that_decides_what_is_written_is_read_from_the_environment() -> None:
    must_be_typed = {
        "yes",
        "confirm",
        "take-over",
        "apply",
        "request",
        "again",
        "during-event",
        "everywhere",
        "stop-only",
    }
    assert must_be_typed <= environment.NEVER
    assert environment.SHARED & environment.NEVER == environment.OF_ONE & environment.NEVER == frozenset()
    used = {environment.long_name(each) for _, found in COMMANDS for each in environment.options(found)}
    assert (environment.SHARED | environment.OF_ONE | environment.NEVER) - used == set()


@pytest.mark.parametrize(
    ("path", "found"), COMMANDS, ids=lambda each: " ".join(each) if isinstance(each, tuple) else ""
)
def test_every_command_has_the_options_that_every_command_has(path: tuple[str, ...], found: click.Command) -> None:
    assert isinstance(found, Localized), path
    opts = [opt for each in environment.options(found) for opt in each.opts]
    assert {"-C", "--directory", "-v", "--debug", "--lang"} <= set(opts)
    assert len(opts) == len(set(opts))
    assert ("-o" in opts) == ("--output" in opts)


@pytest.mark.parametrize(
    ("words", "variables"),
    [
        (["-C", "day", "validate", "-o", "json"], {}),
        (["validate", "-C", "day", "-ojson"], {}),
        (["-C", "day", "-o", "json", "validate"], {}),
        (["--output=json", "--directory=day", "--event", "event.yaml", "--accounts", "accounts.csv", "validate"], {}),
        (["-o", "plain", "-C", "nowhere/..", "validate", "-o", "json", "-C", "day"], {}),
        (["validate"], {"EVENT_BOOTSTRAP_DIRECTORY": "day", "EVENT_BOOTSTRAP_OUTPUT": "json"}),
        (["-C", "day", "validate", "-o", "json"], OTHERS),
        (["validate", "-o", "json"], DAY),
    ],
)  # fmt: skip
def test_options_stand_before_the_command_after_it_or_in_the_environment(
    words: list[str], variables: dict[str, str], at: Path, command: Command, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (at.parent / "nowhere").mkdir()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert command(*words) == 0
    assert schemas.read(capsys.readouterr().out)[0]["accounts"] == 1


@pytest.mark.parametrize(
    ("words", "variables", "said"),
    [
        (["plan"], {"EVENT_BOOTSTRAP_JOBS": "many"}, "Invalid value for 'EVENT_BOOTSTRAP_JOBS': 'many'"),
        (["plan"], {"EVENT_BOOTSTRAP_FAILED": "maybe"}, "Invalid value for 'EVENT_BOOTSTRAP_FAILED': 'maybe'"),
        (["plan"], {"EVENT_BOOTSTRAP_OUTPUT": "xml"}, "Invalid value for 'EVENT_BOOTSTRAP_OUTPUT': 'xml'"),
        (["serve"], {"EVENT_BOOTSTRAP_SERVE_PORT": "http"}, "Invalid value for 'EVENT_BOOTSTRAP_SERVE_PORT': 'http'"),
        (["plan", "--jobs", "many"], {"EVENT_BOOTSTRAP_JOBS": "2"}, "Invalid value for '--jobs': 'many'"),
        (["-C", "no-such-folder", "plan"], {}, "Invalid value for '-C' / '--directory'"),
        (["--event", "x", "version"], {}, "No such option '--event'"),
        (["provison"], {}, "there is no command `provison`. Did you mean `provision`?"),
        (["zzz"], {}, "there is no command `zzz`"),
        (["explain", "EB-5311"], {}, "there is no error code `EB-5311`. Did you mean `EB-531`?"),
        (["plan", "-C", "day", "taem-1"], {}, "no team of the roster is called `taem-1`. Did you mean `team-1`?"),
    ],
)
def test_what_is_wrong_is_named_where_it_was_given(
    words: list[str], variables: dict[str, str], said: str, at: Path, command: Command,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert command(*words) == 2
    assert said in capsys.readouterr().err


def test_explain_lists_every_code_once_by_area(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("explain") == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  EB-")]
    assert command("explain", "-o", "json") == 0
    (document,) = schemas.read(capsys.readouterr().out)
    assert [each["code"] for each in document["codes"]] == listed
    assert sorted(listed) == sorted(set(listed))
    for typed in ("EB-231", "eb-231", "231"):
        assert command("explain", typed, "-o", "json") == 0
        assert [each["code"] for each in json.loads(capsys.readouterr().out)["codes"]] == ["EB-231"]


@pytest.mark.parametrize("words", [["version"], ["--version"], ["-V"]])
def test_the_version_is_told_three_ways(words: list[str], command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(*words) == 0
    assert capsys.readouterr().out.startswith("event-bootstrap ")


def test_debug_ends_with_its_command(command: Command, at: Path) -> None:
    assert command("validate", "-C", str(at), "--debug") == 0
    assert not call_log.on()


def test_a_variable_for_what_must_be_typed_is_named_and_not_read(
    at: Path, command: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EVENT_BOOTSTRAP_APPLY", "1")
    monkeypatch.setenv("EVENT_BOOTSTRAP_CONFIRM", "car-day")
    # Deleting would be refused for a team that is not there, too; the note comes first.
    assert command("sweep", "-C", str(at), "nobody") == 2
    said = capsys.readouterr().err
    assert "note: EVENT_BOOTSTRAP_APPLY is not read: --apply must be typed" in said
    assert "note: EVENT_BOOTSTRAP_CONFIRM is not read: --confirm must be typed" in said
