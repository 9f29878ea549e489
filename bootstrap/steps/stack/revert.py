"""A stack that stands, and whose resources were changed or deleted by hand -> as its template has them.

| AWS shows of the change set that reverts drift      | verdict | action  | code   |
|-----------------------------------------------------|---------|---------|--------|
| none of this run                                    | todo    | create  |        |
| it is being computed                                | waiting |         |        |
| it can be carried out, and is only to be shown      | ready   |         |        |
| it can be carried out                               | todo    | execute |        |
| it is carried out, the stack is on its way          | waiting |         |        |
| it is carried out, the stack stands                 | ready   |         |        |
| it has nothing to change                            | ready   |         |        |
| it failed, or the stack's update was rolled back    | blocked |         | EB-554 |
| it replaces what was not agreed to                  | blocked |         | EB-550 |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import reasons
from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Applied, State
from bootstrap.errors import clean, code_of
from bootstrap.steps.stack import listing as stack_list
from bootstrap.steps.stack.change_set import COMING
from bootstrap.steps.step_id import StepKind, step_id
from bootstrap.steps.templates import Rendered

_SOON = 5.0
_LATER = 20.0
_NO_SUCH = frozenset({"ChangeSetNotFound", "ChangeSetNotFoundException"})


@dataclass(frozen=True, slots=True)
class RevertStep:
    """`only_show`: the change set is made and shown, and not carried out. `since`: the run's start, epoch seconds.

    `agreed`: what else than additions may be changed, as `words` has it; None: whatever it is.
    `done`: when the stack had been updated last, as AWS showed it before this run began to.
    """

    rendered: Rendered
    since: float
    only_show: bool = False
    agreed: frozenset[str] | None = None
    patience: float = 1800.0
    done: list[str] = field(default_factory=list, compare=False, repr=False)

    @property
    def id(self) -> str:
        return step_id(StepKind.REVERT, self.rendered.name)

    @property
    def _stack(self) -> str:
        return self.rendered.stack_name

    @property
    def _name(self) -> str:
        """Each run's own: what drifted since an earlier one is not in that one's."""
        return f"revert-drift-{int(self.since)}"

    def check(self, session: AccountSession) -> State:
        if self.done:
            return self._carried_out(session)
        shown = self._shown(session)
        if shown is None:
            return State.todo(f"look at what reverting the drift of {self._stack} changes")
        if shown["Status"] in COMING:
            return State.waiting(f"AWS compares {self._stack} with what is there", look_again=_SOON)
        reason = clean(str(shown.get("StatusReason", "")))
        if shown["Status"] == "FAILED":
            if reasons.changes_nothing(reason):
                return State.ready(f"{self._stack}: AWS finds no drift", changes=[])
            return State.blocked(f"AWS cannot compute how to revert the drift of {self._stack}: {reason}", "EB-554")
        changes = [words(each) for each in shown["Changes"]]
        facts = {
            "changes": changes,
            "touches": [words(each) for each in shown["Changes"] if touches(each)],
            "risks": [words(each) for each in shown["Changes"] if risks(each)],
        }
        if self.only_show:
            return State.ready(f"reverting the drift of {self._stack}: {', '.join(changes)}", **facts)
        more = [each for each in facts["touches"] if self.agreed is not None and each not in self.agreed]
        if more:
            said = f"reverting the drift of {self._stack} would also change {', '.join(more)}, which was not agreed to"
            return State.blocked(said, "EB-550")
        return State.todo(f"revert the drift of {self._stack}: {', '.join(changes)}")

    def _carried_out(self, session: AccountSession) -> State:
        status = str(stack_list.stacks(session).get(self._stack, {}).get("StackStatus", "gone"))
        if self._updated(session) == self.done[-1]:
            return State.waiting(f"AWS does not show yet that {self._stack} is being changed back", look_again=_SOON)
        if status == "UPDATE_COMPLETE":
            return State.ready(f"{self._stack} is as its template has it again")
        if status.endswith("_IN_PROGRESS"):
            return State.waiting(f"{self._stack} is being changed back", look_again=_LATER)
        return State.blocked(f"reverting the drift of {self._stack} ended {status}", "EB-554")

    def apply(self, session: AccountSession) -> Applied:
        """Writes to AWS: CreateChangeSet, then ExecuteChangeSet. A change set by itself changes no resource."""
        client = session.client("cloudformation")
        which = {"StackName": self._stack, "ChangeSetName": self._name}
        if self._shown(session) is None:
            client.create_change_set(**which, ChangeSetType="UPDATE", DeploymentMode="REVERT_DRIFT", **self._request())
            return Applied(f"comparing {self._stack} with what is there", _SOON)
        before = self._updated(session)
        client.execute_change_set(**which)
        self.done.append(before)
        return Applied(f"changing {self._stack} back", _LATER)

    def _updated(self, session: AccountSession) -> str:
        return str(stack_list.stacks(session).get(self._stack, {}).get("LastUpdatedTime", ""))

    def _request(self) -> dict[str, Any]:
        tags = [{"Key": key, "Value": value} for key, value in dict(self.rendered.tags).items()]
        return {"TemplateBody": self.rendered.body, "Tags": tags, "Capabilities": list(self.rendered.capabilities)}

    def _shown(self, session: AccountSession) -> dict[str, Any] | None:
        pages = session.client("cloudformation").get_paginator("describe_change_set")
        try:
            found = list(pages.paginate(StackName=self._stack, ChangeSetName=self._name))
        except ClientError as error:
            if code_of(error) in _NO_SUCH:
                return None
            raise
        return {**found[0], "Changes": [each for page in found for each in page.get("Changes", [])]}


def touches(change: Mapping[str, Any]) -> bool:
    """What is made anew touches nothing that is there."""
    return bool(change["ResourceChange"]["Action"] not in ("Add", "SyncWithActual"))


def risks(change: Mapping[str, Any]) -> bool:
    """Whether a team's work may go with it: what is removed or replaced loses what is in it.

    "Dynamic" is an action that CloudFormation knows only when it carries it out. A notebook restarts when it changes.
    """
    what = change["ResourceChange"]
    gone = what["Action"] in ("Remove", "Dynamic") or _replaced(what)
    return touches(change) and (gone or what["ResourceType"] == "AWS::SageMaker::NotebookInstance")


def _replaced(what: Mapping[str, Any]) -> bool:
    return what.get("Replacement") in ("True", "Conditional")


def words(change: Mapping[str, Any]) -> str:
    what = change["ResourceChange"]
    replaced = ", replaced" if _replaced(what) else ""
    state = {"DELETED": ", which was deleted", "MODIFIED": ", which was changed"}.get(
        what.get("ResourceDriftStatus"), ""
    )
    return f"{what['Action']} {what['LogicalResourceId']} ({what['ResourceType']}{replaced}){state}"
