"""Reads that lag: what was created is missing for a while, and what was deleted is shown."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.simulated import Simulated, running
from tests.simulator.one_account import OneAccount, open_account, refused

TRUST = '{"Version": "2012-10-17", "Statement": []}'
NAME = "NotebookInstanceLifecycleConfigName"


def roles(one: OneAccount) -> list[str]:
    return sorted(each["RoleName"] for each in one.client("iam").list_roles(PathPrefix="/mine/")["Roles"])


def make(one: OneAccount, name: str) -> None:
    one.client("iam").create_role(RoleName=name, Path="/mine/", AssumeRolePolicyDocument=TRUST)


def lagging(aws: Simulated, **lag: Any) -> OneAccount:
    return open_account(aws, lags=[{"service": "iam", "operation": "List*", "seconds": [30, 30], **lag}])


def test_what_was_created_is_missing_until_the_window_is_over_and_what_was_deleted_is_shown(aws: Simulated) -> None:
    one = lagging(aws)
    assert roles(one) == []
    one.pass_time(100)
    make(one, "a")
    assert roles(one) == []
    one.pass_time(29)
    assert roles(one) == []
    # Writes and reads that are not named are never late.
    assert one.client("iam").get_role(RoleName="a")["Role"]["RoleName"] == "a"
    one.pass_time(2)
    assert roles(one) == ["a"]
    one.client("iam").delete_role(RoleName="a")
    assert roles(one) == ["a"]
    one.pass_time(31)
    assert roles(one) == []


def test_the_answer_is_that_of_one_moment_between_several_changes(aws: Simulated) -> None:
    one = lagging(aws)
    seen = [roles(one)]
    for name in ("a", "b", "c"):
        make(one, name)
        one.pass_time(20)
        seen.append(roles(one))
    assert seen == [[], [], ["a"], ["a", "b"]]


def test_a_refusal_lags_too_and_so_does_what_aws_does_by_itself(aws: Simulated) -> None:
    lag = {"service": "sagemaker", "operation": "Describe*", "seconds": [50, 50]}
    one = open_account(aws, lags=[lag], notebooks={"start_seconds": [100, 100]})
    role, client = one.role(), one.client("sagemaker")
    with refused("ValidationException", "RecordNotFound"):
        client.describe_notebook_instance(NotebookInstanceName="a")
    one.pass_time(100)
    client.create_notebook_instance(NotebookInstanceName="a", InstanceType="ml.t3.medium", RoleArn=role)
    with refused("ValidationException", "RecordNotFound"):
        client.describe_notebook_instance(NotebookInstanceName="a")
    one.pass_time(140)
    seen = client.describe_notebook_instance(NotebookInstanceName="a")["NotebookInstanceStatus"]
    one.pass_time(20)
    assert (seen, client.describe_notebook_instance(NotebookInstanceName="a")["NotebookInstanceStatus"]) == (
        "Pending",
        "InService",
    )


def test_what_a_stack_makes_is_late_in_the_listing_of_its_service(aws: Simulated) -> None:
    one = open_account(
        aws,
        lags=[{"service": "sns", "operation": "ListTopics", "seconds": [600, 600]}],
        stacks={"create_seconds": [60, 60]},
    )
    assert one.client("sns").list_topics()["Topics"] == []
    one.pass_time(700)
    body = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    one.client("cloudformation").create_stack(StackName="a", TemplateBody=body)
    one.pass_time(120)
    assert one.client("cloudformation").describe_stacks()["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    assert one.client("sns").list_topics()["Topics"] == []
    one.pass_time(600)
    assert len(one.client("sns").list_topics()["Topics"]) == 1


def test_the_window_and_the_share_are_drawn_by_account_operation_and_moment() -> None:
    def run(seed: int) -> list[int]:
        with running(seed=seed) as aws:
            account = "100000000009"
            lag = {"service": "iam", "operation": "ListRoles", "seconds": [0, 60], "share": 0.7}
            row = {"account_id": account, "region": "us-east-1", "role_name": "access"}
            row |= {"access_key_id": f"KEY{account}", "secret_access_key": "secret"}
            aws.ask("POST", "account", row | {"differs": {"lags": [lag]}})
            one = OneAccount(aws, account, "us-east-1")
            seen = [len(roles(one))]
            for number in range(20):
                make(one, f"role-{number}")
                seen += [len(roles(one)), len(roles(one))]
                one.pass_time(15)
            return seen

    first = run(1)
    assert first == run(1) != run(2)
    # One moment, one answer; a later one may be older.
    assert any(later < earlier for earlier, later in pairwise(first))


def test_a_lag_between_two_minutes_begins_and_ends(aws: Simulated) -> None:
    minutes = (aws.now() - float(aws.ask("GET", "clock")["began"])) / 60
    one = lagging(aws, minutes=[minutes + 1, minutes + 2])
    assert roles(one) == []
    make(one, "a")
    assert roles(one) == ["a"]
    one.pass_time(70)
    make(one, "b")
    assert roles(one) == ["a"]
    one.pass_time(60)
    make(one, "c")
    assert roles(one) == ["a", "b", "c"]


def test_a_lag_needs_its_seconds(aws: Simulated) -> None:
    with pytest.raises(RuntimeError, match="Field required"):
        open_account(aws, lags=[{"service": "iam"}])
