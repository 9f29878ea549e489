"""Notebooks that are made days before, stopped until the morning of the event, and started then: one account's week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bootstrap.aws.operations import only_reads
from bootstrap.engine.states import STOPPED_UNTIL, Outcome
from bootstrap.journal.journal import Journal
from bootstrap.sweep.plan import Sweep
from tests.runs import Rehearsed, folder, rehearsed, states

SCHEDULE = {
    "opens": "2026-12-10T09:00+09:00",
    "closes": "2026-12-11T18:00+09:00",
    "expires": "2026-12-12T18:00+09:00",
}


class Week:
    """The week of one account, by the hours at which somebody does something."""

    def __init__(self, running: Rehearsed, journal: Journal) -> None:
        self.running, self.journal, self._runs = running, journal, 0
        self.until: float | None = None

    def comes(self, moment: str) -> None:
        self.running.pass_time(datetime.fromisoformat(f"2026-12-{moment}+09:00").timestamp() - self.running.time[0])

    def provision(self, start: str = "stack:notebooks", **how: Any) -> Outcome | None:
        """Run what depends on the notebook's stack. Return the state of the step that starts and stops it, if any."""
        how = how if "only" in how else {"start": start, **how}
        ran, _ = self.running.provision(journal=self.journal, change=self._numbered, **how)
        assert ran.summary.exit_code == 0, ran.summary.causes
        step = ran.summary.accounts[0].steps.get("notebook")
        self.until = step.facts.get(STOPPED_UNTIL) if step else None
        self.journal.flush()
        return states(ran).get("notebook")

    def stop_for_the_night(self) -> None:
        ran, _ = self.running.sweep(Sweep(stop_only=True), journal=self.journal, change=self._numbered)
        assert ran.summary.exit_code == 0, ran.summary.causes
        self.journal.flush()

    def _numbered(self, place: Any) -> Any:
        self._runs += 1
        return replace(place, run=f"run-{self._runs}")

    @property
    def notebook(self) -> str:
        (shown,) = self.running.state()["notebooks"]
        return str(shown["status"])

    @property
    def written(self) -> int:
        return sum(count for name, count in self.running.calls().items() if not only_reads(*name.split(":")))


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    tmp = tmp_path_factory.mktemp("week")
    at = folder(tmp, schedule=SCHEDULE, notebook={"ready": "morning"}, labs=[{"name": "notebook"}], notices=[])
    with rehearsed(at) as running, Journal(tmp / "journal.sqlite", tmp) as journal:
        found = Week(running, journal)
        found.provision(only=["stack:buckets", "stack:roles"])
        yield found


def test_a_notebook_is_stopped_until_the_morning_and_started_then(week: Week) -> None:
    assert week.provision() is Outcome.CHANGED
    assert week.notebook == "Stopped"
    assert week.until == datetime.fromisoformat("2026-12-10T06:00+09:00").timestamp()

    before = week.written
    week.comes("09T22:00")
    assert week.provision() is Outcome.READY
    assert (week.notebook, week.written) == ("Stopped", before)

    week.comes("10T07:00")
    assert week.provision() is Outcome.CHANGED
    assert week.notebook == "InService"


def test_a_night_between_two_days_ends_on_the_next_morning(week: Week) -> None:
    """A run by night leaves stopped what the evening stopped, also where event.yaml lets notebooks run at once.

    The test before this one has prepared the account.
    """
    at_once = week.running.inputs.event.notebook.model_copy(update={"ready": "now"})
    event = week.running.inputs.event.model_copy(update={"notebook": at_once})
    week.running.inputs = replace(week.running.inputs, event=event)

    week.comes("10T19:00")
    week.stop_for_the_night()
    assert week.journal.notebooks_stopped("car-day") == {week.running.inputs.accounts[0].account_id}
    assert week.provision() is Outcome.READY
    assert week.notebook == "Stopped"
    assert week.until == datetime.fromisoformat("2026-12-11T06:00+09:00").timestamp()

    week.comes("11T07:00")
    assert week.provision() is Outcome.CHANGED
    assert week.notebook == "InService"
    assert week.journal.notebooks_stopped("car-day") == frozenset()
