"""What the simulator holds of one account, moto's part apart."""

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
    """Modules keep their things on `shelf(...)`; `lock` is held by whoever works on the account."""

    account_id: str
    region: str
    role_name: str
    external_id: str | None = None
    team: str = ""
    hub: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    broken: Exception | None = None
    """What went wrong when nobody asked: whoever asks next is told."""
    _shelves: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    _counts: Counter[str] = field(default_factory=Counter, repr=False)
    _due: list[tuple[float, int, Callable[[float], None]]] = field(default_factory=list, repr=False)

    def shelf(self, name: str) -> dict[str, Any]:
        """A mutable dict that lives as long as the world."""
        return self._shelves.setdefault(name, {})

    def count(self, what: str) -> int:
        """1 for the first time that `what` is counted, then 2, ..."""
        self._counts[what] += 1
        return self._counts[what]

    def draw(self, seed: int, what: str, bounds: tuple[float, float]) -> float:
        """Does not depend on the order in which accounts are served."""
        return draw.uniform(*bounds, seed, self.account_id, what, self.count(f"draw:{what}"))

    def token(self, seed: int, what: str, length: int) -> str:
        """A new lower-case hexadecimal id."""
        return draw.token(length, seed, self.account_id, what, self.count(f"token:{what}"))

    def later(self, at: float, act: Callable[[float], None]) -> None:
        """Run `act(at)` at epoch second `at`, before any request after it."""
        heapq.heappush(self._due, (at, next(_ORDER), act))

    def advance(self, now: float) -> None:
        """Let everything happen that is due by `now`, in order of time."""
        if self.broken is not None:
            broken, self.broken = self.broken, None
            raise broken
        while self._due and self._due[0][0] <= now:
            at, _, act = heapq.heappop(self._due)
            acting.act_for(self.account_id, at)
            try:
                act(at)
            except Refusal as refusal:
                # It would become the answer to a request that has nothing to do with it.
                raise RuntimeError(f"what was due at {at} was refused: {refusal}") from refusal
