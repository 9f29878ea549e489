"""The team's notebook, in service: for repair, which starts what was stopped, and what failed once more.

| AWS shows                               | verdict | action | code   |
|-----------------------------------------|---------|--------|--------|
| InService                               | ready   |        |        |
| Pending, Stopping, Updating, Deleting   | waiting |        |        |
| Stopped, Failed                         | todo    | start  |        |
| Failed, and this run has started it     | blocked |        | EB-538 |
| no such notebook                        | blocked |        | EB-537 |
"""

from __future__ import annotations

from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from bootstrap.aws import reasons
from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Applied, State
from bootstrap.errors import clean

_STARTING = 60.0


@dataclass(frozen=True, slots=True)
class NotebookStartStep:
    """`started` keeps that this run has started it."""

    notebook: str
    id: str = "notebook"
    patience: float = 1200.0
    started: list[str] = field(default_factory=list, compare=False, repr=False)

    def check(self, session: AccountSession) -> State:
        try:
            shown = session.client("sagemaker").describe_notebook_instance(NotebookInstanceName=self.notebook)
        except ClientError as error:
            if not reasons.notebook_is_gone(error):
                raise
            return State.blocked(f"notebook {self.notebook} is gone", "EB-537")
        status = shown["NotebookInstanceStatus"]
        if status == "InService":
            return State.ready(f"notebook {self.notebook} is in service")
        if status == "Failed" and self.started:
            return State.blocked(
                f"{self.notebook} failed again: {clean(str(shown.get('FailureReason', '')))}", "EB-538"
            )
        if status in ("Stopped", "Failed"):
            return State.todo(f"start notebook {self.notebook}, which is {status}")
        return State.waiting(f"notebook {self.notebook} is {status}", look_again=20.0)

    def apply(self, session: AccountSession) -> Applied:
        """Writes to AWS: StartNotebookInstance."""
        session.client("sagemaker").start_notebook_instance(NotebookInstanceName=self.notebook)
        self.started.append(self.notebook)
        return Applied(f"starting notebook {self.notebook}", _STARTING)
