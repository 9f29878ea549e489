from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused

SCRIPT = base64.b64encode(b"#!/bin/bash\n").decode()


@pytest.fixture
def account(aws: Simulated) -> OneAccount:
    return open_account(aws)


def make(account: OneAccount, role: str, **more: Any) -> str:
    wanted = {
        "NotebookInstanceName": "n",
        "InstanceType": "ml.t3.medium",
        "PlatformIdentifier": "notebook-al2023-v1",
        "RoleArn": role,
    }
    return str(account.client("sagemaker").create_notebook_instance(**{**wanted, **more})["NotebookInstanceArn"])


def state(account: OneAccount) -> str:
    found = account.client("sagemaker").describe_notebook_instance(NotebookInstanceName="n")
    return str(found["NotebookInstanceStatus"])


def test_a_notebook_comes_up_stops_starts_and_goes_each_in_its_time(account: OneAccount) -> None:
    make(account, account.role())
    sagemaker, seen = account.client("sagemaker"), [state(account)]
    account.pass_time(361)
    seen.append(state(account))
    for change, seconds in (("stop", 151), ("start", 361), ("stop", 151)):
        getattr(sagemaker, f"{change}_notebook_instance")(NotebookInstanceName="n")
        seen.append(state(account))
        account.pass_time(seconds)
        seen.append(state(account))
    assert seen == [
        "Pending", "InService", "Stopping", "Stopped", "Pending", "InService", "Stopping", "Stopped",
    ]  # fmt: skip
    sagemaker.delete_notebook_instance(NotebookInstanceName="n")
    assert state(account) == "Deleting"
    account.pass_time(151)
    with refused("ValidationException", "RecordNotFound"):
        state(account)


def test_what_was_asked_for_is_what_is_described(account: OneAccount) -> None:
    """And a lifecycle configuration in use stays: aws.md section 9.3."""
    sagemaker = account.client("sagemaker")
    sagemaker.create_notebook_instance_lifecycle_config(
        NotebookInstanceLifecycleConfigName="c", OnStart=[{"Content": SCRIPT}]
    )
    imds = {"MinimumInstanceMetadataServiceVersion": "2"}
    arn = make(
        account, account.role(), VolumeSizeInGB=20, LifecycleConfigName="c", Tags=[{"Key": "team", "Value": "red"}],
        InstanceMetadataServiceConfiguration=imds,
    )  # fmt: skip
    found = sagemaker.describe_notebook_instance(NotebookInstanceName="n")
    assert (found["VolumeSizeInGB"], found["NotebookInstanceLifecycleConfigName"]) == (20, "c")
    assert found["InstanceMetadataServiceConfiguration"] == imds
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "red"}]
    with refused("ValidationException", "being used"):
        sagemaker.delete_notebook_instance_lifecycle_config(NotebookInstanceLifecycleConfigName="c")


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"PlatformIdentifier": "notebook-al2-v3"}, "ValidationException", "no longer supported"),
        ({"PlatformIdentifier": "notebook-al1-v1"}, "ValidationException", "no longer supported"),
        ({"InstanceType": "ml.p3.2xlarge"}, "ValidationException", "not supported"),
        ({"InstanceType": "ml.g5.xlarge"}, "ResourceLimitExceeded", "ml.g5.xlarge for notebook instance usage"),
        ({"LifecycleConfigName": "none"}, "ValidationException", "none does not exist"),
        ({"VolumeSizeInGB": 4}, "ValidationException", "volumeSizeInGB"),
        ({"NotebookInstanceName": "a_b"}, "ValidationException", "regular expression"),
    ],
)
def test_notebooks_that_aws_refuses(account: OneAccount, change: dict[str, Any], code: str, words: str) -> None:
    """aws.md sections 0.5 and 6."""
    role = account.role()
    with refused(code, words):
        make(account, role, **change)
    make(account, role)


def test_the_role_must_be_there_old_enough_and_trust_sagemaker(account: OneAccount) -> None:
    """aws.md section 6."""
    with refused("ValidationException", "Could not assume role"):
        make(account, f"arn:aws:iam::{account.account_id}:role/nobody")
    with refused("ValidationException", "Could not assume role"):
        make(account, account.role("stranger", service="ec2"))
    with refused("ValidationException", "Cross-account"):
        make(account, "arn:aws:iam::123456789012:role/other")
    young = account.new_role("young")
    with refused("ValidationException", "Could not assume role"):
        make(account, young)
    account.pass_time(60)
    make(account, young)


def test_a_name_is_taken_once_and_a_running_notebook_is_neither_changed_nor_deleted(account: OneAccount) -> None:
    """aws.md section 6: delete needs Stopped or Failed."""
    role = account.role()
    make(account, role)
    with refused("ValidationException", "duplicate"):
        make(account, role)
    sagemaker = account.client("sagemaker")
    for change in ("stop", "update", "delete", "start"):
        with refused("ValidationException", "Status (Pending) not in"):
            getattr(sagemaker, f"{change}_notebook_instance")(NotebookInstanceName="n")


