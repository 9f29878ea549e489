"""Pre-deployment validation: what is found before a stack or change set is made, and how it is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import refused
from tests.simulator.services.cloudformation.templates import bucket, role, settle, topics

ODD = "Resources: {A: {Type: AWS::SNS::Topic, Properties: {Colour: red}}}"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
HOOK = "AWS::EarlyValidation::"


def of(aws: Simulated, **differs: Any) -> tuple[str, Any]:
    """An account and its client; a bucket of the account's name stands in it."""
    account = aws.account(region="us-east-1", **differs)
    aws.client("s3", account, "us-east-1").create_bucket(Bucket=f"there-{account}")
    return account, aws.client("cloudformation", account, "us-east-1")


def findings(client: Any, **of_what: Any) -> list[dict[str, Any]]:
    events = client.describe_events(**of_what, Filters={"FailedEvents": True})["OperationEvents"]
    return [each for each in events if each["EventType"] == "VALIDATION_ERROR"]


@pytest.mark.parametrize(("ends", "status"), [("failed", "CREATE_FAILED"), ("rolled-back", "ROLLBACK_COMPLETE")])
def test_a_name_that_exists_stops_a_stack_before_any_resource(aws: Simulated, ends: str, status: str) -> None:
    """aws.md section 9.2."""
    account, client = of(aws, stacks={"validation_ends": ends})
    made = client.create_stack(StackName="base", TemplateBody=bucket(f"there-{account}"))
    assert settle(aws, client, "base") == status
    assert client.describe_stack_resources(StackName="base")["StackResources"] == []
    events = client.describe_stack_events(StackName="base")["StackEvents"]
    assert {each["ResourceType"] for each in events} == {"AWS::CloudFormation::Stack"}
    assert any("already exists" in each.get("ResourceStatusReason", "") for each in events) is False
    [found] = findings(client, StackName="base")
    assert found["ValidationName"] == "NAME_CONFLICT_VALIDATION"
    reason = f"Resource of type 'AWS::S3::Bucket' with identifier 'there-{account}' already exists."
    assert (found["ValidationStatusReason"], found["ValidationPath"]) == (reason, "/Resources/Bucket")
    assert findings(client, OperationId=made["OperationId"]) == [found]


def test_a_change_set_fails_by_the_same_and_its_own_events_say_why(aws: Simulated) -> None:
    """aws.md section 9.2."""
    account, client = of(aws)
    client.create_stack(StackName="base", TemplateBody=topics("T"))
    settle(aws, client, "base")
    body = bucket(f"there-{account}")
    made = client.create_change_set(StackName="base", ChangeSetName="next", TemplateBody=body)
    aws.advance(10)
    shown = client.describe_change_set(ChangeSetName=made["Id"])
    assert (shown["Status"], shown["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert f"[{HOOK}ResourceExistenceCheck]. To troubleshoot Early Validation errors" in shown["StatusReason"]
    assert [each["LogicalResourceId"] for each in findings(client, ChangeSetName=made["Id"])] == ["Bucket"]
    assert findings(client, ChangeSetName="next", StackName="base") == findings(client, ChangeSetName=made["Id"])
    with refused("ValidationError", "One of ChangeSetName, OperationId or StackName must be specified"):
        client.describe_events(ChangeSetName="next")


def test_a_property_that_does_not_exist_is_found_unless_validation_is_off(aws: Simulated) -> None:
    """aws.md section 9.2."""
    _, client = of(aws)
    client.create_stack(StackName="odd", TemplateBody=ODD)
    assert settle(aws, client, "odd") == "CREATE_FAILED"
    [found] = findings(client, StackName="odd")
    assert (found["ValidationName"], found["ValidationPath"]) == ("PROPERTY_VALIDATION", "/Resources/A/Properties")
    client.create_stack(StackName="off", TemplateBody=ODD, DisableValidation=True)
    assert settle(aws, client, "off") == "ROLLBACK_COMPLETE"
    assert findings(client, StackName="off") == []


@pytest.mark.parametrize(("validates", "stack", "change_set"), [("change-sets", True, False), ("nothing", True, True)])
def test_an_older_or_switched_off_validation(aws: Simulated, validates: str, stack: bool, change_set: bool) -> None:
    """aws.md section 9.2: which accounts have it is unverified."""
    account, client = of(aws, stacks={"validates": validates})
    client.create_stack(StackName="base", TemplateBody=bucket(f"there-{account}"))
    settle(aws, client, "base")
    assert (findings(client, StackName="base") == []) is stack
    more = {"ChangeSetType": "CREATE", "TemplateBody": role(), "Capabilities": ["CAPABILITY_NAMED_IAM"]}
    aws.client("iam", account).create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)
    made = client.create_change_set(StackName="other", ChangeSetName="first", **more)
    aws.advance(10)
    assert (client.describe_change_set(ChangeSetName=made["Id"])["Status"] == "CREATE_COMPLETE") is change_set


def test_a_bucket_that_is_not_empty_and_a_quota_only_warn(aws: Simulated) -> None:
    """aws.md section 9.2."""
    quota = {"resource": "T", "name": "SERVICE_QUOTA_VALIDATION", "reason": "above the quota of topics"}
    account, client = of(aws, stacks={"findings": [quota]})
    client.create_stack(StackName="base", TemplateBody=bucket(f"full-{account}"))
    assert settle(aws, client, "base") == "CREATE_COMPLETE"
    aws.client("s3", account, "us-east-1").put_object(Bucket=f"full-{account}", Key="work", Body=b"precious")
    made = client.create_change_set(StackName="base", ChangeSetName="next", TemplateBody=topics("T"))
    aws.advance(10)
    assert client.describe_change_set(ChangeSetName=made["Id"])["Status"] == "CREATE_COMPLETE"
    found = {each["ValidationName"]: each for each in findings(client, ChangeSetName=made["Id"])}
    assert found.keys() == {"BUCKET_EMPTINESS_VALIDATION", "SERVICE_QUOTA_VALIDATION"}
    assert {each["ValidationFailureMode"] for each in found.values()} == {"WARN"}


def test_events_are_grouped_by_operation(aws: Simulated) -> None:
    """aws.md section 9.2."""
    _, client = of(aws, stacks={"failures": [{"resource": "B", "reason": "no"}]})
    client.create_stack(StackName="base", TemplateBody=topics("A", "B"))
    assert settle(aws, client, "base") == "ROLLBACK_COMPLETE"
    events = client.describe_events(StackName="base")["OperationEvents"]
    assert {each["OperationType"] for each in events} == {"CREATE_STACK", "ROLLBACK"}
    ends = {each["OperationType"]: each["OperationStatus"] for each in events if "EndTime" in each}
    assert ends == {"CREATE_STACK": "FAILED", "ROLLBACK": "SUCCEEDED"}
    [failed] = [each for each in events if each["EventType"] == "PROVISIONING_ERROR"]
    assert (failed["LogicalResourceId"], failed["ResourceStatusReason"]) == ("B", "no")
    shown = client.describe_stacks(StackName="base")["Stacks"][0]["LastOperations"]
    assert [each["OperationType"] for each in shown] == ["ROLLBACK", "CREATE_STACK"]
