"""Participants' own stacks: an ordinary one, one whose deletion fails, one with termination protection."""

from __future__ import annotations

from bootstrap.simulator.participants.leftover import Leftover
from bootstrap.simulator.participants.participant import ALLOWED, Missed, Participant, document

_ORDINARY = """
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Bucket: {Type: AWS::S3::Bucket}
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /my/stack, RetentionInDays: 7}
"""
_WITH_ROLE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
"""
# A machine that the access role may not terminate; whoever made the stack may.
_MACHINE = "Resources: {Box: {Type: AWS::EC2::Instance, Properties: {InstanceType: g5.2xlarge}}}"
_PROTECTED = "Resources: {Topic: {Type: AWS::SNS::Topic}}"


def _create(who: Participant, word: str, body: str, protected: bool = False) -> None:
    who.aws("cloudformation").create_stack(
        StackName=who.name(word), TemplateBody=body, Capabilities=["CAPABILITY_IAM"],
        EnableTerminationProtection=protected,
    )  # fmt: skip


def _resource(who: Participant, word: str, logical: str) -> str:
    rows = who.aws("cloudformation").describe_stack_resources(StackName=who.name(word))["StackResources"]
    for each in rows:
        if each["LogicalResourceId"] == logical and "PhysicalResourceId" in each:
            return str(each["PhysicalResourceId"])
    raise Missed(f"{logical} of the stack {word}")


def _fill(who: Participant) -> None:
    who.s3.put_object(Bucket=_resource(who, "mine", "Bucket"), Key="mine", Body=b"")


def _hold(who: Participant) -> None:
    """Attach a policy from outside the stack: CloudFormation then cannot delete the role, nor the stack."""
    client = who.aws("iam")
    made = client.create_policy(PolicyName=who.name("by-hand"), PolicyDocument=document(**ALLOWED))
    client.attach_role_policy(RoleName=_resource(who, "stubborn", "Role"), PolicyArn=made["Policy"]["Arn"])


def _delete_box(who: Participant) -> None:
    """Delete the stack with rights that the access role does not have."""
    who.aws("cloudformation").delete_stack(StackName=who.name("gpu-box"))


LEFTOVERS = (
    Leftover(("stack", "bucket", "topic"), opens=lambda who: _create(who, "mine", _ORDINARY), noon=_fill),
    Leftover(("stack", "role", "policy"), opens=lambda who: _create(who, "stubborn", _WITH_ROLE), noon=_hold),
    Leftover(("stack",), opens=lambda who: _create(who, "protected", _PROTECTED, protected=True)),
    Leftover(("machine",), opens=lambda who: _create(who, "gpu-box", _MACHINE), by_hand=_delete_box, stays=True),
)
