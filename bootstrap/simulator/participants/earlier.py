"""Resources that were in the account before the event, which a sweep must not touch."""

from __future__ import annotations

from bootstrap.simulator.participants.leftover import Leftover
from bootstrap.simulator.participants.participant import ALLOWED, Participant, document
from bootstrap.simulator.participants.services import PATTERN

_STACK = """
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: sagemaker.amazonaws.com}, Action: "sts:AssumeRole"}]
  Notebook:
    Type: AWS::SageMaker::NotebookInstance
    Properties: {NotebookInstanceName: research, InstanceType: ml.t3.medium, RoleArn: !GetAtt Role.Arn}
"""


def _stack(who: Participant) -> None:
    """Create a stack with a notebook that runs before, during and after the event."""
    who.aws("cloudformation").create_stack(StackName="research", TemplateBody=_STACK, Capabilities=["CAPABILITY_IAM"])


def _bucket(who: Participant) -> None:
    who.make_bucket(f"archive-{who.account_id}")
    who.s3.put_object(Bucket=f"archive-{who.account_id}", Key="2019/report.txt", Body=b"")


def _role(who: Participant) -> None:
    client = who.aws("iam")
    trusted = document(Effect="Allow", Principal={"AWS": who.arn("iam", "root")}, Action="sts:AssumeRole")
    client.create_role(RoleName="auditor", AssumeRolePolicyDocument=trusted)
    made = client.create_policy(PolicyName="auditing", PolicyDocument=document(**ALLOWED))
    client.attach_role_policy(RoleName="auditor", PolicyArn=made["Policy"]["Arn"])


def _user(who: Participant) -> None:
    """Create a user with a key, in a group; both stay."""
    client = who.aws("iam")
    client.create_user(UserName="auditor")
    client.create_access_key(UserName="auditor")
    client.create_group(GroupName="auditors")
    client.add_user_to_group(GroupName="auditors", UserName="auditor")


def _notices(who: Participant) -> None:
    topic = who.aws("sns").create_topic(Name="billing")["TopicArn"]
    who.aws("events").put_rule(Name="billing", EventPattern=PATTERN)
    who.aws("events").put_targets(Rule="billing", Targets=[{"Id": "1", "Arn": topic}])
    who.aws("cloudwatch").put_metric_alarm(
        AlarmName="billing", Namespace="AWS/Billing", MetricName="EstimatedCharges", Statistic="Maximum", Period=21600,
        EvaluationPeriods=1, Threshold=100.0, ComparisonOperator="GreaterThanThreshold", AlarmActions=[topic],
    )  # fmt: skip


def _others(who: Participant) -> None:
    who.aws("logs").create_log_group(logGroupName="/research/jobs")
    who.aws("cognito-idp").create_user_pool(PoolName="forum")
    who.aws("ecr").create_repository(repositoryName="research")
    group = {"ModelPackageGroupName": "research"}
    who.sagemaker.create_model_package_group(**group)
    who.sagemaker.create_model_package(**group)


LEFTOVERS = (
    Leftover(("stack", "notebook", "topic", "role"), before=_stack),
    Leftover(("bucket",), before=_bucket),
    Leftover(("role", "policy"), before=_role),
    Leftover(("IAM user", "IAM group"), before=_user),
    Leftover(("topic", "rule", "alarm"), before=_notices),
    Leftover(("log group", "user pool", "image repository", "model package group", "model package"), before=_others),
)
