"""Usual duration of each step, in seconds: for the time left of a run, never for a decision.

Stacks name their own time in the template. What `calibrate` measured in these accounts wins over the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from bootstrap.errors import BadInput
from bootstrap.reading import yaml_file
from bootstrap.steps.stack.step import StackStep
from bootstrap.steps.step import Step
from bootstrap.steps.step_id import StepKind, kind_of

# The file that `calibrate` writes beside event.yaml.
MEASURED = "scenario-measured.yaml"
_OTHERS = 30.0
# By kind, for a new account; unverified but for stacks and jobs. A sweep's steps stand here, too: their time depends on
# what a team left behind, most of all on endpoints and notebooks that end within minutes.
_KINDS: Mapping[str, float] = {
    "access": 2.0, "marker": 2.0, "baseline": 15.0, "unused-stacks": 2.0, "scaling-role": 5.0, "materials": 30.0,
    "notices": 5.0, "notebook": 200.0, "workforce": 30.0, "smoke": 400.0, "peak": 600.0, "trail": 60.0, "sweep": 420.0,
    "elsewhere": 60.0, "audit": 5.0, "forget": 5.0,
}  # fmt: skip
# Step, or kind of step -> the keys of a scenario whose durations make up its own.
_MEASURES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "stack:notebooks": (("stacks", "with_notebook_seconds"), ("notebooks", "start_seconds")),
    "notebook": (("notebooks", "start_seconds"),),
    "stack": (("stacks", "create_seconds"),),
    "workforce": (("workforce", "start_seconds"),),
    "smoke": (("training", "seconds"),),
}


def seconds(step: Step, folder: Path) -> float | None:
    """Return how long the step usually takes in a new account; None if AWS decides, as on a quota.

    `folder`: that of event.yaml.
    """
    kind = kind_of(step.id)
    if kind == StepKind.QUOTAS:
        return None
    measured = _measured(folder / MEASURED)
    for key in (step.id, kind):
        if key in measured:
            return measured[key]
    if isinstance(step, StackStep):
        return float(step.template.typical_seconds)
    return _KINDS.get(kind, _OTHERS)


@lru_cache(maxsize=4)
def _measured(path: Path) -> Mapping[str, float]:
    """Return the seconds by step or kind that the file tells; none if it is damaged, for nothing hangs on it."""
    if not path.is_file():
        return {}
    try:
        values = yaml_file.read(path, path.name).values
    except BadInput:
        return {}
    found = {}
    for step, keys in _MEASURES.items():
        parts = [middle for key in keys if (middle := _middle(values, *key)) is not None]
        if len(parts) == len(keys):
            found[step] = sum(parts)
    return found


def _middle(values: Any, part: str, name: str) -> float | None:
    spread = values.get(part) if isinstance(values, Mapping) else None
    ends = spread.get(name) if isinstance(spread, Mapping) else None
    if not isinstance(ends, list) or len(ends) != 2 or not all(isinstance(each, int | float) for each in ends):
        return None
    return sum(ends) / 2
