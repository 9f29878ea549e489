"""The command `journal`: entries of the named teams."""

from __future__ import annotations

from contextlib import closing
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bootstrap.cli.commands.choice import Choice, opened_journal
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import event as event_file
from bootstrap.journal.holds import HeldAccount, Holds
from bootstrap.report import journal_table as entries

if TYPE_CHECKING:
    from bootstrap.journal.past import Action


def show(choice: Choice, last: int | None) -> None:
    """Print the entries, or only the `last` newest. A team need not be in the roster any more.

    Raises BadInput: EB-408 if there is no journal, EB-525 for a team without an entry.
    """
    name = event_file.read(choice.event_path).name
    with opened_journal(choice) as journal:
        found = sorted((*journal.accounts_of_runs(name), *journal.actions(name)), key=lambda each: each.at)
        working = journal.at_work(name)
    held = _held(choice, name)
    for pattern in choice.teams:
        if not any(_meant(each, pattern) for each in found):
            fix = msg("List all entries: {command}", command="event-bootstrap journal")
            raise BadInput([Problem("EB-525", msg("the journal has no entry for `{team}`", team=pattern), fix=fix)])
    if choice.teams:
        found = [each for each in found if any(_meant(each, pattern) for pattern in choice.teams)]
        accounts = {each.account_id for each in found}
        working = {account: holder for account, holder in working.items() if account in accounts}
    entries.show(choice.output, found[-last:] if last else found, working, held)


def _held(choice: Choice, event_name: str) -> list[HeldAccount]:
    with closing(Holds(choice.journal_path, event_name)) as kept:
        found = kept.all()
    meant = (each for each in found if any(_named(each.team, each.account_id, pattern) for pattern in choice.teams))
    return list(meant) if choice.teams else found


def _meant(entry: Action, pattern: str) -> bool:
    return _named(entry.team, entry.account_id, pattern)


def _named(team: str, account_id: str, pattern: str) -> bool:
    return account_id == pattern or fnmatchcase(team.casefold(), pattern.casefold())
