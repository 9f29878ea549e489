"""What jobs and notebooks leave in CloudWatch."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused
from tests.simulator.services.sagemaker.test_training import HYPER, QUOTAS, Lab

GROUP = "/aws/sagemaker/TrainingJobs"
NOTEBOOKS = "/aws/sagemaker/NotebookInstances"
ALL = ["s3:*", "ecr:*", "logs:*", "cloudwatch:PutMetricData"]


@pytest.fixture
def lab(aws: Simulated) -> Lab:
    return Lab(open_account(aws, quotas=QUOTAS), ALL)


def groups(account: OneAccount) -> list[str]:
    found = account.client("logs").describe_log_groups()["logGroups"]
    return [one["logGroupName"] for one in found]


def lines(account: OneAccount, group: str = GROUP, job: str = "job", **more: Any) -> list[str]:
    client = account.client("logs")
    found = client.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{job}/")["logStreams"]
    [stream] = [one["logStreamName"] for one in found]
    more = {"startFromHead": True, **more}
    return [one["message"] for one in client.get_log_events(logGroupName=group, logStreamName=stream, **more)["events"]]


def test_a_job_writes_its_epochs_while_it_trains(lab: Lab) -> None:
    lab.start(HyperParameters={**HYPER, "epochs": "3"})
    lab.account.pass_time(100)
    assert groups(lab.account) == []
    seen = set()
    for _ in range(45):
        lab.account.pass_time(10)
        if groups(lab.account):
            seen.add(sum("Validation-accuracy" in one for one in lines(lab.account)))
    assert seen == {0, 1, 2, 3}
    [stream] = lab.account.client("logs").describe_log_streams(logGroupName=GROUP)["logStreams"]
    training = lab.job()["SecondaryStatusTransitions"][2]
    assert training["Status"] == "Training"
    assert stream["logStreamName"] == f"job/algo-1-{int(training['StartTime'].timestamp())}"
    assert stream["firstEventTimestamp"] < stream["lastEventTimestamp"] <= training["EndTime"].timestamp() * 1000
    told = re.findall(r"Epoch\[2\] (Train|Validation)-accuracy=([0-9.]+)", "\n".join(lines(lab.account)))
    final = {one["MetricName"]: one["Value"] for one in lab.job()["FinalMetricDataList"]}
    assert {name: float(value) for name, value in told} == {
        "Train": pytest.approx(final["train:accuracy"], abs=1e-5),
        "Validation": pytest.approx(final["validation:accuracy"], abs=1e-5),
    }


def test_a_failed_jobs_last_line_tells_the_error(lab: Lab) -> None:
    assert lab.outcome(HyperParameters={})[0] == "Failed"
    assert "Customer Error: Unable to initialize the algorithm" in lines(lab.account)[-1]
    assert "'num_classes' is a required property" in lines(lab.account)[-1]


def test_a_stopped_job_writes_no_more(lab: Lab) -> None:
    lab.start(HyperParameters={**HYPER, "epochs": "100"}, StoppingCondition={"MaxRuntimeInSeconds": 120})
    lab.account.pass_time(1000)
    assert lab.job()["SecondaryStatus"] == "MaxRuntimeExceeded"
    assert 0 < sum("Validation-accuracy" in one for one in lines(lab.account)) < 100


def test_a_job_whose_role_may_not_write_logs_leaves_none(aws: Simulated) -> None:
    """Logs are written with the role of the job (aws.md section 4: roles need logs and cloudwatch)."""
    lab = Lab(open_account(aws, quotas=QUOTAS), ["s3:*", "ecr:*", "logs:CreateLogGroup"])
    assert lab.outcome()[0] == "Completed"
    assert groups(lab.account) == []


def test_events_are_paged_both_ways_and_filtered(lab: Lab) -> None:
    lab.outcome(HyperParameters={**HYPER, "epochs": "3"})
    client = lab.account.client("logs")
    every = lines(lab.account)
    name = client.describe_log_streams(logGroupName=GROUP)["logStreams"][0]["logStreamName"]
    here = {"logGroupName": GROUP, "logStreamName": name}
    newest = client.get_log_events(**here, limit=4)
    assert [one["message"] for one in newest["events"]] == every[-4:]
    older = client.get_log_events(**here, limit=4, nextToken=newest["nextBackwardToken"])
    assert [one["message"] for one in older["events"]] == every[-8:-4]
    end = client.get_log_events(**here, nextToken=newest["nextForwardToken"])
    assert (end["events"], end["nextForwardToken"]) == ([], newest["nextForwardToken"])
    found = client.filter_log_events(logGroupName=GROUP, filterPattern='"Validation-accuracy"')["events"]
    assert [one["message"] for one in found] == [one for one in every if "Validation-accuracy" in one]
    assert client.filter_log_events(logGroupName=GROUP, logStreamNamePrefix="other")["events"] == []
    with refused("NotSimulated", "pattern"):
        client.filter_log_events(logGroupName=GROUP, filterPattern="{ $.a = 1 }")


@pytest.mark.parametrize(("name", "value"), [("TrainingJobName", "job"), ("Host", "job/algo-1")])
def test_the_accuracies_of_a_job_are_metrics(lab: Lab, name: str, value: str) -> None:
    lab.outcome(HyperParameters={**HYPER, "epochs": "3"})
    client, done = lab.account.client("cloudwatch"), lab.job()
    dimensions = [{"Name": name, "Value": value}]
    listed = client.list_metrics(Namespace=GROUP, Dimensions=dimensions)["Metrics"]
    assert {one["MetricName"] for one in listed} == {"train:accuracy", "validation:accuracy"}
    when = {"StartTime": done["TrainingStartTime"], "EndTime": done["TrainingEndTime"]}
    metric = {"Namespace": GROUP, "MetricName": "validation:accuracy", "Dimensions": dimensions}
    found = client.get_metric_statistics(**metric, **when, Period=60, Statistics=["Maximum", "SampleCount"])
    final = {one["MetricName"]: one["Value"] for one in done["FinalMetricDataList"]}["validation:accuracy"]
    assert sum(one["SampleCount"] for one in found["Datapoints"]) == 3
    assert max(one["Maximum"] for one in found["Datapoints"]) == pytest.approx(final)
    query = {"Id": "one", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}
    [result] = client.get_metric_data(MetricDataQueries=[query], **when)["MetricDataResults"]
    assert result["Values"] == sorted(result["Values"], reverse=True)
    assert result["Timestamps"] == sorted(result["Timestamps"], reverse=True)
    assert result["Values"][0] == pytest.approx(final)


def test_metrics_of_others_and_odd_periods_are_refused(lab: Lab) -> None:
    lab.outcome(RoleArn=lab.account.role("mute", ["s3:*", "ecr:*"]))
    client, done = lab.account.client("cloudwatch"), lab.job()
    assert client.list_metrics(Namespace=GROUP)["Metrics"] == []
    when = {"StartTime": done["TrainingStartTime"], "EndTime": done["TrainingEndTime"], "Statistics": ["Sum"]}
    with refused("NotSimulated", "AWS/EC2"):
        client.get_metric_statistics(Namespace="AWS/EC2", MetricName="x", Period=60, **when)
    with refused("InvalidParameterValue", "multiple of 60"):
        client.get_metric_statistics(Namespace=GROUP, MetricName="x", Period=61, **when)
    with refused("InvalidParameterValue", "StartTime must be less"):
        client.get_metric_statistics(
            Namespace=GROUP, MetricName="x", Period=60, **{**when, "EndTime": done["TrainingStartTime"]}
        )


def test_groups_are_kept_for_some_days_and_deleted(lab: Lab) -> None:
    lab.outcome()
    client = lab.account.client("logs")
    client.put_retention_policy(logGroupName=GROUP, retentionInDays=14)
    assert client.describe_log_groups(logGroupNamePrefix="/aws/")["logGroups"][0]["retentionInDays"] == 14
    with refused("InvalidParameterException"):
        client.put_retention_policy(logGroupName=GROUP, retentionInDays=2)
    with refused("ResourceNotFoundException", "log stream does not exist"):
        client.get_log_events(logGroupName=GROUP, logStreamName="other")
    client.delete_log_group(logGroupName=GROUP)
    assert groups(lab.account) == []
    with refused("ResourceNotFoundException", "log group does not exist"):
        client.delete_log_group(logGroupName=GROUP)


def test_on_create_is_logged_once_and_on_start_at_each_start(aws: Simulated) -> None:
    """aws.md section 6: OnCreate runs once; OnStart each start."""
    account = open_account(aws, quotas={"applied": {"ml.t3.medium for notebook instance usage": 1}})
    role, sagemaker = account.role(allow=["logs:*"]), account.client("sagemaker")
    hooks = {
        hook: [{"Content": base64.b64encode(f"#!/bin/bash\necho '{hook} ran'\n".encode()).decode()}]
        for hook in ("OnCreate", "OnStart")
    }
    sagemaker.create_notebook_instance_lifecycle_config(NotebookInstanceLifecycleConfigName="files", **hooks)
    sagemaker.create_notebook_instance(
        NotebookInstanceName="desk", InstanceType="ml.t3.medium", RoleArn=role, LifecycleConfigName="files",
        PlatformIdentifier="notebook-al2023-v1",
    )  # fmt: skip
    assert groups(account) == []
    account.pass_time(400)
    sagemaker.stop_notebook_instance(NotebookInstanceName="desk")
    account.pass_time(200)
    sagemaker.start_notebook_instance(NotebookInstanceName="desk")
    account.pass_time(400)
    assert groups(account) == [NOTEBOOKS]
    client = account.client("logs")
    told = {
        hook: [
            one["message"]
            for one in client.get_log_events(logGroupName=NOTEBOOKS, logStreamName=f"desk/LifecycleConfig{hook}")[
                "events"
            ]
        ]
        for hook in hooks
    }
    assert told == {"OnCreate": ["OnCreate ran"], "OnStart": ["OnStart ran", "OnStart ran"]}


def test_a_job_that_goes_on_makes_its_group_again(lab: Lab) -> None:
    """cleanup.md section 3: recreated by jobs and notebooks, so only absence on a second listing counts."""
    lab.start(HyperParameters={**HYPER, "epochs": "100"})
    while GROUP not in groups(lab.account):
        lab.account.pass_time(10)
    # Until an epoch has been told of.
    lab.account.pass_time(10)
    lab.account.client("logs").delete_log_group(logGroupName=GROUP)
    assert groups(lab.account) == []
    lab.account.pass_time(30)
    assert groups(lab.account) == [GROUP]
    lab.account.pass_time(1000)
    assert 0 < sum("Validation-accuracy" in one for one in lines(lab.account)) < 100


def test_a_job_that_is_stopped_makes_its_group_again(lab: Lab) -> None:
    """cleanup.md section 3."""
    lab.start(HyperParameters={**HYPER, "epochs": "2"})
    while GROUP not in groups(lab.account):
        lab.account.pass_time(10)
    lab.account.client("logs").delete_log_group(logGroupName=GROUP)
    lab.account.client("sagemaker").stop_training_job(TrainingJobName="job")
    lab.account.pass_time(200)
    assert (lab.job()["TrainingJobStatus"], groups(lab.account)) == ("Stopped", [GROUP])
    lab.account.client("logs").delete_log_group(logGroupName=GROUP)
    lab.account.pass_time(1000)
    assert groups(lab.account) == []


def test_a_notebook_that_is_stopped_makes_its_group_again(aws: Simulated) -> None:
    """cleanup.md section 3."""
    account = open_account(aws, quotas={"applied": {"ml.t3.medium for notebook instance usage": 1}})
    sagemaker, logs = account.client("sagemaker"), account.client("logs")
    sagemaker.create_notebook_instance(
        NotebookInstanceName="desk", InstanceType="ml.t3.medium", RoleArn=account.role(allow=["logs:*"]),
        PlatformIdentifier="notebook-al2023-v1",
    )  # fmt: skip
    account.pass_time(400)
    sagemaker.stop_notebook_instance(NotebookInstanceName="desk")
    assert groups(account) == []
    account.pass_time(200)
    assert groups(account) == [NOTEBOOKS]
    logs.delete_log_group(logGroupName=NOTEBOOKS)
    assert groups(account) == []


def test_a_group_is_made_by_hand_once(lab: Lab) -> None:
    client = lab.account.client("logs")
    client.create_log_group(logGroupName="mine")
    with refused("ResourceAlreadyExistsException"):
        client.create_log_group(logGroupName="mine")
    assert groups(lab.account) == ["mine"]
