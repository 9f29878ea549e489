"""The state of one account, apart from moto's."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bootstrap.simulator.in_process import acting
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import draw

_ORDER = itertools.count()


@dataclass(eq=False)
class AccountState:
    """An account. Services store their state in `shelf(...)`; hold `lock` while using the account."""

    account_id: str
    region: str
    role_name: str
    external_id: str | None = None
    team: str = ""
    hub: bool = False
    bare: bool = False
    """True if it begins without its access role, so that somebody must deploy access.yaml."""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    broken: Exception | None = None
    """Error of a scheduled change that ran in the background; the next call raises it."""
    _shelves: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    _counts: Counter[str] = field(default_factory=Counter, repr=False)
    _due: list[tuple[float, int, Callable[[float], None]]] = field(default_factory=list, repr=False)

    def shelf(self, name: str) -> dict[str, Any]:
        """Return the named mutable dict, which lives as long as the world."""
        return self._shelves.setdefault(name, {})

    def count(self, what: str) -> int:
        """Count `what`; return 1 the first time, then 2, ..."""
        self._counts[what] += 1
        return self._counts[what]

    def draw(self, seed: int, what: str, bounds: tuple[float, float]) -> float:
        """Return a number between the bounds, independent of the order in which accounts are served."""
        return draw.uniform(*bounds, seed, self.account_id, what, self.count(f"draw:{what}"))

    def token(self, seed: int, what: str, length: int) -> str:
        """Return a new lower-case hexadecimal id."""
        return draw.token(length, seed, self.account_id, what, self.count(f"token:{what}"))

    def later(self, at: float, act: Callable[[float], None]) -> None:
        """Run `act(at)` at epoch second `at`, before any request after it."""
        heapq.heappush(self._due, (at, next(_ORDER), act))

    def advance(self, now: float) -> None:
        """Run everything that is due by `now`, in order of time."""
        if self.broken is not None:
            broken, self.broken = self.broken, None
            raise broken
        while self._due and self._due[0][0] <= now:
            at, _, act = heapq.heappop(self._due)
            acting.act_for(self.account_id, at)
            try:
                act(at)
            except Refusal as refusal:
                # As a Refusal it would become the answer to an unrelated request.
                raise RuntimeError(f"what was due at {at} was refused: {refusal}") from refusal
