"""Progress reports of long work on this machine."""

from __future__ import annotations

from collections.abc import Callable

# (what is being done, a message; how much is done; of how much, 0 if unknown, NOTICE for a sentence that stands alone)
Progress = Callable[[str, int, int], None]
NOTICE = -1


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""


def notice(progress: Progress, text: str) -> None:
    """Say a sentence that must not be missed, whenever the last one was."""
    progress(text, 0, NOTICE)
