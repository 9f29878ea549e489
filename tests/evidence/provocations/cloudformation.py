"""Provocations of CloudFormation's rows."""

from __future__ import annotations

import json
from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount
from tests.simulator.services.cloudformation.templates import bucket, role, topics

LONG = 600


def stands(account: OneAccount, body: str = "", name: str = "base", **more: Any) -> tuple[Any, str]:
    """A client, and the id of a stack that was made long ago."""
    client = account.client("cloudformation")
    made = client.create_stack(StackName=name, TemplateBody=body or topics("A"), **more)
    account.pass_time(LONG)
    return client, made["StackId"]


def changed(account: OneAccount, body: str, name: str = "base", kind: str = "UPDATE") -> Any:
    """A client, after a change set was computed."""
    client = account.client("cloudformation")
    client.create_change_set(StackName=name, ChangeSetName="next", TemplateBody=body, ChangeSetType=kind)
    account.pass_time(60)
    return client


def shown(client: Any, name: str = "base") -> Any:
    """The stack, as DescribeStacks shows it."""
    return client.describe_stacks(StackName=name)["Stacks"][0]


@provokes("cfn-07")
def a_change_set_that_failed_is_executed(account: OneAccount) -> tuple[str, Any]:
    stands(account)
    client = changed(account, topics("A"))
    return "OK", client.execute_change_set(StackName="base", ChangeSetName="next")


@provokes("cfn-09")
def a_template_that_is_too_long(account: OneAccount) -> tuple[str, Any]:
    body = topics("A") + "#" * 51_200
    return "OK", account.client("cloudformation").create_stack(StackName="base", TemplateBody=body)


@provokes("cfn-10")
def a_named_role_without_capability(account: OneAccount) -> tuple[str, Any]:
    return "OK", account.client("cloudformation").create_stack(StackName="base", TemplateBody=role())


@provokes("cfn-11")
def a_protected_stack_is_deleted(account: OneAccount) -> tuple[str, Any]:
    client, _ = stands(account, EnableTerminationProtection=True)
    return "OK", client.delete_stack(StackName="base")


@provokes("cfn-12")
def a_stack_that_stands_is_to_be_made(account: OneAccount) -> tuple[str, Any]:
    stands(account)
    return "OK", changed(account, topics("A"), kind="CREATE")


@provokes("cfn-13")
def a_stack_that_does_not_exist_is_to_be_changed(account: OneAccount) -> tuple[str, Any]:
    return "OK", changed(account, topics("A"), name="nostack")


@provokes("cfn-17")
def a_name_that_is_not_allowed(account: OneAccount) -> tuple[str, Any]:
    return "OK", account.client("cloudformation").create_stack(StackName="*&/", TemplateBody=topics("A"))


@provokes("cfn-18")
def a_stack_in_review(account: OneAccount) -> tuple[str, Any]:
    found = shown(changed(account, topics("A"), kind="CREATE"))
    said = {key: found.get(key) for key in ("Tags", "StackStatusReason", "LastUpdatedTime")}
    return found["StackStatus"], json.dumps(said)


@provokes("cfn-19")
def a_stack_made_at_once(account: OneAccount) -> tuple[str, Any]:
    return "OK", shown(stands(account)[0])


@provokes("cfn-20")
def a_stack_made_by_a_change_set(account: OneAccount) -> tuple[str, Any]:
    client = changed(account, topics("A"), kind="CREATE")
    client.execute_change_set(StackName="base", ChangeSetName="next")
    account.pass_time(LONG)
    return "OK", shown(client)


@provokes("cfn-21")
def a_deleted_stack_by_its_id(account: OneAccount) -> tuple[str, Any]:
    client, stack = stands(account)
    client.delete_stack(StackName="base")
    account.pass_time(LONG)
    found = shown(client, stack)
    return found["StackStatus"], found


@provokes("cfn-22")
def a_deleted_stack_by_its_name(account: OneAccount) -> tuple[str, Any]:
    client, _ = stands(account)
    client.delete_stack(StackName="base")
    account.pass_time(LONG)
    return "OK", shown(client)


