"""Accounts on hold: a command that writes is refused one that it names; all others say which accounts are on hold."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence

from bootstrap.engine.hold import Hold
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput, Problem, Troubled
from bootstrap.errors.message import msg
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report import problems
from bootstrap.report.translations import shown

# Their own output says it.
_SAY_IT_THEMSELVES = frozenset({RunKind.STATUS, RunKind.SERVE, RunKind.HOLD, RunKind.RELEASE, RunKind.SPEND})


def of(journal_path: str, event_name: str) -> dict[str, Hold]:
    """Return the event's holds by account id. Raises BadInput (EB-395) and Troubled (EB-523) as the journal does."""
    # SQL takes 0.1 s of CPU to load.
    from bootstrap.journal import holds, journal

    return holds.of(journal_path, event_name) if journal.exists(journal_path) else {}


def as_far_as_known(journal_path: str, event_name: str) -> dict[str, Hold]:
    """Return what `of` returns, for what only looks; of a journal that cannot be read nothing is known."""
    try:
        return of(journal_path, event_name)
    except Troubled:
        return {}


def checked(
    kind: RunKind, typed: Sequence[str], journal_path: str, event_name: str, accounts: Sequence[TeamAccount]
) -> dict[str, Hold]:
    """Say which of the accounts are on hold; return the event's holds by account id, as far as they are known.

    Raises BadInput (EB-735) if a command that writes names one in full.

    `typed`: names and patterns as a person typed them. Accounts that only a pattern means stay in the run, whose leases
    keep it away from them.
    """
    if kind in _SAY_IT_THEMSELVES:
        return {}
    try:
        held = of(journal_path, event_name)
    except Troubled as stop:
        if kind.writes:
            raise
        said = msg("note: it is not known which accounts are on hold: {why}", why=stop.problems[0].what)
        problems.print_to(sys.stderr, shown(said))
        return {}
    found = [(each, held[each.account_id]) for each in accounts if each.account_id in held]
    names = {each.casefold() for each in typed}
    named = [refused(each, hold) for each, hold in found if names & {each.account_id, each.team.casefold()}]
    if named and kind.writes:
        raise BadInput(named)
    for each, hold in found:
        problems.print_to(sys.stderr, shown(_said(kind, each, hold)))
    return held


def refuse(journal_path: str, event_name: str, accounts: Sequence[TeamAccount]) -> None:
    """Raise BadInput (EB-735) if one of the accounts is on hold."""
    held = of(journal_path, event_name)
    if found := [refused(each, held[each.account_id]) for each in accounts if each.account_id in held]:
        raise BadInput(found)


def refused(account: TeamAccount, hold: Hold) -> Problem:
    """Return the error EB-735: nothing is written to the account."""
    fix = msg("Agree with that person; then run {command}",
              command=f"event-bootstrap release {shlex.quote(account.team)}")  # fmt: skip
    return Problem("EB-735", msg("{team} is {hold}", team=account.team, hold=hold.words), account.where, fix=fix)


def _said(kind: RunKind, account: TeamAccount, hold: Hold) -> str:
    if kind.writes:
        return msg("note: {team} is {hold}; nothing is written there", team=account.team, hold=hold.words)
    return msg("note: {team} is {hold}", team=account.team, hold=hold.words)
