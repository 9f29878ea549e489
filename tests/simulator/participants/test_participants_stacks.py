"""A stack that somebody made by hand, on its way out: cleanup.md section 3, CloudFormation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, made_roles, open_account, refused
from tests.simulator.services.cloudformation.templates import settle

BODY = """
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Topic: {Type: AWS::SNS::Topic}
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /aws/lambda/mine, RetentionInDays: 7}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: mine
      Role: !GetAtt Role.Arn
      Runtime: python3.12
      Handler: index.handler
      Code: {ZipFile: "def handler(event, context): pass"}
Outputs:
  Function: {Value: !GetAtt Function.Arn}
"""


class Mine:
    """A participant's own stack."""

    def __init__(self, aws: Simulated, region: str = "us-east-1", **differs: Any) -> None:
        self.aws, self.account = aws, open_account(aws, **differs)
        self.region = region
        self.stacks = self.client("cloudformation")
        self.stacks.create_stack(StackName="mine", TemplateBody=BODY, Capabilities=["CAPABILITY_IAM"])
        assert settle(aws, self.stacks, "mine") == "CREATE_COMPLETE"
        rows = self.stacks.describe_stack_resources(StackName="mine")["StackResources"]
        self.ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in rows}

    def client(self, service: str) -> Any:
        return self.account.client(service, self.region)

    def delete(self, **params: Any) -> str:
        self.stacks.delete_stack(StackName="mine", **params)
        return settle(self.aws, self.stacks, "mine")

    def left(self) -> dict[str, int]:
        found = {
            "Bucket": self.client("s3").list_buckets()["Buckets"],
            "Topic": self.client("sns").list_topics()["Topics"],
            "Group": self.client("logs").describe_log_groups()["logGroups"],
            "Role": made_roles(self.client("iam")),
            "Function": self.client("lambda").list_functions()["Functions"],
        }
        return {name: len(rows) for name, rows in found.items() if rows}

    def failed(self) -> set[str]:
        rows = self.stacks.describe_stack_resources(StackName="mine")["StackResources"]
        return {one["LogicalResourceId"] for one in rows if one["ResourceStatus"] == "DELETE_FAILED"}


def test_everything_goes_in_time_the_last_made_first(aws: Simulated) -> None:
    mine = Mine(aws)
    assert set(mine.left()) == {"Bucket", "Topic", "Group", "Role", "Function"}
    mine.stacks.delete_stack(StackName="mine")
    assert mine.stacks.describe_stacks(StackName="mine")["Stacks"][0]["StackStatus"] == "DELETE_IN_PROGRESS"
    assert settle(aws, mine.stacks, "mine") == "DELETE_COMPLETE"
    assert mine.left() == {}
    name = mine.stacks.list_stacks()["StackSummaries"][0]["StackId"]
    events = mine.stacks.describe_stack_events(StackName=name)["StackEvents"]
    gone = [one["LogicalResourceId"] for one in events[::-1] if one["ResourceStatus"] == "DELETE_COMPLETE"]
    assert gone.index("Function") < gone.index("Role")


def test_what_somebody_deleted_already_does_not_stop_the_deletion(aws: Simulated) -> None:
    mine = Mine(aws)
    mine.client("lambda").delete_function(FunctionName="mine")
    mine.client("logs").delete_log_group(logGroupName="/aws/lambda/mine")
    mine.client("iam").delete_role(RoleName=mine.ids["Role"])
    mine.client("sns").delete_topic(TopicArn=mine.ids["Topic"])
    mine.client("s3").delete_bucket(Bucket=mine.ids["Bucket"])
    assert mine.delete() == "DELETE_COMPLETE"


def test_what_is_retained_stays_without_its_stack(aws: Simulated) -> None:
    """RetainResources is legal only in DELETE_FAILED, and orphans: the sweep by type must look afterwards."""
    mine = Mine(aws)
    mine.client("s3").put_object(Bucket=mine.ids["Bucket"], Key="data", Body=b"")
    assert mine.delete() == "DELETE_FAILED"
    assert (mine.failed(), set(mine.left())) == ({"Bucket"}, {"Bucket"})
    shown = mine.stacks.describe_stacks(StackName="mine")["Stacks"][0]
    assert "[Bucket]" in shown["StackStatusReason"]
    assert mine.delete() == "DELETE_FAILED"
    assert mine.delete(RetainResources=["Bucket"]) == "DELETE_COMPLETE"
    assert set(mine.left()) == {"Bucket"}


@pytest.mark.parametrize(("times", "second"), [(1, "DELETE_COMPLETE"), (None, "DELETE_FAILED")])
def test_a_resource_resists_once_or_always(aws: Simulated, times: int | None, second: str) -> None:
    """cleanup.md section 3: DELETE_FAILED, then RetainResources or FORCE_DELETE_STACK."""
    failure = {"stack": "mine", "resource": "Function", "reason": "in use", "during": "delete", "times": times}
    mine = Mine(aws, stacks={"failures": [failure]})
    assert mine.delete() == "DELETE_FAILED"
    assert (mine.failed(), set(mine.left())) == ({"Function"}, {"Function"})
    assert mine.delete() == second
    if second == "DELETE_FAILED":
        assert mine.delete(DeletionMode="FORCE_DELETE_STACK") == "DELETE_COMPLETE"
        assert set(mine.left()) == {"Function"}


def test_a_stack_in_another_region_is_that_regions_alone(aws: Simulated) -> None:
    mine = Mine(aws, region="eu-west-1")
    home: OneAccount = mine.account
    assert home.client("cloudformation").describe_stacks()["Stacks"] == []
    assert home.client("lambda").list_functions()["Functions"] == []
    with refused("ValidationError", "does not exist"):
        home.client("cloudformation").describe_stacks(StackName="mine")
    home.client("cloudformation").delete_stack(StackName="mine")
    assert set(mine.left()) == {"Bucket", "Topic", "Group", "Role", "Function"}
    assert mine.delete() == "DELETE_COMPLETE"
    assert mine.left() == {}
