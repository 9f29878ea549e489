"""The report of `journal copy`: one line for each table, with the digest by which it was compared."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from bootstrap.errors.message import counted, msg
from bootstrap.report import documents, problems, readiness
from bootstrap.report.journal_documents import CopiedDocument
from bootstrap.report.translations import shown

if TYPE_CHECKING:
    from bootstrap.journal.copying import Copied

_DIGITS = 12
_NUMBERS = (1, 2)


def show(output: str, done: Copied, source: str, target: str) -> None:
    """Write on stdout what was copied. `source`, `target`: without passwords."""
    if output == "json":
        problems.print_to(sys.stdout, documents.dumps(_document(done, source, target)))
        return
    to = readiness.console(sys.stdout, output == "plain")
    with to.capture() as text:
        to.print(_table(done))
        for line in _lines(done, source, target):
            to.print(Text(shown(line)), soft_wrap=True)
    readiness.put(sys.stdout, text.get())


def _lines(done: Copied, source: str, target: str) -> list[str]:
    rows, changed = sum(each.rows for each in done.tables), sum(each.changed for each in done.tables)
    lines: list[str] = [
        counted("{count:,} entry is in {target}; both journals have the same digests",
                "{count:,} entries are in {target}; both journals have the same digests", rows, target=target),
        counted("{count:,} of them was new or changed", "{count:,} of them were new or changed", changed),
    ]  # fmt: skip
    lines += [
        msg("still running: {actor}, {command} in {event}; what it records from now on is not in the copy",
            actor=each.actor, command=each.command, event=each.event) for each in done.live
    ]  # fmt: skip
    if done.moved:
        lines.append(msg("{source} was moved: commands that name it are told the new place", source=source))
    else:
        lines.append(msg("{source} stays in use until --journal or EVENT_BOOTSTRAP_JOURNAL names the copy",
                         source=source))  # fmt: skip
    return lines


def _table(done: Copied) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for header, justify in (
        (msg("table"), "left"),
        (msg("entries"), "right"),
        (msg("new"), "right"),
        ("SHA-256", "left"),
    ):
        table.add_column(shown(header), justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for each in done.tables:
        table.add_row(each.name, f"{each.rows:,}", f"{each.changed:,}", each.digest[:_DIGITS])
    return table


def _document(done: Copied, source: str, target: str) -> CopiedDocument:
    return {
        "type": "journal copied",
        "source": source,
        "target": target,
        "moved": done.moved,
        "tables": [
            {"table": each.name, "entries": each.rows, "changed": each.changed, "sha256": each.digest}
            for each in done.tables
        ],
        "running": [{"event": each.event, "command": each.command, "actor": each.actor} for each in done.live],
    }
