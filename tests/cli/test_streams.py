"""Output that is closed, full, without a reader, or that lacks a letter: one line, and a true exit code."""

from __future__ import annotations

import errno
import io
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from rich.console import Console

from bootstrap import cli
from bootstrap.cli import streams
from bootstrap.report.reporter import Reporters
from tests.runs import Recorder, folder

NAMES = "队伍 é 🚗"
COMMAND = f"{sys.executable} -c 'from bootstrap.cli import main; main()'"


class Failing(io.StringIO):
    """A stream that takes nothing more after so many writes."""

    encoding = "utf-8"

    def __init__(self, number: int, after: int = 0) -> None:
        super().__init__()
        self.number, self.left = number, after

    def write(self, text: str) -> int:
        if self.left == 0:
            raise OSError(self.number, os.strerror(self.number))
        self.left -= 1
        return super().write(text)


Command = Callable[[Callable[[], int]], tuple[int, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `main` with a body in place of a command; returns its exit code, and what it wrote on stderr."""

    def run(body: Callable[[], int]) -> tuple[int, str]:
        said = io.StringIO()
        monkeypatch.setattr(sys, "stderr", said)
        monkeypatch.setattr(cli._group, "main", lambda **_: sys.exit(body()))
        kept = list(logging.getLogger().handlers)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        logging.getLogger().handlers = kept
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.getvalue()

    return run


def write_all_ways(code: int = 0) -> Callable[[], int]:
    """Write as commands do: by the stream, click and rich; end with `code`."""

    def body() -> int:
        sys.stdout.write("plain\n")
        click.echo("click")
        Console(file=sys.stdout).print("rich")
        sys.stdout.flush()
        return code

    return body


@pytest.mark.parametrize(
    ("stream", "code", "ends", "said"),
    [
        (None, 0, 1, "error[EB-681]: the output cannot be written any more: it is closed"),
        (Failing(errno.ENOSPC), 0, 1, "error[EB-681]: the output cannot be written any more: No space left"),
        (Failing(errno.ENOSPC, after=1), 0, 1, "error[EB-681]: the output cannot be written any more: No space left"),
        (Failing(errno.EIO), 3, 3, "error[EB-681]: the output cannot be written any more: Input/output error"),
        (Failing(errno.EPIPE), 0, 0, ""),
        (Failing(errno.EPIPE, after=1), 3, 3, ""),
    ],
)
def test_what_cannot_be_written_is_said_once_and_the_command_goes_on(
    stream: io.StringIO | None, code: int, ends: int, said: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    ended, told = command(write_all_ways(code))
    assert ended == ends
    assert told.startswith(said)
    assert len(told.splitlines()) == bool(said)


def test_a_view_that_broke_is_no_success(command: Command) -> None:
    class Broken(Recorder):
        def tick(self, now: float) -> None:
            raise ValueError

    def body(*reporters: Recorder) -> Callable[[], int]:
        views = Reporters(reporters)

        def run() -> int:
            views.tick(0.0)
            if views.unseen:
                streams.lose()
            return 0

        return run

    assert command(body(Broken(), Recorder()))[0] == 1
    assert command(body(Recorder(), Broken()))[0] == 0


def test_a_run_says_that_it_goes_on_without_a_reader(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Failing(errno.EPIPE))

    def run() -> int:
        with streams.running():
            write_all_ways()()
        assert streams.unread()
        return 0

    assert command(run) == (0, "note: nobody reads the output any more; the command goes on to its end\n")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk", "latin-1", "utf-8"])
def test_no_name_is_lost_and_json_stays_json(encoding: str, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding, errors="strict"))

    def body() -> int:
        sys.stdout.write(json.dumps({"team": NAMES}, ensure_ascii=False) + "\n")
        click.echo(NAMES)
        Console(file=sys.stdout).print(NAMES)
        return 0

    assert command(body) == (0, "")
    first, *others = written.getvalue().decode(encoding).splitlines()
    assert json.loads(first) == {"team": NAMES}
    assert [json.loads(f'"{each}"') for each in others] == [NAMES, NAMES]


@pytest.mark.parametrize("broken", [None, Failing(errno.ENOSPC), Failing(errno.EPIPE)])
def test_stderr_that_cannot_be_written_changes_no_exit_code(
    broken: io.StringIO | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", broken)
    monkeypatch.setattr(sys, "argv", ["event-bootstrap", "explain", "EB-999"])
    kept = list(logging.getLogger().handlers)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    logging.getLogger().handlers = kept
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("redirected", "code", "out", "said"),
    [
        (">&-", 1, "", "error[EB-681]"),
        (">/dev/full", 1, "", "error[EB-681]"),
        ("2>&- <&-", 0, "EB-231", ""),
        (">&- 2>&- <&-", 1, "", ""),
    ],
)
def test_a_process_whose_standard_streams_are_closed_or_full(
    redirected: str, code: int, out: str, said: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{COMMAND} explain EB-231 {redirected}"], cwd=tmp_path, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout[:6], done.stderr[:13]) == (code, out, said)
    assert len(done.stderr.splitlines()) == bool(said)


def test_a_file_that_is_opened_first_does_not_take_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    """Else the journal would be stderr, and SQLite's file full of messages."""
    script = (
        "import os, sys\nfrom bootstrap.cli import streams\n"
        "with streams.standing():\n    sys.exit(0 if os.open(os.devnull, os.O_RDONLY) > 2 else 9)"
    )
    done = subprocess.run(
        ["sh", "-c", f'{sys.executable} -c "$SCRIPT" >&- 2>&- <&-'], env={**os.environ, "SCRIPT": script},
        cwd=tmp_path, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0


def test_a_plan_that_cannot_be_printed_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`validate`, which needs no AWS: its result was lost."""
    monkeypatch.chdir(folder(tmp_path))
    monkeypatch.setattr(sys, "stdout", Failing(errno.ENOSPC))
    monkeypatch.setattr(sys, "argv", ["event-bootstrap", "validate"])
    kept = list(logging.getLogger().handlers)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    logging.getLogger().handlers = kept
    assert ended.value.code == 1


def test_ctrl_c_while_the_program_is_loaded_shows_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n", encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), os.environ.get("PYTHONPATH", str(Path.cwd()))))}
    done = subprocess.run([sys.executable, "-c", "import bootstrap.cli"], cwd=tmp_path, env=env, capture_output=True,
                          check=False, timeout=60)  # fmt: skip
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_DFL


def test_ctrl_c_before_anything_is_shown_is_said(command: Command) -> None:
    def body() -> int:
        raise KeyboardInterrupt

    code, said = command(body)
    assert (code, said.split(":")[0], len(said.splitlines())) == (130, "interrupted", 1)
