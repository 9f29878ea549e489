"""Shared knowledge of the accounts of one run with --peak: whether all their jobs train at last."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# Seconds after the first job in which every account should have started its own.
_START_WITHIN = 180.0
# Seconds from the start of the run to the first job: access, marker and baseline are looked at before.
_PREPARING = 300.0


class PeakState(StrEnum):
    """State of an account's jobs: some have not begun, all train, or none can any more."""

    STARTING = "starting"
    TRAINING = "training"
    OUT = "out"


@dataclass(slots=True)
class Gathering:
    """The jobs of a run, by account. Thread-safe; times in epoch seconds of the run's clock.

    `jobs`: jobs that each account is to run; `since`: the run's start; `seconds`: how long jobs may wait for capacity.
    """

    jobs: Mapping[str, int]
    seconds: float
    since: float = 0.0
    _states: dict[str, PeakState] = field(default_factory=dict)
    _first: float | None = None
    _over: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def token(self) -> str:
        """Part of the names of the run's jobs: the same job is never started twice."""
        return f"{int(self.since):x}"

    def tell(self, account_id: str, state: PeakState, now: float) -> None:
        """Note the state of an account's jobs."""
        with self._lock:
            self._first = now if self._first is None else self._first
            self._states[account_id] = state

    def over(self, now: float) -> float | None:
        """Return since when all jobs are to be stopped: all train, or none has come for the time set; None: not yet."""
        with self._lock:
            if self._over is None and self._ends(now):
                self._over = now
            return self._over

    def _ends(self, now: float) -> bool:
        if now >= self.since + _PREPARING + self.seconds:
            return True
        if self._first is None or PeakState.STARTING in self._states.values():
            return False
        return len(self._states) == len(self.jobs) or now >= self._first + _START_WITHIN
