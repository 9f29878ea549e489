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

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bootstrap.engine.states import NOTE, STOPPED_UNTIL, Applied, State
from bootstrap.errors.message import msg
from bootstrap.event.mornings import Hours, NotebookDue
from bootstrap.steps.notebook_start import described, start, towards_service

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

ID = "notebook"
# Few notebooks are stopped sooner.
_STOPPING = 30.0


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
        shown, now = described(session, self.notebook), session.now()
        status = shown["NotebookInstanceStatus"] if shown else ""
        if status == "InService" and self.hours.early(now):
            return State.todo(
                msg("stop notebook {notebook} until {until}", notebook=self.notebook, until=self._next(now))
            )
        if shown and status == "Stopped":
            since = shown["LastModifiedTime"].timestamp()
            if self.hours.wanted(now, since, self.named) is not NotebookDue.RUN:
                return self._stopped(now)
        return towards_service(self.notebook, shown, now, bool(self.started))

    def _stopped(self, now: float) -> State:
        until = self.hours.until(now)
        if until is not None:
            facts: dict[str, Any] = {STOPPED_UNTIL: until.timestamp()}
            words = msg("notebook {notebook} is stopped until {until}", notebook=self.notebook, until=self._next(now))
            return State.ready(words, **facts)
        if self.hours.over(now):
            return State.ready(msg("notebook {notebook} is stopped; the event is over", notebook=self.notebook))
        words = msg(
            "notebook {notebook} was stopped during the event; {command} starts it",
            notebook=self.notebook, command="event-bootstrap provision --step notebook",
        )  # fmt: skip
        return State.ready(words, **{NOTE: True})

    def _next(self, now: float) -> str:
        until = self.hours.until(now)
        return f"{until:%Y-%m-%d %H:%M %z}" if until else ""

    def apply(self, session: AccountSession) -> Applied:
        """Start or stop the notebook. Writes to AWS: StartNotebookInstance, StopNotebookInstance."""
        shown = described(session, self.notebook)
        if shown and shown["NotebookInstanceStatus"] == "InService":
            session.client("sagemaker").stop_notebook_instance(NotebookInstanceName=self.notebook)
            return Applied(msg("stopping notebook {notebook}", notebook=self.notebook), _STOPPING)
        return start(session, self.notebook, self.started)
