"""Attempts to remove a thing: how often, when the next is due, what AWS said."""

from __future__ import annotations

from dataclasses import dataclass

from bootstrap.aws import errors as aws_errors
from bootstrap.errors import Refused
from bootstrap.errors.message import counted
from bootstrap.sweep import finality

_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0


@dataclass(slots=True)
class Tried:
    """Attempts on one thing. `next`: epoch seconds of the next; `note`: the last refusal; `final`: do not retry;
    `since`: when it was refused first, epoch seconds."""

    times: int = 0
    next: float = 0.0
    note: str = ""
    final: bool = False
    since: float | None = None

    def refused(self, error: Exception, now: float) -> None:
        """Record AWS's refusal and choose the next try. Only the next listing shows if the thing is gone."""
        self._again(now)
        self.note = error.detail if isinstance(error, Refused) else aws_errors.told(error)
        self.since = now if self.since is None else self.since
        self.final = finality.final(error, self.times, now - self.since)

    def sent(self, now: float) -> None:
        """Record a call that AWS accepted. It is repeated at growing intervals while the thing is still listed."""
        self._again(now)
        if self.times >= finality.MOST_TRIES:
            self.final, self.note = True, listed_again(self.times)

    def _again(self, now: float) -> None:
        self.times += 1
        self.next = now + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (self.times - 1))


def listed_again(times: int) -> str:
    """Say that removals were accepted, and what they removed is still there."""
    return counted("removed {count} time, but still listed", "removed {count} times, but still listed", times)
