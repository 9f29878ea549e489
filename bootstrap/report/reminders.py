"""Things that an organiser should do now and has not done yet, from the event's agenda and its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bootstrap.engine.outcomes import WELL, Result, StepResult
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors.message import Message, counted, msg
from bootstrap.event.agenda import AgendaEntry, Duty, agenda
from bootstrap.event.settings import Schedule
from bootstrap.journal.standing import Standing
from bootstrap.report.status_documents import ReminderDocument
from bootstrap.steps.quotas.standing import QuotaStanding
from bootstrap.steps.step_id import StepKind, kind_of

_AHEAD = 3
_AFTER = frozenset({Duty.EVENING, Duty.SWEEP, Duty.ACCESS})
# A state that the tool cannot see, such as a card that was printed: reminded of until then, and no longer.
_LASTS = {Duty.CHECK: timedelta(days=1), Duty.HANDOUTS: timedelta(days=1), Duty.MORNING: timedelta(hours=6),
          Duty.ACCESS: timedelta(days=30)}  # fmt: skip

_MARKER = "marker"


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


def due(schedule: Schedule, standing: Standing, now: float) -> tuple[Reminder, ...]:
    """Return what is due and not done in every account, as far as the journal shows. `now`: epoch seconds.

    What comes before the event is told from three days ahead until it opens; what comes after it on its day, and alone
    from its hour on.
    """
    found, after = [], []
    for each in agenda(schedule):
        today = datetime.fromtimestamp(now, UTC).astimezone(each.at.tzinfo)
        days = (each.at.date() - today.date()).days
        over = each.duty in _LASTS and today > each.at + _LASTS[each.duty]
        over = over or (each.all_day and today >= schedule.opens)
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


# The kinds of runs that an event has had do not tell in which accounts: each account's own state does.


def _lacking(standing: Standing) -> Iterator[StepResult]:
    """Yield the quota steps that are not ready. After a sweep nothing is known of an account's quotas."""
    for account in standing.summary.accounts:
        yield from (each for step, each in account.steps.items()
                    if kind_of(step) == StepKind.QUOTAS and each.state not in WELL)  # fmt: skip


def _requested(step: StepResult) -> bool:
    """Return False if nothing shows that a quota was requested. Some regions take only two requests at a time."""
    standings = {row.get("standing") for row in step.facts.get("quotas", ())}
    return bool(standings) and (QuotaStanding.WAITING in standings or QuotaStanding.ASK not in standings)


def _begun(standing: Standing) -> bool:
    """Return True if every account has its marker, which is the first that a preparation makes."""
    markers = [account.steps.get(_MARKER) for account in standing.summary.accounts]
    return all(each is not None and each.state in WELL for each in markers)


def _all(standing: Standing, *results: Result) -> bool:
    return all(each.result in results for each in standing.summary.accounts)


def _has_more_than(standing: Standing, *results: Result) -> bool:
    """Return True if something was made for the event, and not every account has one of these results since."""
    return RunKind.PROVISION in standing.done and not _all(standing, *results)


# What a duty is while it is not done.
_OPEN: Mapping[Duty, Callable[[Standing], bool]] = {
    Duty.QUOTAS: lambda standing: not all(map(_requested, _lacking(standing))),
    Duty.OPEN_REQUESTS: lambda standing: any(map(_requested, _lacking(standing))),
    Duty.CHECK: lambda standing: not _begun(standing),
    Duty.PROVISION: lambda standing: not _all(standing, Result.READY, Result.STOPPED),
    Duty.HANDOUTS: lambda standing: _has_more_than(standing, Result.CLEAN),
    Duty.MORNING: lambda standing: _has_more_than(standing, Result.CLEAN),
    # It costs money, and not every event needs it: the calendar alone has it.
    Duty.PEAK: lambda _: False,
    Duty.EVENING: lambda standing: _has_more_than(standing, Result.STOPPED, Result.CLEAN),
    Duty.SWEEP: lambda standing: _has_more_than(standing, Result.CLEAN),
    Duty.ACCESS: lambda standing: _all(standing, Result.CLEAN),
}
