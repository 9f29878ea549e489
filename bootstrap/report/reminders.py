"""What an organiser should do now, and has not done yet, from the event's agenda and its state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bootstrap.engine.outcomes import WELL, Result
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors.message import Message, counted, msg
from bootstrap.event.agenda import AgendaEntry, Duty
from bootstrap.journal.standing import Standing
from bootstrap.report.status_documents import ReminderDocument
from bootstrap.steps.step_id import StepKind, kind_of

_AHEAD = 3
_AFTER = frozenset({Duty.EVENING, Duty.SWEEP, Duty.ACCESS})
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
    """Return what is due and not done, as far as the journal shows. `now`: epoch seconds.

    What comes before the event is told three days ahead, what comes after it on its day, and alone from its hour on.
    """
    found, after = [], []
    for each in entries:
        today = datetime.fromtimestamp(now, UTC).astimezone(each.at.tzinfo)
        days = (each.at.date() - today.date()).days
        over = each.duty in _LASTS and today > each.at + _LASTS[each.duty]
        if days <= (0 if each.duty in _AFTER else _AHEAD) and not over and _OPEN[each.duty](standing):
            found.append(Reminder(each, days))
            after += found[-1:] if each.duty in _AFTER and each.at <= today else []
    return tuple(after or found)


def lines(found: Sequence[Reminder]) -> list[Message]:
    """Return a line for each, with its command; none if nothing is due."""
    return [msg("by date:"), *map(_line, found)] if found else []


def _line(found: Reminder) -> Message:
    entry = found.entry
    line = msg("  {day}  {when}: {what}", day=f"{entry.at:%Y-%m-%d}", when=found.when, what=entry.what)
    return msg("{line}: {command}", line=line, command=entry.command) if entry.command else line


def document(found: Reminder) -> ReminderDocument:
    """Return it for --output json."""
    entry = found.entry
    return {"type": "reminder", "duty": entry.duty.value, "at": entry.at.isoformat(), "days": found.days,
            "what": entry.what, "why": entry.why, "command": entry.command}  # fmt: skip


def _lacks_quotas(standing: Standing) -> bool:
    steps = [each for account in standing.summary.accounts for each in account.steps.items()]
    return any(each.state not in WELL for step, each in steps if kind_of(step) == StepKind.QUOTAS)


def _has_had(standing: Standing, *kinds: RunKind) -> bool:
    return bool(standing.done & set(kinds))


def _all(standing: Standing, result: Result) -> bool:
    return all(each.result is result for each in standing.summary.accounts)


def _requested(standing: Standing) -> bool:
    return _has_had(standing, RunKind.QUOTA_REQUESTS, RunKind.PROVISION)


def _prepared(standing: Standing) -> bool:
    """Return True if something was made for the event, and no sweep has begun to take it away."""
    swept = _has_had(standing, RunKind.SWEEP_APPLY, RunKind.STOP_APPLY)
    return _has_had(standing, RunKind.PROVISION) and not swept


def _unswept(standing: Standing) -> bool:
    return not _has_had(standing, RunKind.SWEEP_APPLY, RunKind.STOP_APPLY)


# What a duty is while it is not done.
_OPEN: Mapping[Duty, Callable[[Standing], bool]] = {
    Duty.QUOTAS: lambda standing: not _requested(standing) and _lacks_quotas(standing),
    Duty.OPEN_REQUESTS: lambda standing: _requested(standing) and _lacks_quotas(standing) and _unswept(standing),
    Duty.CHECK: lambda standing: not _has_had(standing, RunKind.PROVISION) and _unswept(standing),
    Duty.PROVISION: lambda standing: _unswept(standing) and not _all(standing, Result.READY),
    Duty.HANDOUTS: _prepared,
    Duty.MORNING: _prepared,
    Duty.EVENING: _prepared,
    Duty.SWEEP: lambda standing: _has_had(standing, RunKind.PROVISION) and not _all(standing, Result.CLEAN),
    Duty.ACCESS: lambda standing: _all(standing, Result.CLEAN),
}
