"""Notebooks that are made days before, stopped until the morning of the event, and started then: one account's week."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from bootstrap.aws.operations import only_reads
from bootstrap.engine.states import STOPPED_UNTIL, Outcome
from bootstrap.journal.journal import Journal
from bootstrap.sweep.plan import Sweep
from tests.forked_worlds import in_a_fork
from tests.one_process import rehearsed_here
from tests.runs import Rehearsed, folder, states

SCHEDULE = {
    "opens": "2026-12-10T09:00+09:00",
    "closes": "2026-12-11T18:00+09:00",
    "expires": "2026-12-12T18:00+09:00",
}


LABS = [{"name": "notebook"}]
TOKYO = timezone(timedelta(hours=9))
# When, what the step did, the notebook then, until when it stays stopped, was anything written, is the night known.
Moment = tuple[str, Outcome | None, str, str | None, bool, bool]


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
        assert self.journal.flush(60)
        return states(ran).get("notebook")

    def stop_for_the_night(self) -> None:
        ran, _ = self.running.sweep(Sweep(stop_only=True), journal=self.journal, change=self._numbered)
        assert ran.summary.exit_code == 0, ran.summary.causes
        assert self.journal.flush(60)

    def _numbered(self, place: Any) -> Any:
        self._runs += 1
        return replace(place, run=f"run-{self._runs}")

    @property
    def notebook(self) -> str:
        (shown,) = self.running.state()["notebooks"]
        return str(shown["status"])

    @property
    def stopped(self) -> frozenset[str]:
        return self.journal.notebooks_stopped("car-day")

    @property
    def written(self) -> int:
        return sum(count for name, count in self.running.calls().items() if not only_reads(*name.split(":")))


def _lived(at: str) -> list[Moment]:
    """The week: at each moment what the step did, how the notebook is then, and until when it stays stopped."""
    # Garbage is small, and this process ends soon.
    gc.disable()
    path = folder(Path(at), emails=0, schedule=SCHEDULE, notebook={"ready": "morning"}, labs=LABS, notices=[])
    found: list[Moment] = []
    with rehearsed_here(path) as running, Journal(path / "journal.sqlite", path) as journal:
        week = Week(running, journal)

        def look(moment: str) -> None:
            before, did = week.written, week.provision()
            until = datetime.fromtimestamp(week.until, TOKYO).isoformat() if week.until else None
            found.append((moment, did, week.notebook, until, week.written > before, bool(week.stopped)))

        week.provision(only=["stack:buckets", "stack:roles"])
        look("days before")
        week.comes("09T22:00")
        look("the night before")
        week.comes("10T07:00")
        look("the first morning")
        # A run by night leaves stopped what the evening stopped, also where event.yaml lets notebooks run at once.
        at_once = running.inputs.event.notebook.model_copy(update={"ready": "now"})
        running.inputs = replace(running.inputs, event=running.inputs.event.model_copy(update={"notebook": at_once}))
        week.comes("10T19:00")
        week.stop_for_the_night()
        look("the evening")
        week.comes("11T07:00")
        look("the second morning")
    return found


def test_a_notebook_is_stopped_until_each_morning_and_started_then(tmp_path: Path) -> None:
    first, second = "2026-12-10T06:00:00+09:00", "2026-12-11T06:00:00+09:00"
    assert in_a_fork(_lived, str(tmp_path)) == [
        ("days before", Outcome.CHANGED, "Stopped", first, True, True),
        ("the night before", Outcome.READY, "Stopped", first, False, True),
        ("the first morning", Outcome.CHANGED, "InService", None, True, False),
        ("the evening", Outcome.READY, "Stopped", second, False, True),
        ("the second morning", Outcome.CHANGED, "InService", None, True, False),
    ]
