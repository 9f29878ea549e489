"""Durations of stacks and failures of their resources, from the events of stacks that stand or were deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bootstrap.aws import reasons
from bootstrap.aws.reasons import StackReason
from bootstrap.doctor.calibration.redaction import redacted
from bootstrap.doctor.calibration.seen import Noted, Subject, before_the_look, epoch
from bootstrap.errors.message import msg
from bootstrap.steps.stack import verdict
from bootstrap.steps.stack.step import SOON

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_STACK = "AWS::CloudFormation::Stack"
NOTEBOOK = "AWS::SageMaker::NotebookInstance"
_MOST_DELETED = 30
# Status with which an operation begins -> how it is called in a scenario.
_BEGIN = {
    "CREATE_IN_PROGRESS": "create",
    "UPDATE_IN_PROGRESS": "update",
    "UPDATE_ROLLBACK_IN_PROGRESS": "update",
    "ROLLBACK_IN_PROGRESS": "delete",
    "DELETE_IN_PROGRESS": "delete",
}
_DURING = {"CREATE_FAILED": "create", "UPDATE_FAILED": "update", "DELETE_FAILED": "delete"}
_DONE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"})
_ENDS_WELL = _DONE | {
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
}  # fmt: skip
_ROLLS_BACK = frozenset({"ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"})


@dataclass(frozen=True, slots=True)
class StackMoment:
    """One event of a stack or of a resource in it."""

    at: float
    logical_id: str
    kind: str
    status: str
    reason: str
    own: bool


@dataclass(frozen=True, slots=True)
class StackHistory:
    """The events of one stack, oldest first; `stands` is False for a deleted one.

    `findings`: what pre-deployment validation found, as DescribeEvents shows it.
    """

    name: str
    created: float
    stands: bool
    steps: tuple[StackMoment, ...]
    findings: tuple[Mapping[str, Any], ...] = ()

    def resource(self, kind: str, first: str, last: str) -> tuple[float, float] | None:
        """Return when the first resource of a type began and ended, by the statuses that say so."""
        began = next((each.at for each in self.steps if each.kind == kind and each.status == first), None)
        ended = next((each.at for each in self.steps if each.kind == kind and each.status == last), None)
        return None if began is None or ended is None else (began, ended)


def read(session: AccountSession, subject: Subject) -> tuple[StackHistory, ...]:
    """Read the events of the event's stacks, and of those deleted in the last 90 days, oldest stack first.

    API: ListStacks, DescribeStackEvents for each.
    """
    client = session.client("cloudformation")
    pages = client.get_paginator("list_stacks").paginate()
    rows = [each for page in pages for each in page["StackSummaries"]]
    ours = [each for each in rows if str(each["StackName"]).startswith(subject.names.stack(""))]
    deleted = [each for each in ours if each["StackStatus"] == "DELETE_COMPLETE"]
    kept = [each for each in ours if each["StackStatus"] != "DELETE_COMPLETE"]
    newest = sorted(deleted, key=lambda each: each["CreationTime"], reverse=True)[:_MOST_DELETED]
    found = [_history(client, each) for each in (*kept, *newest)]
    return tuple(sorted(found, key=lambda each: each.created))


def _history(client: Any, row: Mapping[str, Any]) -> StackHistory:
    pages = client.get_paginator("describe_stack_events").paginate(StackName=row["StackId"])
    events = [each for page in pages for each in page["StackEvents"]]
    steps = [_step(row, events[place]) for place in verdict.moves(events)]
    stands = row["StackStatus"] != "DELETE_COMPLETE"
    found: tuple[Mapping[str, Any], ...] = ()
    if any(each.own and reasons.found_by_validation(each.reason) for each in steps):
        events = client.describe_events(StackName=row["StackId"], Filters={"FailedEvents": True})["OperationEvents"]
        found = tuple(each for each in events if each.get("EventType") == "VALIDATION_ERROR")
    # AWS lists the newest first; those of one moment stay in their order.
    oldest_first = tuple(reversed(steps))
    return StackHistory(str(row["StackName"]), epoch(row, "CreationTime") or 0.0, stands, oldest_first, found)


def _step(row: Mapping[str, Any], event: Mapping[str, Any]) -> StackMoment:
    own = event.get("ResourceType") == _STACK and event.get("PhysicalResourceId") == row["StackId"]
    return StackMoment(
        event["Timestamp"].timestamp(),
        str(event.get("LogicalResourceId", "")),
        str(event.get("ResourceType", "")),
        str(event.get("ResourceStatus", "")),
        str(event.get("ResourceStatusReason", "")),
        own,
    )


def seen(stacks: Sequence[StackHistory], subject: Subject) -> Iterator[Noted]:
    """Yield the durations of every operation that ended well, and the failures."""
    for stack in stacks:
        for began, ended in _operations(stack):
            if (found := _duration(stack, began, ended)) is not None:
                yield found
    yield from _change_sets(stacks, subject)
    yield from _validation(stacks)
    failures = list(_failures(stacks))
    words = msg("failed resources in the events of {count} stacks", count=len(stacks))
    if stacks:
        yield Noted("stacks.failures", words, value=failures)


def _operations(stack: StackHistory) -> Iterator[tuple[int, int]]:
    """Yield the places of the first and the last event of each operation on the stack itself."""
    own = [place for place, each in enumerate(stack.steps) if each.own and each.status != "REVIEW_IN_PROGRESS"]
    for began, ended in pairwise(own):
        if stack.steps[began].status in _BEGIN:
            yield began, ended


def _duration(stack: StackHistory, began: int, ended: int) -> Noted | None:
    """Return how long an operation took, without what it waited for a notebook; None if it failed."""
    first, last = stack.steps[began], stack.steps[ended]
    kind = _BEGIN[first.status]
    if not ("COMPLETE" in last.status or (last.status in _ROLLS_BACK and kind != "create")):
        return None
    within = [each for each in stack.steps[began + 1 : ended] if not each.own]
    notebook = _notebook(within)
    steps = len({each.logical_id for each in within})
    total = last.at - first.at
    if kind == "create":
        if notebook is None:
            return Noted("stacks.create_seconds", msg("stack events"), seconds=total)
        # The rest is spread over all resources: the notebook's own share of it passes while the notebook starts.
        return Noted("stacks.with_notebook_seconds", msg("stack events"), seconds=_spread(total - notebook, steps))
    if kind == "delete":
        return _deletion(within, total, notebook)
    if not steps:
        # Only outputs or tags changed.
        return None
    everything = len({each.logical_id for each in stack.steps[:ended] if not each.own})
    own = total - (notebook or 0.0)
    left = steps - (notebook is not None)
    if left <= 0:
        return None
    words = msg("stack events; {changed} of {all} resources changed", changed=steps, all=everything)
    return Noted("stacks.update_seconds", words, seconds=own * everything / left)


def _deletion(within: Sequence[StackMoment], total: float, notebook: float | None) -> Noted | None:
    """Return how long a deletion took; None if nothing was there to delete. What was never made takes no time."""
    gone = {each.logical_id for each in within if each.status in ("DELETE_COMPLETE", "DELETE_SKIPPED")}
    timed = {each.logical_id for each in within if each.status == "DELETE_IN_PROGRESS"}
    left = len(timed - {each.logical_id for each in within if each.kind == NOTEBOOK})
    if left <= 0:
        return None
    own = (total - (notebook or 0.0)) * len(gone | timed) / left
    return Noted("stacks.delete_seconds", msg("stack events"), seconds=own)


def _notebook(steps: Iterable[StackMoment]) -> float | None:
    """Return how long the notebooks of an operation took; None without one."""
    times: dict[str, list[float]] = {}
    for each in steps:
        if each.kind == NOTEBOOK:
            times.setdefault(each.logical_id, []).append(each.at)
    return sum(max(each) - min(each) for each in times.values()) if times else None


def _spread(seconds: float, steps: int) -> float:
    return seconds * steps / (steps - 1) if steps > 1 else seconds


def _validation(stacks: Sequence[StackHistory]) -> Iterator[Noted]:
    """Yield what validation before the deployment stopped, after how long, and what it found."""
    words = msg("stacks that validation stopped")
    for stack in stacks:
        for began, ended in _operations(stack):
            first, last = stack.steps[began], stack.steps[ended]
            if first.status == "CREATE_IN_PROGRESS" and reasons.found_by_validation(last.reason):
                yield Noted("stacks.validates", words, value="stacks")
                yield Noted("stacks.validation_seconds", words, seconds=last.at - first.at)
                ends = "rolled-back" if last.status in _ROLLS_BACK else "failed"
                yield Noted("stacks.validation_ends", words, value=ends)
    if stacks:
        found = [
            {
                "stack": stack.name, "resource": str(each.get("LogicalResourceId", "*")),
                "name": str(each.get("ValidationName", "")),
                "reason": redacted(str(each.get("ValidationStatusReason", ""))),
            }
            for stack in stacks for each in stack.findings
        ]  # fmt: skip
        yield Noted("stacks.findings", msg("events of {count} stacks", count=len(stacks)), value=found)


def _change_sets(stacks: Sequence[StackHistory], subject: Subject) -> Iterator[Noted]:
    """Yield how long change sets took at most: CloudFormation says when one was made, not when it was ready."""
    if subject.trail is None:
        return
    for stack in stacks:
        for made in subject.trail.of("CreateChangeSet", stackName=stack.name):
            name = made.params.get("changeSetName")
            if made.refused or not isinstance(name, str):
                continue
            used = [each for each in subject.trail.of("ExecuteChangeSet", changeSetName=name) if each.at >= made.at]
            if used:
                words = msg(
                    "CreateChangeSet to ExecuteChangeSet in CloudTrail's history, less half of the {pause} s between "
                    "two looks of provision",
                    pause=f"{SOON:.0f}",
                )
                seen_after = before_the_look(used[0].at - made.at, SOON)
                yield Noted("stacks.change_set_seconds", words, seconds=seen_after, rough=True)


def _failures(stacks: Sequence[StackHistory]) -> Iterator[dict[str, Any]]:
    """Yield each resource that failed by itself: with `times`, or always if it never succeeded after that."""
    found: Counter[tuple[str, str, str]] = Counter()
    why: dict[tuple[str, str, str], str] = {}
    lasts: set[tuple[str, str, str]] = set()
    for stack in stacks:
        during = ""
        for began, ended in _operations(stack):
            first, last = stack.steps[began], stack.steps[ended]
            alone = not any(each.status in _DURING for each in stack.steps[began:ended])
            if first.status == "CREATE_IN_PROGRESS" and last.status in _ROLLS_BACK and alone:
                key = (stack.name, stack.name, "stack")
                if not reasons.found_by_validation(last.reason):
                    found[key] += 1
                    why[key] = redacted(last.reason)
                    lasts.add(key)
            elif last.status == "CREATE_COMPLETE":
                lasts.discard((stack.name, stack.name, "stack"))
        for each in stack.steps:
            if each.own:
                during = "rollback" if each.status in _ROLLS_BACK else ""
            name = (stack.name, each.logical_id)
            # A role that is too new has a key of its own.
            too_new = reasons.stack_reason(each.reason) is StackReason.ROLE_TOO_NEW
            if each.status in _DURING and not each.own and not too_new and not reasons.is_consequence(each.reason):
                kind = during if during and each.status == "UPDATE_FAILED" else _DURING[each.status]
                found[*name, kind] += 1
                why[*name, kind] = redacted(each.reason)
                lasts.add((*name, kind))
            elif each.status in _DONE and not each.own:
                lasts -= {(*name, kind) for kind in ("create", "update", "delete", "rollback")}
    for key, times in sorted(found.items()):
        stack_name, logical_id, kind = key
        always = key in lasts
        yield {
            "stack": stack_name, "resource": logical_id, "reason": why[key], "during": kind,
            "times": None if always else times,
        }  # fmt: skip
