"""What reads were answered before the last changes, for reads that lag."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bootstrap.simulator.world.accounts import AccountState

_SHELF = "memories"


@dataclass(slots=True)
class Memory:
    """One request's answers. `past`: pairs in order of time: until when, and the answer until then.

    `ask(now)` gives the answer of now; `longest`: seconds for which past answers are kept.
    """

    ask: Callable[[float], Any]
    longest: float
    past: deque[tuple[float, Any]] = field(default_factory=deque)

    def changing(self, now: float) -> None:
        """Keep the answer of now, which holds until now: something is about to change."""
        while self.past and self.past[0][0] < now - self.longest:
            self.past.popleft()
        # All changes of one moment follow one answer.
        if not self.past or self.past[-1][0] < now:
            self.past.append((now, self.ask(now)))

    def at(self, moment: float, now: float) -> Any:
        """Return the answer of an earlier moment; of now, if nothing has changed since."""
        return next((answer for until, answer in self.past if until > moment), None) or self.ask(now)


def of(account: AccountState, service: str) -> dict[Any, Memory]:
    """Return the account's memories of a service's reads, by request."""
    kept: dict[Any, Memory] = account.shelf(_SHELF).setdefault(service, {})
    return kept


def changing(account: AccountState, service: str, now: float) -> None:
    """Note that something of the service is about to change in the account. The caller must hold its lock."""
    for memory in list(account.shelf(_SHELF).get(service, {}).values()):
        memory.changing(now)
