"""Who gets in, and how AWS says no."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulated import HUB, REGION, ROLE, Simulated, as_keys


def refused(call: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error.get("Message", "")


def assume(aws: Simulated, account: str, **params: Any) -> Any:
    role = f"arn:aws:iam::{account}:role/{ROLE}"
    return aws.hub("sts").assume_role(**{"RoleArn": role, "RoleSessionName": "tests"} | params)


def test_the_role_leads_into_its_own_account(aws: Simulated) -> None:
    account = aws.account()
    identity = aws.client("sts", account).get_caller_identity()
    assert identity["Account"] == account
    assert identity["Arn"] == f"arn:aws:sts::{account}:assumed-role/{ROLE}/tests"


def test_an_unknown_key_is_refused_in_the_words_of_each_protocol(aws: Simulated) -> None:
    keys = {"aws_access_key_id": "AKIASTRANGER", "aws_secret_access_key": "x"}
    assert refused(aws.raw("sts", **keys).get_caller_identity)[0] == "InvalidClientTokenId"
    assert refused(aws.raw("ssm", **keys).get_parameter, Name="x")[0] == "UnrecognizedClientException"
    assert refused(aws.raw("s3", **keys).list_buckets)[0] == "InvalidAccessKeyId"


def test_a_key_does_not_work_with_another_token(aws: Simulated) -> None:
    keys = as_keys(assume(aws, aws.account())["Credentials"]) | {"aws_session_token": "other"}
    assert refused(aws.raw("sts", **keys).get_caller_identity)[0] == "InvalidClientTokenId"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("no-trust", "no resource-based policy allows"),
        ("no-permission", "no identity-based policy allows"),
        ("organization", "explicit deny in a service control policy"),
    ],
)
def test_three_ways_of_not_getting_in_are_told_apart(aws: Simulated, reason: str, said: str) -> None:
    """aws.md section 9.5."""
    account = aws.account(access={"assume": reason})
    with pytest.raises(ClientError, match=said) as caught:
        assume(aws, account)
    assert caught.value.response["Error"]["Code"] == "AccessDenied"


def test_external_id_and_account_must_be_right(aws: Simulated) -> None:
    account = aws.account(external_id="secret-7")
    for wrong in ({}, {"ExternalId": "other"}):
        with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
            assume(aws, account, **wrong)
    assert assume(aws, account, ExternalId="secret-7")["Credentials"]
    with pytest.raises(ClientError, match="not authorized"):
        assume(aws, "000000000001")


def test_more_than_an_hour_is_refused_and_credentials_expire_on_the_clock(aws: Simulated) -> None:
    """aws.md section 0.7."""
    account = aws.account()
    with pytest.raises(ClientError, match="DurationSeconds exceeds") as caught:
        assume(aws, account, DurationSeconds=7200)
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    made = assume(aws, account, DurationSeconds=900)["Credentials"]
    assert made["Expiration"].timestamp() == pytest.approx(aws.now() + 900, abs=1)
    keys = as_keys(made)
    assert aws.raw("sts", **keys).get_caller_identity()
    aws.advance(901)
    assert refused(aws.raw("sts", **keys).get_caller_identity)[0] == "ExpiredToken"
    assert refused(aws.raw("ssm", **keys).get_parameter, Name="x")[0] == "ExpiredTokenException"
    assert refused(aws.raw("s3", **keys).list_buckets)[0] == "ExpiredToken"


def test_the_hub_reaches_only_sts_and_its_own_buckets(aws: Simulated) -> None:
    account = aws.account()
    aws.client("s3", account).create_bucket(
        Bucket=f"team-{account}", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    hub = aws.hub("s3")
    hub.put_object(Bucket="event-hub", Key="cars.zip", Body=b"cars")
    assert refused(hub.list_objects_v2, Bucket=f"team-{account}")[0] == "AccessDenied"
    assert refused(aws.hub("ssm").get_parameter, Name="x")[0] == "AccessDeniedException"
    copy = {"Bucket": "event-hub", "Key": "cars.zip"}
    aws.client("s3", account).copy_object(Bucket=f"team-{account}", Key="cars.zip", CopySource=copy)
    assert aws.client("s3", account).get_object(Bucket=f"team-{account}", Key="cars.zip")["Body"].read() == b"cars"


def test_a_hub_bucket_may_be_closed_to_teams(aws: Simulated) -> None:
    account = aws.account(hub={"readable": False})
    aws.hub("s3").put_object(Bucket="event-hub", Key="one", Body=b"1")
    assert refused(aws.client("s3", account).get_object, Bucket="event-hub", Key="one")[0] == "AccessDenied"


def test_buckets_of_others_and_unexpected_owners_are_denied(aws: Simulated) -> None:
    """aws.md section 9.4."""
    mine, other = aws.account(), aws.account()
    where = {"LocationConstraint": REGION}
    aws.client("s3", mine).create_bucket(Bucket=f"team-{mine}", CreateBucketConfiguration=where)
    put = {"Bucket": f"team-{mine}", "Key": "a b", "Body": b"x"}
    assert refused(aws.client("s3", other).put_object, **put)[0] == "AccessDenied"
    client = aws.client("s3", mine)
    assert refused(client.put_object, **put, ExpectedBucketOwner=other)[0] == "AccessDenied"
    client.put_object(**put, ExpectedBucketOwner=mine)
    assert [one["Key"] for one in client.list_objects_v2(Bucket=f"team-{mine}")["Contents"]] == ["a b"]


@pytest.mark.parametrize(("by", "said"), [("permission", "no identity-based"), ("organization", "service control")])
def test_single_operations_can_be_denied(aws: Simulated, by: str, said: str) -> None:
    account = aws.account(access={"denied": {"ssm:Put*": by}})
    client = aws.client("ssm", account)
    with pytest.raises(ClientError, match=said):
        client.put_parameter(Name="/a", Value="1", Type="String")
    assert client.get_parameters(Names=["/a"])["InvalidParameters"] == ["/a"]


def test_what_s3_denies_it_denies_in_its_own_words(aws: Simulated) -> None:
    account = aws.account(access={"denied": {"s3:Put*": "permission"}})
    client = aws.client("s3", account)
    client.create_bucket(Bucket=f"team-{account}", CreateBucketConfiguration={"LocationConstraint": REGION})
    code, said = refused(client.put_object, Bucket=f"team-{account}", Key="a", Body=b"x")
    assert code == "AccessDenied"
    assert "s3:PutObject" in said
    assert client.list_objects_v2(Bucket=f"team-{account}")["KeyCount"] == 0


def test_a_region_that_is_switched_off_refuses_the_token(aws: Simulated) -> None:
    account = aws.account(access={"regions_off": ["ap-east-1"]})
    assert refused(aws.client("sts", account, "ap-east-1").get_caller_identity)[0] == "InvalidClientTokenId"


def test_what_is_not_simulated_is_refused_by_name_and_not_tried_again(aws: Simulated) -> None:
    account = aws.account()
    for service, call, params in [
        ("sqs", "list_queues", {}),
        ("cloudformation", "list_exports", {}),
        ("s3", "get_bucket_analytics_configuration", {"Bucket": "b-1", "Id": "x"}),
    ]:
        with pytest.raises(ClientError, match="is not simulated") as caught:
            getattr(aws.client(service, account), call)(**params)
        metadata = caught.value.response["ResponseMetadata"]
        assert (metadata["HTTPStatusCode"], metadata["RetryAttempts"]) == (400, 0)


def test_faults_come_as_often_as_the_scenario_says(aws: Simulated) -> None:
    fault = {"service": "ssm", "operation": "GetParameters", "code": "ThrottlingException", "times": 2}
    client = aws.client("ssm", aws.account(faults=[fault]))
    codes = []
    for _ in range(3):
        try:
            client.get_parameters(Names=["/a"])
            codes.append("fine")
        except ClientError as error:
            codes.append(error.response["Error"]["Code"])
    assert codes == ["ThrottlingException", "ThrottlingException", "fine"]


def test_the_control_wants_its_token_and_the_clock_never_goes_back(aws: Simulated) -> None:
    with pytest.raises(RuntimeError, match="403"):
        aws.ask("GET", "clock", token="guess")
    with pytest.raises(RuntimeError, match="cannot go back"):
        aws.ask("POST", "clock", {"now": aws.now() - 1})


def test_calls_are_counted_per_account(aws: Simulated) -> None:
    account = aws.account()
    client = aws.client("ssm", account)
    client.get_parameters(Names=["/a"])
    client.get_parameters(Names=["/a"])
    assert aws.calls(account) == {"ssm:GetParameters": 2}
    assert aws.calls(HUB["account_id"])["sts:AssumeRole"] >= 1


def test_a_key_does_not_work_with_another_secret(aws: Simulated) -> None:
    keys = as_keys(assume(aws, aws.account())["Credentials"])
    assert aws.raw("s3", **keys).list_buckets()["Buckets"] == []
    keys["aws_secret_access_key"] = "other"
    assert refused(aws.raw("sts", **keys).get_caller_identity)[0] == "SignatureDoesNotMatch"
    assert refused(aws.raw("ssm", **keys).get_parameter, Name="x")[0] == "InvalidSignatureException"
    assert refused(aws.raw("s3", **keys).list_buckets)[0] == "SignatureDoesNotMatch"


def test_an_odd_key_of_s3_is_signed_and_found(aws: Simulated) -> None:
    account = aws.account()
    client, bucket, key = aws.client("s3", account), f"odd-{account}", "a b/ü+~(x)='&?.jpg"
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    client.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert [one["Key"] for one in client.list_objects_v2(Bucket=bucket, Prefix="a b/ü+")["Contents"]] == [key]


def test_one_team_is_no_way_into_another(aws: Simulated) -> None:
    sts, role = aws.client("sts", aws.account()), f"arn:aws:iam::{aws.account()}:role/{ROLE}"
    assert refused(sts.assume_role, RoleArn=role, RoleSessionName="tests")[0] == "AccessDenied"


def test_keys_of_one_partition_are_unknown_in_another(aws: Simulated) -> None:
    account = aws.account()
    assert refused(aws.client("sts", account, "cn-north-1").get_caller_identity)[0] == "InvalidClientTokenId"


def test_a_sessions_name_has_64_characters(aws: Simulated) -> None:
    """aws.md section 9.5."""
    account = aws.account()
    assert assume(aws, account, RoleSessionName="n" * 64)["Credentials"]
    code, said = refused(aws.hub("sts").assume_role, RoleArn=f"arn:aws:iam::{account}:role/x", RoleSessionName="n" * 65)
    assert (code, "less than or equal to 64" in said) == ("ValidationError", True)