@provokes("cfn-24")
def the_oldest_event(account: OneAccount) -> tuple[str, Any]:
    client, _ = stands(account)
    oldest = client.describe_stack_events(StackName="base")["StackEvents"][-1]
    return oldest["ResourceStatus"], oldest["ResourceStatusReason"]


@provokes("cfn-25")
def the_events_of_a_resource(account: OneAccount) -> tuple[str, Any]:
    client, _ = stands(account)
    events = [one for one in client.describe_stack_events(StackName="base")["StackEvents"] if _is(one, "A")]
    rows = [
        [one["ResourceStatus"], one.get("ResourceStatusReason"), bool(one.get("PhysicalResourceId"))]
        for one in reversed(events)
    ]
    return "events", json.dumps(rows)


@provokes("cfn-28")
def the_events_by_operation(account: OneAccount) -> tuple[str, Any]:
    return "OK", stands(account)[0].describe_events(StackName="base")


@provokes("cfn-31")
def a_resource_cannot_be_deleted(account: OneAccount) -> tuple[str, Any]:
    name = f"full-{account.account_id}"
    client, _ = stands(
        account, bucket(name).replace("Bucket:\n", "B:\n", 1).replace("Bucket}", "B}").split("Outputs")[0]
    )
    account.client("s3").put_object(Bucket=name, Key="work", Body=b"precious")
    client.delete_stack(StackName="base")
    account.pass_time(LONG)
    found = shown(client)
    return found["StackStatus"], found["StackStatusReason"]


@provokes("cfn-32")
def a_stack_that_rolls_back_before_any_resource_failed(account: OneAccount) -> tuple[str, Any]:
    client, _ = stands(account, topics("A", outputs="  Odd: {Value: !GetAtt A.Nothing}\n"))
    events = client.describe_stack_events(StackName="base")["StackEvents"]
    assert not [one for one in events if one["ResourceStatus"].endswith("_FAILED")]
    [back] = [one for one in events if one["ResourceStatus"] == "ROLLBACK_IN_PROGRESS"]
    return shown(client)["StackStatus"], back["ResourceStatusReason"]


def existing(account: OneAccount) -> Any:
    """A client, after a change set that wants a bucket which exists already."""
    stands(account)
    name = f"there-{account.account_id}"
    account.client("s3").create_bucket(Bucket=name)
    return changed(account, bucket(name))


def finding(client: Any) -> Any:
    """The one thing that validation found about the change set."""
    events = client.describe_events(StackName="base", ChangeSetName="next", Filters={"FailedEvents": True})
    [found] = [one for one in events["OperationEvents"] if one["EventType"] == "VALIDATION_ERROR"]
    return found


@provokes("cfn-ev-01")
def a_change_set_wants_what_exists(account: OneAccount) -> tuple[str, Any]:
    found = existing(account).describe_change_set(StackName="base", ChangeSetName="next")
    return found["Status"], found["StatusReason"]


@provokes("cfn-ev-02")
def the_events_name_what_exists(account: OneAccount) -> tuple[str, Any]:
    return "NAME_CONFLICT_VALIDATION", finding(existing(account))


@provokes("cfn-ev-03")
def the_events_name_a_bucket_that_is_not_empty(account: OneAccount) -> tuple[str, Any]:
    name = f"full-{account.account_id}"
    stands(account, bucket(name))
    account.client("s3").put_object(Bucket=name, Key="work", Body=b"precious")
    found = finding(changed(account, topics("A")))
    return found["ValidationName"], found


@provokes("cfn-ev-04")
def events_of_a_change_set_by_its_name_alone(account: OneAccount) -> tuple[str, Any]:
    return "OK", existing(account).describe_events(ChangeSetName="next")


@provokes("cfn-ev-05")
def the_events_name_a_property_that_is_missing(account: OneAccount) -> tuple[str, Any]:
    stands(account)
    found = finding(changed(account, "Resources: {B: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: mine}}}"))
    return found["ValidationName"], found


def _is(event: Any, logical_id: str) -> bool:
    return bool(event["LogicalResourceId"] == logical_id)
