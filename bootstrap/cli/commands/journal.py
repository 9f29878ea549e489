"""The command `journal`: entries of the named teams."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bootstrap.cli.commands.choice import Choice, opened_journal
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import event as event_file
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
    for pattern in choice.teams:
        if not any(_meant(each, pattern) for each in found):
            fix = msg("List all entries: {command}", command="event-bootstrap journal")
            raise BadInput([Problem("EB-525", msg("the journal has no entry for `{team}`", team=pattern), fix=fix)])
    if choice.teams:
        found = [each for each in found if any(_meant(each, pattern) for pattern in choice.teams)]
        accounts = {each.account_id for each in found}
        working = {account: holder for account, holder in working.items() if account in accounts}
    entries.show(choice.output, found[-last:] if last else found, working)


def _meant(entry: Action, pattern: str) -> bool:
    return entry.account_id == pattern or fnmatchcase(entry.team.casefold(), pattern.casefold())
