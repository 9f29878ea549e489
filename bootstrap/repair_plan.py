"""What the doctor found -> the steps that mend it, in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bootstrap import plan
from bootstrap.names import Names
from bootstrap.plan import Entry, Narrow
from bootstrap.steps.notebook_start import NotebookStartStep
from bootstrap.steps.quotas import QuotasStep
from bootstrap.steps.revert import RevertStep
from bootstrap.steps.stack import StackStep

_REVERT = "revert:"
_NOTEBOOK = "notebook"
# What comes after a stack comes after its drift was reverted.
_AFTER = {"stack:buckets": "revert:buckets", "stack:notifications": "revert:notifications"}


_ORDER = (
    *("marker", "baseline", "quotas", "scaling-role", "stack:buckets", "revert:buckets", "stack:roles", "revert:roles"),
    *("materials", "stack:notifications", "revert:notifications", "notices", "stack:workforce", "workforce"),
    *("stack:notebooks", "revert:notebooks", "notebook"),
)


def places(steps: Iterable[str]) -> tuple[str, ...]:
    """The steps as they come after each other; those of stacks of one's own last."""

    def place(step: str) -> tuple[int, str]:
        known = [number for number, each in enumerate(_ORDER) if each in (step, step.split(":")[0])]
        return (known[0] if known else len(_ORDER), step)

    return tuple(sorted(steps, key=place))


@dataclass(frozen=True, slots=True)
class Repair:
    """`steps`: those of a plan, "revert:NAME" for a stack of which something was changed by hand, and "notebook".

    `only_show`: change sets are made, to be shown, and nothing else. `agreed`: what they may change besides adding;
    None: whatever they do.
    """

    steps: tuple[str, ...]
    only_show: bool = False
    agreed: frozenset[str] | None = None


def entries(whole: Sequence[Entry], wanted: Repair, names: Names, since: float) -> tuple[Entry, ...]:
    """`whole`: the account's plan. Needs before what needs them; quotas are requested, and not waited for."""
    reverts = {each for each in wanted.steps if each.startswith(_REVERT)}
    steps = tuple(reverts) if wanted.only_show else wanted.steps
    known = [each for each in whole if each.step.id in steps]
    chosen = plan.narrow(whole, Narrow(only=tuple(each.step.id for each in known) or ("access",)))
    stacks = {each.step.id: each for each in whole}
    found = [_patient(each, reverts) for each in chosen]
    for name in reverts:
        stack = stacks[name.replace(_REVERT, "stack:")]
        if isinstance(stack.step, StackStep):
            step = RevertStep(stack.step.rendered, since, wanted.only_show, wanted.agreed)
            found.append(Entry(step, ("access",), stack.labs))
    if _NOTEBOOK in steps:
        after = ("revert:roles", "revert:notebooks", "stack:notebooks", "access")
        found.append(Entry(NotebookStartStep(names.notebook), after,
                           stacks["stack:notebooks"].labs))  # fmt: skip
    return plan.in_order(found)


def _patient(entry: Entry, reverts: set[str]) -> Entry:
    also = tuple(_AFTER[need] for need in _stacks_before(entry) if _AFTER.get(need) in reverts)
    step = replace(entry.step, patience=0.0) if isinstance(entry.step, QuotasStep) else entry.step
    return Entry(step, entry.needs + also, entry.labs)


def _stacks_before(entry: Entry) -> tuple[str, ...]:
    return {"materials": ("stack:buckets",), "notices": ("stack:notifications",)}.get(entry.step.id, ())
