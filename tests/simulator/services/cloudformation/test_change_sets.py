"""Change sets: what they list, what they do, and how they are taken back."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulated import Simulated
from tests.simulator.services.cloudformation.templates import bucket, happened, settle, topics


def base(aws: Simulated, body: str, **differs: Any) -> tuple[str, Any]:
    """An account with the stack `base` in it."""
    account = aws.account(**differs)
    client = aws.client("cloudformation", account)
    client.create_stack(StackName="base", TemplateBody=body)
    assert settle(aws, client, "base") == "CREATE_COMPLETE"
    return account, client


def change(aws: Simulated, client: Any, body: str, name: str = "next", **more: Any) -> Any:
    made = client.create_change_set(StackName="base", ChangeSetName=name, TemplateBody=body, **more)
    assert client.describe_change_set(ChangeSetName=made["Id"])["Status"] == "CREATE_PENDING"
    aws.advance(10)
    return client.describe_change_set(ChangeSetName=made["Id"])


def listed(shown: Any) -> list[tuple[str, str, str]]:
    changes = [one["ResourceChange"] for one in shown["Changes"]]
    return [(one["Action"], one["LogicalResourceId"], one.get("Replacement", "")) for one in changes]


def names(aws: Simulated, account: str) -> list[str]:
    found = aws.client("sns", account).list_topics()["Topics"]
    return sorted(one["TopicArn"].rpartition(":")[2] for one in found)


def test_nothing_to_change_ends_failed_with_the_known_words(aws: Simulated) -> None:
    """aws.md section 9.2."""
    _, client = base(aws, topics("A"))
    shown = change(aws, client, topics("A"))
    assert (shown["Status"], shown["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert shown["StatusReason"].startswith("The submitted information didn't contain changes.")
    with pytest.raises(ClientError, match="cannot be executed") as caught:
        client.execute_change_set(ChangeSetName="next", StackName="base")
    assert caught.value.response["Error"]["Code"] == "InvalidChangeSetStatus"


def test_a_change_of_outputs_alone_is_a_change(aws: Simulated) -> None:
    _, client = base(aws, topics("A", outputs="  Digest: {Value: one}\n"))
    shown = change(aws, client, topics("A", outputs="  Digest: {Value: two}\n"))
    assert (shown["Status"], shown["Changes"]) == ("CREATE_COMPLETE", [])
    client.execute_change_set(ChangeSetName="next", StackName="base")
    assert settle(aws, client, "base") == "UPDATE_COMPLETE"
    outputs = client.describe_stacks(StackName="base")["Stacks"][0]["Outputs"]
    assert outputs == [{"OutputKey": "Digest", "OutputValue": "two"}]


def test_resources_come_change_are_replaced_and_go(aws: Simulated) -> None:
    account, client = base(aws, topics("Stays", "Renamed", "Goes"))
    body = topics("Stays", "Renamed", "Comes").replace("TopicName: renamed", "TopicName: other")
    body = body.replace("TopicName: stays", "TopicName: stays\n      DisplayName: hello")
    assert listed(change(aws, client, body)) == [
        ("Modify", "Stays", "False"),
        ("Modify", "Renamed", "True"),
        ("Add", "Comes", ""),
        ("Remove", "Goes", ""),
    ]
    assert names(aws, account) == ["goes", "renamed", "stays"]
    client.execute_change_set(ChangeSetName="next", StackName="base", ClientRequestToken="go")
    client.execute_change_set(ChangeSetName="next", StackName="base", ClientRequestToken="go")
    assert settle(aws, client, "base") == "UPDATE_COMPLETE"
    assert names(aws, account) == ["comes", "other", "stays"]
    assert "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" in [status for _, status in happened(client, "base")]


def test_a_failed_update_is_taken_back(aws: Simulated) -> None:
    failure = {"resource": "Late", "reason": "No more room", "during": "update"}
    account, client = base(aws, topics("Early", "Late"), stacks={"failures": [failure]})
    body = topics("Fresh", "Early", "Late").replace("TopicName: early", "TopicName: moved")
    body = body.replace("TopicName: late", "TopicName: late\n      DisplayName: x")
    change(aws, client, body)
    client.execute_change_set(ChangeSetName="next", StackName="base")
    assert settle(aws, client, "base") == "UPDATE_ROLLBACK_COMPLETE"
    assert names(aws, account) == ["early", "late"]
    resources = aws.state(account)["stacks"][0]["resources"]
    assert resources["Early"]["physical_id"].endswith(":early")
    assert listed(change(aws, client, body, "again"))


def test_a_rollback_that_fails_can_be_continued(aws: Simulated) -> None:
    failures = [
        {"resource": "B", "reason": "no", "during": "update"},
        {"resource": "A", "reason": "stuck", "during": "rollback"},
    ]
    _, client = base(aws, topics("A", "B"), stacks={"failures": failures})
    body = topics("A", "B").replace("TopicName: a", "TopicName: a\n      DisplayName: x")
    body = body.replace("TopicName: b", "TopicName: b\n      DisplayName: x")
    change(aws, client, body)
    client.execute_change_set(ChangeSetName="next", StackName="base")
    assert settle(aws, client, "base") == "UPDATE_ROLLBACK_FAILED"
    client.continue_update_rollback(StackName="base")
    assert settle(aws, client, "base") == "UPDATE_ROLLBACK_COMPLETE"


def test_a_custom_named_resource_is_not_replaced_under_its_own_name(aws: Simulated) -> None:
    account = aws.account()
    client = aws.client("cloudformation", account)
    notebook = """
