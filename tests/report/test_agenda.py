"""The days on which something must be done: as a calendar file, and as reminders in status."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import icalendar
import pytest

from bootstrap.engine.outcomes import AccountResult, Result, StepResult
from bootstrap.engine.results import summarise
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.event.agenda import Duty, agenda
from bootstrap.event.event import Event
from bootstrap.event.settings import Schedule
from bootstrap.journal.standing import Standing
from bootstrap.report import calendar_file, reminders
from bootstrap.steps.quotas.standing import QuotaStanding
from tests.report import made_up

OPENS = datetime.fromisoformat("2026-12-10T09:00+09:00")
SCHEDULE = Schedule(opens="2026-12-10T09:00+09:00", closes="2026-12-10T18:00+09:00", expires="2026-12-11T18:00+09:00")  # type: ignore[arg-type]
EVENT = cast(Event, SimpleNamespace(name="car-day", schedule=SCHEDULE))
MADE_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
PREPARING = frozenset({RunKind.QUOTA_REQUESTS, RunKind.PROVISION})
SWEPT = PREPARING | {RunKind.STOP_APPLY, RunKind.SWEEP_APPLY}


def file(language: str = "en") -> bytes:
    return calendar_file.calendar(EVENT, agenda(SCHEDULE), MADE_AT, language)


def read(text: bytes) -> dict[str, Any]:
    """The entries that a calendar program finds, by their ids."""
    return {str(each["uid"]).partition(".")[0]: each for each in icalendar.Calendar.from_ical(text).walk("VEVENT")}


def test_a_calendar_program_reads_every_day_and_its_command() -> None:
    found = read(file())
    assert set(found) == {"event", *(each.value for each in Duty)}
    assert found["quotas"]["dtstart"].dt.isoformat() == "2026-11-26"
    assert "event-bootstrap quotas --request" in found["quotas"]["description"]
    assert found["evening"]["dtstart"].dt == datetime(2026, 12, 10, 9, tzinfo=UTC)
    assert found["sweep"]["dtstart"].dt == datetime(2026, 12, 11, 0, tzinfo=UTC)
    assert {alarm["action"] for each in found.values() for alarm in each.walk("VALARM")} == {"DISPLAY"}


def test_a_newer_file_replaces_the_entries_and_every_line_is_short_enough() -> None:
    later = calendar_file.calendar(EVENT, agenda(SCHEDULE), MADE_AT + timedelta(days=1), "zh")
    assert read(file()).keys() == read(later).keys()
    assert len(read(later)) == later.count(b"BEGIN:VEVENT")
    assert [line for line in later.split(b"\r\n") if len(line) > 75] == []
    # A calendar program drops an entry with the number that it has; with METHOD it would ask for an organizer.
    assert all(read(later)[each]["sequence"] > entry["sequence"] for each, entry in read(file()).items())
    assert b"METHOD" not in later


@pytest.mark.parametrize(
    ("closes", "expires", "sweep", "access"),
    [
        ("2026-12-10T18:00+09:00", "2026-12-11T18:00+09:00", "2026-12-11T09:00+09:00", "2026-12-11T18:00+09:00"),
        ("2026-12-11T01:00+09:00", "2026-12-11T18:00+09:00", "2026-12-11T09:00+09:00", "2026-12-11T18:00+09:00"),
        ("2026-12-11T05:00+09:00", "2026-12-11T18:00+09:00", "2026-12-12T09:00+09:00", "2026-12-12T09:00+09:00"),
        ("2026-12-10T18:00+09:00", "2026-12-10T20:00+09:00", "2026-12-11T09:00+09:00", "2026-12-11T09:00+09:00"),
        ("2026-12-12T18:00-08:00", "2026-12-20T18:00+00:00", "2026-12-13T09:00-08:00", "2026-12-20T18:00+00:00"),
    ],
)
def test_the_role_is_never_to_go_before_the_sweep(closes: str, expires: str, sweep: str, access: str) -> None:
    schedule = Schedule.model_validate({"opens": OPENS.isoformat(), "closes": closes, "expires": expires})
    entries = agenda(schedule)
    assert [each.duty for each in entries][-3:] == [Duty.EVENING, Duty.SWEEP, Duty.ACCESS]
    assert [each.at.isoformat(timespec="minutes") for each in entries[-2:]] == [sweep, access]


def account(
    result: Result, quotas: Outcome = Outcome.READY, *standings: QuotaStanding, begun: bool = False
) -> AccountResult:
    """An account in which a run saw these standings of quotas; `begun`: a run has marked it."""
    (planned,) = made_up.plan(1).accounts
    facts = {"quotas": [{"standing": each.value} for each in standings]} if standings else {}
    steps = {"quotas:training": StepResult(quotas, "", facts=facts)}
    if begun:
        steps["marker"] = StepResult(Outcome.READY, "")
    return AccountResult(planned.team, planned.account_id, result, {}, steps, frozenset(steps), frozenset())


def due(before: timedelta, done: frozenset[RunKind], *accounts: AccountResult) -> dict[str, str]:
    """Which duties `status` reminds of, and when, so long before the event opens."""
    summary = summarise("", accounts, 0.0, 0.0)
    standing = Standing(made_up.plan(1), summary, (), {}, done=done)
    found = reminders.due(SCHEDULE, standing, (OPENS - before).timestamp())
    return {each.entry.duty.value: str(each.when) for each in found}


DAYS, HOUR = timedelta(days=1), timedelta(hours=1)
NEW = account(Result.WAITING, Outcome.WAITING)
LOOKED_AT = account(Result.WAITING, Outcome.WAITING, QuotaStanding.APPLIED, QuotaStanding.ASK)
ASKED = account(Result.WAITING, Outcome.WAITING, QuotaStanding.WAITING, QuotaStanding.ASK)
RAISED = account(Result.WAITING)
READY = account(Result.READY, begun=True)
BLOCKED = account(Result.FAILED, Outcome.BLOCKED, QuotaStanding.REFUSED, begun=True)
STOPPED = account(Result.STOPPED, begun=True)
LEFT = account(Result.LEFT, begun=True)
CLEAN = account(Result.CLEAN)
NOBODY: frozenset[RunKind] = frozenset()
REQUESTED = frozenset({RunKind.QUOTA_REQUESTS})


@pytest.mark.parametrize(
    ("before", "done", "accounts", "wanted"),
    [
        (20 * DAYS, NOBODY, (NEW,), {}),
        (16 * DAYS, NOBODY, (NEW,), {"quotas": "in 2 days"}),
        (14 * DAYS, NOBODY, (NEW, READY), {"quotas": "today"}),
        (10 * DAYS, NOBODY, (LOOKED_AT,), {"quotas": "4 days late"}),
        (10 * DAYS, NOBODY, (RAISED,), {}),
        (10 * DAYS, REQUESTED, (ASKED,), {"open-requests": "in 3 days"}),
        (6 * DAYS, REQUESTED, (BLOCKED, RAISED), {"open-requests": "1 day late", "check": "in 3 days"}),
        (6 * DAYS, REQUESTED, (RAISED,), {"check": "in 3 days"}),
        (2 * DAYS, PREPARING, (READY,), {"handouts": "in 1 day", "morning": "in 2 days"}),
        (1 * DAYS, PREPARING, (READY, BLOCKED), {"open-requests": "6 days late", "provision": "1 day late",
                                                 "handouts": "today", "morning": "in 1 day"}),
        (2 * HOUR, PREPARING, (READY,), {"handouts": "1 day late", "morning": "today", "evening": "today"}),
        (-8 * HOUR, PREPARING, (READY,), {"evening": "today"}),
        (-10 * HOUR, PREPARING, (BLOCKED,), {"evening": "today"}),
        (-1 * DAYS, PREPARING, (READY,), {"evening": "1 day late", "sweep": "today"}),
        (-1 * DAYS, SWEPT, (STOPPED,), {"sweep": "today"}),
        (-3 * DAYS, SWEPT, (STOPPED, CLEAN), {"sweep": "2 days late"}),
        (-3 * DAYS, SWEPT, (CLEAN,), {"access": "2 days late"}),
        (-60 * DAYS, SWEPT, (CLEAN,), {}),
        # What one account has had, the others have not.
        (14 * DAYS, PREPARING, (READY, NEW), {"quotas": "today"}),
        (10 * DAYS, PREPARING, (ASKED, LOOKED_AT), {"quotas": "4 days late", "open-requests": "in 3 days"}),
        (4 * DAYS, PREPARING, (READY, RAISED), {"check": "in 1 day", "provision": "in 2 days",
                                                "handouts": "in 3 days"}),
        (1 * DAYS, SWEPT, (READY, CLEAN), {"provision": "1 day late", "handouts": "today", "morning": "in 1 day"}),
        (1 * DAYS, SWEPT, (CLEAN,), {"provision": "1 day late"}),
        (-1 * HOUR, SWEPT, (READY, CLEAN), {"morning": "today", "evening": "today"}),
        (-10 * HOUR, SWEPT, (STOPPED, READY), {"evening": "today"}),
        (-10 * HOUR, SWEPT, (STOPPED, LEFT), {"evening": "today"}),
        (-10 * HOUR, SWEPT, (STOPPED, CLEAN), {}),
    ],
)  # fmt: skip
def test_status_reminds_of_what_is_due_and_not_done(
    before: timedelta, done: frozenset[RunKind], accounts: tuple[AccountResult, ...], wanted: dict[str, str]
) -> None:
    assert due(before, done, *accounts) == wanted
