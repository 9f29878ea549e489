"""The simulator's "now"."""

from __future__ import annotations

import time
from typing import Literal

Kind = Literal["virtual", "real"]


class Clock:
    """Virtual: stands still until it is moved, forward only. Real: runs from `start` on, `speed` times as fast."""

    def __init__(self, kind: Kind, start: float | None, speed: float = 1.0) -> None:
        self.kind, self.speed = kind, speed
        self._begun, self._ticks = time.time(), time.monotonic()
        self._now = self._begun if start is None else start

    def now(self) -> float:
        """Epoch seconds."""
        if self.kind == "virtual":
            return self._now
        return self._now + (time.monotonic() - self._ticks) * self.speed

    def wall(self, at: float) -> float:
        """What a client's own clock shows when it is `at` here; a virtual clock's client follows it."""
        if self.kind == "virtual":
            return at
        return self._begun + (at - self._now) / self.speed

    def move(self, now: float) -> None:
        """Raises ValueError backwards, and for the real clock."""
        if self.kind == "real":
            raise ValueError("the real clock moves by itself")
        if now < self._now:
            raise ValueError(f"the clock stands at {self._now} and does not go back to {now}")
        self._now = now
