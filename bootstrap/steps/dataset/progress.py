"""How long work on this machine tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

# (what is being done, how much is done, of how much; 0 when unknown)
Progress = Callable[[str, int, int], None]


def silent(what: str, done: int, total: int) -> None:
    """For who does not listen."""
