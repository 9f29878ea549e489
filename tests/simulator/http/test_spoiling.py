"""Answers that proxies and broken connections spoil, as they reach a client."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from bootstrap.engine.clock import VirtualClock
from bootstrap.rehearsal import waiting
from tests.simulated import START, Simulated, running
from tests.simulator.one_account import OneAccount, open_account, refused

NAME = "NotebookInstanceLifecycleConfigName"
CONFIGS = "NotebookInstanceLifecycleConfigs"


class Raw:
    """What comes over the wire for a call of a boto3 client: status, headers and body, before anybody parses it."""

    def __init__(self, one: OneAccount, service: str) -> None:
        self.client = one.client(service)
        self.answer: Any = None
        self.client.meta.events.register("before-parse", self._seen)

    def _seen(self, response_dict: Any, **_: Any) -> None:
        self.answer = response_dict

    def call(self, operation: str, **params: Any) -> tuple[int, dict[str, str], bytes]:
        # botocore's parsers stumble over some of another operation's answers.
        with suppress(KeyError):
            getattr(self.client, operation)(**params)
        headers = {name.lower(): value for name, value in self.answer["headers"].items()}
        return self.answer["status_code"], headers, self.answer["body"]


def faulty(aws: Simulated, how: str, operation: str = "*", **more: Any) -> OneAccount:
    return open_account(aws, faults=[{"how": how, "operation": operation, "times": 1, **more}])


def configs(one: OneAccount) -> list[str]:
    return [each[NAME] for each in one.client("sagemaker").list_notebook_instance_lifecycle_configs()[CONFIGS]]


@pytest.mark.parametrize("done", [False, True])
def test_a_page_and_an_empty_answer_have_status_200_and_come_before_or_after(aws: Simulated, done: bool) -> None:
    for how, kind, begin in (("html", "text/html; charset=utf-8", b"<!DOCTYPE html>"), ("empty", None, b"")):
        one = faulty(aws, how, "Create*", done=done)
        status, headers, body = Raw(one, "sagemaker").call("create_notebook_instance_lifecycle_config", **{NAME: "a"})
        assert (status, headers.get("content-type"), body[:15]) == (200, kind, begin)
        assert not [each for each in headers if each.startswith("x-amz")]
        assert configs(one) == (["a"] if done else [])


def test_without_a_choice_a_page_comes_before_and_after_by_the_seed(aws: Simulated) -> None:
    one = open_account(aws, faults=[{"how": "html", "operation": "Create*", "times": 12}])
    made = Raw(one, "sagemaker")
    for number in range(12):
        made.call("create_notebook_instance_lifecycle_config", **{NAME: f"a-{number}"})
    assert 0 < len(configs(one)) < 12


def test_half_an_answer_is_well_framed_and_the_call_was_made(aws: Simulated) -> None:
    one = faulty(aws, "half", "Create*")
    _, headers, body = Raw(one, "sagemaker").call("create_notebook_instance_lifecycle_config", **{NAME: "a"})
    assert headers["content-length"] == str(len(body))
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(body)
    assert configs(one) == ["a"]


def test_a_short_body_ends_before_its_length_and_the_call_was_made(aws: Simulated) -> None:
    """botocore takes what came for the whole answer."""
    one = faulty(aws, "short", "Create*")
    _, headers, body = Raw(one, "sagemaker").call("create_notebook_instance_lifecycle_config", **{NAME: "a"})
    assert int(headers["content-length"]) // 2 == len(body)
    assert configs(one) == ["a"]


@pytest.mark.parametrize(
    ("service", "call", "other"),
    [
        ("sagemaker", "list_endpoints", b'"Parameters"'),
        ("ssm", "describe_parameters", b'"logGroups"'),
        ("iam", "list_roles", b"<ListTopicsResponse"),
        ("sns", "list_topics", b"<ListRolesResponse"),
        ("ec2", "describe_regions", b"<DescribeAddressesResponse"),
        ("lambda", "list_functions", b'"Layers"'),
        ("s3", "list_buckets", b"<ListVersionsResult"),
    ],
)
def test_another_operations_answer_is_of_the_same_protocol(
    aws: Simulated, service: str, call: str, other: bytes
) -> None:
    status, headers, body = Raw(faulty(aws, "another"), service).call(call)
    assert status == 200
    assert other in body
    assert [each for each in headers if each.startswith("x-amz")]


def test_another_operations_answer_is_the_last_one_that_the_account_got(aws: Simulated) -> None:
    one = faulty(aws, "another", "ListModels")
    configs(one)
    one.client("sagemaker").list_endpoints()
    _, _, body = Raw(one, "sagemaker").call("list_models")
    assert b'"Endpoints"' in body


def test_a_call_that_a_proxy_sends_twice_is_made_twice_and_the_second_answer_counts(aws: Simulated) -> None:
    one = faulty(aws, "twice", "Create*")
    with refused("ValidationException", "already exists"):
        one.client("sagemaker").create_notebook_instance_lifecycle_config(**{NAME: "a"})
    assert configs(one) == ["a"]
    # AssumeRole is struck by faults of the role's account.
    account = aws.account(faults=[{"how": "twice", "operation": "AssumeRole"}])
    assert aws.client("sts", account).get_caller_identity()["Account"] == account


@pytest.mark.parametrize("done", [False, True])
def test_a_reset_connection_and_one_that_hangs_leave_it_open_whether_the_call_was_made(
    aws: Simulated, done: bool
) -> None:
    clock = VirtualClock(START)
    for how, raised in (("reset", ConnectionClosedError), ("hang", ReadTimeoutError)):
        one = faulty(aws, how, "Create*", done=done)
        client = one.client("sagemaker")
        waiting.outlast(clock, client)
        with pytest.raises(raised):
            client.create_notebook_instance_lifecycle_config(**{NAME: "a"})
        assert configs(one) == (["a"] if done else [])
    # The read timeout has passed by the clock; nobody waited for it.
    assert clock.now() == START + 60


def test_a_reset_is_a_reset_and_no_orderly_end(aws: Simulated) -> None:
    one = faulty(aws, "reset", "ListEndpoints")
    with pytest.raises(ConnectionClosedError) as told:
        one.client("sagemaker").list_endpoints()
    assert isinstance(told.value.kwargs["error"].args[1], ConnectionResetError)
    assert "RemoteDisconnected" not in repr(told.value.kwargs["error"])


def test_silence_of_a_real_clock_is_silence() -> None:
    with running("real") as aws:
        one = faulty(aws, "hang")
        client = boto3.client(
            "sagemaker", region_name=one.region, endpoint_url=aws.url, aws_access_key_id=f"KEY{one.account_id}",
            aws_secret_access_key="secret", config=Config(read_timeout=0.2, retries={"total_max_attempts": 1}),
        )  # fmt: skip
        with pytest.raises(ReadTimeoutError):
            client.list_endpoints()
        assert client.list_endpoints()["Endpoints"] == []


def test_a_fault_that_always_strikes_at_one_moment_takes_no_choice(aws: Simulated) -> None:
    with pytest.raises(RuntimeError, match="always strikes at the same moment"):
        faulty(aws, "lost", done=True)
