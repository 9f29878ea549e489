"""Progress of work before a run, such as packing the data: a line every two seconds."""

from __future__ import annotations

import time
from typing import TextIO

from bootstrap.errors.message import msg
from bootstrap.report.translations import shown
from bootstrap.steps.dataset.progress import NOTICE

_FIRST_SECONDS, _EVERY_SECONDS = 1.0, 2.0


class Unhurried:
    """Progress callback (what, done, total): writes a line after a second, then every two; each notice at once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._next = time.monotonic() + _FIRST_SECONDS

    def __call__(self, what: str, done: int, total: int) -> None:
        if total == NOTICE:
            self._write(what)
            return
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _EVERY_SECONDS
        if total:
            line = msg("{what}: {done:,} of {total:,}", what=what, done=done, total=total)
        else:
            line = msg("{what}: {done:,}", what=what, done=done)
        self._write(line)

    def _write(self, line: str) -> None:
        self._stream.write(f"{shown(line)}\n")
        self._stream.flush()
