"""Progress reports of long work on this machine."""

from __future__ import annotations

from collections.abc import Callable

# (what is being done, a message; how much is done; of how much, 0 if unknown)
Progress = Callable[[str, int, int], None]


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""
