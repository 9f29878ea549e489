"""What an organization rolls out by StackSets while the event is on, which a sweep must not touch either."""

from __future__ import annotations

from bootstrap.simulator.participants.leftover import Leftover
from bootstrap.simulator.participants.participant import Participant, document
from bootstrap.simulator.world import draw

# With service-managed permissions StackSets makes the role, and the management account's own role assumes it.
_ROLE = "stacksets-exec-0f1e2d3c4b5a69788796a5b4c3d2e1f0"
_ADMIN = "role/aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin"
_MANAGEMENT = "123456789012"
_GUARDRAIL = """
Resources:
  Audit:
    Type: AWS::IAM::Role
    Properties:
      RoleName: org-security-audit
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
  Log:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /org/guardrail, RetentionInDays: 365}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: org-findings}
"""


def _roll_out(who: Participant) -> None:
    admin = f"arn:{who.partition}:iam::{_MANAGEMENT}:{_ADMIN}"
    who.aws("iam").create_role(
        RoleName=_ROLE,
        Description="Role created by AWSCloudFormation StackSets",
        AssumeRolePolicyDocument=document(Sid="1", Effect="Allow", Principal={"AWS": admin}, Action="sts:AssumeRole"),
    )
    who.aws("cloudformation").create_stack(
        StackName=f"StackSet-org-guardrail-{_uuid(who)}",
        TemplateBody=_GUARDRAIL,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def _uuid(who: Participant) -> str:
    drawn = draw.token(32, who.seed, who.account_id, "stack set")
    return "-".join((drawn[:8], drawn[8:12], drawn[12:16], drawn[16:20], drawn[20:]))


def _name_like_one(who: Participant) -> None:
    """Create a participant's own stack with a name of StackSets'."""
    who.aws("cloudformation").create_stack(
        StackName="StackSet-mine", TemplateBody="Resources: {Topic: {Type: AWS::SNS::Topic}}"
    )


LEFTOVERS = (
    Leftover(("stack", "role", "log group", "topic"), opens=_roll_out, session=f"{_ROLE}/stacksets"),
    Leftover(("stack", "topic"), opens=_name_like_one),
)
