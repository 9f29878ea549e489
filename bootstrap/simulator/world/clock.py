"""The simulated clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

ClockKind = Literal["virtual", "real"]


class WorldClock:
    """A virtual clock changes only when `move` sets it forward. A real one runs from `start`, `speed` times as fast."""

    def __init__(self, kind: ClockKind, start: float | None, speed: float = 1.0) -> None:
        self.kind, self.speed = kind, speed
        self._begun, self._ticks = time.time(), time.monotonic()
        self._now = self._begun if start is None else start

    def now(self) -> float:
        """Return the time in epoch seconds."""
        if self.kind == "virtual":
            return self._now
        return self._now + (time.monotonic() - self._ticks) * self.speed

    def wall(self, at: float) -> float:
        """Return what the client's clock shows at simulated time `at`. Clients of a virtual clock follow it."""
        return at if self._followed() else self._begun + (at - self._now) / self.speed

    def outside(self, value: Any) -> Any:
        """Convert all times in an answer to the client's clock, so that the client can compare them with its own."""
        return self._told(value, self.wall)

    def inside(self, value: Any) -> Any:
        """Convert all times in a request to the simulated clock."""
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
        """Set a virtual clock. Raises ValueError if it would go back, or if the clock is real."""
        if self.kind == "real":
            raise ValueError("a real clock cannot be set")
        if now < self._now:
            raise ValueError(f"the clock is at {self._now} and cannot go back to {now}")
        self._now = now
