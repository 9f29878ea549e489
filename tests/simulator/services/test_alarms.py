"""Alarms: cleanup.md section 3, at most 100 a call, at most one of them composite."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused
from tests.simulator.services.test_autoscaling import TARGET, Scaling

BOTH = {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
ALARM = {
    "Namespace": "AWS/SageMaker", "MetricName": "Invocations", "Statistic": "Sum", "Period": 60,
    "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold",
}  # fmt: skip


@pytest.fixture
def account(aws: Simulated) -> OneAccount:
    return open_account(aws)


def names(client: Any, **params: Any) -> list[str]:
    pages = client.get_paginator("describe_alarms").paginate(**params)
    return [one["AlarmName"] for page in pages for key in ("MetricAlarms", "CompositeAlarms") for one in page[key]]


def test_a_hundred_alarms_go_at_once_and_no_more(account: OneAccount) -> None:
    """cleanup.md section 3."""
    client = account.client("cloudwatch")
    for place in range(101):
        client.put_metric_alarm(AlarmName=f"a{place:03}", **ALARM)
    every = names(client, MaxRecords=40)
    assert every == [f"a{place:03}" for place in range(101)]
    with refused("ValidationError", "100"):
        client.delete_alarms(AlarmNames=every)
    client.delete_alarms(AlarmNames=every[:100])
    assert names(client) == ["a100"]


def test_two_composite_alarms_are_not_deleted_in_one_call(account: OneAccount) -> None:
    """cleanup.md section 3."""
    client = account.client("cloudwatch")
    client.put_metric_alarm(AlarmName="load", **ALARM)
    for name in ("one", "two"):
        client.put_composite_alarm(AlarmName=name, AlarmRule="ALARM(load)")
    assert (names(client), names(client, **BOTH)) == (["load"], ["load", "one", "two"])
    with refused("ValidationError", "two or more composite alarms"):
        client.delete_alarms(AlarmNames=["one", "two"])
    with refused("ResourceNotFound"):
        client.delete_alarms(AlarmNames=["one", "none"])
    client.delete_alarms(AlarmNames=["one", "load"])
    assert names(client, **BOTH) == ["two"]


def test_the_alarms_of_target_tracking_go_with_their_target(aws: Simulated) -> None:
    """cleanup.md section 3: Deregister deletes policies; only the alarms of step scaling stay."""
    scaling = Scaling(aws)
    scaling.serve()
    scaling.register()
    scaling.track()
    client = scaling.account.client("cloudwatch")
    assert [one.split("-")[:2] for one in names(client)] == [["TargetTracking", TARGET["ResourceId"]]] * 2
    assert {one["AlarmName"] for one in scaling.policies()[0]["Alarms"]} == set(names(client))
    scaling.client.deregister_scalable_target(**TARGET)
    assert (names(client), scaling.policies()) == ([], [])


def test_the_alarms_of_step_scaling_are_somebodys_own_and_stay(aws: Simulated) -> None:
    """cleanup.md section 3: deregister deletes policies and scheduled actions; step-scaling alarms stay."""
    scaling = Scaling(aws)
    scaling.serve()
    scaling.register()
    steps = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"ScalingAdjustment": 1}]}
    policy = scaling.client.put_scaling_policy(
        PolicyName="steps", PolicyType="StepScaling", StepScalingPolicyConfiguration=steps, **TARGET
    )
    assert policy["Alarms"] == []
    client = scaling.account.client("cloudwatch")
    client.put_metric_alarm(AlarmName="busy", AlarmActions=[policy["PolicyARN"]], **ALARM)
    assert scaling.policies()[0]["StepScalingPolicyConfiguration"] == steps
    scaling.client.deregister_scalable_target(**TARGET)
    assert (names(client), scaling.policies()) == (["busy"], [])
