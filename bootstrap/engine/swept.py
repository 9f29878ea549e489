"""How an account ended that was swept."""

from __future__ import annotations

from collections.abc import Mapping

from bootstrap.engine.outcomes import NOT_REACHED, Result, StepResult
from bootstrap.engine.states import Outcome

# The step, and the code of its not having been able to look.
_STEP = "sweep"
_NOT_LOOKED = frozenset({"EB-504"})


def swept(result: Result, steps: Mapping[str, StepResult]) -> Result:
    """The same in a sweep's words. What was not looked at whole is unknown, whatever else was found."""
    if result is Result.PLANNED:
        return result
    if result is Result.READY:
        return Result.CLEAN
    if any(each.state is Outcome.FAILED or each.code in _NOT_LOOKED for each in steps.values()):
        return Result.UNKNOWN
    looked = steps.get(_STEP, NOT_REACHED)
    return Result.LEFT if looked.at is not None and looked.state is not Outcome.SKIPPED else Result.UNKNOWN
