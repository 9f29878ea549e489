"""Runs that work with a journal now, of any event: those with leases, and unfinished ones heard of a moment ago."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from bootstrap.errors import Problem
from bootstrap.errors.message import msg
from bootstrap.journal import operators
from bootstrap.journal.lease_rows import now
from bootstrap.journal.tables import events, leases, runs

# Seconds. A run that only reads has no lease; it records an event at least so often.
_SILENT = 300.0


@dataclass(frozen=True, slots=True)
class LiveRun:
    """A run that goes on, as far as the journal can tell. `since`: epoch seconds."""

    event: str
    command: str
    actor: str
    since: float

    def in_the_way(self, fix: str) -> Problem:
        """Return the error of a command that cannot change the journal while the run goes on (EB-698)."""
        what = msg("{actor} works with this journal: {command} in {event}", actor=self.actor, command=self.command,
                   event=self.event)  # fmt: skip
        return Problem("EB-698", what, fix=fix)


def live(connection: sa.Connection) -> tuple[LiveRun, ...]:
    """Return the runs that go on, of every event in the journal, the oldest first."""
    found: dict[str, LiveRun] = {}
    lapsed: set[str] = set()
    clock = connection.execute(sa.select(now())).scalar_one()
    for row in connection.execute(sa.select(leases).where(leases.c.token != "")):
        if row.until > clock and not operators.gone(row.machine, row.pid):
            found.setdefault(row.run, LiveRun(row.event, row.command, row.actor, row.since))
        else:
            lapsed.add(row.run)
    heard = sa.select(sa.func.max(events.c.at)).where(events.c.run == runs.c.id).scalar_subquery()
    for row in connection.execute(sa.select(runs, heard.label("heard")).where(runs.c.ended.is_(None))):
        if row.id not in found and row.id not in lapsed and clock - max(row.started, row.heard or 0.0) < _SILENT:
            found[row.id] = LiveRun(row.event, row.command, row.actor, row.started)
    return tuple(sorted(found.values(), key=lambda each: each.since))
