"""Progress of work before a run, such as packing the data: a line every two seconds."""

from __future__ import annotations

import time
from typing import TextIO

from bootstrap.errors.message import msg
from bootstrap.report.translations import shown
from bootstrap.steps.dataset.progress import NOTICE

_EVERY_SECONDS = 2.0


class Unhurried:
    """Progress callback (what, done, total): writes a line at most every two seconds, and each notice at once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._said = time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        if total == NOTICE:
            self._write(what)
            return
        now = time.monotonic()
        if now - self._said < _EVERY_SECONDS:
            return
        self._said = now
        if total:
            line = msg("{what}: {done:,} of {total:,}", what=what, done=done, total=total)
        else:
            line = msg("{what}: {done:,}", what=what, done=done)
        self._write(line)

    def _write(self, line: str) -> None:
        self._stream.write(f"{shown(line)}\n")
        self._stream.flush()
