"""Find the accounts of the roster that match the typed names and patterns (* and ?)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.suggest import did_you_mean

_SHOWN = 12


def select(
    accounts: Sequence[TeamAccount],
    patterns: Sequence[str],
    among: Collection[str] | None = None,
    out_of_use: bool = False,
) -> tuple[TeamAccount, ...]:
    """Return the accounts whose team or account id matches any pattern, in the roster's order; no pattern: all.

    `among`: keep only these teams (for --failed). Without `out_of_use`, accounts that are only to be swept must be
    named in full. Raises BadInput (EB-401) for every pattern that matches nothing.
    """
    problems = [
        _unknown(pattern, accounts)
        for pattern in patterns
        if not any(meant(each.team, each.account_id, (pattern,)) for each in accounts)
    ]
    if problems:
        raise BadInput(problems)
    return tuple(
        each
        for each in accounts
        if (not patterns or meant(each.team, each.account_id, patterns))
        and (among is None or each.team in among)
        and (out_of_use or not each.out_of_use or any(_named(each, pattern) for pattern in patterns))
    )


def _named(account: TeamAccount, pattern: str) -> bool:
    return pattern.casefold() in (account.account_id, account.team.casefold())


def meant(team: str, account_id: str, patterns: Sequence[str]) -> bool:
    """Return True if a pattern matches the team or is the account id; also of accounts that left the roster."""
    return any(account_id == each or fnmatchcase(team.casefold(), each.casefold()) for each in patterns)


def _unknown(pattern: str, accounts: Sequence[TeamAccount]) -> Problem:
    teams = [each.team for each in accounts]
    some = ", ".join(teams[:_SHOWN]) + (" ..." if len(teams) > _SHOWN else "")
    what = did_you_mean(msg("no team of the roster is called `{pattern}`", pattern=pattern), pattern, teams)
    return Problem("EB-401", what, fix=msg("The teams are: {teams}", teams=some))
