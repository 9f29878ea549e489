"""Faults, rates and what changes in the course of time: how a scenario's bad days reach a client."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from bootstrap.simulator.scenarios.scenario import Scenario
from tests.simulated import HUB, Simulated, as_keys, running
from tests.simulator.one_account import open_account, refused


def test_a_connection_cut_before_leaves_nothing_and_one_lost_after_leaves_the_thing(aws: Simulated) -> None:
    for how, there in (("cut", []), ("lost", ["a"])):
        fault = {"service": "sagemaker", "operation": "Create*", "how": how, "times": 1}
        one = open_account(aws, faults=[fault])
        name = {"NotebookInstanceLifecycleConfigName": "a"}
        with pytest.raises(ConnectionClosedError):
            one.client("sagemaker").create_notebook_instance_lifecycle_config(**name)
        found = one.client("sagemaker").list_notebook_instance_lifecycle_configs()["NotebookInstanceLifecycleConfigs"]
        assert [each["NotebookInstanceLifecycleConfigName"] for each in found] == there


def test_a_rate_throttles_what_comes_too_fast_and_fills_by_the_clock(aws: Simulated) -> None:
    one = open_account(aws, rates=[{"service": "cloudformation", "per_second": 0.5, "burst": 3}])
    client = one.client("cloudformation")
    assert [answered(client) for _ in range(5)] == ["ok", "ok", "ok", "ThrottlingException", "ThrottlingException"]
    one.pass_time(4)
    assert [answered(client) for _ in range(3)] == ["ok", "ok", "ThrottlingException"]
    assert one.client("sagemaker").list_training_jobs()["TrainingJobSummaries"] == []


def test_a_caller_that_keeps_asking_too_fast_is_let_in_at_the_rate_all_the_same(aws: Simulated) -> None:
    one = open_account(aws, rates=[{"service": "cloudformation", "per_second": 0.4, "burst": 1}])
    client = one.client("cloudformation")
    seen = []
    for _ in range(12):
        seen.append(answered(client))
        one.pass_time(1)
    assert seen.count("ok") == 4


def test_a_fault_befalls_so_many_calls_in_all_and_two_faults_count_apart(aws: Simulated) -> None:
    faults = [{"service": "cloudformation", "code": "A", "times": 1}, {"operation": "List*", "code": "B", "times": 2}]
    one = open_account(aws, faults=faults)
    assert [answered(one.client("cloudformation")) for _ in range(3)] == ["A", "ok", "ok"]
    for code in ("B", "B"):
        with refused(code):
            one.client("cloudformation").list_stacks()
    assert one.client("cloudformation").list_stacks()["StackSummaries"] == []


def test_a_fault_of_assume_role_is_that_of_the_account_whose_role_is_wanted(aws: Simulated) -> None:
    account = aws.account(faults=[{"service": "sts", "operation": "AssumeRole", "code": "Throttling", "times": 2}])
    role = {"RoleArn": f"arn:aws:iam::{account}:role/event-bootstrap-access", "RoleSessionName": "tests"}
    for _ in range(2):
        with refused("Throttling"):
            aws.hub("sts").assume_role(**role)
    assert aws.hub("sts").assume_role(**role)["Credentials"]
    assert aws.client("sts", aws.account()).get_caller_identity()


def test_the_operators_own_credentials_expire(tmp_path: Path) -> None:
    file = tmp_path / "short.yaml"
    file.write_text("access: {operator_seconds: 900}")
    with running(scenario=str(file)) as aws:
        assert aws.hub("sts").get_caller_identity()["Account"] == HUB["account_id"]
        aws.advance(901)
        with refused("ExpiredToken"):
            aws.hub("sts").get_caller_identity()


def answered(client: Any) -> str:
    try:
        client.describe_stacks()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "ok"


def test_a_share_of_calls_fails_and_the_same_seed_fails_the_same_ones() -> None:
    def run(seed: int) -> list[str]:
        with running(seed=seed) as aws:
            fault = {"service": "cloudformation", "code": "Throttling", "share": 0.3}
            row = {"account_id": "100000000007", "region": "us-east-1", "role_name": "access"}
            aws.ask("POST", "account", row | {"access_key_id": "KEY", "secret_access_key": "secret"} | {
                "differs": {"faults": [fault]}})  # fmt: skip
            keys = {"aws_access_key_id": "KEY", "aws_secret_access_key": "secret"}
            client = aws.raw("cloudformation", "us-east-1", **keys)
            return [answered(client) for _ in range(60)]

    first = run(1)
    assert first == run(1) != run(2)
    assert 5 < Counter(first)["Throttling"] < 35


def test_a_fault_between_two_minutes_comes_and_goes(aws: Simulated) -> None:
    began = float(aws.ask("GET", "clock")["began"])
    now = (aws.now() - began) / 60
    one = open_account(aws, faults=[{"service": "cloudformation", "code": "X", "minutes": [now + 2, now + 4]}])
    seen = []
    for _ in range(3):
        seen.append(answered(one.client("cloudformation")))
        one.pass_time(130)
    assert seen == ["ok", "X", "ok"]


def test_aws_behaves_otherwise_from_some_minute_on(aws: Simulated) -> None:
    """Per time: here an organization policy comes into force while the event is being prepared."""
    minutes = (aws.now() - float(aws.ask("GET", "clock")["began"])) / 60
    change = {"access": {"denied": {"servicequotas:*": "organization", "service-quotas:*": "organization"}}}
    one = open_account(aws, later=[{"after_minutes": minutes + 5, "change": change}])
    asked = {"ServiceCode": "sagemaker", "MaxResults": 1}
    assert one.client("service-quotas").list_service_quotas(**asked)["Quotas"]
    one.pass_time(301)
    with refused("AccessDeniedException", "explicit deny in a service control policy"):
        one.client("service-quotas").list_service_quotas(**asked)


def test_a_region_that_the_organization_denies_still_has_sts(aws: Simulated) -> None:
    """aws.md section 9.5: policies deny regions and leave the global services out."""
    one = open_account(aws, access={"regions_denied": ["us-*"]})
    with refused("AccessDeniedException", "service control policy"):
        one.client("sagemaker").list_training_jobs()
    assert one.client("sts").get_caller_identity()["Account"] == one.account_id


def test_credentials_that_expire_in_the_middle_are_refused_though_their_expiration_is_later(aws: Simulated) -> None:
    account = aws.account(access={"session_seconds": 600})
    made = aws.hub("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/event-bootstrap-access",
                                      RoleSessionName="tests")["Credentials"]  # fmt: skip
    client = aws.raw("sagemaker", **as_keys(made))
    assert client.list_training_jobs()["TrainingJobSummaries"] == []
    aws.advance(601)
    assert made["Expiration"].timestamp() > aws.now()
    with refused("ExpiredTokenException", "expired"):
        client.list_training_jobs()


def test_a_bucket_name_that_a_stranger_holds_is_refused_to_the_account(aws: Simulated) -> None:
    """aws.md section 9.4."""
    one = open_account(aws, buckets={"taken": ["*-team-data"]})
    with refused("BucketAlreadyExists"):
        one.client("s3").create_bucket(Bucket="car-team-data")
    with refused("403"):
        one.client("s3").head_bucket(Bucket="car-team-data")
    one.client("s3").create_bucket(Bucket="car-other-data")


def test_s3_answers_200_with_an_error_per_key_and_the_next_try_deletes_it(aws: Simulated) -> None:
    """aws.md section 9.3."""
    one = open_account(aws, buckets={"delete_errors": 2})
    client = one.client("s3")
    client.create_bucket(Bucket="errors-per-key")
    keys = [f"a & b/{number}" for number in range(5)]
    for key in keys:
        client.put_object(Bucket="errors-per-key", Key=key, Body=b"x")
    wanted = {"Objects": [{"Key": key} for key in keys]}
    answer = client.delete_objects(Bucket="errors-per-key", Delete=wanted)
    assert [(each["Key"], each["Code"]) for each in answer["Errors"]] == [(key, "InternalError") for key in keys[:2]]
    assert [each["Key"] for each in answer["Deleted"]] == keys[2:]
    left = [each["Key"] for each in client.list_objects_v2(Bucket="errors-per-key")["Contents"]]
    assert left == keys[:2]
    again = client.delete_objects(Bucket="errors-per-key", Delete={"Objects": [{"Key": key} for key in left]})
    assert "Errors" not in again
    assert "Contents" not in client.list_objects_v2(Bucket="errors-per-key")


def test_rows_are_chosen_by_name_id_or_place() -> None:
    made = Scenario.model_validate(
        {"teams": {"2/3": {"training": {"failure": "x"}}, "red": {"training": {"failure": "y"}}}}
    )
    said = [made.of("1", "blue", row).training.failure for row in range(1, 7)]
    assert said == [None, "x", None, None, "x", None]
    assert made.of("1", "red", 0).training.failure == "y"


def _write(ssm: Any, count: int) -> None:
    for number in range(count):
        ssm.put_parameter(Name=f"/z/{number}", Value="v", Type="String")


def test_parameters_written_in_quick_succession_are_refused_for_a_while(aws: Simulated) -> None:
    """aws.md section 11: the rates; Parameter Store's message is empty."""
    ssm = (one := open_account(aws)).client("ssm")
    for number in range(10):
        ssm.put_parameter(Name=f"/x/{number}", Value="v", Type="String")
    with pytest.raises(ClientError) as caught:
        _write(ssm, 30)
    said = caught.value.response
    assert (said["Error"], said["ResponseMetadata"]["HTTPStatusCode"]) == (
        {"Code": "TooManyUpdates", "Message": ""},
        400,
    )
    one.pass_time(1)
    for number in range(3):
        ssm.put_parameter(Name=f"/y/{number}", Value="v", Type="String")


def test_a_rate_is_refused_with_the_scenario_s_words_and_status(aws: Simulated) -> None:
    """aws.md section 11: as SNS' model has it, 429."""
    rate = {"service": "sns", "per_second": 0.1, "burst": 1, "code": "Throttled", "message": "Too fast", "status": 429}
    sns = open_account(aws, rates=[rate]).client("sns")
    sns.list_topics()
    with refused("Throttled", "Too fast"):
        sns.list_topics()
    with pytest.raises(ClientError) as caught:
        sns.list_topics()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
