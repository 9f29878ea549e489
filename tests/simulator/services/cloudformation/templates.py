"""Small templates for the tests of CloudFormation."""

from __future__ import annotations

from typing import Any

TOPIC = "AWS::SNS::Topic"
TRUST = """
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: sagemaker.amazonaws.com}, Action: "sts:AssumeRole"}
"""


def topics(*names: str, extra: str = "", outputs: str = "") -> str:
    """A topic for each name; each after the one before it."""
    text = "Resources:\n"
    before = ""
    for name in names:
        text += f"  {name}:\n    Type: AWS::SNS::Topic\n"
        text += f"    DependsOn: {before}\n" if before else ""
        text += f"    Properties:\n      TopicName: {name.lower()}\n"
        before = name
    return text + extra + (f"Outputs:\n{outputs}" if outputs else "")


def role(name: str = "worker") -> str:
    return f"""
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: {name}
      AssumeRolePolicyDocument: {TRUST.rstrip()}
"""


def bucket(name: str, more: str = "") -> str:
    return f"""
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: {name}
{more}
Outputs:
  Name: {{Value: !Ref Bucket}}
  Arn: {{Value: !GetAtt Bucket.Arn}}
  Home: {{Value: !Sub "${{AWS::Partition}}/${{AWS::Region}}/${{Bucket}}.${{AWS::URLSuffix}}"}}
"""


def settle(aws: Any, client: Any, stack: str) -> str:
    """Let the stack come to rest; its status."""
    for _ in range(200):
        found = [one for one in client.list_stacks()["StackSummaries"] if one["StackName"] == stack]
        status: str = found[0]["StackStatus"]
        if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
            return status
        aws.advance(20)
    raise AssertionError(f"{stack} never comes to rest")


def happened(client: Any, stack: str) -> list[tuple[str, str]]:
    """(logical id, status), oldest first."""
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    return [(one["LogicalResourceId"], one["ResourceStatus"]) for one in reversed(events)]
