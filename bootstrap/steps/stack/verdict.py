"""Situations of a stack, by what CloudFormation shows, with verdict, action and code of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bootstrap.aws import reasons
from bootstrap.aws.reasons import StackReason
from bootstrap.engine.states import Verdict
from bootstrap.errors import clean
from bootstrap.errors.message import marked as _
from bootstrap.errors.message import msg

_BEGINS = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"})
# States of the stack itself whose event may say why it did not come to stand.
_ENDS = {
    *("CREATE_FAILED", "UPDATE_FAILED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_IN_PROGRESS"),
    *("UPDATE_ROLLBACK_COMPLETE", "DELETE_FAILED"),
}
# Characters of a reason that are kept: a notebook's reason names two ARNs before the cause.
LONGEST_REASON = 420


class StackSituation(StrEnum):
    """Situation of a stack: what CloudFormation shows, compared with the wanted template."""

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
    """Verdict, action, code and words of a situation.

    `action`: what `apply` does, "" for nothing; `words`: the detail, with the places {stack} and {why}; `seen`: what is
    there, where the detail says what is done about it.
    """

    verdict: Verdict
    action: str
    code: str | None
    words: str
    seen: str = ""


_READY, _TODO, _WAITING, _BLOCKED = Verdict.READY, Verdict.TODO, Verdict.WAITING, Verdict.BLOCKED
S = StackSituation

TABLE: Mapping[StackSituation, StackRow] = {
    S.ABSENT: StackRow(_TODO, "create", None, _("create stack {stack}"), _("stack {stack} does not exist")),
    S.AS_WANTED: StackRow(_READY, "", None, _("stack {stack} is up to date")),
    S.NOT_OURS: StackRow(_BLOCKED, "", "EB-261", _("a stack {stack} exists that event-bootstrap did not create")),
    S.BEING_MADE: StackRow(_WAITING, "", None, _("stack {stack} is being created")),
    S.BEING_UPDATED: StackRow(_WAITING, "", None, _("stack {stack} is being updated")),
    S.BEING_DELETED: StackRow(_WAITING, "", None, _("stack {stack} is being deleted, and is then created again")),
    S.ROLLING_BACK: StackRow(_WAITING, "", "EB-275", _("stack {stack} is rolling back: {why}")),
    S.FAILED: StackRow(_BLOCKED, "", "EB-260", _("stack {stack}: {why}; fix the cause, then run with --again")),
    S.FAILED_OTHER: StackRow(
        _TODO,
        "delete",
        None,
        _("delete stack {stack}, which failed with another template"),
        _("stack {stack} failed with another template"),
    ),
    S.FAILED_TRY_AGAIN: StackRow(
        _TODO,
        "delete",
        None,
        _("delete failed stack {stack} and create it again: {why}"),
        _("stack {stack} failed: {why}"),
    ),
    S.UPDATE_FAILED: StackRow(
        _BLOCKED, "", "EB-262", _("update of {stack} rolled back: {why}; fix the cause, then run with --again")
    ),
    S.UPDATE_LEFT: StackRow(
        _BLOCKED, "", "EB-262", _("update of {stack} failed and was not rolled back: {why}; roll it back by hand")
    ),
    S.ROLLBACK_STUCK: StackRow(
        _TODO,
        "continue",
        None,
        _("continue the rollback of {stack}: {why}"),
        _("rollback of {stack} failed: {why}"),
    ),
    S.ROLLBACK_STUCK_AGAIN: StackRow(_BLOCKED, "", "EB-263", _("rollback of {stack} failed again: {why}")),
    S.IN_REVIEW: StackRow(
        _TODO,
        "delete",
        None,
        _("delete stack {stack}, which has only a change set that was never executed"),
        _("stack {stack} has only a change set that was never executed"),
    ),
    S.DELETE_FAILED: StackRow(
        _TODO,
        "delete",
        None,
        _("delete stack {stack} again: {why}"),
        _("stack {stack} could not be deleted: {why}"),
    ),
    S.DELETE_FAILED_AGAIN: StackRow(_BLOCKED, "", "EB-264", _("stack {stack} cannot be deleted: {why}")),
    S.IMPORTING: StackRow(_BLOCKED, "", "EB-265", _("stack {stack} is in a resource import: {why}")),
    S.UNKNOWN: StackRow(_BLOCKED, "", "EB-266", _("stack {stack} has an unknown status: {why}")),
    S.NO_CHANGE_SET: StackRow(
        _TODO, "prepare", None, _("update stack {stack}"), _("stack {stack} has another version of its template")
    ),
    S.CHANGE_SET_COMING: StackRow(_WAITING, "", None, _("AWS is computing the change set of stack {stack}")),
    S.CHANGE_SET_READY: StackRow(
        _TODO,
        "execute",
        None,
        _("update stack {stack}: {why}"),
        _("stack {stack} has another version of its template; an update changes {why}"),
    ),
    S.CHANGE_SET_TOUCHES: StackRow(
        _BLOCKED,
        "",
        "EB-268",
        _("the event is on and the update of {stack} changes {why}; --during-event allows it"),
    ),
    S.CHANGE_SET_EMPTY: StackRow(_READY, "", None, _("stack {stack}: AWS finds nothing to change")),
    S.CHANGE_SET_FAILED: StackRow(_BLOCKED, "", "EB-267", _("AWS cannot compute the change set of {stack}: {why}")),
    S.CHANGE_SET_USED: StackRow(
        _TODO,
        "prepare again",
        None,
        _("update stack {stack} with a new change set; the old one cannot be used"),
        _("stack {stack} has another version of its template"),
    ),
}

# Situations that are retried only with --again.
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
    """The situation found, and AWS's reason.

    `code`: that of the cause, if AWS's reason tells it; else the row's code is used.
    """

    situation: StackSituation
    why: str = ""
    code: str | None = None

    @property
    def row(self) -> StackRow:
        """Verdict, action, code and words of the situation."""
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
    StackReason.TEMPLATE: "EB-278",
    StackReason.NOT_EMPTY: "EB-279",
    StackReason.HOOK: "EB-280",
}


def cause_of(reason: str) -> str | None:
    """Return the code of the cause that CloudFormation's reason or API error names; None if it names none."""
    return CODES.get(reasons.stack_reason(reason))


