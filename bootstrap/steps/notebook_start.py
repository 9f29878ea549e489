"""Starts the team's notebook if it is stopped or failed; a failed one only once. Used by `repair`.

| AWS shows                               | verdict | action | code   |
|-----------------------------------------|---------|--------|--------|
| InService                               | ready   |        |        |
| Pending, Stopping, Updating, Deleting   | waiting |        |        |
| Stopped, Failed                         | todo    | start  |        |
| Stopped, after this run started it      | todo    | start  |        |
| Failed, after this run started it       | blocked |        | EB-538 |
| no such notebook                        | blocked |        | EB-537 |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import reasons
from bootstrap.engine.states import Applied, State
from bootstrap.errors import clean
from bootstrap.errors.message import msg

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# A start sometimes does not take: AWS accepts it, and the notebook stays as it is.
_TAKEN = 10.0
# Few notebooks are in service sooner.
_STARTING = 150.0


def described(session: AccountSession, notebook: str) -> Mapping[str, Any] | None:
    """Return what AWS shows of the notebook; None if there is none. One call."""
    try:
        shown: Mapping[str, Any] = session.client("sagemaker").describe_notebook_instance(NotebookInstanceName=notebook)
    except ClientError as error:
        if not reasons.notebook_is_gone(error):
            raise
        return None
    return shown


def towards_service(notebook: str, shown: Mapping[str, Any] | None, now: float, started: bool) -> State:
    """Return the state of a notebook that should run, by the table above. `started`: this run has started it."""
    if shown is None:
        return State.blocked(msg("notebook {notebook} does not exist", notebook=notebook), "EB-537")
    status = shown["NotebookInstanceStatus"]
    if status == "InService":
        return State.ready(msg("notebook {notebook} is in service", notebook=notebook))
    if status == "Failed" and started:
        reason = clean(str(shown.get("FailureReason", "")))
        words = msg("notebook {notebook} failed again: {reason}", notebook=notebook, reason=reason)
        return State.blocked(words, "EB-538")
    if status in ("Stopped", "Failed"):
        return State.todo(msg("start notebook {notebook}, which is {status}", notebook=notebook, status=status))
    left = max(0.0, _STARTING - (now - shown["LastModifiedTime"].timestamp())) if status == "Pending" else 0.0
    return State.waiting(
        msg("notebook {notebook} is {status}", notebook=notebook, status=status), look_again=left or None
    )


def start(session: AccountSession, notebook: str, started: list[str]) -> Applied:
    """Start the notebook, and note it in `started`. Writes to AWS: StartNotebookInstance."""
    session.client("sagemaker").start_notebook_instance(NotebookInstanceName=notebook)
    started.append(notebook)
    return Applied(msg("starting notebook {notebook}", notebook=notebook), _TAKEN)


@dataclass(frozen=True, slots=True)
class NotebookStartStep:
    """Step: start the team's notebook.

    `started`: not empty once this run has started the notebook.
    """

    notebook: str
    id: str = "notebook"
    patience: float = 1200.0
    started: list[str] = field(default_factory=list, compare=False, repr=False)

    def check(self, session: AccountSession) -> State:
        shown = described(session, self.notebook)
        return towards_service(self.notebook, shown, session.now(), bool(self.started))

    def apply(self, session: AccountSession) -> Applied:
        """Start the notebook. Writes to AWS: StartNotebookInstance."""
        return start(session, self.notebook, self.started)