def test_a_stopped_notebook_is_changed_and_never_shrunk(account: OneAccount) -> None:
    """aws.md section 6."""
    make(account, account.role(), VolumeSizeInGB=10)
    sagemaker = account.client("sagemaker")
    account.pass_time(361)
    sagemaker.stop_notebook_instance(NotebookInstanceName="n")
    account.pass_time(151)
    with refused("ValidationException", "decreased"):
        sagemaker.update_notebook_instance(NotebookInstanceName="n", VolumeSizeInGB=5)
    sagemaker.update_notebook_instance(NotebookInstanceName="n", InstanceType="ml.t3.large")
    assert state(account) == "Updating"
    account.pass_time(151)
    assert state(account) == "Stopped"
    assert sagemaker.describe_notebook_instance(NotebookInstanceName="n")["InstanceType"] == "ml.t3.large"


def test_the_listing_filters_and_pages(account: OneAccount) -> None:
    role = account.role()
    for name in ("b", "a", "other"):
        make(account, role, NotebookInstanceName=name)
    pages = account.client("sagemaker").get_paginator("list_notebook_instances")
    found = pages.paginate(PaginationConfig={"PageSize": 2})
    assert [one["NotebookInstanceName"] for page in found for one in page["NotebookInstances"]] == ["a", "b", "other"]
    for filters, names in (({"NameContains": "the"}, ["other"]), ({"StatusEquals": "InService"}, [])):
        found = pages.paginate(**filters)
        assert [one["NotebookInstanceName"] for page in found for one in page["NotebookInstances"]] == names


def test_lifecycle_configs_are_kept_changed_and_bounded(account: OneAccount) -> None:
    """aws.md section 6: 16,384 characters."""
    sagemaker = account.client("sagemaker")
    name = {"NotebookInstanceLifecycleConfigName": "c"}
    with refused("ValidationException", "16384"):
        sagemaker.create_notebook_instance_lifecycle_config(**name, OnStart=[{"Content": "A" * 16_388}])
    with refused("ValidationException", "base64"):
        sagemaker.create_notebook_instance_lifecycle_config(**name, OnStart=[{"Content": "A"}])
    sagemaker.create_notebook_instance_lifecycle_config(**name, OnStart=[{"Content": SCRIPT}])
    with refused("ValidationException", "already exists"):
        sagemaker.create_notebook_instance_lifecycle_config(**name)
    sagemaker.update_notebook_instance_lifecycle_config(**name, OnCreate=[{"Content": SCRIPT}])
    found = sagemaker.describe_notebook_instance_lifecycle_config(**name)
    assert found["OnCreate"] == found["OnStart"] == [{"Content": SCRIPT}]
    sagemaker.delete_notebook_instance_lifecycle_config(**name)
    assert sagemaker.list_notebook_instance_lifecycle_configs()["NotebookInstanceLifecycleConfigs"] == []
    with refused("ValidationException", "does not exist"):
        sagemaker.describe_notebook_instance_lifecycle_config(**name)


def failure(account: OneAccount) -> str:
    found = account.client("sagemaker").describe_notebook_instance(NotebookInstanceName="n")
    return str(found.get("FailureReason", ""))


def test_a_start_that_does_not_take_leaves_the_notebook_stopped(aws: Simulated) -> None:
    """aws.md section 6; AWS answers it as any other."""
    account = open_account(aws, notebooks={"start_ignored": 1})
    make(account, account.role())
    account.pass_time(361)
    sagemaker = account.client("sagemaker")
    sagemaker.stop_notebook_instance(NotebookInstanceName="n")
    account.pass_time(151)
    seen = []
    for _ in range(2):
        sagemaker.start_notebook_instance(NotebookInstanceName="n")
        seen.append(state(account))
    assert seen == ["Stopped", "Pending"]


def test_a_script_that_runs_longer_than_five_minutes_fails_the_start(aws: Simulated) -> None:
    """aws.md section 6: a lifecycle script has five minutes, or create and start fail."""
    account = open_account(aws, notebooks={"script_seconds": 301})
    sagemaker, name = account.client("sagemaker"), {"NotebookInstanceLifecycleConfigName": "c"}
    sagemaker.create_notebook_instance_lifecycle_config(**name, OnCreate=[{"Content": SCRIPT}])
    make(account, account.role(), LifecycleConfigName="c")
    account.pass_time(361)
    assert (state(account), "took longer than 5 minutes" in failure(account)) == ("Failed", True)
    sagemaker.update_notebook_instance_lifecycle_config(**name, OnCreate=[])
    sagemaker.start_notebook_instance(NotebookInstanceName="n")
    account.pass_time(361)
    assert (state(account), failure(account)) == ("InService", "")


def test_who_may_not_pass_the_role_or_tag_makes_no_notebook(aws: Simulated) -> None:
    """aws.md section 9.5: iam:PassRole, and sagemaker:AddTags for a Create with tags."""
    denied = {"iam:PassRole": "organization", "sagemaker:AddTags": "permission"}
    account = open_account(aws, access={"denied": denied})
    role, tags = account.role(), [{"Key": "team", "Value": "red"}]
    with refused("AccessDeniedException", f"iam:PassRole on resource: {role} with an explicit deny"):
        make(account, role)
    with refused("AccessDeniedException", "sagemaker:AddTags on resource: * because no identity-based policy"):
        make(account, role, Tags=tags)
