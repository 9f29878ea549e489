"""The changes that an import makes in the roster: a line for each account, marked as in a diff."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TextIO

from rich.table import Table
from rich.text import Text

from bootstrap.errors.message import counted, joined, msg
from bootstrap.event.roster.merge import Change, Merge
from bootstrap.report import documents, problems, readiness
from bootstrap.report.roster_documents import AccountsDocument
from bootstrap.report.translations import shown

_MARKS = {Change.NEW: "+", Change.CHANGED: "~", Change.SAME: "=", Change.MISSING: "?", Change.KEPT_OUT: "-"}
_ORDER = (Change.NEW, Change.CHANGED, Change.MISSING, Change.KEPT_OUT)


def show(merge: Merge, stream: TextIO) -> None:
    """Write the differences and their numbers. Rows that stay as they are have no line of their own."""
    to = readiness.console(stream, plain=True)
    if any(each.change is not Change.SAME for each in merge.differences):
        with to.capture() as text:
            to.print(_table(merge))
        readiness.put(stream, text.get())
    for line in lines(merge):
        problems.print_to(stream, shown(line))


def _table(merge: Merge) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for change in _ORDER:
        for each in merge.differences:
            if each.change is change:
                detail = msg("not in the source; its row stays") if change is Change.MISSING else each.detail
                table.add_row(_MARKS[change], *map(Text, (each.team, each.account_id, shown(detail))))
    return table


def lines(merge: Merge) -> Iterator[str]:
    """Yield the sentences below the table."""
    if merge.example:
        yield counted("{count} example row of `init` is left out", "{count} example rows of `init` are left out",
                      merge.example)  # fmt: skip
    found = {
        Change.NEW: counted("+ {count} new", "+ {count} new", merge.count(Change.NEW)),
        Change.CHANGED: counted("~ {count} changed", "~ {count} changed", merge.count(Change.CHANGED)),
        Change.SAME: counted("= {count} as before", "= {count} as before", merge.count(Change.SAME)),
        Change.MISSING: counted("? {count} not in the source", "? {count} not in the source",
                                merge.count(Change.MISSING)),
        Change.KEPT_OUT: counted("- {count} kept out", "- {count} kept out", merge.count(Change.KEPT_OUT)),
    }  # fmt: skip
    yield joined(", ", [words for change, words in found.items() if merge.count(change)])


def document(merge: Merge, roster: str, kept: str | None, written: bool) -> str:
    """Return the line of JSON. `kept`: the file with the roster as it was before."""
    made: AccountsDocument = {
        "type": "accounts",
        "roster": roster,
        "written": written,
        "kept": kept,
        "accounts": [
            {"change": each.change.value, "team": each.team, "account_id": each.account_id,
             "detail": str(each.detail)}
            for each in merge.differences
        ],
    }  # fmt: skip
    return documents.dumps(made)


def print_document(merge: Merge, roster: str, kept: str | None, written: bool) -> None:
    """Write the line of JSON on stdout."""
    problems.print_to(sys.stdout, document(merge, roster, kept, written))
