"""The steps that fix what the doctor found, in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bootstrap.event.names import Names
from bootstrap.steps import plan
from bootstrap.steps.materials import Materials
from bootstrap.steps.notebook_start import NotebookStartStep
from bootstrap.steps.plan import PlanEntry
from bootstrap.steps.quotas.step import QuotasStep
from bootstrap.steps.stack.revert import RevertStep
from bootstrap.steps.stack.step import StackStep
from bootstrap.steps.step_id import StepKind, kind_of, name_of, step_id
from bootstrap.steps.wishes import Narrow

_NOTEBOOK = "notebook"
# A step that fills a stack's resources runs after the stack is reverted.
_AFTER = {"materials": "revert:buckets", "notices": "revert:notifications"}
_ORDER = (
    *("marker", "baseline", "quotas", "scaling-role", "stack:buckets", "revert:buckets", "stack:roles", "revert:roles"),
    *("materials", "stack:notifications", "revert:notifications", "notices", "stack:workforce", "workforce"),
    *("stack:notebooks", "revert:notebooks", "notebook"),
)


def places(steps: Iterable[str]) -> tuple[str, ...]:
    """Return the steps in the order in which they run; steps of an organiser's own stacks come last."""

    def place(step: str) -> tuple[int, str]:
        known = [number for number, each in enumerate(_ORDER) if each in (step, kind_of(step))]
        return (known[0] if known else len(_ORDER), step)

    return tuple(sorted(steps, key=place))


@dataclass(frozen=True, slots=True)
class Repair:
    """`steps`: steps of a plan, "revert:NAME" for a stack with changes by hand, and "notebook".

    `only_show`: only create change sets and show them. `agreed`: the changes, besides additions, that the change sets
    may make; None: any. `asked`: the steps that may change what a team works in while the event is on.
    """

    steps: tuple[str, ...]
    only_show: bool = False
    agreed: frozenset[str] | None = None
    asked: frozenset[str] = frozenset()

    def entries(self, whole: Sequence[PlanEntry], names: Names, since: float) -> tuple[PlanEntry, ...]:
        """Return the repair's plan, dependencies first. `whole`: the account's plan. Quotas are only requested."""
        reverts = places(each for each in self.steps if kind_of(each) == StepKind.REVERT)
        steps = reverts if self.only_show else self.steps
        # Whoever repairs wants it to run now, whatever the hour: another step than the plan's.
        known = tuple(each.step.id for each in whole if each.step.id in steps and each.step.id != _NOTEBOOK)
        by_id = {each.step.id: each for each in whole}
        found = [_adapted(each, self, reverts) for each in plan.narrow(whole, Narrow(only=known or ("access",)))]
        for name in reverts:
            stack = by_id[step_id(StepKind.STACK, name_of(name))]
            if isinstance(stack.step, StackStep):
                step = RevertStep(stack.step.template, since, self.only_show, self.agreed)
                found.append(PlanEntry(step, ("access",), stack.labs))
        if _NOTEBOOK in steps:
            after = ("revert:roles", "revert:notebooks", "stack:notebooks", "access")
            found.append(PlanEntry(NotebookStartStep(names.notebook), after, by_id["stack:notebooks"].labs))
        return plan.in_order(found)


def _adapted(entry: PlanEntry, wanted: Repair, reverts: Sequence[str]) -> PlanEntry:
    """Return a step of the plan with the settings that repair gives it."""
    step = replace(entry.step, patience=0.0) if isinstance(entry.step, QuotasStep) else entry.step
    if isinstance(step, Materials | StackStep):
        step = replace(step, during_event=step.id in wanted.asked)
    after = _AFTER.get(entry.step.id)
    return PlanEntry(step, (*entry.needs, after) if after in reverts and after else entry.needs, entry.labs)
