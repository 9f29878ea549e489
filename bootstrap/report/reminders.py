"""What an organiser should do now, and has not done yet, from the event's agenda and its state."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bootstrap.engine.outcomes import WELL, Result
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors.message import Message, counted, msg
from bootstrap.event.agenda import AgendaEntry, Duty
from bootstrap.journal.standing import Standing
from bootstrap.report import documents
from bootstrap.report.documents import ReminderDocument
from bootstrap.report.translations import shown
from bootstrap.steps.step_id import StepKind, kind_of

_SOON = timedelta(days=3)
# A state that the tool cannot see, such as a card that was printed: reminded of until then, and no longer.
_LASTS = {Duty.CHECK: timedelta(days=1), Duty.HANDOUTS: timedelta(days=1), Duty.MORNING: timedelta(hours=6),
          Duty.ACCESS: timedelta(days=30)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reminder:
    """An entry of the agenda that is due. `days`: calendar days from today to its day; negative: so many days late."""

    entry: AgendaEntry
    days: int

    @property
    def when(self) -> Message:
        """Return "today", "in 2 days" or "4 days late"."""
        if self.days == 0:
            return msg("today")
        if self.days > 0:
            return counted("in {count} day", "in {count} days", self.days)
        return counted("{count} day late", "{count} days late", -self.days)


def due(entries: Iterable[AgendaEntry], standing: Standing, now: float) -> tuple[Reminder, ...]:
    """Return what is due within three days, or late, and not done as far as the journal shows. `now`: epoch seconds."""
    found = []
    for each in entries:
        today = datetime.fromtimestamp(now, UTC).astimezone(each.at.tzinfo)
        over = each.duty in _LASTS and today > each.at + _LASTS[each.duty]
        if today + _SOON >= each.at and not over and _OPEN[each.duty](standing):
            found.append(Reminder(each, (each.at.date() - today.date()).days))
    # What comes after the event replaces what was to be done before it.
    after = [each for each in found if each.entry.duty in _AFTER and each.days <= 0]
    return tuple(after or found)


_AFTER = frozenset({Duty.EVENING, Duty.SWEEP, Duty.ACCESS})


def show(output: str, found: Sequence[Reminder]) -> None:
    """Write a line for each on stdout; with `output` "json" a document. Nothing if nothing is due."""
    if output == "json":
        for each in found:
            sys.stdout.write(documents.dumps(_document(each)) + "\n")
    elif found:
        sys.stdout.write(f"{shown(msg('by date:'))}\n")
        for each in found:
            entry = each.entry
            line = msg("  {day}  {when}: {what}", day=f"{entry.at:%Y-%m-%d}", when=each.when, what=entry.what)
            sys.stdout.write(f"{shown(line)}{f': {entry.command}' if entry.command else ''}\n")


def _document(found: Reminder) -> ReminderDocument:
    entry = found.entry
    return {"type": "reminder", "duty": entry.duty.value, "at": entry.at.isoformat(), "days": found.days,
            "what": entry.what, "why": entry.why, "command": entry.command}  # fmt: skip


def _quotas_missing(standing: Standing) -> bool:
    """Return True if an account lacks a quota, or was never asked."""
    for account in standing.summary.accounts:
        steps = [each for step, each in account.steps.items() if kind_of(step) == StepKind.QUOTAS]
        if any(each.state not in WELL for each in steps):
            return True
    return False


def _never(*kinds: RunKind) -> Callable[[Standing], bool]:
    return lambda standing: not standing.done & set(kinds)


def _any(*results: Result) -> Callable[[Standing], bool]:
    return lambda standing: any(each.result in results for each in standing.summary.accounts)


def _none_swept(standing: Standing) -> bool:
    return not standing.done & {RunKind.SWEEP_APPLY, RunKind.STOP_APPLY}


_OPEN: Mapping[Duty, Callable[[Standing], bool]] = {
    Duty.QUOTAS: lambda standing: (
        _never(RunKind.QUOTA_REQUESTS, RunKind.PROVISION)(standing) and _quotas_missing(standing)
    ),
    Duty.OPEN_REQUESTS: lambda standing: (
        not _never(RunKind.QUOTA_REQUESTS, RunKind.PROVISION)(standing) and _quotas_missing(standing)
    ),
    Duty.CHECK: lambda standing: _never(RunKind.PROVISION)(standing),
    Duty.PROVISION: lambda standing: (
        _none_swept(standing) and any(each.result is not Result.READY for each in standing.summary.accounts)
    ),
    Duty.HANDOUTS: _none_swept,
    Duty.MORNING: _none_swept,
    Duty.EVENING: lambda standing: bool(standing.done & {RunKind.PROVISION}) and _none_swept(standing),
    Duty.SWEEP: lambda standing: (
        bool(standing.done & {RunKind.PROVISION}) and any(
            each.result is not Result.CLEAN for each in standing.summary.accounts
        )
    ),
    Duty.ACCESS: lambda standing: all(each.result is Result.CLEAN for each in standing.summary.accounts),
}  # fmt: skip
