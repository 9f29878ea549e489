"""The role that an account's owner deploys: enough for the tool, nothing for the rest of the world."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bootstrap.event.settings import AccessSettings
from tests.templates import given
from tests.templates.iam import allows, denies

BODY = (given.SHIPPED / "access.yaml").read_text(encoding="ascii")
NAMES = given.names()
ACCESS = AccessSettings().role_name
TAGGED = {"aws__ResourceTag/event": "techday"}


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{given.REGION}:{given.ACCOUNT}:{rest}"


def iam(rest: str) -> str:
    return f"arn:aws:iam::{given.ACCOUNT}:{rest}"


def statements(**parameters: str) -> list[dict[str, Any]]:
    policies = given.policies_of_access(**({"EventName": "techday"} | parameters))
    return [each for policy in policies.values() for each in policy["Statement"]]


ROLE = statements()
# As if somebody attached AdministratorAccess to the role in a hurry.
ADMINISTRATOR = [{"Effect": "Allow", "Action": "*", "Resource": "*"}, *ROLE]
STACK = arn("cloudformation", f"stack/{NAMES.stack('roles')}/0a1b")
OWN_STACK = arn("cloudformation", "stack/event-bootstrap-access/0a1b")
POOL = arn("cognito-idp", "userpool/ap-northeast-1_0aB")


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
        ("iam:GetRole", NAMES.role_arn(ACCESS)),
        ("sts:AssumeRole", NAMES.role_arn(NAMES.participant_role)),
        ("servicequotas:RequestServiceQuotaIncrease", "*"),
        ("ssm:PutParameter", arn("ssm", f"parameter{NAMES.marker}")),
        ("ssm:GetParametersByPath", arn("ssm", f"parameter{NAMES.parameters}")),
        ("ssm:GetParameter", arn("ssm", f"parameter{NAMES.worker_secret('leader')}")),
        ("sagemaker:CreateNotebookInstance", arn("sagemaker", f"notebook-instance/{NAMES.notebook}")),
        ("sagemaker:StartNotebookInstance", arn("sagemaker", f"notebook-instance/{NAMES.notebook}")),
        ("sagemaker:CreateTrainingJob", arn("sagemaker", f"training-job/{NAMES.smoke_prefix}1")),
        ("sagemaker:CreateWorkforce", arn("sagemaker", f"workforce/{NAMES.workforce}")),
        ("sagemaker:CreateWorkteam", arn("sagemaker", f"workteam/private-crowd/{NAMES.workteam}")),
        ("sagemaker:DeleteEndpoint", arn("sagemaker", "endpoint/made-by-hand")),
        ("cognito-idp:AdminSetUserPassword", POOL),
        ("cognito-idp:CreateUserPoolDomain", POOL),
        ("cognito-idp:DeleteUserPool", POOL),
        ("sns:Subscribe", NAMES.topic_arn),
        ("events:PutRule", arn("events", f"rule/{NAMES.rule}")),
        ("iam:DeleteRole", iam("role/made-by-hand")),
        ("iam:DetachRolePolicy", iam("role/made-by-hand")),
        ("iam:DeletePolicy", iam("policy/made-by-hand")),
    ],
)
def test_the_tool_can_do_its_work(action: str, resource: str) -> None:
    assert allows(ROLE, action, resource, **TAGGED)


OTHERS_ROLES = [
    iam("role/admin"), iam("role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0"),
    iam("role/OrganizationAccountAccessRole"), iam("role/somebodys-support-role"), iam("role/ops-training-1"),
    iam("role/otherday-participant-us-east-1"),
]  # fmt: skip
GAINS = [
    "iam:AttachRolePolicy", "iam:CreateRole", "iam:PassRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "sts:AssumeRole",
]  # fmt: skip


@pytest.mark.parametrize("role", OTHERS_ROLES)
@pytest.mark.parametrize("action", GAINS)
def test_it_gives_no_rights_to_other_roles_and_takes_none_from_them(action: str, role: str) -> None:
    assert not allows(ROLE, action, role, iam__PassedToService="sagemaker.amazonaws.com")


@pytest.mark.parametrize("role", sorted(NAMES.roles))
@pytest.mark.parametrize("action", ["iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"])
def test_even_to_the_events_roles_it_attaches_no_policy_that_stands_elsewhere(action: str, role: str) -> None:
    assert denies(ROLE, action, NAMES.role_arn(role))


@pytest.mark.parametrize(
    ("role", "service"),
    [
        (NAMES.training_role, "ec2.amazonaws.com"),
        (NAMES.training_role, "lambda.amazonaws.com"),
        (NAMES.training_role, "cloudformation.amazonaws.com"),
        (NAMES.participant_role, "sagemaker.amazonaws.com"),
        (NAMES.support_role, "sagemaker.amazonaws.com"),
        (ACCESS, "sagemaker.amazonaws.com"),
    ],
)
def test_it_passes_the_training_role_only_and_only_to_sagemaker(role: str, service: str) -> None:
    assert allows(
        ROLE, "iam:PassRole", NAMES.role_arn(NAMES.training_role), iam__PassedToService="sagemaker.amazonaws.com"
    )
    assert not allows(ROLE, "iam:PassRole", NAMES.role_arn(role), iam__PassedToService=service)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        # Its own role and policies.
        *[
            (f"iam:{each}", NAMES.role_arn(ACCESS))
            for each in (
                "AttachRolePolicy", "DeleteRole", "DeleteRolePermissionsBoundary", "DeleteRolePolicy",
                "DetachRolePolicy", "PassRole", "PutRolePermissionsBoundary", "PutRolePolicy", "TagRole", "UntagRole",
                "UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription",
            )
        ],
        *[
            (f"iam:{each}", iam(f"policy/{ACCESS}-{name}"))
            for each in ("CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion")
            for name in ("guard", "prepare", "mine")
        ],
        # The stack that holds them.
        *[
            (f"cloudformation:{each}", OWN_STACK)
            for each in (
                "CancelUpdateStack", "ContinueUpdateRollback", "CreateChangeSet", "CreateStack", "DeleteChangeSet",
                "DeleteStack", "ExecuteChangeSet", "RollbackStack", "SetStackPolicy", "SignalResource", "TagResource",
                "UpdateStack", "UpdateTerminationProtection",
            )
        ],
        # People, keys, groups, providers, and policies that others have.
        *[
            (f"iam:{each}", iam("user/x"))
            for each in (
                "AddUserToGroup", "AttachUserPolicy", "CreateAccessKey", "CreateLoginProfile",
                "CreateServiceSpecificCredential", "CreateUser", "EnableMFADevice", "PutUserPolicy",
                "UpdateAccessKey", "UpdateLoginProfile", "UpdateUser", "UploadSSHPublicKey",
            )
        ],
        ("iam:AddUserToGroup", iam("group/x")),
        ("iam:AttachGroupPolicy", iam("group/x")),
        ("iam:PutGroupPolicy", iam("group/x")),
        ("iam:CreatePolicy", iam("policy/x")),
        ("iam:CreatePolicyVersion", iam("policy/x")),
        ("iam:SetDefaultPolicyVersion", iam("policy/x")),
        ("iam:CreateSAMLProvider", iam("saml-provider/x")),
        ("iam:UpdateSAMLProvider", iam("saml-provider/x")),
        ("iam:CreateOpenIDConnectProvider", iam("oidc-provider/x")),
        ("iam:AddRoleToInstanceProfile", iam("instance-profile/x")),
        ("iam:CreateInstanceProfile", iam("instance-profile/x")),
        # The organization and the account itself.
        ("organizations:LeaveOrganization", "*"),
        ("account:CloseAccount", "*"),
        ("account:PutContactInformation", "*"),
        ("iam:DeleteRole", iam("role/OrganizationAccountAccessRole")),
        ("iam:DeleteRolePolicy", iam("role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0")),
        ("iam:DetachRolePolicy", iam("role/AWSControlTowerExecution")),
        ("iam:UpdateAssumeRolePolicy", iam("role/stacksets-exec-0a1b")),
        ("sts:AssumeRoot", iam("root")),
    ],
)  # fmt: skip
def test_some_things_it_may_never_do_whatever_else_is_attached(action: str, resource: str) -> None:
    assert denies(ROLE, action, resource)
    assert not allows(ADMINISTRATOR, action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "arn:aws:s3:::somebody-elses/x"),
        ("s3:PutObject", "arn:aws:s3:::somebody-elses/x"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::somebody-elses"),
        ("ec2:RunInstances", "*"),
        ("lambda:GetFunction", arn("lambda", "function:theirs")),
        ("lambda:UpdateFunctionCode", arn("lambda", "function:theirs")),
        ("logs:FilterLogEvents", arn("logs", "log-group:/aws/sagemaker/TrainingJobs:log-stream:x")),
        ("logs:GetLogEvents", arn("logs", "log-group:theirs:log-stream:x")),
        ("tag:GetResources", "*"),
        ("events:TestEventPattern", "*"),
        ("events:PutRule", arn("events", "rule/theirs")),
        ("events:PutTargets", arn("events", "rule/theirs")),
        ("sagemaker:CreatePresignedNotebookInstanceUrl", arn("sagemaker", f"notebook-instance/{NAMES.notebook}")),
        ("sagemaker:CreatePresignedNotebookInstanceUrl", arn("sagemaker", "notebook-instance/theirs")),
        ("sagemaker:CreateNotebookInstance", arn("sagemaker", "notebook-instance/mine")),
        ("sagemaker:StartNotebookInstance", arn("sagemaker", "notebook-instance/theirs")),
        ("sagemaker:UpdateNotebookInstance", arn("sagemaker", "notebook-instance/theirs")),
        ("sagemaker:CreateLabelingJob", arn("sagemaker", "labeling-job/x")),
        ("sagemaker:UpdateWorkforce", arn("sagemaker", f"workforce/{NAMES.workforce}")),
        ("sagemaker:CreateTrainingJob", arn("sagemaker", "training-job/mine")),
        ("sagemaker:CreateTrainingPlan", "*"),
        ("sagemaker:CreateCluster", "*"),
        ("cognito-idp:AdminInitiateAuth", POOL),
        ("cognito-idp:AdminDisableUser", POOL),
        ("ssm:GetParameter", arn("ssm", "parameter/theirs")),
        ("ssm:GetParameter", arn("ssm", "parameter/event-bootstrap/otherday/workers/leader")),
        ("sns:Publish", NAMES.topic_arn),
        ("iam:GetAccountSummary", "*"),
        ("iam:GetUser", iam("user/x")),
        ("iam:GetPolicyVersion", iam("policy/theirs")),
    ],
)
def test_the_tool_can_do_nothing_else(action: str, resource: str) -> None:
    assert not allows(ROLE, action, resource, **TAGGED)


@pytest.mark.parametrize(
    "action", ["AdminCreateUser", "AdminSetUserPassword", "AdminUpdateUserAttributes", "ListUsers"]
)
def test_people_are_seen_and_changed_in_the_events_pool_only_or_in_one_that_the_owner_names(action: str) -> None:
    action = f"cognito-idp:{action}"
    assert allows(ROLE, action, POOL, **TAGGED)
    assert not allows(ROLE, action, POOL, **{"aws__ResourceTag/event": "otherday"})
    assert not allows(ROLE, action, POOL)
    assert allows(statements(OtherUserPool=POOL), action, POOL)
    assert not allows(statements(OtherUserPool=POOL), action, arn("cognito-idp", "userpool/ap-northeast-1_other"))


def test_materials_are_read_from_the_organisers_bucket_only_if_there_is_one() -> None:
    item = "arn:aws:s3:::materials/event-bootstrap/x"
    assert not allows(ROLE, "s3:GetObject", item)
    assert allows(statements(HubBucket="materials"), "s3:GetObject", item)
    assert not allows(statements(HubBucket="materials"), "s3:PutObject", item)


def test_only_buckets_of_the_account_itself_are_emptied() -> None:
    for action in ("s3:DeleteBucket", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload", "s3:ListBucketVersions"):
        own = allows(ROLE, action, "arn:aws:s3:::made-by-hand", s3__ResourceAccount=given.ACCOUNT)
        other = allows(ROLE, action, "arn:aws:s3:::somebody-elses", s3__ResourceAccount="999999999999")
        assert (own, other) == (True, False)


def test_a_role_for_one_event_does_not_reach_another_events_things() -> None:
    other = statements(EventName="otherday")
    for action, resource in (
        ("s3:PutObject", f"arn:aws:s3:::{NAMES.bucket}/x"),
        ("iam:CreateRole", NAMES.role_arn(NAMES.training_role)),
        ("iam:PutRolePolicy", NAMES.role_arn(NAMES.support_role)),
        ("sts:AssumeRole", NAMES.role_arn(NAMES.participant_role)),
        ("cloudformation:CreateChangeSet", STACK),
        ("ssm:GetParameter", arn("ssm", f"parameter{NAMES.worker_secret('leader')}")),
        ("sagemaker:UpdateNotebookInstance", arn("sagemaker", f"notebook-instance/{NAMES.notebook}")),
    ):
        assert not allows(other, action, resource)


def test_the_role_cannot_widen_itself_even_if_its_name_looks_like_a_teams() -> None:
    found = statements(RoleName=NAMES.training_role)
    for action in ("iam:PutRolePolicy", "iam:DetachRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:PassRole"):
        assert denies(found, action, NAMES.role_arn(NAMES.training_role))


def test_service_linked_roles_are_limited_to_the_two_that_are_needed() -> None:
    for name, allowed in {
        "sagemaker.application-autoscaling.amazonaws.com": True,
        "sagemaker.application-autoscaling.amazonaws.com.cn": True,
        "servicequotas.amazonaws.com": True,
        "autoscaling.amazonaws.com": False,
    }.items():
        role = iam(f"role/aws-service-role/{name}/AWSServiceRoleForIt")
        assert allows(ROLE, "iam:CreateServiceLinkedRole", role, iam__AWSServiceName=name) is allowed


def test_only_the_named_principal_comes_in_and_with_the_external_id_if_there_is_one() -> None:
    for external_id, condition in ((None, None), ("x1", {"StringEquals": {"sts:ExternalId": "x1"}})):
        given_id = {"ExternalId": external_id} if external_id else {}
        role = given.access_role(**given_id, HubPrincipalArn="the-hub")["AccessRole"]["Properties"]
        [statement] = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"AWS": "the-hub"}
        assert statement["Action"] == "sts:AssumeRole"
        nothing: dict[str, Any] = {"Ref": "AWS::NoValue"}
        assert statement.get("Condition", nothing) == (condition or nothing)


def test_the_owner_has_to_say_whose_event_it_is() -> None:
    """Without a default, CloudFormation makes no stack until the parameters are given."""
    parameters = given.read(BODY)["Parameters"]
    assert {key for key, each in parameters.items() if "Default" not in each} == {"HubPrincipalArn", "EventName"}
    assert "*" not in parameters["EventName"]["AllowedPattern"].replace("[a-z0-9-]{1,19}", "")


def test_the_roles_usual_name_is_the_one_that_event_yaml_expects() -> None:
    template = given.read(BODY)
    assert template["Parameters"]["RoleName"]["Default"] == ACCESS
    assert template["Outputs"]["RoleArn"]["Value"] == {"GetAtt": "AccessRole.Arn"}


def test_the_template_can_be_deployed_in_every_partition() -> None:
    assert "arn:aws:" not in BODY
    assert yaml.safe_dump(given.read(BODY, region="cn-north-1")).count("arn:aws-cn:") > 5
    assert len(BODY.encode()) < 51_200, "CloudFormation takes larger templates only from a bucket"
