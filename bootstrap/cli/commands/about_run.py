"""The plan of a run, made without AWS: for runs, `status` and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from bootstrap.cli.commands.choice import Choice
from bootstrap.engine.outcomes import PlannedAccount, RunPlan
from bootstrap.event.event import Event
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import plan
from bootstrap.steps.plan import PlanEntry
from bootstrap.steps.wishes import Narrow

if TYPE_CHECKING:
    from bootstrap.cli.commands.place import Place


def about(choice: Choice, event: Event, accounts: tuple[PlannedAccount, ...], place: Place | None = None) -> RunPlan:
    """Return what the views and the journal are told of a run before it starts; without `place`, nothing will run."""
    return RunPlan(
        place.run if place else "",
        choice.kind,
        event.name,
        place.clock.now() if place else 0.0,
        accounts,
        whole=choice.narrow == Narrow() and choice.repair is None,
        scenario=place.scenario if place else None,
        version=version("event-bootstrap"),
        pending=choice.pending if choice.kind.looks else None,
    )


def planned_of(choice: Choice, event: Event, account: TeamAccount, entries: Sequence[PlanEntry]) -> PlannedAccount:
    """Return what the run visits in the account. A sweep is about no lab."""
    made = plan.planned(event, account, entries)
    return replace(made, labs=(), sweeps=not choice.sweep.stop_only) if choice.sweep else made
