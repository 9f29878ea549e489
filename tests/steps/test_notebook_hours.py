"""When a team's notebook is started and stopped: a row for each state of AWS and each hour of the event."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.engine.states import NOTE, STOPPED_UNTIL
from bootstrap.event import mornings
from bootstrap.event.mornings import Hours
from bootstrap.event.settings import Schedule
from bootstrap.steps.notebook_hours import NotebookHoursStep

ONE_DAY = {"opens": "2026-12-10T09:00+09:00", "closes": "2026-12-10T18:00+09:00", "expires": "2026-12-12T18:00+09:00"}
TWO_DAYS = {**ONE_DAY, "closes": "2026-12-11T18:00+09:00"}


class Account:
    """An account with a notebook in one state, and the hour at which it is looked at."""

    def __init__(self, now: str, status: str | None, since: str) -> None:
        self._now, self._status, self._since = now, status, since
        self.called: list[str] = []

    def now(self) -> float:
        return at(self._now).timestamp()

    def client(self, service: str) -> Any:
        assert service == "sagemaker"
        calls = ("start_notebook_instance", "stop_notebook_instance")
        writes = {name: lambda name=name, **_: self.called.append(name) for name in calls}
        return SimpleNamespace(describe_notebook_instance=self._describe, **writes)

    def _describe(self, **_: Any) -> dict[str, Any]:
        if self._status is None:
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "RecordNotFound"}}, "Describe")
        shown = {"NotebookInstanceStatus": self._status, "LastModifiedTime": at(self._since)}
        return shown | ({"FailureReason": "no capacity"} if self._status == "Failed" else {})


def at(day_and_time: str) -> datetime:
    return datetime.fromisoformat(f"2026-12-{day_and_time}+09:00")


def step(morning: bool, schedule: dict[str, str], named: bool = False) -> NotebookHoursStep:
    return NotebookHoursStep("day-notebook", Hours(Schedule(**schedule), morning), named)  # type: ignore[arg-type]


# ready: morning?, named?, two days?, now, status, since when -> verdict, call, until
ROWS = [
    (True, False, False, "08T10:00", "InService", "08T09:55", "todo", "stop", None),
    (True, True, False, "08T10:00", "InService", "08T09:55", "todo", "stop", None),
    (True, False, False, "08T10:00", "Stopped", "08T09:55", "ready", None, "10T06:00"),
    (True, True, False, "08T10:00", "Stopped", "08T09:55", "ready", None, "10T06:00"),
    (True, False, False, "08T10:00", "Stopping", "08T09:59", "waiting", None, None),
    (True, False, False, "10T05:59", "Stopped", "08T09:55", "ready", None, "10T06:00"),
    (True, False, False, "10T06:00", "Stopped", "08T09:55", "todo", "start", None),
    (True, False, False, "10T06:00", "InService", "08T09:55", "ready", None, None),
    (True, False, False, "10T06:05", "Pending", "10T06:00", "waiting", None, None),
    (True, False, False, "10T12:00", "Stopped", "08T09:55", "todo", "start", None),
    # The team stopped it at noon.
    (True, False, False, "10T12:30", "Stopped", "10T12:00", "ready", None, None),
    (True, True, False, "10T12:30", "Stopped", "10T12:00", "todo", "start", None),
    (True, False, False, "10T19:00", "Stopped", "10T18:30", "ready", None, None),
    (True, False, False, "10T19:00", "InService", "10T06:00", "ready", None, None),
    (True, False, False, "10T06:10", "Failed", "10T06:05", "todo", "start", None),
    (True, False, False, "10T06:10", None, "10T06:05", "blocked", None, None),
    # For the night between two days.
    (True, False, True, "10T20:00", "Stopped", "10T19:00", "ready", None, "11T06:00"),
    (True, False, True, "10T20:00", "InService", "10T06:00", "ready", None, None),
    (True, False, True, "11T06:00", "Stopped", "10T19:00", "todo", "start", None),
    (True, False, True, "11T12:00", "Stopped", "11T11:00", "ready", None, None),
    # The default: only a run that stopped it, or a person, brings the step into the plan.
    (False, False, False, "08T10:00", "InService", "08T09:55", "ready", None, None),
    (False, False, False, "08T10:00", "Stopped", "08T09:55", "todo", "start", None),
    (False, False, True, "10T20:00", "Stopped", "10T19:00", "ready", None, "11T06:00"),
    (False, True, True, "10T20:00", "Stopped", "10T19:00", "todo", "start", None),
    (False, False, True, "11T07:00", "Stopped", "10T19:00", "todo", "start", None),
    (False, False, False, "10T19:00", "Stopped", "10T18:30", "ready", None, None),
]


@pytest.mark.parametrize(("morning", "named", "two", "now", "status", "since", "verdict", "call", "until"), ROWS)
def test_what_a_notebook_should_do(
    morning: bool, named: bool, two: bool, now: str, status: str | None, since: str, verdict: str, call: str | None,
    until: str | None,
) -> None:  # fmt: skip
    account, wanted = Account(now, status, since), step(morning, TWO_DAYS if two else ONE_DAY, named)
    state = wanted.check(account)  # type: ignore[arg-type]
    assert state.verdict == verdict
    assert state.facts.get(STOPPED_UNTIL) == (at(until).timestamp() if until else None)
    if call:
        wanted.apply(account)  # type: ignore[arg-type]
        assert account.called == [f"{call}_notebook_instance"]


def test_one_that_was_stopped_during_the_event_is_worth_knowing() -> None:
    state = step(True, ONE_DAY).check(Account("10T12:30", "Stopped", "10T12:00"))  # type: ignore[arg-type]
    assert state.facts == {NOTE: True}


def test_one_that_fails_is_started_once_more_and_then_named() -> None:
    wanted, account = step(True, ONE_DAY), Account("10T06:10", "Failed", "10T06:05")
    wanted.apply(account)  # type: ignore[arg-type]
    state = wanted.check(account)  # type: ignore[arg-type]
    assert (state.verdict, state.code) == ("blocked", "EB-538")


def test_each_day_on_which_the_event_is_on_has_a_morning() -> None:
    days = Schedule(**TWO_DAYS)  # type: ignore[arg-type]
    assert list(mornings.mornings(days)) == [at("10T06:00"), at("11T06:00")]
    night = Schedule(**{**ONE_DAY, "closes": "2026-12-11T02:00+09:00"})  # type: ignore[arg-type]
    assert list(mornings.mornings(night)) == [at("10T06:00")]
