"""The live view on a terminal that is resized: what is seen, and what stays in the scrollback."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import signal
import struct
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from bootstrap.engine.outcomes import RunPlan
from bootstrap.engine.results import Tally, fold
from bootstrap.report import panel
from bootstrap.report.full_screen import FullScreen, plain
from bootstrap.report.overview import of_run
from bootstrap.report.tty import LiveReport
from tests.report import made_up
from tests.terminal import Screen, Terminal

SIZES = [(60, 15), (80, 24), (200, 50)]


class Pty:
    """A real pseudo-terminal: a program writes to `stream`; `terminal` shows what it wrote."""

    def __init__(self, width: int, height: int, encoding: str = "utf-8") -> None:
        self._there, here = pty.openpty()
        # Without it, a line feed would become two characters.
        settings = termios.tcgetattr(here)
        settings[1] &= ~termios.OPOST
        termios.tcsetattr(here, termios.TCSANOW, settings)
        self.counted = Counted(here, "w")
        self.stream = io.TextIOWrapper(io.BufferedWriter(self.counted), encoding=encoding, write_through=True)
        self.terminal = Terminal(width, height)
        self._sized(width, height)
        self._came, self._read = io.BytesIO(), 0
        self._more = threading.Condition()
        # A pseudo-terminal holds some kilobytes only: who writes waits for who reads.
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def resize(self, width: int, height: int) -> None:
        self.read()
        self.terminal.resize(width, height)
        self._sized(width, height)
        # The kernel sends it to the programs of the terminal; ours is not one of them.
        signal.raise_signal(signal.SIGWINCH)

    def _sized(self, width: int, height: int) -> None:
        fcntl.ioctl(self.stream.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def read(self) -> Terminal:
        self.stream.flush()
        with self._more:
            assert self._more.wait_for(lambda: self._came.tell() == self.counted.written, 10)
            came = self._came.getvalue()[self._read :]
            self._read += len(came)
        self.terminal.feed(came.decode(self.stream.encoding))
        return self.terminal

    def _drain(self) -> None:
        with suppress(OSError):
            while found := os.read(self._there, 1 << 16):
                with self._more:
                    self._came.write(found)
                    self._more.notify_all()

    def close(self) -> None:
        self.stream.close()
        self._reader.join()
        os.close(self._there)


class Counted(io.FileIO):
    written = 0

    def write(self, data: Any, /) -> int:
        count = super().write(data) or 0
        self.written += count
        return count


@pytest.fixture
def made() -> Iterator[list[Pty]]:
    found: list[Pty] = []
    yield found
    for each in found:
        each.close()


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw at every tick: what is tested is what is drawn, not when."""
    monkeypatch.setattr(FullScreen, "due", lambda self: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


def named(teams: int) -> RunPlan:
    """A run of teams with wide names among them."""
    run = made_up.plan(teams)
    names = {2: "蓝色闪电队", 4: "量子" * 12}
    accounts = [replace(each, team=names.get(number, each.team)) for number, each in enumerate(run.accounts, 1)]
    return replace(run, accounts=tuple(accounts))


@pytest.mark.parametrize("teams", [6, 40])
def test_the_view_is_whole_after_every_resize_and_nothing_of_it_stays(made: list[Pty], teams: int) -> None:
    at = Pty(*SIZES[1])
    made.append(at)
    at.stream.write("$ event-bootstrap provision\n")
    run = named(teams)
    tally, out = Tally(run.accounts), io.StringIO()
    report = LiveReport(out, at.stream)
    report.begin(run, tally)
    events = made_up.events(run)
    turns = [SIZES[place] for place in (0, 1, 2, 0, 2, 1, 0, 1)]
    for number, event in enumerate(events):
        tally.take(event)
        if number % (len(events) // 24) == 0:
            at.resize(*turns[number * 8 // len(events)])
            report.tick(event.at)
            seen = at.read()
            assert seen.alternate
            assert not seen.cursor
            shown = panel.lines(of_run(run, tally, event.at), seen.width, seen.height)
            # The title, and as many lines as a view that had always had this size: none of another size is left.
            assert seen.screen[0].startswith(f"provision cars-2026  {teams} accounts  ")
            assert sum(map(bool, seen.screen)) == sum(bool(plain(each).strip()) for each in shown)
            assert all(map(str.isprintable, seen.screen))
    report.end(fold(run, events))
    seen = at.read()
    assert (seen.alternate, seen.cursor, seen.wraps) == (False, True, True)
    assert seen.lines == ["$ event-bootstrap provision", ""]
    assert "steps, left to right" in out.getvalue()


def test_what_others_say_meanwhile_is_kept_in_the_scrollback_and_seen(
    made: list[Pty], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Pty(80, 24)
    made.append(at)
    monkeypatch.setattr(sys, "stderr", at.stream)
    run = made_up.plan(6)
    tally = Tally(run.accounts)
    report = LiveReport(io.StringIO(), at.stream)
    report.begin(run, tally)
    for number in range(3):
        sys.stderr.write(f"sts AssumeRole {number}\n")
        report.tick(run.began + number)
    assert [line for line in at.read().screen if line][-3:] == [f"sts AssumeRole {number}" for number in range(3)]
    sys.stderr.write("half a line")
    report.end(fold(run, ()))
    assert sys.stderr is at.stream
    assert at.read().lines == [*(f"sts AssumeRole {number}" for number in range(3)), "half a line"]


def test_a_terminal_of_ascii_alone_gets_no_letter_that_it_has_not(made: list[Pty]) -> None:
    at = Pty(80, 24, "ascii")
    made.append(at)
    run = named(6)
    tally = Tally(run.accounts)
    for event in made_up.events(run)[:80]:
        tally.take(event)
    report = LiveReport(io.StringIO(), at.stream)
    report.begin(run, tally)
    assert [line for line in at.read().screen if "??" in line]
    report.end(fold(run, ()))


def test_only_what_has_changed_is_written_again() -> None:
    err, run = Screen(), made_up.plan(40)
    tally = Tally(run.accounts)
    report = LiveReport(io.StringIO(), err)
    report.begin(run, tally)
    before = len(err.getvalue())
    report.tick(run.began + 1)
    second = err.getvalue()[before:]
    report.end(fold(run, ()))
    assert second.count("\x1b[K") == 1
    assert "0:01" in second


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGTSTP])
def test_a_signal_gives_the_screen_back(made: list[Pty], monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    at = Pty(80, 24)
    made.append(at)
    sent: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _, signal_number: sent.append(signal_number))
    monkeypatch.setattr(os, "write", lambda _, data: at.counted.write(data))
    run = made_up.plan(6)
    report = LiveReport(io.StringIO(), at.stream)
    report.begin(run, Tally(run.accounts))
    assert at.read().alternate
    signal.raise_signal(number)
    assert sent == [number]
    assert not at.read().alternate
    # In the foreground again, the next frame takes it back.
    report.tick(run.began + 1)
    assert at.read().alternate
    report.end(fold(run, ()))
    assert not at.read().alternate
