"""The journal's entries of the teams that a person names."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bootstrap.cli.commands.choice import Choice, opened_journal
from bootstrap.errors import BadInput, Problem
from bootstrap.event import event as event_file

if TYPE_CHECKING:
    from bootstrap.journal.past import Action


def show(choice: Choice, last: int | None) -> None:
    """Print them, or the `last` newest of them. Teams need not be in the roster any more.

    Raises BadInput: EB-408 without a journal, EB-525 for a team of which it knows nothing.
    """
    from bootstrap.report import journal_table as entries

    name = event_file.read(choice.event_path).name
    with opened_journal(choice) as journal:
        found = sorted((*journal.accounts_of_runs(name), *journal.actions(name)), key=lambda each: each.at)
        working = journal.at_work(name)
    for pattern in choice.teams:
        if not any(_meant(each, pattern) for each in found):
            fix = "event-bootstrap journal shows whom it knows"
            raise BadInput([Problem("EB-525", f"the journal knows nothing of {pattern!r}", fix=fix)])
    if choice.teams:
        found = [each for each in found if any(_meant(each, pattern) for pattern in choice.teams)]
        accounts = {each.account_id for each in found}
        working = {account: holder for account, holder in working.items() if account in accounts}
    entries.show(choice.output, found[-last:] if last else found, working)


def _meant(entry: Action, pattern: str) -> bool:
    return entry.account_id == pattern or fnmatchcase(entry.team.casefold(), pattern.casefold())
