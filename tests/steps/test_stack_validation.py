"""Reasons that CloudFormation gives only for the stack as a whole, or only in the events of its validation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bootstrap.engine.states import Verdict
from bootstrap.errors import catalogue
from bootstrap.steps.stack import verdict as stack_verdict
from tests.scripted_aws import ScriptedAws, scripted_aws
from tests.steps.answers import AnsweringSession, refusal
from tests.steps.test_stack import ID, LATER, OLD, STEP, Row, S, change_set, entry, session_of, stack

HOOKS = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::{}]. To troubleshoot Early Validation errors, use "
    "the DescribeEvents API for detailed failure information."
)
AT_ONCE = (
    "Validation failure detected. See the operation's FAILED event for details.",
    "Validation failed with 1 error(s). Call DescribeEvents to retrieve the full list of issues.",
)
ARN = "arn:aws:cloudformation:ap-northeast-1:111111111111:changeSet/x/1"


def event(name: str, reason: str, resource: str = "Bucket", kind: str = "AWS::S3::Bucket", **more: str) -> Any:
    return {
        "EventId": f"{name}{resource}",
        "StackId": ID,
        "OperationId": "op-2",
        "EventType": "VALIDATION_ERROR",
        "LogicalResourceId": resource,
        "ResourceType": kind,
        "ValidationFailureMode": "FAIL",
        "ValidationName": name,
        "ValidationStatus": "FAILED",
        "ValidationStatusReason": reason,
        **more,
    }


EXISTS = event(
    "NAME_CONFLICT_VALIDATION", "Resource of type 'AWS::S3::Bucket' with identifier 'carday-1-x' already exists."
)
NOT_EMPTY = event(
    "BUCKET_EMPTINESS_VALIDATION",
    "The bucket 'carday-1-y' is not empty. You must either delete all objects and versions or use the deletion policy "
    "to retain it, otherwise the delete operation will fail.",
    "Other",
    ValidationFailureMode="WARN",
)
PROPERTY = event("PROPERTY_VALIDATION", "Required property [PolicyDocument] not found", "Policy", "AWS::IAM::Policy")
FOUND: list[tuple[str, list[Any], str, str]] = [
    ("ResourceExistenceCheck", [NOT_EMPTY, EXISTS], "EB-269", "Bucket (AWS::S3::Bucket): Resource of type"),
    ("PropertyValidation", [PROPERTY], "EB-278", "Policy (AWS::IAM::Policy): Required property"),
    ("BucketEmptinessCheck", [NOT_EMPTY], "EB-279", "'carday-1-y' is not empty"),
    ("ServiceQuotaCheck", [event("SERVICE_QUOTA_VALIDATION", "3 roles needed, 2 left")], "EB-270", "2 left"),
    ("RecorderConflictCheck", [event("CONFIG_RECORDER_VALIDATION", "there is one")], "EB-269", "there is one"),
    ("RepositoryCheck", [event("ECR_REPOSITORY_VALIDATION", "has images")], "EB-279", "has images"),
]


@pytest.mark.parametrize(("check", "events", "code", "says"), FOUND, ids=[row[0] for row in FOUND])
def test_a_change_set_that_the_validation_stopped_names_resource_and_cause(
    check: str, events: list[Any], code: str, says: str
) -> None:
    made = {**change_set("FAILED", reason=HOOKS.format(check)), "ChangeSetId": ARN}
    session = session_of(Row("", S.CHANGE_SET_FAILED, stack("CREATE_COMPLETE", OLD), change_set=made))
    session.answers["DescribeEvents"] = {"OperationEvents": events}
    state = replace(STEP, begun=[]).check(session)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, code)
    assert says in state.detail
    assert ("is not empty" in state.detail) is (check == "BucketEmptinessCheck"), "a warning is no cause"
    assert session.params("DescribeEvents") == {"ChangeSetName": ARN, "Filters": {"FailedEvents": True}}
    assert code in catalogue()


@pytest.mark.parametrize(("check", "events", "code", "says"), FOUND, ids=[row[0] for row in FOUND])
def test_a_role_of_before_that_may_not_ask_still_gets_the_code(
    check: str, events: list[Any], code: str, says: str
) -> None:
    made = {**change_set("FAILED", reason=HOOKS.format(check)), "ChangeSetId": ARN}
    session = session_of(Row("", S.CHANGE_SET_FAILED, stack("CREATE_COMPLETE", OLD), change_set=made))
    session.answers["DescribeEvents"] = refusal("AccessDenied", "is not authorized to perform: DescribeEvents")
    state = replace(STEP, begun=[]).check(session)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, code)
    assert f"AWS::EarlyValidation::{check}" in state.detail


def rolled_back(reason: str, status: str = "ROLLBACK_IN_PROGRESS", *more: Any) -> list[Any]:
    """Newest first: no resource failed, and only the event of the stack says why."""
    events = [entry(LATER + 9, "ROLLBACK_COMPLETE"), *more, entry(LATER + 3, status, reason=reason)]
    return [{**each, "OperationId": "op-2"} for each in [*events, entry(LATER, "CREATE_IN_PROGRESS")]]


@pytest.mark.parametrize("reason", AT_ONCE)
@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_COMPLETE"])
def test_a_stack_that_the_validation_stopped_names_resource_and_cause(status: str, reason: str) -> None:
    session = session_of(Row("", S.FAILED, stack("ROLLBACK_COMPLETE"), rolled_back(reason, status)))
    earlier = event("PROPERTY_VALIDATION", "of an earlier operation", OperationId="op-1")
    session.answers["DescribeEvents"] = {"OperationEvents": [earlier, EXISTS]}
    state = replace(STEP, begun=[]).check(session)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-269")
    assert "carday-1-x" in state.detail
    assert "earlier operation" not in state.detail
    assert session.params("DescribeEvents")["StackName"] == ID


REASONS = [
    ("Rollback requested by user.", "EB-260"),
    ("Stack creation time exceeded the specified timeout. Rollback requested by user.", "EB-276"),
    ("The following hook(s) failed: [AWSControlTower::GuardRail::Hook]", "EB-280"),
    ("AccessDenied. User doesn't have permission to call sts:AssumeRole", "EB-272"),
]


@pytest.mark.parametrize(("reason", "code"), REASONS)
def test_a_reason_that_stands_on_the_stack_alone_is_used(reason: str, code: str) -> None:
    session = session_of(Row("", S.FAILED, stack("ROLLBACK_COMPLETE"), rolled_back(reason), code=code))
    subject = replace(STEP, begun=["create", "delete"], since=LATER - 100)
    state = subject.check(session)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, code)
    assert reason in state.detail


def test_a_resource_without_a_reason_has_the_stacks() -> None:
    bare = entry(LATER + 2, "CREATE_FAILED", "Bucket")
    found = stack_verdict.operation(rolled_back("Rollback requested by user.", "ROLLBACK_IN_PROGRESS", bare))
    assert found.failure == "Bucket (AWS::IAM::Role): Rollback requested by user."


def test_a_stack_without_any_reason_says_so() -> None:
    assert stack_verdict.operation(rolled_back("")).failure == "no reason given"


DESCRIBED = """<DescribeEventsResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
<DescribeEventsResult>{}</DescribeEventsResult></DescribeEventsResponse>"""


@pytest.mark.parametrize("body", ["", "<OperationEvents/>"], ids=["no list", "an empty one"])
def test_an_answer_without_events_leaves_the_status_reason(body: str) -> None:
    from bootstrap.steps.stack import validation
    from tests.aws.test_sessions import identify, opened

    with scripted_aws() as aws:
        assert isinstance(aws, ScriptedAws)
        aws.answers["DescribeEvents"] = [(200, DESCRIBED.format(body))]
        session = opened(aws)
        identify(session)
        assert validation.told(session, HOOKS.format("X"), ChangeSetName=ARN) == HOOKS.format("X")
    assert AnsweringSession({}).writes == []


@pytest.mark.parametrize("begins", ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"])
def test_an_operation_begins_once_although_its_state_comes_again_when_the_configuration_is_complete(
    begins: str,
) -> None:
    """aws/aws-cdk-cli#757: the repeated event has neither token nor reason."""
    again = entry(LATER + 5, begins) | {"DetailedStatus": "CONFIGURATION_COMPLETE"}
    failed = entry(LATER + 3, "CREATE_FAILED", "Bucket", reason="no")
    events = [
        entry(LATER + 9, "ROLLBACK_COMPLETE"),
        again,
        failed,
        entry(LATER, begins) | {"ClientRequestToken": "t-1"},
    ]
    found = stack_verdict.operation(events)
    assert (found.started, found.token) == (LATER, "t-1")
    assert found.failure == "Bucket (AWS::IAM::Role): no"
    assert found.tries("t-1", 0.0) == 1
