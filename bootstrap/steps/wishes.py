"""What a person asks of a run: which steps, and options of single steps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Narrow:
    """The selected steps, by kind ("quotas") or id ("stack:roles"). Without a selection, all steps.

    `start`: this step and every step that needs it. `bare`: without marker and baseline, in runs that create nothing
    that a sweep would have to delete.
    """

    only: tuple[str, ...] = ()
    start: str | None = None
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """Options that change what single steps do."""

    ask_again: bool = False
    retry: bool = False
    smoke_again: bool = False
    during_event: bool = False
