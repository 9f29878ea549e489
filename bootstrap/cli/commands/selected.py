"""Say which steps --step or --from selected, and that none depends on one: `--from stack:notebooks` runs it alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from bootstrap.errors.message import msg
from bootstrap.report import problems
from bootstrap.report.translations import shown
from bootstrap.steps import plan
from bootstrap.steps.plan import PlanEntry
from bootstrap.steps.step_id import kind_of
from bootstrap.steps.wishes import Narrow


def say_selected(wanted: Narrow, asked: Iterable[Sequence[PlanEntry]]) -> None:
    """Write it on stderr, once for all accounts; nothing without a selection of a person's."""
    if (wanted.only or wanted.start) and not wanted.bare:
        problems.print_to(sys.stderr, shown(selected(wanted, asked)))


def selected(wanted: Narrow, asked: Iterable[Sequence[PlanEntry]]) -> str:
    """Return "steps: access, marker, baseline, smoke; no step depends on smoke"."""
    steps = list(dict.fromkeys(each.step.id for entries in asked for each in entries))
    said = msg("steps: {steps}", steps=", ".join(steps))
    start = wanted.start
    begun = [each for each in steps if start in (each, kind_of(each))]
    if start is None or set(steps) - set(begun) - plan.ALWAYS - set(wanted.only):
        return said
    return msg("{steps}; no step depends on {start}", steps=said, start=start)
