"""The simulator's "now"."""

from __future__ import annotations

import time
from typing import Literal

Kind = Literal["virtual", "real"]


class Clock:
    """Virtual: stands still until it is moved, forward only. Real: runs, from `start` on."""

    def __init__(self, kind: Kind, start: float | None) -> None:
        self.kind = kind
        self._now = time.time() if start is None else start
        self._offset = self._now - time.time()

    def now(self) -> float:
        """Epoch seconds."""
        return time.time() + self._offset if self.kind == "real" else self._now

    def move(self, now: float) -> None:
        """Raises ValueError backwards, and for the real clock."""
        if self.kind == "real":
            raise ValueError("the real clock moves by itself")
        if now < self._now:
            raise ValueError(f"the clock stands at {self._now} and does not go back to {now}")
        self._now = now
