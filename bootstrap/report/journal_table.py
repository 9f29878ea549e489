"""The journal's entries, one line each."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from bootstrap.errors.message import msg
from bootstrap.report import documents, holds_table, problems, words
from bootstrap.report.journal_documents import AtWorkDocument, EntryDocument
from bootstrap.report.terminal import bare_table, writing
from bootstrap.report.translations import shown
from bootstrap.report.words import day_and_time, utc

if TYPE_CHECKING:
    from bootstrap.journal.holds import HeldAccount
    from bootstrap.journal.lease_rows import Holder
    from bootstrap.journal.past import Action

_HEADERS = (msg("when"), msg("who"), msg("command"), msg("team"), msg("account"), msg("outcome"), "")


def show(
    output: str, entries: Sequence[Action], working: Mapping[str, Holder], held: Sequence[HeldAccount] = ()
) -> None:
    """Write the entries on stdout, in their order. `working`: by account id, who is working on it now."""
    if output == "json":
        for each in entries:
            problems.print_to(sys.stdout, documents.dumps(_entry(each)))
        for account, holder in working.items():
            problems.print_to(sys.stdout, documents.dumps(_at_work(account, holder)))
        holds_table.show(output, held)
        return
    with writing(sys.stdout, output == "plain") as to:
        to.print(_table(entries) if entries else shown(msg("no entry yet")))
        for account, holder in working.items():
            teams = dict.fromkeys(each.team for each in entries if each.account_id == account)
            where = f"{next(reversed(teams), '')} {account}".strip()
            line = msg("working now: {actor} in {account}, {command} since {time}", actor=holder.actor, account=where,
                       command=holder.command, time=day_and_time(holder.since))  # fmt: skip
            to.print(Text(shown(line)), soft_wrap=True)
        for hold in held:
            to.print(Text(shown(holds_table.line(hold))), soft_wrap=True)


def _entry(action: Action) -> EntryDocument:
    return {
        "type": "entry",
        "at": utc(action.at),
        "actor": action.actor,
        "command": action.command,
        "event": action.event,
        "team": action.team,
        "account_id": action.account_id,
        "detail": action.detail,
        "outcome": action.outcome,
    }


def _at_work(account_id: str, holder: Holder) -> AtWorkDocument:
    return {
        "type": "at work",
        "account_id": account_id,
        "actor": holder.actor,
        "command": holder.command,
        "run": holder.run,
        "since": utc(holder.since),
    }


def _table(entries: Sequence[Action]) -> Table:
    table = bare_table()
    for place, header in enumerate(_HEADERS):
        table.add_column(shown(header), overflow="fold", no_wrap=place not in (1, len(_HEADERS) - 1))
    for each in entries:
        said = (each.actor, each.command, each.team, each.account_id, words.outcome(each.outcome), shown(each.detail))
        table.add_row(day_and_time(each.at)[:16], *map(Text, said))
    return table
