"""A stack that stands with another template -> the change set that leads to the wanted one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import reasons
from bootstrap.aws.sessions import AccountSession
from bootstrap.errors import clean, code_of
from bootstrap.steps.stack.verdict import StackFound, StackSituation, cause_of

COMING = frozenset({"CREATE_PENDING", "CREATE_IN_PROGRESS", "DELETE_PENDING", "DELETE_IN_PROGRESS"})
_HARMLESS = frozenset({"Tags", "Metadata"})


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Its name follows from the digest, so that the next run finds what a dead one had begun."""

    stack: str
    name: str

    def look(self, session: AccountSession, stack: Mapping[str, Any], since: float, guarded: bool) -> StackFound:
        """`guarded`: the event is on, and nothing that a team uses may be touched. `since`: the run's start."""
        found = session.read(f"change-set:{self.stack}", lambda: self._describe(session))
        if found is None:
            return StackFound(StackSituation.NO_CHANGE_SET)
        status, execution = found["Status"], found.get("ExecutionStatus")
        if status in COMING:
            return StackFound(StackSituation.CHANGE_SET_COMING)
        if status == "FAILED":
            return _failed(found, stack, since)
        if execution == "EXECUTE_IN_PROGRESS":
            return StackFound(StackSituation.BEING_UPDATED)
        if status != "CREATE_COMPLETE" or execution != "AVAILABLE":
            return StackFound(StackSituation.CHANGE_SET_USED)
        touched = [_words(each) for each in found["Changes"] if _touches(each)]
        if touched and guarded:
            return StackFound(StackSituation.CHANGE_SET_TOUCHES, ", ".join(touched))
        return StackFound(StackSituation.CHANGE_SET_READY, ", ".join(touched) or "nothing that teams use")

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
        """Ask AWS to compute the change. Writes; `again` drops the one of that name first."""
        cloudformation = session.client("cloudformation")
        if again:
            cloudformation.delete_change_set(StackName=self.stack, ChangeSetName=self.name)
        cloudformation.create_change_set(
            StackName=self.stack, ChangeSetName=self.name, ChangeSetType="UPDATE", **request
        )

    def execute(self, session: AccountSession, token: str) -> None:
        """Begin the update. Writes."""
        session.client("cloudformation").execute_change_set(
            StackName=self.stack, ChangeSetName=self.name, ClientRequestToken=token
        )


def _failed(found: Mapping[str, Any], stack: Mapping[str, Any], since: float) -> StackFound:
    made = found["CreationTime"]
    if made < (stack.get("LastUpdatedTime") or stack["CreationTime"]):
        # It was compared with a template that the stack no longer has.
        return StackFound(StackSituation.CHANGE_SET_USED)
    reason = clean(str(found.get("StatusReason", "")))
    if reasons.changes_nothing(reason):
        # It stays: it is the proof that the next run reads, as the Digest output keeps its old value.
        return StackFound(StackSituation.CHANGE_SET_EMPTY)
    if made.timestamp() < since:
        return StackFound(StackSituation.CHANGE_SET_USED)
    return StackFound(StackSituation.CHANGE_SET_FAILED, reason, cause_of(reason))


def _touches(change: Mapping[str, Any]) -> bool:
    """Additions touch nothing that is in use; tags and metadata change without a restart."""
    what = change.get("ResourceChange", {})
    scope = set(what.get("Scope", []))
    return what.get("Action") != "Add" and not (scope and scope <= _HARMLESS)


def _words(change: Mapping[str, Any]) -> str:
    what = change["ResourceChange"]
    replaced = " (replaced)" if what.get("Replacement") in {"True", "Conditional"} else ""
    return f"{what.get('LogicalResourceId')} {what.get('ResourceType')}{replaced}"
