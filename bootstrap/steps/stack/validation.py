"""Finds of CloudFormation's validation before a deployment. The status reason names at most the check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import reasons, refusals
from bootstrap.aws.answers import NotAws, Why
from bootstrap.errors import clean
from bootstrap.steps.stack.verdict import LONGEST_REASON

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_KINDS = frozenset({"VALIDATION_ERROR", "HOOK_INVOCATION_ERROR"})


def told(session: AccountSession, reason: str, operation: str = "", **which: str) -> str:
    """Return `reason`, or what the validation found if that is why: check, resource and AWS's words of each find.

    `which`: StackName, or ChangeSetName with the ARN (AWS does not take the name alone); `operation`: AWS's id of the
    operation, if known. If the role may not call DescribeEvents, as one of an older access.yaml, `reason` is all that
    is known. API: DescribeEvents.
    """
    if not reasons.found_by_validation(reason):
        return reason
    try:
        found = session.read(f"validation:{sorted(which.items())}", lambda: _events(session, which))
    except ClientError as error:
        if refusals.says_nothing(error):
            raise
        return reason
    except NotAws as error:
        if error.fault is not Why.UNPROVEN_KEY:
            raise
        return reason
    newest = operation or next((str(each.get("OperationId") or "") for each in found), "")
    finds = [each for each in found if str(each.get("OperationId") or newest) == newest]
    blocking = [each for each in finds if each.get("ValidationFailureMode", each.get("HookFailureMode")) != "WARN"]
    return "; ".join(dict.fromkeys(_words(each) for each in blocking or finds))[:LONGEST_REASON] or reason


def _events(session: AccountSession, which: Mapping[str, str]) -> list[Mapping[str, Any]]:
    return [each for each in _pages(session, which) if each.get("EventType") in _KINDS]


def _pages(session: AccountSession, which: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    pages = session.client("cloudformation").get_paginator("describe_events")
    for page in pages.paginate(**which, Filters={"FailedEvents": True}):
        yield from page["OperationEvents"]


def _words(event: Mapping[str, Any]) -> str:
    """The find in AWS's words only: "NAME_CONFLICT_VALIDATION Bucket (AWS::S3::Bucket): ... already exists."."""
    check = event.get("ValidationName") or f"hook failed: {event.get('HookType', '')}"
    reason = event.get("ValidationStatusReason") or event.get("HookStatusReason") or ""
    return clean(f"{check} {event.get('LogicalResourceId', '')} ({event.get('ResourceType', '')}): {reason}")
