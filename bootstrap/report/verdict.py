"""A run in one sentence, and in a few figures: how many teams are ready, and how many spare accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bootstrap.engine.outcomes import AccountResult, Result, RunPlan, Summary
from bootstrap.errors.message import Message, counted
from bootstrap.report import words

_WELL = (Result.READY, Result.CLEAN)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of a run: those of teams, and those that no team has yet."""

    teams: Sequence[AccountResult]
    spares: Sequence[AccountResult]

    @classmethod
    def of(cls, plan: RunPlan, summary: Summary) -> Accounts:
        """Return them as the plan tells them apart."""
        spares = {(each.team, each.account_id) for each in plan.accounts if each.spare}
        teams = [each for each in summary.accounts if (each.team, each.account_id) not in spares]
        return cls(teams, [each for each in summary.accounts if (each.team, each.account_id) in spares])


def well(accounts: Sequence[AccountResult]) -> int:
    """Return how many are ready or clean."""
    return sum(each.result in _WELL for each in accounts)


def sentence(plan: RunPlan, summary: Summary) -> Message:
    """Return how the run ended for the teams; for the spare accounts if only those are not well."""
    found = Accounts.of(plan, summary)
    teams, spares = len(found.teams), len(found.spares)
    if not teams or summary.result in (Result.STOPPED, Result.ELSEWHERE):
        return words.message(summary.result)
    if summary.result is Result.PLANNED:
        number = sum(each.result is Result.PLANNED for each in summary.accounts)
        return counted("{count:,} of {total:,} accounts would be changed",
                       "{count:,} of {total:,} accounts would be changed", number, total=teams + spares)  # fmt: skip
    if plan.kind.sweeps and (ill := teams + spares - well(summary.accounts)):
        return counted("{count:,} of {total:,} accounts is not clean",
                       "{count:,} of {total:,} accounts are not clean", ill, total=teams + spares)  # fmt: skip
    if ill := teams - well(found.teams):
        return counted("{count:,} of {total:,} teams is not ready", "{count:,} of {total:,} teams are not ready", ill,
                       total=teams)  # fmt: skip
    if ill := spares - well(found.spares):
        return counted(
            "All teams are ready, {count:,} of {total:,} spare accounts is not",
            "All teams are ready, {count:,} of {total:,} spare accounts are not", ill, total=spares,
        )  # fmt: skip
    if summary.result is Result.CLEAN:
        return counted("{count:,} account is clean", "All {count:,} accounts are clean", teams + spares)
    if summary.result is Result.READY:
        return counted("{count:,} team is ready", "All {count:,} teams are ready", teams)
    return words.message(summary.result)


def longest(accounts: Sequence[AccountResult], began: float) -> float | None:
    """Return the seconds until the last of the accounts was ready; None if none is. `began`: of the run, epoch s."""
    ends = [max((step.at or began for step in each.steps.values()), default=began) for each in accounts
            if each.result is Result.READY]  # fmt: skip
    return max(ends) - began if ends else None
