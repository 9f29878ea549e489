"""The simulator's "now"."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

ClockKind = Literal["virtual", "real"]


class WorldClock:
    """Virtual: stands still until it is moved, forward only. Real: runs from `start` on, `speed` times as fast."""

    def __init__(self, kind: ClockKind, start: float | None, speed: float = 1.0) -> None:
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
        return at if self._followed() else self._begun + (at - self._now) / self.speed

    def outside(self, value: Any) -> Any:
        """An answer in which every time is what the client's own clock shows then, or it could not reckon with it."""
        return self._told(value, self.wall)

    def inside(self, value: Any) -> Any:
        """The other way, for a request."""
        return self._told(value, lambda at: self._now + (at - self._begun) * self.speed)

    def _told(self, value: Any, turn: Callable[[float], float]) -> Any:
        if self._followed():
            return value
        if isinstance(value, datetime):
            return datetime.fromtimestamp(turn(value.timestamp()), UTC)
        if isinstance(value, dict):
            return {key: self._told(each, turn) for key, each in value.items()}
        return [self._told(each, turn) for each in value] if isinstance(value, list | tuple) else value

    def _followed(self) -> bool:
        return self.kind == "virtual" or self.speed == 1

    def move(self, now: float) -> None:
        """Raises ValueError backwards, and for the real clock."""
        if self.kind == "real":
            raise ValueError("the real clock moves by itself")
        if now < self._now:
            raise ValueError(f"the clock stands at {self._now} and does not go back to {now}")
        self._now = now
