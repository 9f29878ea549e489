"""Single readings of calibrate, with answers that a rehearsal does not give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.doctor.calibration import sagemaker_times, stack_times
from bootstrap.doctor.calibration.seen import Noted, before_the_look
from bootstrap.steps.workforce.step import STARTING

BEGAN = 1_795_000_000.0
STACK = "arn:aws:cloudformation:us-east-1:111122223333:stack/car-day-roles/1"
SUBJECT: Any = SimpleNamespace(names=SimpleNamespace(stack=lambda name: f"car-day-{name}"), trail=None, now=BEGAN)
CLOSED = "Amazon SageMaker Ground Truth is no longer open to new customers."


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(BEGAN + seconds, UTC)


def session(**answers: Any) -> Any:
    """A session whose clients give these answers by method, or raise them; paginators have them as the only page."""

    def method(name: str) -> Any:
        def call(**_: Any) -> Any:
            if isinstance(answers[name], Exception):
                raise answers[name]
            return answers[name]

        return call

    def paginator(name: str) -> Any:
        return SimpleNamespace(paginate=lambda **_: [answers[name]])

    client = SimpleNamespace(get_paginator=paginator, **{name: method(name) for name in answers})
    return SimpleNamespace(client=lambda service: client)


def refused(operation: str, code: str, words: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": words}}, operation)


def event(seconds: float, name: str, status: str, **more: str) -> dict[str, Any]:
    """An event of the stack itself ("car-day-roles"), or of a resource."""
    own = name == "car-day-roles"
    return {
        "StackId": STACK, "LogicalResourceId": name, "PhysicalResourceId": STACK if own else f"{name}-1",
        "ResourceType": "AWS::CloudFormation::Stack" if own else "AWS::IAM::Role", "ResourceStatus": status,
        "Timestamp": moment(seconds), **more,
    }  # fmt: skip


def values(noted: Iterable[Noted], key: str) -> list[Any]:
    return [each.value if each.seconds is None else each.seconds for each in noted if each.key == key]


def test_repeated_events_begin_nothing() -> None:
    done = {"DetailedStatus": "CONFIGURATION_COMPLETE"}
    events = [
        event(0, "car-day-roles", "CREATE_IN_PROGRESS"),
        event(5, "Role", "CREATE_IN_PROGRESS"),
        event(6, "Role", "CREATE_IN_PROGRESS", ResourceStatusReason="Resource creation Initiated"),
        event(50, "Role", "CREATE_IN_PROGRESS", **done),
        event(60, "Role", "CREATE_COMPLETE"),
        event(100, "car-day-roles", "CREATE_IN_PROGRESS", **done),
        event(110, "car-day-roles", "CREATE_COMPLETE"),
        event(900, "car-day-roles", "DELETE_IN_PROGRESS"),
        event(903, "Role", "DELETE_IN_PROGRESS"),
        event(930, "Role", "DELETE_COMPLETE"),
        event(940, "car-day-roles", "DELETE_COMPLETE"),
    ]
    row = {"StackName": "car-day-roles", "StackId": STACK, "StackStatus": "DELETE_COMPLETE", "CreationTime": moment(0)}
    cloud = session(list_stacks={"StackSummaries": [row]}, describe_stack_events={"StackEvents": events[::-1]})
    noted = list(stack_times.seen(stack_times.read(cloud, SUBJECT), SUBJECT))
    assert values(noted, "stacks.create_seconds") == [110.0]
    assert values(noted, "stacks.delete_seconds") == [40.0]


def test_what_a_look_of_the_tool_found_is_written_below_the_look() -> None:
    force = {"WorkforceName": "default", "CreateDate": moment(0), "LastUpdatedDate": moment(65), "Status": "Active"}
    cloud = session(list_workforces={"Workforces": [force]}, list_workteams={"Workteams": [{"CreateDate": moment(62)}]})
    [seconds] = values(sagemaker_times.workforce(cloud, SUBJECT), "workforce.start_seconds")
    assert 62 - STARTING < seconds < 62
    # What the first look found may have been so from the start.
    assert before_the_look(2, STARTING) == 1


@pytest.mark.parametrize("code", ["UnsupportedOperation", "AccessDeniedException"])
def test_any_of_its_listings_shows_that_ground_truth_is_closed(code: str) -> None:
    answers: dict[str, Any] = {
        "list_workforces": {"Workforces": []},
        "list_workteams": {"Workteams": []},
        "list_labeling_jobs": {"LabelingJobSummaryList": []},
    }
    shut: Mapping[str, Any] = {name: refused(name, code, CLOSED) for name in answers}
    readings: Mapping[str, Any] = {
        "list_workforces": sagemaker_times.workforce,
        "list_workteams": sagemaker_times.workforce,
        "list_labeling_jobs": sagemaker_times.labelling,
    }
    for name, reading in readings.items():
        noted = list(reading(session(**(answers | {name: shut[name]})), SUBJECT))
        assert values(noted, "workforce.ground_truth_closed") == [True]
        assert values(noted, "workforce.closed_code") == [code]
    for reading in readings.values():
        assert True in values(reading(session(**shut), SUBJECT), "workforce.ground_truth_closed")
        assert values(reading(session(**answers), SUBJECT), "workforce.ground_truth_closed") == []


def test_a_listing_that_a_policy_denies_is_not_closed() -> None:
    denied = refused("ListWorkforces", "AccessDeniedException", "User is not authorized to perform: x")
    with pytest.raises(ClientError):
        list(sagemaker_times.workforce(session(list_workforces=denied), SUBJECT))
