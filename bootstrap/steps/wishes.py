"""Wishes of a person for a run: the steps, and options of single steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from bootstrap.steps.smoke.gathering import Gathering


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
    """Options that change what single steps do.

    `cases_after`: open a support case for quota requests that hang for so many seconds; None: open none.
    `notebooks`: the step that starts notebooks is in the plan though event.yaml does not ask for it; `notebooks_named`:
    a person named it. `peak`: run the jobs of the day's peak instead of the smoke job.
    """

    ask_again: bool = False
    retry: bool = False
    smoke_again: bool = False
    during_event: bool = False
    cases_after: float | None = None
    notebooks: bool = False
    notebooks_named: bool = False
    peak: Gathering | None = field(default=None, compare=False)
