"""The seam: every call of every client passes its permit, its owner, its rate, its retries and its count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.aws.guard import Access
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.engine.clock import VirtualClock
from bootstrap.errors import NotPermitted
from bootstrap.event.roster.roster import TeamAccount
from tests.scripted_aws import CUT, ScriptedAws, refusal, scripted_aws

ACCOUNT = TeamAccount(
    team="red", account_id="111122223333", region="ap-northeast-1", role_arn=None, profile=None, external_id="seven",
    emails=(), labs=(), line=2,
)  # fmt: skip
NOW = 1_796_112_000.0  # 2026-12-01T08:00:00Z
PARAMETER = json.dumps({"Parameter": {"Name": "/x", "Value": "1"}})


@pytest.fixture
def aws() -> Iterator[ScriptedAws]:
    with scripted_aws() as server:
        yield server


def opened(aws: ScriptedAws, write: bool = True, account: TeamAccount = ACCOUNT, **more: Any) -> AccountSession:
    keys = ("AKIAOPERATOR00000000", "secret")
    access = Access("day", "event-bootstrap-access", 3600, write, aws.url, keys, **more)
    return Sessions(access, VirtualClock(NOW), Limiter()).open(account)


def identify(session: AccountSession) -> None:
    session.client("sts").get_caller_identity()


def put(session: AccountSession) -> Any:
    return session.client("ssm").put_parameter(Name="/x", Value="1", Type="String")


def test_the_role_is_assumed_in_the_accounts_own_region_with_its_external_id(aws: ScriptedAws) -> None:
    identify(opened(aws))
    (_, body, headers), _ = aws.seen
    assert "arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fevent-bootstrap-access" in body
    assert "ExternalId=seven" in body
    assert "/ap-northeast-1/sts/" in headers["Authorization"]


def test_a_read_only_session_sends_no_write(aws: ScriptedAws) -> None:
    session = opened(aws, write=False)
    identify(session)
    with pytest.raises(NotPermitted, match="EB-380"):
        put(session)
    assert "PutParameter" not in aws.operations()


def test_nothing_is_written_before_the_identity_was_checked(aws: ScriptedAws) -> None:
    session = opened(aws)
    with pytest.raises(NotPermitted, match="EB-381"):
        put(session)
    identify(session)
    put(session)
    assert aws.operations().count("PutParameter") == 1


def test_nothing_is_written_into_an_account_that_is_not_the_roster_s(aws: ScriptedAws) -> None:
    aws.account = "999988887777"
    session = opened(aws)
    identify(session)
    with pytest.raises(NotPermitted, match="EB-381"):
        put(session)


def test_nothing_is_written_once_the_lease_is_lost(aws: ScriptedAws) -> None:
    session = opened(aws, held=lambda account_id: False)
    identify(session)
    with pytest.raises(NotPermitted, match="EB-382"):
        put(session)


def test_a_write_is_not_tried_again_once_the_lease_is_lost(aws: ScriptedAws) -> None:
    aws.answers["PutParameter"] = [refusal("ThrottlingException")]
    session = opened(aws, held=lambda account_id: "PutParameter" not in aws.operations())
    identify(session)
    with pytest.raises(NotPermitted, match="EB-382"):
        put(session)
    assert aws.operations().count("PutParameter") == 1


@pytest.mark.parametrize("trouble", [refusal("ThrottlingException"), refusal("InternalServerError", 500), CUT])
def test_what_passes_is_tried_again_on_the_clock_s_time(aws: ScriptedAws, trouble: Any) -> None:
    aws.answers["GetParameter"] = [trouble, trouble, (200, PARAMETER)]
    session = opened(aws)
    assert session.client("ssm").get_parameter(Name="/x")["Parameter"]["Value"] == "1"
    assert session.calls["ssm:GetParameter"] == 3
    assert session.now() > NOW + 0.5


def test_throttling_that_does_not_pass_is_let_through_in_the_end(aws: ScriptedAws) -> None:
    aws.answers["GetParameter"] = [refusal("ThrottlingException")]
    session = opened(aws)
    with pytest.raises(ClientError, match="ThrottlingException"):
        session.client("ssm").get_parameter(Name="/x")
    assert session.calls["ssm:GetParameter"] == 5


def test_a_refusal_is_asked_once(aws: ScriptedAws) -> None:
    aws.answers["GetParameter"] = [refusal("ParameterNotFound")]
    session = opened(aws)
    with pytest.raises(ClientError, match="ParameterNotFound"):
        session.client("ssm").get_parameter(Name="/x")
    assert session.calls["ssm:GetParameter"] == 1


def test_credentials_that_aws_calls_expired_are_renewed_once_and_the_call_repeated(aws: ScriptedAws) -> None:
    aws.answers["GetParameter"] = [refusal("ExpiredTokenException"), (200, PARAMETER)]
    session = opened(aws)
    session.client("ssm").get_parameter(Name="/x")
    assert aws.operations() == ["AssumeRole", "GetParameter", "AssumeRole", "GetParameter"]


def test_credentials_renew_themselves_by_the_run_s_clock(aws: ScriptedAws) -> None:
    clock = VirtualClock(NOW)
    access = Access("day", "r", 3600, False, aws.url, ("AKIAOPERATOR00000000", "secret"))
    session = Sessions(access, clock, Limiter()).open(ACCOUNT)
    aws.expiry = "2026-12-01T09:00:00Z"
    identify(session)
    aws.expiry = "2026-12-01T10:00:00Z"
    clock.move(NOW + 3500)
    identify(session)
    assert aws.operations().count("AssumeRole") == 2


def test_buckets_must_belong_to_the_account(aws: ScriptedAws) -> None:
    session = opened(aws)
    aws.headers = {"etag": "x"}
    session.client("s3").head_object(Bucket="somebody-s-bucket", Key="x")
    assert aws.seen[-1][2]["x-amz-expected-bucket-owner"] == "111122223333"


def test_an_operation_without_a_row_in_the_table_is_not_sent(aws: ScriptedAws) -> None:
    session = opened(aws)
    identify(session)
    for service, method, params in (
        ("sagemaker", "list_actions", {}),
        ("sagemaker", "delete_action", {"ActionName": "x"}),
        ("xray", "get_groups", {}),
    ):
        with pytest.raises(NotPermitted) as stopped:
            getattr(session.client(service), method)(**params)
        assert stopped.value.code == "EB-383"
    assert aws.operations() == ["AssumeRole", "GetCallerIdentity"]


def test_a_call_that_only_reads_is_made_once_in_a_look(aws: ScriptedAws) -> None:
    aws.answers["GetParameter"] = [(200, PARAMETER)]
    session = opened(aws)
    identify(session)
    for name in ("/x", "/x", "/y"):
        session.client("ssm").get_parameter(Name=name)
    assert session.calls["ssm:GetParameter"] == 2
    put(session)
    session.client("ssm").get_parameter(Name="/x")
    assert session.calls["ssm:GetParameter"] == 3


def test_a_look_is_shared_until_a_write_or_ten_seconds(aws: ScriptedAws) -> None:
    session = opened(aws)
    identify(session)
    fetched: list[int] = []

    def fetch() -> int:
        fetched.append(1)
        return len(fetched)

    assert [session.read("stacks", fetch), session.read("stacks", fetch)] == [1, 1]
    put(session)
    assert session.read("stacks", fetch) == 2
    session._sessions.clock.sleep(11)
    assert session.read("stacks", fetch) == 3


def test_what_is_made_of_other_looks_is_no_younger_than_they_are(aws: ScriptedAws) -> None:
    session = opened(aws)
    clock, asked = session._sessions.clock, []

    def count() -> int:
        asked.append(1)
        return len(asked)

    session.read("inner", count)
    clock.sleep(8)
    assert session.read("outer", lambda: session.read("inner", count)) == 1
    clock.sleep(8)
    assert session.read("outer", lambda: session.read("inner", count)) == 2


def test_a_rehearsal_s_clients_use_the_endpoint_they_were_given_and_no_other(
    aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREALREALREALREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    identify(opened(aws))
    assert "AKIAREALREALREALREAL" not in str(aws.seen)
    assert len(aws.seen) == 2


BLUE = TeamAccount("blue", "444455556666", "ap-northeast-1", None, None, None, (), (), 3)


def signed_with(aws: ScriptedAws) -> list[tuple[str, str]]:
    return [(operation, headers["Authorization"].split("Credential=")[1][:20]) for operation, _, headers in aws.seen]


def test_accounts_share_a_client_and_never_each_other_s_credentials(aws: ScriptedAws) -> None:
    access = Access("day", "r", 3600, False, aws.url, ("AKIAOPERATOR00000000", "secret"))
    sessions = Sessions(access, VirtualClock(NOW), Limiter())
    first, second = sessions.open(ACCOUNT), sessions.open(BLUE)
    for name in ("/x", "/y"):
        for session in (first, second):
            session.client("ssm").get_parameter(Name=name)
    keys = [key for operation, key in signed_with(aws) if operation == "GetParameter"]
    assert keys == ["ASIASCRIPTED00000001", "ASIASCRIPTED00000002"] * 2
    assert first.client("ssm").meta.endpoint_url == second.client("ssm").meta.endpoint_url


def test_a_shared_client_sends_nothing_that_is_made_for_no_account(aws: ScriptedAws) -> None:
    access = Access("day", "r", 3600, False, aws.url, ("AKIAOPERATOR00000000", "secret"))
    shared = Sessions(access, VirtualClock(NOW), Limiter()).account_client("ssm", "ap-northeast-1", None)
    with pytest.raises(LookupError):
        shared.get_parameter(Name="/x")
    assert aws.seen == []


def test_pages_are_asked_for_with_the_account_s_own_credentials(aws: ScriptedAws) -> None:
    pages = [{"Parameters": [], "NextToken": "more"}, {"Parameters": []}]
    aws.answers["GetParametersByPath"] = [(200, json.dumps(page)) for page in pages]
    session = opened(aws)
    list(session.client("ssm").get_paginator("get_parameters_by_path").paginate(Path="/x"))
    assert session.calls["ssm:GetParametersByPath"] == 2
    assert {key for operation, key in signed_with(aws) if operation == "GetParametersByPath"} == {
        "ASIASCRIPTED00000001"
    }


def test_credentials_that_were_replaced_are_proven_again_and_what_was_read_before_is_forgotten(
    aws: ScriptedAws,
) -> None:
    aws.answers["GetParameter"] = [(200, PARAMETER), refusal("ExpiredTokenException"), (200, PARAMETER)]
    session = opened(aws)
    identify(session)
    session.client("ssm").get_parameter(Name="/x")
    session.client("ssm").get_parameter(Name="/y")
    assert session.verified()
    assert aws.operations()[-3:] == ["AssumeRole", "GetCallerIdentity", "GetParameter"]
    session.client("ssm").get_parameter(Name="/x")
    assert session.calls["ssm:GetParameter"] == 4


def test_replaced_credentials_of_another_account_send_nothing_more(aws: ScriptedAws) -> None:
    aws.answers["GetParameter"] = [refusal("ExpiredTokenException"), (200, PARAMETER)]
    session = opened(aws)
    identify(session)
    aws.account = "444455556666"
    with pytest.raises(NotPermitted) as stopped:
        session.client("ssm").get_parameter(Name="/x")
    assert stopped.value.code == "EB-384"
    assert not session.verified()
    assert aws.operations().count("GetParameter") == 1
