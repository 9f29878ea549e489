"""The command `journal`: entries of the named teams."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing

from bootstrap.cli.commands.choice import Choice, opened_journal
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import event as event_file
from bootstrap.event.roster.selection import meant
from bootstrap.event.suggest import did_you_mean
from bootstrap.journal.holds import HeldAccount, Holds
from bootstrap.report import journal_table as entries


def show(choice: Choice, last: int | None, parts: Collection[str] = ()) -> None:
    """Print the entries, or only the `last` newest. A team need not be in the roster any more.

    `parts`: the command's other uses, one of which a name that no team has may stand for.

    Raises BadInput: EB-408 if there is no journal, EB-525 for a team without an entry.
    """
    name = event_file.read(choice.event_path).name
    with opened_journal(choice) as journal:
        found = sorted((*journal.accounts_of_runs(name), *journal.actions(name)), key=lambda each: each.at)
        working = journal.at_work(name)
    held = _held(choice, name)
    for pattern in choice.teams:
        if not any(meant(each.team, each.account_id, (pattern,)) for each in found):
            what = msg("the journal has no entry for `{team}`", team=pattern)
            what = did_you_mean(what, pattern, (*parts, *(each.team for each in found if each.team)))
            fix = msg("List all entries: {command}", command="event-bootstrap journal")
            raise BadInput([Problem("EB-525", what, fix=fix)])
    if choice.teams:
        found = [each for each in found if meant(each.team, each.account_id, choice.teams)]
        accounts = {each.account_id for each in found}
        working = {account: holder for account, holder in working.items() if account in accounts}
    entries.show(choice.output, found[-last:] if last else found, working, held)


def _held(choice: Choice, event_name: str) -> list[HeldAccount]:
    with closing(Holds(choice.journal_path, event_name)) as kept:
        found = kept.all()
    return [each for each in found if not choice.teams or meant(each.team, each.account_id, choice.teams)]
