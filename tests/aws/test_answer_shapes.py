"""Answers that are not as the model says, and those that are the same each time, as calibrate records them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError
from botocore.session import Session

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals
from bootstrap.aws.answer_shapes import AnswerShapes
from bootstrap.aws.answers import Answers
from bootstrap.doctor.calibration import answers_file, pooling, surroundings
from bootstrap.errors import Refused

REGION, OTHER = "us-east-1", "eu-west-1"
ACCOUNT = "111122223333"
CONTROL = (
    "User: arn:aws:sts::111122223333:assumed-role/x/y is not authorized to perform: servicequotas:GetServiceQuota "
    "with an explicit deny in a service control policy"
)
_CONFIG = Config(retries={"total_max_attempts": 1, "mode": "standard"})
_IDS = count()

Body = Any
Told = tuple[int, Body]


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Any:
        yield self._body


class Asked:
    """Clients whose calls are answered from `tell`; `shapes` watches them."""

    def __init__(self, tell: Callable[[str, str], Told | Exception]) -> None:
        self.shapes = AnswerShapes()
        self.sent: list[tuple[str, str]] = []
        self._tell = tell
        self._session = Session()
        Answers().watch(self._session)
        self._session.set_credentials("KEY", "secret")

    def __call__(self, service: str, operation: str, region: str = REGION, **params: Any) -> Any:
        client: Any = self._session.create_client(service, region_name=region, config=_CONFIG)
        self.shapes.watch(client)

        def send(**_: Any) -> Any:
            self.sent.append((operation, region))
            said = self._tell(operation, region)
            if isinstance(said, Exception):
                raise said
            status, body = said
            headers: Any = {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": f"id-{next(_IDS)}"}
            return AWSResponse("https://aws.example", status, headers, _Raw(json.dumps(body).encode()))

        client.meta.events.register("before-send", send)
        self.shapes.tap("before", ACCOUNT, service, operation)
        return client._make_api_call(operation, params)

    def times(self, number: int, *words: str, **params: Any) -> list[str]:
        """Ask so many times; the classes of what was raised."""
        raised = []
        for _ in range(number):
            try:
                self(*words, **params)
            except (BotoCoreError, ClientError, Refused) as error:
                raised.append(type(error).__name__)
        return raised

    def faults(self) -> Any:
        [entry] = pooling.pooled([], self.shapes.seen(), {"faults": []})
        return entry.value

    def differences(self) -> list[tuple[str, str]]:
        found = answers_file.differences(self.shapes.seen(), None)
        return [(each.kind.name.lower(), each.path) for each in found]


def refusal(code: str, words: str, status: int = 400) -> Told:
    return status, {"__type": code, "message": words}


def test_what_a_question_is_answered_each_time_is_a_shape_and_is_not_asked_again() -> None:
    asked = Asked(lambda operation, region: (200, {"Endpoints": None}))
    assert asked.times(7, "sagemaker", "ListEndpoints") == ["NotAws"] * 5 + ["Refused"] * 2
    # In another region, where one answer is enough.
    assert asked.times(3, "sagemaker", "ListEndpoints", OTHER) == ["NotAws", "Refused", "Refused"]
    assert len(asked.sent) == 6
    assert asked.shapes.spared == 4
    assert asked.faults() == []
    assert asked.differences() == [("other_type", "Endpoints"), ("unbelieved", "NotAws")]
    with pytest.raises(Refused, match="EB-378"):
        asked("sagemaker", "ListEndpoints")


def test_several_questions_of_which_none_was_answered_are_asked_once_more_at_most() -> None:
    asked = Asked(lambda operation, region: (200, {"Endpoints": None}))
    for size in range(1, 9):
        asked.times(1, "sagemaker", "ListEndpoints", MaxResults=size)
    assert asked.times(1, "sagemaker", "ListEndpoints", MaxResults=1) == ["Refused"]
    assert len(asked.sent) == 8


def test_where_another_question_was_answered_each_is_asked_as_often_as_any_call() -> None:
    asked = Asked(lambda operation, region: (200, {"Endpoints": [] if region == OTHER else None}))
    asked("sagemaker", "ListEndpoints", OTHER)
    for size in range(1, 9):
        asked.times(1, "sagemaker", "ListEndpoints", MaxResults=size)
    assert asked.times(1, "sagemaker", "ListEndpoints", MaxResults=1) == ["NotAws"]


def test_what_fails_now_and_then_is_a_fault() -> None:
    said: list[Told | Exception] = [(200, {"Endpoints": []}), ReadTimeoutError(endpoint_url="https://aws.example")]
    asked = Asked(lambda operation, region: said[len(asked.sent) % 2])
    assert len(asked.times(20, "sagemaker", "ListEndpoints")) == 10
    assert asked.faults() == [{"service": "sagemaker", "how": "cut", "share": 0.5}]


def test_throttling_is_a_fault_even_if_it_lasts() -> None:
    asked = Asked(lambda operation, region: refusal("ThrottlingException", "Rate exceeded"))
    asked.times(8, "sagemaker", "ListEndpoints")
    assert asked.faults() == [{"service": "sagemaker", "code": "ThrottlingException", "status": 400, "share": 1.0}]


@pytest.mark.parametrize(
    ("job", "differs"),
    [
        ({"TrainingJobStatus": "Completed", "CreationTime": 1_795_000_000.5}, []),
        ({"TrainingJobStatus": "Completed", "CreationTime": 1_795_000_000}, []),
        ({"TrainingJobStatus": "Completed", "CreationTime": "2026-11-30T10:00:00Z"}, [("other_type", "CreationTime")]),
        ({"TrainingJobStatus": "Dreaming", "CreationTime": 1_795_000_000}, [("value", "TrainingJobStatus")]),
        (
            {"SecondaryStatusTransitions": [{"Status": "WaitingForReservation", "StartTime": 1_795_000_000}]},
            [("value", "SecondaryStatusTransitions.Status")],
        ),
    ],
)  # fmt: skip
def test_an_answer_is_held_against_types_and_values_of_the_model(job: Any, differs: list[tuple[str, str]]) -> None:
    needed = {
        "TrainingJobName": "a", "TrainingJobArn": "arn:aws:sagemaker:us-east-1:111122223333:training-job/a",
        "ModelArtifacts": {"S3ModelArtifacts": "s3://a/b"}, "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed", "AlgorithmSpecification": {"TrainingInputMode": "File"},
        "ResourceConfig": {"VolumeSizeInGB": 50}, "StoppingCondition": {}, "CreationTime": 1_795_000_000,
    }  # fmt: skip
    asked = Asked(lambda operation, region: (200, needed | job))
    asked("sagemaker", "DescribeTrainingJob", TrainingJobName="a")
    assert asked.differences() == differs


def test_a_time_on_a_whole_second_has_no_other_type() -> None:
    def seen(at: float) -> Any:
        row = {
            "EndpointName": "a", "EndpointArn": "arn:aws:sagemaker:us-east-1:111122223333:endpoint/a",
            "CreationTime": at, "LastModifiedTime": at, "EndpointStatus": "InService",
        }  # fmt: skip
        asked = Asked(lambda operation, region: (200, {"Endpoints": [row]}))
        asked("sagemaker", "ListEndpoints")
        return asked.shapes.seen()

    assert answers_file.differences(seen(1_795_000_000), seen(1_795_000_000.25)) == ()


@pytest.mark.parametrize(
    ("code", "status", "words", "closes"),
    [
        ("NotFound", 404, "Topic does not exist", False),
        ("ResourceNotFoundException", 400, "gone", False),
        ("NoSuchResourceException", 400, "gone", False),
        ("ValidationException", 400, "Could not find the workforce", False),
        ("UnknownOperationException", 404, "The requested operation is not supported in this region.", True),
        ("UnsupportedOperation", 400, "It is no longer open to new customers.", True),
    ],
)
def test_only_a_refusal_of_what_is_there_closes_a_listing(code: str, status: int, words: str, closes: bool) -> None:
    asked = Asked(lambda operation, region: refusal(code, words, status))
    asked.times(1, "sagemaker", "ListWorkforces")
    assert _noted(asked, "access.closed") == ({"sagemaker:ListWorkforces": code} if closes else {})


def _noted(asked: Asked, key: str) -> Any:
    return next(each.value for each in surroundings.refusals(asked.shapes, ACCOUNT, REGION) if each.key == key)


@pytest.mark.parametrize(
    ("tried", "denied"),
    [
        (("GetServiceQuota",), {"service-quotas:GetServiceQuota": "organization"}),
        (("GetServiceQuota", "ListServiceQuotas"), {"service-quotas:*": "organization"}),
        (
            ("GetServiceQuota", "ListServiceQuotas", "ListServices"),
            {"service-quotas:GetServiceQuota": "organization", "service-quotas:ListServiceQuotas": "organization"},
        ),
    ],
)
def test_a_denial_is_told_by_its_words_and_may_be_of_a_whole_service(
    tried: Sequence[str], denied: dict[str, str]
) -> None:
    asked = Asked(
        lambda operation, region: (
            (200, {"Services": []}) if operation == "ListServices" else refusal("UnauthorizedException", CONTROL, 403)
        )
    )
    params: dict[str, dict[str, str]] = {
        "GetServiceQuota": {"ServiceCode": "sagemaker", "QuotaCode": "L-1"},
        "ListServiceQuotas": {"ServiceCode": "sagemaker"},
    }
    for operation in tried:
        asked.times(1, "service-quotas", operation, **params.get(operation, {}))
    assert _noted(asked, "access.denied") == denied
    assert _noted(asked, "access.closed") == {}


@pytest.mark.parametrize(
    ("code", "status", "words", "named"),
    [
        ("UnauthorizedException", 403, CONTROL, "EB-373"),
        ("UnauthorizedException", 403, CONTROL.partition(" with ")[0], "EB-372"),
        # What a service says of a role that it was to assume is no denial of the call.
        ("ValidationException", 400, CONTROL, "EB-377"),
        ("ExpiredToken", 403, CONTROL, "EB-374"),
    ],
)
def test_iams_own_words_are_a_denial_by_any_code(code: str, status: int, words: str, named: str) -> None:
    answer: Any = {"Error": {"Code": code, "Message": words}, "ResponseMetadata": {"HTTPStatusCode": status}}
    error = ClientError(answer, "GetServiceQuota")
    assert refusals.failure(error, REGION).code == named
    assert aws_errors.denied(error) is (named in ("EB-372", "EB-373"))
