"""Starts the team's notebook on the mornings of the event. With `notebook.ready: morning`, stops a new one until then.

It is a step of `provision` where event.yaml says `ready: morning`, where a run stopped notebooks, and if a person names
it (`--step notebook`, `named`). "The morning": the latest that has begun (`bootstrap/event/mornings.py`).

| AWS shows                             | when                                           | verdict | action | code   |
|---------------------------------------|------------------------------------------------|---------|--------|--------|
| InService                             | before the first morning, with `ready: morning`| todo    | stop   |        |
| InService                             | else                                           | ready   |        |        |
| Pending, Stopping, Updating, Deleting |                                                | waiting |        |        |
| Stopped                               | before the first morning, with `ready: morning`| ready   |        |        |
| Stopped                               | `named`, or before the first morning           | todo    | start  |        |
| Stopped                               | after the event                                | ready   |        |        |
| Stopped before the morning            | from the morning on                            | todo    | start  |        |
| Stopped since the morning             | another morning comes, or none does            | ready   |        |        |
| Failed                                |                                                | todo    | start  |        |
| Failed, after this run started it     |                                                | blocked |        | EB-538 |
| no such notebook                      |                                                | blocked |        | EB-537 |

Whoever stops a notebook during the day wants it so, or finds `repair`. A notebook was in service once when its stack
stands: CloudFormation waits for that, and for the end of the start script, which fetches the files at each start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bootstrap.engine.states import NOTE, STOPPED_UNTIL, Applied, State
from bootstrap.errors import clean
from bootstrap.errors.message import msg
from bootstrap.event import mornings
from bootstrap.event.event import Event
from bootstrap.event.settings import Schedule
from bootstrap.steps.notebook_start import TAKEN, described, gone, moving

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

ID = "notebook"
# Few notebooks are stopped sooner.
_STOPPING = 30.0


class NotebookDue(StrEnum):
    """What a notebook should do at this hour."""

    RUN = "run"
    SLEEP = "sleep"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Hours:
    """When the event's notebooks run. `morning`: `notebook.ready` of event.yaml is "morning"."""

    schedule: Schedule
    morning: bool = False

    @classmethod
    def of(cls, event: Event) -> Hours:
        return cls(event.schedule, event.notebook.ready == "morning")

    def early(self, now: float) -> bool:
        """True before the first morning, if notebooks wait for it. `now`: epoch seconds."""
        return self.morning and now < mornings.first(self.schedule).timestamp()

    def wanted(self, now: float, since: float, named: bool = False) -> NotebookDue:
        """Return what a notebook that was last started or stopped at `since` should do at `now`; epoch seconds."""
        if self.early(now):
            return NotebookDue.SLEEP
        morning = mornings.begun(self.schedule, now)
        if named or morning is None:
            return NotebookDue.RUN
        over = now >= self.schedule.closes.timestamp()
        return NotebookDue.ANY if over or since >= morning.timestamp() else NotebookDue.RUN

    def until(self, now: float) -> datetime | None:
        """Return the next morning, until which a notebook may stay stopped; None if there is none."""
        return mornings.coming(self.schedule, now)


@dataclass(frozen=True, slots=True)
class NotebookHoursStep:
    """Step: the team's notebook runs when it should. `started`: not empty once this run has started it."""

    notebook: str
    hours: Hours
    named: bool = False
    id: str = ID
    patience: float = 1200.0
    started: list[str] = field(default_factory=list, compare=False, repr=False)

    def check(self, session: AccountSession) -> State:
        shown = described(session, self.notebook)
        if shown is None:
            return gone(self.notebook)
        status, now = shown["NotebookInstanceStatus"], session.now()
        if status == "InService":
            return self._running(now)
        if status == "Stopped":
            return self._stopped(now, shown["LastModifiedTime"].timestamp())
        if status == "Failed":
            return self._failed(shown)
        return moving(self.notebook, shown, now)

    def _running(self, now: float) -> State:
        if not self.hours.early(now):
            return State.ready(msg("notebook {notebook} is in service", notebook=self.notebook))
        words = msg("stop notebook {notebook} until {until}", notebook=self.notebook, until=self._next(now))
        return State.todo(words)

    def _stopped(self, now: float, since: float) -> State:
        if self.hours.wanted(now, since, self.named) is NotebookDue.RUN:
            return State.todo(msg("start notebook {notebook}, which is {status}", notebook=self.notebook,
                                  status="Stopped"))  # fmt: skip
        until = self.hours.until(now)
        if until is not None:
            facts: dict[str, Any] = {STOPPED_UNTIL: until.timestamp()}
            words = msg("notebook {notebook} is stopped until {until}", notebook=self.notebook, until=self._next(now))
            return State.ready(words, **facts)
        if now >= self.hours.schedule.closes.timestamp():
            return State.ready(msg("notebook {notebook} is stopped; the event is over", notebook=self.notebook))
        words = msg(
            "notebook {notebook} was stopped during the event; {command} starts it",
            notebook=self.notebook, command="event-bootstrap provision --step notebook",
        )  # fmt: skip
        return State.ready(words, **{NOTE: True})

    def _failed(self, shown: Mapping[str, Any]) -> State:
        if not self.started:
            return State.todo(
                msg("start notebook {notebook}, which is {status}", notebook=self.notebook, status="Failed")
            )
        reason = clean(str(shown.get("FailureReason", "")))
        words = msg("notebook {notebook} failed again: {reason}", notebook=self.notebook, reason=reason)
        return State.blocked(words, "EB-538")

    def _next(self, now: float) -> str:
        until = self.hours.until(now)
        return f"{until:%Y-%m-%d %H:%M %z}" if until else ""

    def apply(self, session: AccountSession) -> Applied:
        """Start or stop the notebook. Writes to AWS: StartNotebookInstance, StopNotebookInstance."""
        client = session.client("sagemaker")
        shown = described(session, self.notebook)
        if shown and shown["NotebookInstanceStatus"] == "InService":
            client.stop_notebook_instance(NotebookInstanceName=self.notebook)
            return Applied(msg("stopping notebook {notebook}", notebook=self.notebook), _STOPPING)
        client.start_notebook_instance(NotebookInstanceName=self.notebook)
        self.started.append(self.notebook)
        return Applied(msg("starting notebook {notebook}", notebook=self.notebook), TAKEN)
