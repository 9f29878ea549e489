"""A line now and then for work before the run itself, such as packing the data."""

from __future__ import annotations

import time
from typing import TextIO

_EVERY_SECONDS = 2.0


class Unhurried:
    """Called as (what, done, total) as often as the work likes; writes only after two seconds, then every two."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._said = time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._said < _EVERY_SECONDS:
            return
        self._said = now
        self._stream.write(f"{what}: {done:,}{f' of {total:,}' if total else ''}\n")
        self._stream.flush()
