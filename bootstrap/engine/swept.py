"""The result of an account in a sweep."""

from __future__ import annotations

from collections.abc import Mapping

from bootstrap.engine.outcomes import NOT_REACHED, Result, StepResult
from bootstrap.engine.states import Outcome

# The step, and the codes for a sweep that could not look.
_STEP = "sweep"
_NOT_LOOKED = frozenset({"EB-504", "EB-518"})


def swept(result: Result, steps: Mapping[str, StepResult]) -> Result:
    """Return the result in a sweep's terms. An account that was not looked at completely is UNKNOWN."""
    if result in (Result.PLANNED, Result.ELSEWHERE):
        return result
    if result is Result.READY:
        return Result.CLEAN
    if any(each.state is Outcome.FAILED or each.code in _NOT_LOOKED for each in steps.values()):
        return Result.UNKNOWN
    looked = steps.get(_STEP, NOT_REACHED)
    return Result.LEFT if looked.at is not None and looked.state is not Outcome.SKIPPED else Result.UNKNOWN