@dataclass(frozen=True, slots=True)
class Operation:
    """The latest creation, update or deletion of a stack. `failure`: the first resource that failed, and why; if none
    failed, why the stack itself did. `id`: AWS's id of the operation, "" if it gives none.
    """

    started: float
    token: str
    failure: str
    rollback_failures: int
    delete_failures: tuple[float, ...]
    starts: tuple[tuple[float, str], ...]
    id: str = ""

    def was_of(self, token: str) -> bool:
        """Return True for this token. Also for an operation without a token: it would be retried without end."""
        return not self.token or self.token.startswith(token)

    def tries(self, token: str, since: float) -> int:
        """Return how many operations with this token began at or after `since` (epoch seconds)."""
        return sum(1 for started, each in self.starts if started >= since and each.startswith(token))


def operation(events: Sequence[Mapping[str, Any]]) -> Operation:
    """Return the latest operation, from all events of a stack, newest first (DescribeStackEvents)."""
    begins = list(_begins(events))
    newest = list(events[: begins[0] + 1]) if begins else list(events)
    start = newest[-1] if newest else {}
    return Operation(
        _seconds(start),
        str(start.get("ClientRequestToken") or ""),
        _first_failure(newest),
        sum(1 for each in newest if _of_stack(each, {"UPDATE_ROLLBACK_FAILED"})),
        tuple(_seconds(each) for each in newest if _of_stack(each, {"DELETE_FAILED"})),
        tuple((_seconds(events[i]), str(events[i].get("ClientRequestToken") or "")) for i in begins),
        str(start.get("OperationId") or ""),
    )


def moves(events: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    """Yield the places of the events that show a new state, of all events of a stack, newest first.

    AWS repeats CREATE_IN_PROGRESS and its like: once a resource's creation is initiated, and when the configuration of
    a resource or of the stack is complete (DetailedStatus, aws/aws-cdk-cli#757).
    """
    older: dict[tuple[object, bool], str] = {}
    found: list[int] = []
    for place in range(len(events) - 1, -1, -1):
        each = events[place]
        whose = (each.get("LogicalResourceId"), _is_of_stack(each))
        status = str(each.get("ResourceStatus"))
        if not status.endswith("_IN_PROGRESS") or status != older.get(whose):
            found.append(place)
        older[whose] = status
    return reversed(found)


def _begins(events: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    """Yield the places of the events with which an operation on the stack began, newest first."""
    for place in moves(events):
        if _is_of_stack(events[place]) and events[place].get("ResourceStatus") in _BEGINS:
            yield place


def _is_of_stack(event: Mapping[str, Any]) -> bool:
    return event.get("PhysicalResourceId") == event.get("StackId")


def _of_stack(event: Mapping[str, Any], statuses: set[str]) -> bool:
    return _is_of_stack(event) and event.get("ResourceStatus") in statuses


def _first_failure(newest_first: Sequence[Mapping[str, Any]]) -> str:
    """The first resource that failed by itself. Those that CloudFormation cancels then fail with "... cancelled".

    A stack may roll back before a resource has failed; then only the event of the stack's rollback says why.
    """
    failed = [each for each in reversed(newest_first) if str(each.get("ResourceStatus")).endswith("_FAILED")]
    own = [each for each in failed if each.get("PhysicalResourceId") != each.get("StackId") and _tells(each)]
    first = next(iter(own or failed), None)
    whole = next((each for each in reversed(newest_first) if _of_stack(each, _ENDS) and _reason(each)), None)
    if first is None:
        return _reason(whole)[:LONGEST_REASON] if whole else msg("no reason given")
    reason = _reason(first) or (_reason(whole) if whole else "")
    if not reason:
        return msg(
            "{resource} ({type}): no reason given",
            resource=first.get("LogicalResourceId"),
            type=first.get("ResourceType"),
        )
    return f"{first.get('LogicalResourceId')} ({first.get('ResourceType')}): {reason}"[:LONGEST_REASON]


def _reason(event: Mapping[str, Any]) -> str:
    return clean(str(event.get("ResourceStatusReason") or ""))


def _tells(event: Mapping[str, Any]) -> bool:
    return not reasons.is_consequence(str(event.get("ResourceStatusReason") or ""))


def _seconds(event: Mapping[str, Any]) -> float:
    at = event.get("Timestamp")
    return float(at.timestamp()) if at is not None else 0.0
