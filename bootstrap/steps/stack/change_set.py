"""The change set that brings an existing stack from another template to the wanted one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import reasons
from bootstrap.errors import clean, code_of
from bootstrap.errors.message import msg
from bootstrap.steps.stack import validation
from bootstrap.steps.stack.verdict import StackFound, StackSituation, cause_of

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

COMING = frozenset({"CREATE_PENDING", "CREATE_IN_PROGRESS", "DELETE_PENDING", "DELETE_IN_PROGRESS"})
_HARMLESS = frozenset({"Tags", "Metadata"})


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change set whose name contains the digest, so that the next run finds the change set of a crashed run."""

    stack: str
    name: str

    def look(self, session: AccountSession, stack: Mapping[str, Any], since: float, guarded: bool) -> StackFound:
        """Return the stack's situation. `guarded`: the event is on, and resources that teams use must not change.

        `since`: the run's start, epoch seconds. API: DescribeChangeSet.
        """
        found = session.read(f"change-set:{self.stack}", lambda: self._describe(session))
        if found is None:
            return StackFound(StackSituation.NO_CHANGE_SET)
        status, execution = found["Status"], found.get("ExecutionStatus")
        if status in COMING:
            return StackFound(StackSituation.CHANGE_SET_COMING)
        if status == "FAILED":
            return self._failed(session, found, stack, since)
        if execution == "EXECUTE_IN_PROGRESS":
            return StackFound(StackSituation.BEING_UPDATED)
        if status != "CREATE_COMPLETE" or execution != "AVAILABLE":
            return StackFound(StackSituation.CHANGE_SET_USED)
        touched = [_words(each) for each in found["Changes"] if _touches(each)]
        if touched and guarded:
            return StackFound(StackSituation.CHANGE_SET_TOUCHES, ", ".join(touched))
        nothing = msg("nothing that teams use is changed")
        return StackFound(StackSituation.CHANGE_SET_READY, ", ".join(touched) or nothing)

    def _failed(
        self, session: AccountSession, found: Mapping[str, Any], stack: Mapping[str, Any], since: float
    ) -> StackFound:
        made = found["CreationTime"]
        if made < (stack.get("LastUpdatedTime") or stack["CreationTime"]):
            # AWS computed it from a template that the stack no longer has.
            return StackFound(StackSituation.CHANGE_SET_USED)
        reason = clean(str(found.get("StatusReason", "")))
        if reasons.changes_nothing(reason):
            # The change set is kept: the Digest output stays old, so the next run reads here that nothing changes.
            return StackFound(StackSituation.CHANGE_SET_EMPTY)
        if made.timestamp() < since:
            return StackFound(StackSituation.CHANGE_SET_USED)
        reason = validation.told(session, reason, ChangeSetName=str(found.get("ChangeSetId", self.name)))
        return StackFound(StackSituation.CHANGE_SET_FAILED, reason, cause_of(reason))

    def _describe(self, session: AccountSession) -> dict[str, Any] | None:
        pages = session.client("cloudformation").get_paginator("describe_change_set")
        changes: list[Any] = []
        found: dict[str, Any] = {}
        try:
            for page in pages.paginate(StackName=self.stack, ChangeSetName=self.name):
                changes += page.get("Changes", [])
                found = found or page
        except ClientError as error:
            if code_of(error) in {"ChangeSetNotFound", "ChangeSetNotFoundException"}:
                return None
            raise
        return {**found, "Changes": changes}

    def prepare(self, session: AccountSession, request: Mapping[str, Any], again: bool) -> None:
        """Ask AWS to compute the change; `again` deletes the old change set of that name first.

        Writes to AWS: CreateChangeSet, DeleteChangeSet.
        """
        cloudformation = session.client("cloudformation")
        if again:
            cloudformation.delete_change_set(StackName=self.stack, ChangeSetName=self.name)
        cloudformation.create_change_set(
            StackName=self.stack, ChangeSetName=self.name, ChangeSetType="UPDATE", **request
        )

    def execute(self, session: AccountSession, token: str) -> None:
        """Start the update. Writes to AWS: ExecuteChangeSet."""
        session.client("cloudformation").execute_change_set(
            StackName=self.stack, ChangeSetName=self.name, ClientRequestToken=token
        )


def _touches(change: Mapping[str, Any]) -> bool:
    """True unless the change only adds a resource, or only changes tags and metadata, which restarts nothing."""
    what = change.get("ResourceChange", {})
    scope = set(what.get("Scope", []))
    return what.get("Action") != "Add" and not (scope and scope <= _HARMLESS)


def _words(change: Mapping[str, Any]) -> str:
    """The changed resource, in AWS's words only."""
    what = change["ResourceChange"]
    replacement = what.get("Replacement")
    replaced = f" (Replacement {replacement})" if replacement in {"True", "Conditional"} else ""
    return f"{what.get('LogicalResourceId')} {what.get('ResourceType')}{replaced}"
