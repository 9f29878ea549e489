"""Reverts the drift of a stack: changes of its resources that somebody made by hand.

| AWS shows of the change set that reverts drift        | verdict | action  | code   |
|-------------------------------------------------------|---------|---------|--------|
| no change set of this run                             | todo    | create  |        |
| AWS is computing it                                   | waiting |         |        |
| it can be executed, but is only to be shown           | ready   |         |        |
| it can be executed                                    | todo    | execute |        |
| it was executed, the stack is being updated           | waiting |         |        |
| it was executed, the update is complete               | ready   |         |        |
| it has nothing to change                              | ready   |         |        |
| it failed, or the stack's update was rolled back      | blocked |         | EB-554 |
| it changes a resource that nobody agreed to change    | blocked |         | EB-550 |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import reasons
from bootstrap.engine.states import Applied, State
from bootstrap.errors import clean, code_of
from bootstrap.errors.message import msg
from bootstrap.steps.stack import listing as stack_list
from bootstrap.steps.stack import validation
from bootstrap.steps.stack.change_set import COMING
from bootstrap.steps.step_id import StepKind, step_id
from bootstrap.steps.templates import StackTemplate

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_SOON = 5.0
_LATER = 20.0
_NO_SUCH = frozenset({"ChangeSetNotFound", "ChangeSetNotFoundException"})


@dataclass(frozen=True, slots=True)
class RevertStep:
    """Step: revert the drift of one stack.

    `only_show`: the change set is created and shown, but not executed. `since`: the run's start, epoch seconds.

    `agreed`: changes other than additions that may be made, as `words` returns them; None: all of them.
    `done`: when the stack was last updated before this run executed the change set, as AWS shows it.
    """

    template: StackTemplate
    since: float
    only_show: bool = False
    agreed: frozenset[str] | None = None
    patience: float = 1800.0
    done: list[str] = field(default_factory=list, compare=False, repr=False)

    @property
    def id(self) -> str:
        return step_id(StepKind.REVERT, self.template.name)

    @property
    def _stack(self) -> str:
        return self.template.stack_name

    @property
    def _name(self) -> str:
        """Name of this run's change set. One of an earlier run does not contain later drift."""
        return f"revert-drift-{int(self.since)}"

    def check(self, session: AccountSession) -> State:
        if self.done:
            return self._carried_out(session)
        shown = self._shown(session)
        if shown is None:
            return State.todo(msg("compute what reverting the drift of {stack} changes", stack=self._stack))
        if shown["Status"] in COMING:
            compares = msg("AWS is comparing {stack} with its resources", stack=self._stack)
            return State.waiting(compares, look_again=_SOON)
        reason = clean(str(shown.get("StatusReason", "")))
        if shown["Status"] == "FAILED":
            if reasons.changes_nothing(reason):
                return State.ready(msg("{stack}: AWS finds no drift", stack=self._stack), changes=[])
            reason = validation.told(session, reason, ChangeSetName=str(shown.get("ChangeSetId", self._name)))
            failed = msg(
                "AWS cannot compute how to revert the drift of {stack}: {reason}", stack=self._stack, reason=reason
            )
            return State.blocked(failed, "EB-554")
        changes = [words(each) for each in shown["Changes"]]
        facts = {
            "changes": changes,
            "touches": [words(each) for each in shown["Changes"] if touches(each)],
            "risks": [words(each) for each in shown["Changes"] if risks(each)],
        }
        if self.only_show:
            shows = msg(
                "reverting the drift of {stack} changes: {changes}", stack=self._stack, changes=", ".join(changes)
            )
            return State.ready(shows, **facts)
        more = [each for each in facts["touches"] if self.agreed is not None and each not in self.agreed]
        if more:
            refused = msg(
                "reverting the drift of {stack} would also change {more}, which was not agreed to",
                stack=self._stack,
                more=", ".join(more),
            )
            return State.blocked(refused, "EB-550")
        return State.todo(msg("revert the drift of {stack}: {changes}", stack=self._stack, changes=", ".join(changes)))

    def _carried_out(self, session: AccountSession) -> State:
        status = str(stack_list.stacks(session).get(self._stack, {}).get("StackStatus", "gone"))
        if self._updated(session) == self.done[-1]:
            unseen = msg("the update that reverts {stack} was started; AWS does not show it yet", stack=self._stack)
            return State.waiting(unseen, look_again=_SOON)
        if status == "UPDATE_COMPLETE":
            return State.ready(msg("{stack} matches its template again", stack=self._stack))
        if status.endswith("_IN_PROGRESS"):
            return State.waiting(msg("{stack} is being reverted", stack=self._stack), look_again=_LATER)
        failed = msg("reverting the drift of {stack} ended with {status}", stack=self._stack, status=status)
        return State.blocked(failed, "EB-554")

    def apply(self, session: AccountSession) -> Applied:
        """Create the change set; at the next call execute it. A change set alone changes no resource.

        Writes to AWS: CreateChangeSet, ExecuteChangeSet.
        """
        client = session.client("cloudformation")
        which = {"StackName": self._stack, "ChangeSetName": self._name}
        if self._shown(session) is None:
            client.create_change_set(**which, ChangeSetType="UPDATE", DeploymentMode="REVERT_DRIFT", **self._request())
            return Applied(msg("comparing {stack} with its resources", stack=self._stack), _SOON)
        before = self._updated(session)
        client.execute_change_set(**which)
        self.done.append(before)
        return Applied(msg("reverting {stack}", stack=self._stack), _LATER)

    def _updated(self, session: AccountSession) -> str:
        return str(stack_list.stacks(session).get(self._stack, {}).get("LastUpdatedTime", ""))

    def _request(self) -> dict[str, Any]:
        rendered = self.template.rendered
        tags = [{"Key": key, "Value": value} for key, value in dict(rendered.tags).items()]
        return {"TemplateBody": rendered.body, "Tags": tags, "Capabilities": list(rendered.capabilities)}

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
    """Return True unless the change only creates something."""
    return bool(change["ResourceChange"]["Action"] not in ("Add", "SyncWithActual"))


def risks(change: Mapping[str, Any]) -> bool:
    """Return True if a team's work may be lost: a removed or replaced resource loses its content.

    "Dynamic": CloudFormation chooses the action when it executes the change set. A changed notebook restarts.
    """
    what = change["ResourceChange"]
    gone = what["Action"] in ("Remove", "Dynamic") or _replaced(what)
    return touches(change) and (gone or what["ResourceType"] == "AWS::SageMaker::NotebookInstance")


def _replaced(what: Mapping[str, Any]) -> bool:
    return what.get("Replacement") in ("True", "Conditional")


def words(change: Mapping[str, Any]) -> str:
    """Return the change in AWS's words only: "Modify Role (AWS::IAM::Role, Replacement True, MODIFIED)"."""
    what = change["ResourceChange"]
    replaced = f", Replacement {what['Replacement']}" if _replaced(what) else ""
    drift = what.get("ResourceDriftStatus")
    drifted = f", {drift}" if drift in ("DELETED", "MODIFIED") else ""
    return f"{what['Action']} {what['LogicalResourceId']} ({what['ResourceType']}{replaced}{drifted})"
