"""The command `calendar`: the event's agenda as a file for calendar programs."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from bootstrap.cli.commands.choice import unwritable
from bootstrap.errors import BadInput
from bootstrap.errors.message import counted
from bootstrap.event import event as event_file
from bootstrap.event import private_file
from bootstrap.event.agenda import agenda
from bootstrap.report import calendar_file, problems
from bootstrap.report.translations import current, shown


def write(event_path: Path, out: Path | None) -> None:
    """Write the file to `out`, or to stdout. Raises BadInput: EB-409 if that fails, and as event.yaml."""
    event = event_file.read(event_path)
    entries = agenda(event.schedule)
    now = datetime.now(UTC)
    text = calendar_file.calendar(event, entries, now, current()).decode("utf-8")
    if out is None:
        sys.stdout.write(text)
        return
    try:
        private_file.write(out, text)
    except OSError as error:
        raise BadInput([unwritable(out, error)]) from None
    past = sum(each.at < now for each in entries)
    said = counted("wrote {path}: {count} entry, {past} of them in the past",
                   "wrote {path}: {count} entries, {past} of them in the past",
                   len(entries), path=out, past=past)  # fmt: skip
    problems.print_to(sys.stderr, shown(said))
