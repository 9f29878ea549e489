"""What CloudFormation says of a stack -> which situation that is -> verdict, action and code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bootstrap.aws import reasons
from bootstrap.aws.reasons import StackReason
from bootstrap.engine.states import Verdict
from bootstrap.errors import clean

# A notebook's reason names two ARNs before it comes to the point.
_WORDS = 420


class StackSituation(StrEnum):
    ABSENT = "absent"
    AS_WANTED = "as wanted"
    NOT_OURS = "not ours"
    BEING_MADE = "being made"
    BEING_UPDATED = "being updated"
    BEING_DELETED = "being deleted"
    ROLLING_BACK = "rolling back"
    FAILED = "failed with this template"
    FAILED_OTHER = "failed with another template"
    FAILED_TRY_AGAIN = "failed, and worth another try"
    UPDATE_FAILED = "update with this template rolled back"
    UPDATE_LEFT = "update failed and was not rolled back"
    ROLLBACK_STUCK = "rollback of an update failed"
    ROLLBACK_STUCK_AGAIN = "rollback of an update failed again"
    IN_REVIEW = "in review"
    DELETE_FAILED = "deletion failed"
    DELETE_FAILED_AGAIN = "deletion failed again"
    IMPORTING = "importing"
    UNKNOWN = "unknown status"
    NO_CHANGE_SET = "other template, no change set"
    CHANGE_SET_COMING = "change set being computed"
    CHANGE_SET_READY = "change set can be executed"
    CHANGE_SET_TOUCHES = "change set touches what teams use"
    CHANGE_SET_EMPTY = "change set without changes"
    CHANGE_SET_FAILED = "change set failed"
    CHANGE_SET_USED = "change set used up"


@dataclass(frozen=True, slots=True)
class StackRow:
    """`action` is what `apply` does, "" is nothing. `words` is the detail: {stack}, {why} are filled in."""

    verdict: Verdict
    action: str
    code: str | None
    words: str


_READY, _TODO, _WAITING, _BLOCKED = Verdict.READY, Verdict.TODO, Verdict.WAITING, Verdict.BLOCKED
S = StackSituation

TABLE: Mapping[StackSituation, StackRow] = {
    S.ABSENT: StackRow(_TODO, "create", None, "create stack {stack}"),
    S.AS_WANTED: StackRow(_READY, "", None, "stack {stack} is as wanted"),
    S.NOT_OURS: StackRow(_BLOCKED, "", "EB-261", "a stack {stack} stands there that event-bootstrap did not make"),
    S.BEING_MADE: StackRow(_WAITING, "", None, "stack {stack} is being made"),
    S.BEING_UPDATED: StackRow(_WAITING, "", None, "stack {stack} is being updated"),
    S.BEING_DELETED: StackRow(_WAITING, "", None, "stack {stack} is being deleted, to be made again"),
    S.ROLLING_BACK: StackRow(_WAITING, "", "EB-275", "stack {stack} is rolling back: {why}"),
    S.FAILED: StackRow(_BLOCKED, "", "EB-260", "stack {stack}: {why}; fix it, then run it with --again"),
    S.FAILED_OTHER: StackRow(_TODO, "delete", None, "delete stack {stack}, which failed with another template"),
    S.FAILED_TRY_AGAIN: StackRow(_TODO, "delete", None, "delete failed stack {stack} and make it again: {why}"),
    S.UPDATE_FAILED: StackRow(
        _BLOCKED, "", "EB-262", "update of {stack} rolled back: {why}; fix it, then run it with --again"
    ),
    S.UPDATE_LEFT: StackRow(_BLOCKED, "", "EB-262", "update of {stack} stopped half-way: {why}; roll it back by hand"),
    S.ROLLBACK_STUCK: StackRow(_TODO, "continue", None, "continue the rollback of {stack}: {why}"),
    S.ROLLBACK_STUCK_AGAIN: StackRow(_BLOCKED, "", "EB-263", "rollback of {stack} fails again: {why}"),
    S.IN_REVIEW: StackRow(_TODO, "delete", None, "delete stack {stack}, a plan that nobody carried out"),
    S.DELETE_FAILED: StackRow(_TODO, "delete", None, "delete stack {stack} again: {why}"),
    S.DELETE_FAILED_AGAIN: StackRow(_BLOCKED, "", "EB-264", "stack {stack} cannot be deleted: {why}"),
    S.IMPORTING: StackRow(_BLOCKED, "", "EB-265", "stack {stack} is in a resource import: {why}"),
    S.UNKNOWN: StackRow(_BLOCKED, "", "EB-266", "stack {stack} has an unknown status: {why}"),
    S.NO_CHANGE_SET: StackRow(_TODO, "prepare", None, "update stack {stack}"),
    S.CHANGE_SET_COMING: StackRow(_WAITING, "", None, "AWS computes the change of stack {stack}"),
    S.CHANGE_SET_READY: StackRow(_TODO, "execute", None, "update stack {stack}: {why}"),
    S.CHANGE_SET_TOUCHES: StackRow(
        _BLOCKED, "", "EB-268", "the event is on and the update of {stack} touches {why}; --during-event allows it"
    ),
    S.CHANGE_SET_EMPTY: StackRow(_READY, "", None, "stack {stack}: AWS finds nothing to change"),
    S.CHANGE_SET_FAILED: StackRow(_BLOCKED, "", "EB-267", "AWS cannot compute the change of {stack}: {why}"),
    S.CHANGE_SET_USED: StackRow(_TODO, "prepare again", None, "update stack {stack} (its change set is used up)"),
}

# What is tried anew only when a person asks for it with --again.
ON_DEMAND = frozenset({S.FAILED, S.UPDATE_FAILED})
MOVING: Mapping[str, StackSituation] = {
    "CREATE_IN_PROGRESS": S.BEING_MADE,
    "UPDATE_IN_PROGRESS": S.BEING_UPDATED,
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": S.BEING_UPDATED,
    "ROLLBACK_IN_PROGRESS": S.ROLLING_BACK,
    "UPDATE_ROLLBACK_IN_PROGRESS": S.ROLLING_BACK,
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": S.ROLLING_BACK,
    "DELETE_IN_PROGRESS": S.BEING_DELETED,
}
STANDS = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
NEVER_STOOD = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"})


@dataclass(frozen=True, slots=True)
class StackFound:
    """`code` is the cause's own, where the reason tells it; else the row's."""

    situation: StackSituation
    why: str = ""
    code: str | None = None

    @property
    def row(self) -> StackRow:
        return TABLE[self.situation]


PASSES = "EB-276"
CODES: Mapping[StackReason, str] = {
    StackReason.ORGANIZATION: "EB-271",
    StackReason.ROLE_TOO_NEW: PASSES,
    StackReason.DENIED: "EB-272",
    StackReason.AWS: PASSES,
    StackReason.EXISTS: "EB-269",
    StackReason.LIMIT: "EB-270",
    StackReason.NOT_OFFERED: "EB-273",
}


def cause_of(reason: str) -> str | None:
    """The code of what a reason of CloudFormation, or an error of its API, tells."""
    return CODES.get(reasons.stack_reason(reason))


@dataclass(frozen=True, slots=True)
class Operation:
    """The newest creation, update or deletion of a stack. `failure`: the first resource that failed, and why."""

    started: float
    token: str
    failure: str
    rollback_failures: int
    delete_failures: tuple[float, ...]
    starts: tuple[tuple[float, str], ...]

    def was_of(self, token: str) -> bool:
        """A failure whose token is not known counts as this one, or it would be made and deleted for ever."""
        return not self.token or self.token.startswith(token)

    def tries(self, token: str, since: float) -> int:
        return sum(1 for started, each in self.starts if started >= since and each.startswith(token))


def operation(events: Sequence[Mapping[str, Any]]) -> Operation:
    """From DescribeStackEvents, newest first, of the whole life of a stack."""
    begins = [i for i, each in enumerate(events) if _of_stack(each, {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"})]
    newest = list(events[: begins[0] + 1]) if begins else list(events)
    start = newest[-1] if newest else {}
    return Operation(
        _seconds(start),
        str(start.get("ClientRequestToken") or ""),
        _first_failure(newest),
        sum(1 for each in newest if _of_stack(each, {"UPDATE_ROLLBACK_FAILED"})),
        tuple(_seconds(each) for each in newest if _of_stack(each, {"DELETE_FAILED"})),
        tuple((_seconds(events[i]), str(events[i].get("ClientRequestToken") or "")) for i in begins),
    )


def _of_stack(event: Mapping[str, Any], statuses: set[str]) -> bool:
    same = event.get("PhysicalResourceId") == event.get("StackId")
    return same and event.get("ResourceStatus") in statuses


def _first_failure(newest_first: Sequence[Mapping[str, Any]]) -> str:
    """Once one resource fails, CloudFormation cancels the others, and those fail with "... cancelled"."""
    failed = [each for each in reversed(newest_first) if str(each.get("ResourceStatus")).endswith("_FAILED")]
    own = [each for each in failed if each.get("PhysicalResourceId") != each.get("StackId") and _tells(each)]
    first = next(iter(own or failed), None)
    if first is None:
        return "no reason given"
    reason = clean(str(first.get("ResourceStatusReason") or "no reason given"))
    return f"{first.get('LogicalResourceId')} ({first.get('ResourceType')}): {reason}"[:_WORDS]


def _tells(event: Mapping[str, Any]) -> bool:
    return not reasons.is_consequence(str(event.get("ResourceStatusReason") or ""))


def _seconds(event: Mapping[str, Any]) -> float:
    at = event.get("Timestamp")
    return float(at.timestamp()) if at is not None else 0.0
