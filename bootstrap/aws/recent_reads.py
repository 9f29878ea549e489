"""A cache of one account's recent reads."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar, cast

T = TypeVar("T")

_SECONDS = 10.0


class RecentReads:
    """By key; each is kept for 10 s of the clock. `fetched` is told that something was looked at anew."""

    def __init__(self, now: Callable[[], float], fetched: Callable[[], None]) -> None:
        self._now, self._told = now, fetched
        self._seen: dict[str, tuple[float, object]] = {}
        self._oldest = math.inf

    def read(self, key: str, fetch: Callable[[], T]) -> T:
        """`fetch()`, or what it gave before. What is made of other looks is as old as the oldest of them."""
        at, value = self._seen.get(key, (-_SECONDS * 2, None))
        if not 0 <= self._now() - at <= _SECONDS:
            at, value = self._fetch(fetch)
            self._seen = {name: kept for name, kept in self._seen.items() if self._now() - kept[0] <= _SECONDS}
            self._seen[key] = (at, value)
            self._told()
        self._oldest = min(self._oldest, at)
        return cast(T, value)

    def _fetch(self, fetch: Callable[[], T]) -> tuple[float, T]:
        around, self._oldest = self._oldest, self._now()
        try:
            value = fetch()
            return self._oldest, value
        finally:
            self._oldest = around

    def forget(self) -> None:
        self._seen = {}