Resources:
  Group:
    Type: AWS::Cognito::UserPoolGroup
    Properties: {GroupName: team, UserPoolId: !Ref POOL}
  One: {Type: AWS::Cognito::UserPool}
  Two: {Type: AWS::Cognito::UserPool}
"""
    client.create_stack(StackName="base", TemplateBody=notebook.replace("POOL", "One"))
    assert settle(aws, client, "base") == "CREATE_COMPLETE"
    change(aws, client, notebook.replace("POOL", "Two"))
    client.execute_change_set(ChangeSetName="next", StackName="base")
    assert settle(aws, client, "base") == "UPDATE_ROLLBACK_COMPLETE"
    events = client.describe_stack_events(StackName="base")["StackEvents"]
    assert any("custom-named resource requires replacing" in one.get("ResourceStatusReason", "") for one in events)


def test_retained_resources_stay_when_they_leave_the_template(aws: Simulated) -> None:
    kept = bucket("kept-NUMBER").replace("    Properties:", "    DeletionPolicy: Retain\n    Properties:", 1)
    account = aws.account()
    client = aws.client("cloudformation", account)
    client.create_stack(StackName="base", TemplateBody=kept.replace("NUMBER", account))
    settle(aws, client, "base")
    change(aws, client, topics("A"))
    client.execute_change_set(ChangeSetName="next", StackName="base")
    assert settle(aws, client, "base") == "UPDATE_COMPLETE"
    assert f"kept-{account}" in aws.state(account)["buckets"]


def test_a_creation_by_change_set_waits_in_review(aws: Simulated) -> None:
    """aws.md section 9.2."""
    client = aws.client("cloudformation", aws.account())
    shown = change(aws, client, topics("A"), ChangeSetType="CREATE", ClientToken="t")
    assert client.describe_stacks(StackName="base")["Stacks"][0]["StackStatus"] == "REVIEW_IN_PROGRESS"
    again = {"StackName": "base", "ChangeSetName": "next", "TemplateBody": topics("A"), "ChangeSetType": "CREATE"}
    assert client.create_change_set(**again, ClientToken="t")["Id"] == shown["ChangeSetId"]
    with pytest.raises(ClientError, match="already exists"):
        client.create_change_set(**again, ClientToken="other")
    client.execute_change_set(ChangeSetName=shown["ChangeSetId"])
    assert settle(aws, client, "base") == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match="cannot be created again"):
        client.create_change_set(**again | {"ChangeSetName": "more"})


def test_a_stack_on_the_move_takes_no_change_set(aws: Simulated) -> None:
    client = aws.client("cloudformation", aws.account())
    client.create_stack(StackName="base", TemplateBody=topics("A"))
    with pytest.raises(ClientError, match="is in CREATE_IN_PROGRESS state and can not be updated"):
        client.create_change_set(StackName="base", ChangeSetName="x", TemplateBody=topics("B"))


def test_a_deleted_change_set_is_gone(aws: Simulated) -> None:
    _, client = base(aws, topics("A"))
    change(aws, client, topics("A", "B"))
    client.delete_change_set(ChangeSetName="next", StackName="base")
    with pytest.raises(ClientError) as caught:
        client.describe_change_set(ChangeSetName="next", StackName="base")
    assert caught.value.response["Error"]["Code"] == "ChangeSetNotFound"


def test_a_change_set_that_reverts_drift_makes_again_what_was_deleted_by_hand(aws: Simulated) -> None:
    """aws.md section 15: another change set compares templates, and is blind for it."""
    account, client = base(aws, topics("A", "B"))
    (arn,) = [
        one["TopicArn"] for one in aws.client("sns", account).list_topics()["Topics"] if one["TopicArn"][-1] == "a"
    ]
    aws.client("sns", account).delete_topic(TopicArn=arn)
    assert change(aws, client, topics("A", "B"), "blind")["Status"] == "FAILED"
    shown = change(aws, client, topics("A", "B"), "seeing", DeploymentMode="REVERT_DRIFT")
    assert (shown["Status"], shown["StackDriftStatus"], listed(shown)) == (
        "CREATE_COMPLETE", "DRIFTED", [("Add", "A", "")],
    )  # fmt: skip
    client.execute_change_set(ChangeSetName="seeing", StackName="base")
    assert settle(aws, client, "base") == "UPDATE_COMPLETE"
    assert len(names(aws, account)) == 2
    again = change(aws, client, topics("A", "B"), "again", DeploymentMode="REVERT_DRIFT")
    assert again["Status"] == "FAILED"
