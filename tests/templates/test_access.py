"""The role that an account's owner deploys: enough for the tool, nothing for the rest of the world."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from botocore import xform_name
from botocore.session import Session
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from bootstrap.aws.kinds import KINDS, Kind
from bootstrap.aws.operations import OPERATIONS
from bootstrap.event.settings import AccessSettings
from bootstrap.steps import templates
from tests.templates import given
from tests.templates.iam import allows, denies

BODY = (given.SHIPPED / "access.yaml").read_text(encoding="ascii")
NAMES = given.names()
STACK = f"arn:aws:cloudformation:{given.REGION}:{given.ACCOUNT}:stack/{NAMES.stack('roles')}/0a1b"
# IAM's names for operations that are called otherwise.
_ACTIONS = {
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
}
# What every identity may, and what the hub's role and not this one does.
_NO_PERMISSION_NEEDED = {
    "organizations:DescribeOrganization", "signin:GetSigninToken", "sts:AssumeRole", "sts:GetCallerIdentity",
}  # fmt: skip
_RESOURCES = {
    "s3": f"arn:aws:s3:::{NAMES.bucket}",
    "ssm": f"arn:aws:ssm:{given.REGION}:{given.ACCOUNT}:parameter{NAMES.marker}",
}


# What bootstrap/sweep calls besides a kind's own operation.
_OF_REMOVERS = (
    "cloudformation:DeleteStack",
    "cloudformation:UpdateTerminationProtection",
    "cloudwatch:DeleteAlarms",
    "cognito-idp:DeleteUserPool",
    "cognito-idp:DeleteUserPoolDomain",
    "cognito-idp:UpdateUserPool",
    "events:DeleteEventBus",
    "events:DeleteRule",
    "events:RemoveTargets",
    "iam:DeleteInstanceProfile",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:RemoveRoleFromInstanceProfile",
    "s3:AbortMultipartUpload",
    "s3:BypassGovernanceRetention",
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:DeleteObjectVersion",
    "sagemaker:DeletePipeline",
    "sagemaker:StopPipelineExecution",
)


def statements(event_name: str = "*") -> list[dict[str, Any]]:
    template = given.read(BODY, EventName=event_name, RoleName="event-bootstrap-access")
    return given.statements(template["Resources"]["AccessRole"])


ROLE = statements()
READ = sorted(
    f"{each.service.replace('service-quotas', 'servicequotas')}:{each.name}" for each in OPERATIONS if each.reads
)


@pytest.mark.parametrize("operation", [each for each in READ if each not in _NO_PERMISSION_NEEDED])
def test_every_operation_that_the_tool_reads_with_is_allowed(operation: str) -> None:
    action = _ACTIONS.get(operation, operation)
    assert allows(ROLE, action, _RESOURCES.get(action.split(":")[0], "*"))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("cloudformation:CreateChangeSet", STACK),
        ("cloudformation:ExecuteChangeSet", STACK),
        ("cloudformation:DeleteStack", STACK),
        ("s3:CreateBucket", f"arn:aws:s3:::{NAMES.bucket}"),
        ("s3:PutObject", f"arn:aws:s3:::{NAMES.bucket}/train/train.rec"),
        ("iam:CreateRole", NAMES.role_arn(NAMES.training_role)),
        ("iam:PutRolePolicy", NAMES.role_arn(NAMES.participant_role)),
        ("sts:AssumeRole", NAMES.role_arn(NAMES.participant_role)),
        ("servicequotas:RequestServiceQuotaIncrease", "*"),
        ("ssm:PutParameter", f"arn:aws:ssm:{given.REGION}:{given.ACCOUNT}:parameter{NAMES.marker}"),
        ("sagemaker:CreateNotebookInstance", "*"),
        ("sagemaker:CreateTrainingJob", "*"),
        ("sagemaker:CreateWorkforce", "*"),
        ("sagemaker:DeleteEndpoint", "*"),
        ("cognito-idp:AdminSetUserPassword", "*"),
        ("sns:Subscribe", NAMES.topic_arn),
        ("events:PutRule", f"arn:aws:events:{given.REGION}:{given.ACCOUNT}:rule/{NAMES.rule}"),
    ],
)
@pytest.mark.parametrize("event_name", ["*", "techday"])
def test_the_tool_can_do_its_work_on_what_is_named_after_the_event(event_name: str, action: str, resource: str) -> None:
    assert allows(statements(event_name), action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("organizations:LeaveOrganization", "*"),
        ("account:CloseAccount", "*"),
        ("iam:CreateUser", f"arn:aws:iam::{given.ACCOUNT}:user/x"),
        ("iam:CreateAccessKey", f"arn:aws:iam::{given.ACCOUNT}:user/x"),
        ("iam:CreateRole", NAMES.role_arn("admin")),
        ("iam:AttachRolePolicy", NAMES.role_arn(NAMES.training_role)),
        ("iam:PutRolePolicy", NAMES.role_arn("event-bootstrap-access")),
        ("s3:GetObject", "arn:aws:s3:::somebody-elses/x"),
        ("ec2:RunInstances", "*"),
        ("sagemaker:CreateTrainingPlan", "*"),
        ("sagemaker:CreateCluster", "*"),
        ("ssm:GetParameter", f"arn:aws:ssm:{given.REGION}:{given.ACCOUNT}:parameter/theirs"),
    ],
)
def test_the_tool_can_do_nothing_else(action: str, resource: str) -> None:
    assert not allows(ROLE, action, resource)


def test_only_buckets_of_the_account_itself_are_emptied() -> None:
    for action in ("s3:DeleteBucket", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"):
        own = allows(ROLE, action, "arn:aws:s3:::made-by-hand", s3__ResourceAccount=given.ACCOUNT)
        other = allows(ROLE, action, "arn:aws:s3:::somebody-elses", s3__ResourceAccount="999999999999")
        assert (own, other) == (True, False)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_teams_leave_behind_can_be_stopped_and_deleted(kind: Kind) -> None:
    model = Session().get_service_model(kind.service)
    called = {xform_name(name): name for name in model.operation_names}
    for method in filter(None, [kind.stop, kind.delete]):
        assert allows(statements("techday"), f"{kind.service}:{called[method]}", "*")


@pytest.mark.parametrize("action", _OF_REMOVERS)
def test_what_takes_more_than_one_call_to_delete_can_be(action: str) -> None:
    assert allows(statements("techday"), action, "*", s3__ResourceAccount=given.ACCOUNT)


def test_the_stack_that_holds_the_role_is_never_deleted_by_it() -> None:
    own = f"arn:aws:cloudformation:{given.REGION}:{given.ACCOUNT}:stack/event-bootstrap-access/0a1b"
    found = statements()
    assert denies(found, "cloudformation:DeleteStack", own)
    assert not denies(found, "cloudformation:DeleteStack", STACK)


def test_a_role_for_one_event_does_not_reach_another_events_things() -> None:
    other = statements("otherday")
    assert not allows(other, "s3:PutObject", f"arn:aws:s3:::{NAMES.bucket}/x")
    assert not allows(other, "iam:CreateRole", NAMES.role_arn(NAMES.training_role))


def test_the_role_cannot_widen_itself_even_if_its_name_looks_like_a_teams() -> None:
    template = given.read(BODY, EventName="*", RoleName=NAMES.training_role)
    found = given.statements(template["Resources"]["AccessRole"])
    assert denies(found, "iam:PutRolePolicy", NAMES.role_arn(NAMES.training_role))


def test_service_linked_roles_are_limited_to_the_two_that_are_needed() -> None:
    for name, allowed in {
        "sagemaker.application-autoscaling.amazonaws.com": True,
        "sagemaker.application-autoscaling.amazonaws.com.cn": True,
        "servicequotas.amazonaws.com": True,
        "autoscaling.amazonaws.com": False,
    }.items():
        assert allows(ROLE, "iam:CreateServiceLinkedRole", "*", iam__AWSServiceName=name) is allowed


def test_only_the_named_principal_comes_in_and_with_the_external_id_if_there_is_one() -> None:
    trust = given.read(BODY, HubPrincipalArn="the-hub")["Resources"]["AccessRole"]["Properties"]
    [statement] = trust["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"AWS": "the-hub"}
    condition, with_id, without = statement["Condition"]["If"]
    assert (condition, without) == ("WithExternalId", {"Ref": "AWS::NoValue"})
    assert with_id == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}


def test_the_roles_usual_name_is_the_one_that_event_yaml_expects() -> None:
    template = given.read(BODY)
    assert template["Parameters"]["RoleName"]["Default"] == AccessSettings().role_name
    assert template["Outputs"]["RoleArn"]["Value"] == {"GetAtt": "AccessRole.Arn"}


def test_the_template_can_be_deployed_in_every_partition() -> None:
    assert "arn:aws:" not in BODY
    assert yaml.safe_dump(given.read(BODY, region="cn-north-1")).count("arn:aws-cn:") > 5


# What CloudFormation needs only for what the templates do not use: tables in S3, keys of one's own, VPCs, managed
# policies, boundaries, a domain of one's own.
_NOT_USED = re.compile(
    r"(s3tables|kms|cloudfront):.*|ec2:.*NetworkInterface.*|"
    r"iam:(AttachRolePolicy|CreateServiceLinkedRole|(Put|Delete)RolePermissionsBoundary)"
)
_MADE_AS = {
    "s3": f"arn:aws:s3:::{NAMES.bucket}",
    "iam": NAMES.role_arn(NAMES.training_role),
    "sns": NAMES.topic_arn,
    "events": f"arn:aws:events:{given.REGION}:{given.ACCOUNT}:rule/{NAMES.rule}",
}


@pytest.mark.parametrize("name", templates.available(given.event()))
def test_cloudformation_can_make_change_and_delete_every_resource_with_the_roles_rights(name: str) -> None:
    """CloudFormation works with the caller's rights; each type's schema says what its handlers call."""
    types = {each["Type"] for each in given.read(given.rendered(name).body)["Resources"].values()}
    handlers = [PROVIDER_SCHEMA_MANAGER.get_resource_schema(given.REGION, each).schema["handlers"] for each in types]
    needed = {action for each in handlers for handler in each.values() for action in handler["permissions"]}
    assert not [
        action
        for action in sorted(needed)
        if not _NOT_USED.fullmatch(action)
        and not allows(
            ROLE, action, _MADE_AS.get(action.split(":")[0], "*"), iam__PassedToService="sagemaker.amazonaws.com"
        )
    ]
