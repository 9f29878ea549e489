"""What AWS answers, and what it refuses, as evidence: JSON without secrets, and never an exception."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from bootstrap.event.end_state import Each, EndState, Read
from bootstrap.reading import bounded
from bootstrap.scoring.evidence.judging import Reached
from bootstrap.scoring.evidence.looking import Progress
from bootstrap.scoring.evidence.reading import Evidence, Heard, look

Answer = Callable[..., dict[str, Any]]


class Account:
    """A session whose only client answers each method by a function of its parameters."""

    region = "ap-northeast-1"

    def __init__(self, **answers: Answer) -> None:
        self.answers, self.calls, self.forgot = answers, [], 0  # type: tuple[dict[str, Answer], list[str], int]

    def now(self) -> float:
        return 7.0

    def forget_looks(self) -> None:
        self.forgot += 1

    def client(self, service: str) -> Account:
        return self

    def can_paginate(self, method: str) -> bool:
        return method.startswith("list_")

    def get_paginator(self, method: str) -> Account:
        self.calls.append(method)
        self.paged = self.answers[method]
        return self

    def paginate(self, PaginationConfig: dict[str, int], **parameters: Any) -> Account:  # noqa: N803
        self.whole = self.paged(**parameters)
        return self

    def build_full_result(self) -> dict[str, Any]:
        return self.whole

    def __getattr__(self, method: str) -> Answer:
        self.calls.append(method)
        return self.answers[method]


def answers(value: dict[str, Any]) -> Answer:
    return lambda **_: value


def refuses(code: str, status: int = 400, message: str = "no") -> Answer:
    def raises(**_: Any) -> dict[str, Any]:
        told = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
        raise ClientError(told, "DescribeEndpoint")  # type: ignore[arg-type]

    return raises


def late(**_: Any) -> dict[str, Any]:
    raise ReadTimeoutError(endpoint_url="https://sagemaker")


def seen(account: Any, operation: str, each: Each | None = None, **parameters: Any) -> Evidence:
    return look(account, Read(service="sagemaker", operation=operation, parameters=parameters), {"team": "t"}, each)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (refuses("ResourceNotFound"), Heard.NOTHING),
        (refuses("NoSuchKey", 404), Heard.NOTHING),
        (refuses("ValidationException", message='Could not find endpoint "cars".'), Heard.NOTHING),
        (refuses("AccessDeniedException"), Heard.UNKNOWN),
        (refuses("ThrottlingException"), Heard.UNKNOWN),
        (refuses("InternalFailure", 500), Heard.UNKNOWN),
        (late, Heard.UNKNOWN),
    ],
)
def test_not_there_is_an_answer_and_a_refusal_is_none(answer: Answer, outcome: Heard) -> None:
    found = seen(Account(describe_endpoint=answer), "DescribeEndpoint", EndpointName="{team}")
    assert (found.outcome, found.parameters, found.at) == (outcome, {"EndpointName": "t"}, 7.0)
    assert bool(found.code) is (outcome is Heard.UNKNOWN)


def test_the_answer_is_json_without_secrets_and_mail_addresses() -> None:
    said = {"At": datetime(2026, 12, 1, tzinfo=UTC), "Who": "ops@example.com", "Raw": b"x", "ResponseMetadata": {}}
    found = seen(Account(describe_endpoint=answers(said)), "DescribeEndpoint")
    kept = json.dumps(found.as_json())
    assert "2026-12-01T00:00:00+00:00" in kept
    assert "ops@example.com" not in kept
    assert "ResponseMetadata" not in kept


def test_an_object_s_text_is_read_up_to_a_size() -> None:
    body = answers({"Body": io.BytesIO(b"\xef\xbb\xbfa\nb@example.com\n"), "ContentLength": 17})
    assert seen(Account(get_object=body), "GetObject").answer["Text"].split("\n")[0] == "a"
    assert "example.com" not in json.dumps(seen(Account(get_object=body), "GetObject").as_json())
    large = answers({"Body": io.BytesIO(b""), "ContentLength": bounded.MIB + 1})
    assert seen(Account(get_object=large), "GetObject").outcome is Heard.TOO_LARGE


def test_text_of_powershell_and_spaces_stay_as_they_are() -> None:
    body = answers({"Body": io.BytesIO('{"a": "b  c"}'.encode("utf-16")), "ContentLength": 28})
    assert seen(Account(get_object=body), "GetObject").answer["Text"] == '{"a": "b  c"}'


def test_a_list_that_the_answer_leaves_out_is_empty() -> None:
    assert seen(Account(list_endpoints=answers({})), "ListEndpoints").answer == {"Endpoints": []}


def test_pages_that_botocore_cannot_follow_are_not_the_whole() -> None:
    account = Account(describe_endpoint=answers({"NextToken": "more"}))
    assert seen(account, "DescribeEndpoint").outcome is Heard.UNKNOWN


def test_a_listing_that_was_not_read_to_its_end_says_nothing() -> None:
    whole: dict[str, Any] = {"Endpoints": []}
    cut = {"Endpoints": [{}], "NextToken": "more"}
    assert seen(Account(list_endpoints=answers(whole)), "ListEndpoints").outcome is Heard.ANSWERED
    assert seen(Account(list_endpoints=answers(cut)), "ListEndpoints").outcome is Heard.UNKNOWN


def test_each_thing_that_a_first_read_finds_is_read() -> None:
    jobs = {"TrainingJobSummaries": [{"TrainingJobName": name} for name in ("a", "gone", "b")]}
    listed = Read(service="sagemaker", operation="ListTrainingJobs")
    each = Each(read=listed, expression="TrainingJobSummaries[].TrainingJobName")

    def described(TrainingJobName: str) -> dict[str, Any]:  # noqa: N803
        if TrainingJobName == "gone":
            return refuses("ResourceNotFound")()
        return {"Name": TrainingJobName}

    account = Account(list_training_jobs=answers(jobs), describe_training_job=described)
    found = seen(account, "DescribeTrainingJob", each, TrainingJobName="{each}")
    assert found.answer == {"Each": [{"Name": "a"}, {"Name": "b"}]}
    account.answers["describe_training_job"] = refuses("AccessDenied")
    assert seen(account, "DescribeTrainingJob", each, TrainingJobName="{each}").outcome is Heard.UNKNOWN


def states() -> Iterator[EndState]:
    for name, more in (("scaled", {"until": "cleaned"}), ("gone", {"after": ["scaled"]}), ("job", {"only": "open"})):
        yield EndState.model_validate(
            {
                "id": name,
                "title": name,
                "read": {"service": "sagemaker", "operation": "ListEndpoints"},
                "expression": "length(Endpoints)",
                "expect": {"equals": 0 if name == "gone" else 1},
                **more,
            }
        )


def test_what_holds_until_the_team_cleans_up_stays_reached() -> None:
    there: dict[str, Any] = {"Endpoints": []}
    account: Any = Account(list_endpoints=answers(there))
    progress = Progress(account, list(states()))
    before = [each.reached for each in progress.now({})]
    assert before == [Reached.NOT_STARTED, Reached.NOT_STARTED, Reached.NOT_STARTED]
    # The three reads are one and the same.
    assert account.calls.count("list_endpoints") == 1
    there["Endpoints"] = [{}]
    progress.meanwhile({})
    there["Endpoints"] = []
    after = {each.id: each.reached for each in progress.now({}, "closed")}
    assert after == {"scaled": Reached.PASSED, "gone": Reached.PASSED}
