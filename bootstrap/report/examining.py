"""The doctor's findings while it looks: a line for each, and how far it is."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Sequence
from typing import Protocol, TextIO

from rich.cells import cell_len, set_cell_size

from bootstrap.doctor.examining import Progressed
from bootstrap.doctor.finding import Diagnosis, Severity
from bootstrap.errors.message import msg
from bootstrap.report import diagnosis as report
from bootstrap.report import documents, problems
from bootstrap.report.translations import shown

_CLEAR = "\r\x1b[K"
# A terminal's line that is redrawn more often flickers.
_REDRAW_SECONDS = 0.1


class ExaminingView(Protocol):
    """Follows the examination of several accounts. Called from several threads."""

    def begin(self, teams: Sequence[str]) -> None: ...

    def progressed(self, progressed: Progressed) -> None: ...

    def ended(self, diagnosis: Diagnosis) -> None: ...

    def tick(self) -> None: ...

    def close(self) -> None: ...


class Lines:
    """Writes each finding to `out` as it comes (with `documents`: each diagnosis), and progress to a terminal `err`."""

    def __init__(self, out: TextIO, err: TextIO | None, as_documents: bool = False) -> None:
        self._out, self._err, self._documents = out, err, as_documents
        self._lock = threading.RLock()
        self._teams: Sequence[str] = ()
        self._going: dict[str, Progressed] = {}
        self._ended = 0
        self._began = self._drawn = time.monotonic()
        self._line = ""

    def begin(self, teams: Sequence[str]) -> None:
        with self._lock:
            self._teams, self._going, self._ended = teams, {}, 0
            self._began = time.monotonic()
            self._draw()

    def progressed(self, progressed: Progressed) -> None:
        with self._lock:
            self._going[progressed.team] = progressed
            told = [each for each in progressed.findings if each.severity is not Severity.FINE]
            if told and not self._documents:
                self._erase()
                for each in told:
                    report.show_at_once(self._out, progressed.team, each)
            self._redraw(at_once=bool(told))

    def ended(self, diagnosis: Diagnosis) -> None:
        with self._lock:
            self._going.pop(diagnosis.team, None)
            self._ended += 1
            if self._documents:
                self._erase()
                problems.print_to(self._out, documents.dumps(report.document(diagnosis)))
            self._redraw(at_once=self._documents)

    def tick(self) -> None:
        with self._lock:
            self._redraw()

    def close(self) -> None:
        with self._lock:
            self._erase()
            self._err = None

    def _redraw(self, at_once: bool = False) -> None:
        if at_once or time.monotonic() - self._drawn >= _REDRAW_SECONDS:
            self._draw()

    def _draw(self) -> None:
        if self._err is None:
            return
        width = report.width_of(self._err)
        line = shown(self._words())
        line = line if cell_len(line) < width else set_cell_size(line, width - 1)
        self._drawn = time.monotonic()
        if line != self._line:
            self._err.write(f"{_CLEAR}{line}")
            self._err.flush()
            self._line = line

    def _erase(self) -> None:
        if self._err is not None and self._line:
            self._err.write(_CLEAR)
            self._err.flush()
            self._line = ""

    def _words(self) -> str:
        seconds = int(time.monotonic() - self._began)
        going = next(iter(self._going.values()), None)
        if going is None:
            teams = self._teams[0] if len(self._teams) == 1 else len(self._teams)
            if len(self._teams) == 1:
                return msg("examining {team} ({seconds} s)", team=teams, seconds=seconds)
            return msg("examining {count} teams ({seconds} s)", count=teams, seconds=seconds)
        where = {"team": going.team, "done": going.done, "total": going.total, "seconds": seconds}
        if len(self._teams) == 1:
            return msg("examining {team}: {done} of {total} checks ({seconds} s)", **where)
        return msg(
            "examined {ended} of {teams} teams; {team}: {done} of {total} checks ({seconds} s)",
            ended=self._ended, teams=len(self._teams), **where,
        )  # fmt: skip


def choose(output: str) -> Lines:
    """Return the view for --output. Progress is shown where stderr is a terminal that can redraw a line."""
    redraws = sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and output != "plain"
    return Lines(sys.stdout, sys.stderr if redraws else None, output == "json")
