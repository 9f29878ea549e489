"""What the two roles may do: everything that the labs ask for, and nothing that costs or breaks the event."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bootstrap.event.event import Event
from bootstrap.event.settings import AccessSettings, Training
from tests.templates import given
from tests.templates.iam import allows, denies, trusts

NAMES = given.names()
BUCKET = f"arn:aws:s3:::{NAMES.bucket}"
TRAINING_ROLE = NAMES.role_arn(NAMES.training_role)
P3, G5, BIG = "ml.p3.2xlarge", "ml.g5.2xlarge", "ml.g5.48xlarge"


def sagemaker(rest: str) -> str:
    return f"arn:aws:sagemaker:{given.REGION}:{given.ACCOUNT}:{rest}"


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{given.REGION}:{given.ACCOUNT}:{rest}"


def resources(event: Event | None = None, **of_account: Any) -> dict[str, Any]:
    found: dict[str, Any] = given.read(given.rendered("roles", event, given.account(**of_account)).body)["Resources"]
    return found


TRAINING = given.statements(resources()["TrainingRole"])
PARTICIPANT = given.statements(resources()["ParticipantRole"])
SUPPORT = given.statements(resources()["SupportRole"])
# The roles that somebody enters by the tool's access, or as one of the event's principals.
ENTERED = ("ParticipantRole", "SupportRole", "SupportReadRole", "LabellingRole")
BOTH = [pytest.param(TRAINING, id="training"), pytest.param(PARTICIPANT, id="participant")]
JOB, TUNING = sagemaker("training-job/x"), sagemaker("hyper-parameter-tuning-job/x")
CONFIG = sagemaker("endpoint-config/cars-20261210-093000")
ENDPOINT = sagemaker("endpoint/techday-cars")

OF_THE_EVENT: dict[str, Any] = {"aws__ResourceTag/event": "techday"}

TYPED = [
    ("CreateTrainingJob", JOB, {"types": [P3], "seconds": 1800}, True),
    ("CreateTrainingJob", JOB, {"types": [G5], "seconds": 900}, True),
    ("CreateTrainingJob", JOB, {"types": [BIG], "seconds": 900}, False),
    ("CreateTrainingJob", JOB, {"types": [G5, BIG], "seconds": 900}, False),
    ("CreateTrainingJob", JOB, {"types": [G5], "seconds": 1801}, False),
    ("CreateTrainingJob", JOB, {"types": [G5]}, False),
    ("CreateTrainingJob", JOB, {"seconds": 900}, False),
    ("CreateHyperParameterTuningJob", TUNING, {"types": [P3], "seconds": 4 * 3600}, True),
    ("CreateHyperParameterTuningJob", TUNING, {"types": [P3], "seconds": 24 * 3600}, False),
    ("CreateHyperParameterTuningJob", TUNING, {"types": [BIG], "seconds": 900}, False),
    ("CreateHyperParameterTuningJob", TUNING, {"seconds": 900}, False),
    ("CreateEndpointConfig", CONFIG, {"types": ["ml.m5.large"]}, True),
    ("CreateEndpointConfig", CONFIG, {"types": [P3]}, False),
    ("CreateEndpointConfig", CONFIG, {}, False),
]


def limits(types: list[str] | None = None, seconds: int | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"sagemaker__InstanceTypes": types, "sagemaker__MaxRuntimeInSeconds": seconds}
    return {key: value for key, value in found.items() if value is not None}


@pytest.mark.parametrize("role", BOTH)
@pytest.mark.parametrize(("action", "resource", "asked", "allowed"), TYPED)
def test_instance_types_and_runtimes_are_limited(
    role: list[dict[str, Any]], action: str, resource: str, asked: dict[str, Any], allowed: bool
) -> None:
    assert allows(role, f"sagemaker:{action}", resource, **limits(**asked)) is allowed


def test_the_limit_of_training_jobs_leaves_room_for_the_smoke_job() -> None:
    event = given.event(training=Training(smoke_minutes=45, notebook_minutes=30))
    role = given.statements(resources(event)["TrainingRole"])
    assert allows(role, "sagemaker:CreateTrainingJob", JOB, **limits([G5], 45 * 60))
    assert not allows(role, "sagemaker:CreateTrainingJob", JOB, **limits([G5], 45 * 60 + 1))


@pytest.mark.parametrize("role", BOTH)
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", f"{BUCKET}/train/train.rec"),
        ("s3:PutObject", f"{BUCKET}/output/model.tar.gz"),
        ("s3:ListBucket", BUCKET),
        ("sagemaker:CreateModel", sagemaker("model/cars-20261210-093000")),
        ("sagemaker:CreateEndpoint", ENDPOINT),
        ("sagemaker:CreateEndpoint", CONFIG),
        ("sagemaker:UpdateEndpointWeightsAndCapacities", ENDPOINT),
        ("sagemaker:DeleteEndpoint", ENDPOINT),
        ("sagemaker:StopHyperParameterTuningJob", TUNING),
        ("sagemaker:AddTags", JOB),
        ("sagemaker:DescribeTrainingJob", JOB),
        ("sagemaker:ListTrainingJobsForHyperParameterTuningJob", TUNING),
        ("sagemaker:ListWorkteams", "*"),
        ("sns:Subscribe", NAMES.topic_arn),
        ("cloudwatch:GetMetricData", "*"),
        (
            "cloudwatch:PutMetricAlarm",
            arn("cloudwatch", "alarm:TargetTracking-endpoint/techday-cars/variant/AllTraffic-AlarmHigh-1"),
        ),
        ("logs:GetLogEvents", arn("logs", "log-group:/aws/sagemaker/TrainingJobs:log-stream:x")),
    ],
)
def test_the_labs_can_be_done(role: list[dict[str, Any]], action: str, resource: str) -> None:
    assert allows(role, action, resource)


@pytest.mark.parametrize("role", BOTH)
def test_endpoints_can_scale_and_nothing_else(role: list[dict[str, Any]]) -> None:
    for action in ("RegisterScalableTarget", "PutScalingPolicy", "DeregisterScalableTarget"):
        wanted = f"application-autoscaling:{action}"
        key = "application-autoscaling__service-namespace"
        assert allows(role, wanted, "*", **{key: "sagemaker"})
        assert not allows(role, wanted, "*", **{key: "ecs"})


@pytest.mark.parametrize("role", BOTH)
@pytest.mark.parametrize(
    ("resource", "service", "allowed"),
    [
        (TRAINING_ROLE, "sagemaker.amazonaws.com", True),
        (TRAINING_ROLE, "lambda.amazonaws.com", False),
        (NAMES.role_arn(NAMES.participant_role), "sagemaker.amazonaws.com", False),
        (NAMES.role_arn("event-bootstrap-access"), "sagemaker.amazonaws.com", False),
    ],
)
def test_only_the_training_role_is_passed_and_only_to_sagemaker(
    role: list[dict[str, Any]], resource: str, service: str, allowed: bool
) -> None:
    assert allows(role, "iam:PassRole", resource, iam__PassedToService=service) is allowed


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ecr:GetAuthorizationToken", "*"),
        ("ecr:BatchGetImage", f"arn:aws:ecr:{given.REGION}:501404015308:repository/image-classification"),
        ("ecr:GetDownloadUrlForLayer", f"arn:aws:ecr:{given.REGION}:501404015308:repository/image-classification"),
        ("ecr:BatchCheckLayerAvailability", f"arn:aws:ecr:{given.REGION}:501404015308:repository/image-classification"),
        ("logs:CreateLogGroup", arn("logs", "log-group:/aws/sagemaker/TrainingJobs")),
        ("logs:PutLogEvents", arn("logs", "log-group:/aws/sagemaker/TrainingJobs:log-stream:x")),
        ("cloudwatch:PutMetricData", "*"),
        ("iam:GetRole", TRAINING_ROLE),
    ],
)
def test_jobs_get_their_image_and_write_logs_and_metrics(action: str, resource: str) -> None:
    assert allows(TRAINING, action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sagemaker:CreatePresignedNotebookInstanceUrl", sagemaker(f"notebook-instance/{NAMES.notebook}")),
        ("sagemaker:StopNotebookInstance", sagemaker(f"notebook-instance/{NAMES.notebook}")),
        ("sagemaker:DeleteNotebookInstance", sagemaker("notebook-instance/techday-own")),
        ("servicequotas:ListServiceQuotas", "*"),
        ("cloudformation:DescribeStacks", "*"),
        ("iam:ListRoles", "*"),
        ("cloudshell:CreateSession", "*"),
    ],
)
def test_the_team_can_work_in_the_console(action: str, resource: str) -> None:
    assert allows(PARTICIPANT, action, resource)


@pytest.mark.parametrize(("types", "allowed"), [(["ml.t3.medium"], True), ([P3], False), (None, False)])
def test_a_team_may_make_a_notebook_of_the_events_type_only(types: list[str] | None, allowed: bool) -> None:
    asked = limits(types)
    notebook = sagemaker("notebook-instance/techday-own")
    assert allows(PARTICIPANT, "sagemaker:CreateNotebookInstance", notebook, **asked) is allowed
    assert not allows(TRAINING, "sagemaker:CreateNotebookInstance", notebook, **asked)


def test_labelling_goes_to_the_teams_own_people_and_never_to_a_paid_crowd() -> None:
    job = sagemaker("labeling-job/x")
    assert allows(PARTICIPANT, "sagemaker:CreateLabelingJob", job, sagemaker__WorkteamType="private-crowd")
    assert not allows(PARTICIPANT, "sagemaker:CreateLabelingJob", job, sagemaker__WorkteamType="public-crowd")


OFF_LIMITS = [
    ("servicequotas:RequestServiceQuotaIncrease", "*"),
    ("servicequotas:PutServiceQuotaIncreaseRequestIntoTemplate", "*"),
    ("ssm:GetParameter", arn("ssm", f"parameter{NAMES.worker_secret('leader')}")),
    ("ssm:PutParameter", arn("ssm", f"parameter{NAMES.marker}")),
    ("ssm:DeleteParameter", arn("ssm", f"parameter{NAMES.baseline}/1")),
    ("ssm:GetParametersByPath", arn("ssm", f"parameter{NAMES.parameters}")),
    ("cloudformation:DeleteStack", arn("cloudformation", "stack/techday-roles/0a1b")),
    ("cloudformation:UpdateStack", arn("cloudformation", "stack/techday-buckets/0a1b")),
    ("cloudformation:CreateChangeSet", arn("cloudformation", "stack/techday-notebooks/0a1b")),
    ("iam:CreateRole", NAMES.role_arn("mine")),
    ("iam:PutRolePolicy", TRAINING_ROLE),
    ("iam:AttachRolePolicy", NAMES.role_arn(NAMES.participant_role)),
    ("iam:CreateServiceLinkedRole", "*"),
    ("iam:CreateUser", f"arn:aws:iam::{given.ACCOUNT}:user/x"),
    ("organizations:LeaveOrganization", "*"),
    ("account:CloseAccount", "*"),
    ("s3:DeleteBucket", BUCKET),
    ("s3:PutBucketPolicy", BUCKET),
    ("s3:DeleteBucketPolicy", BUCKET),
    ("s3:PutBucketPublicAccessBlock", BUCKET),
    ("s3:PutLifecycleConfiguration", BUCKET),
    ("sagemaker:DeleteNotebookInstance", sagemaker(f"notebook-instance/{NAMES.notebook}")),
    ("sagemaker:UpdateNotebookInstance", sagemaker(f"notebook-instance/{NAMES.notebook}")),
    ("sagemaker:DeleteWorkteam", sagemaker(f"workteam/private-crowd/{NAMES.workteam}")),
    ("sagemaker:DeleteWorkforce", sagemaker("workforce/default")),
    ("sns:DeleteTopic", NAMES.topic_arn),
    ("events:DeleteRule", arn("events", f"rule/{NAMES.rule}")),
    ("events:RemoveTargets", arn("events", f"rule/{NAMES.rule}")),
]


@pytest.mark.parametrize("role", BOTH)
@pytest.mark.parametrize(("action", "resource"), OFF_LIMITS)
def test_what_is_the_tools_stays_the_tools_whatever_else_is_attached(
    role: list[dict[str, Any]], action: str, resource: str
) -> None:
    assert denies(role, action, resource)


@pytest.mark.parametrize("role", BOTH)
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "arn:aws:s3:::techday-sagemaker-444455556666-ap-northeast-1/train/train.rec"),
        ("s3:PutObject", "arn:aws:s3:::mine/x"),
        ("s3:CreateBucket", "arn:aws:s3:::mine"),
        ("sns:Publish", arn("sns", "others")),
        ("sagemaker:CreateEndpoint", "arn:aws:sagemaker:us-east-1:111122223333:endpoint/techday-cars"),
        ("sagemaker:CreateCluster", sagemaker("cluster/x")),
        ("sagemaker:CreateDomain", sagemaker("domain/x")),
        ("sagemaker:CreateProcessingJob", sagemaker("processing-job/x")),
        ("sagemaker:CreateTransformJob", sagemaker("transform-job/x")),
        ("sagemaker:CreateTrainingPlan", sagemaker("training-plan/x")),
        ("ec2:RunInstances", "*"),
        ("sts:AssumeRole", NAMES.role_arn("event-bootstrap-access")),
        ("cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:billing")),
        ("logs:DeleteLogGroup", arn("logs", "log-group:/aws/sagemaker/TrainingJobs")),
    ],
)
def test_nothing_else_is_allowed(role: list[dict[str, Any]], action: str, resource: str) -> None:
    asked = limits([G5], 60)
    assert not allows(role, action, resource, **asked)


def test_only_sagemaker_on_behalf_of_this_account_takes_the_training_role() -> None:
    role = resources()["TrainingRole"]
    service = {"Service": "sagemaker.amazonaws.com"}
    assert trusts(role, service, {"aws:SourceAccount": [given.ACCOUNT]})
    assert not trusts(role, service, {"aws:SourceAccount": ["444455556666"]})
    assert not trusts(role, {"AWS": f"arn:aws:iam::{given.ACCOUNT}:root"}, {"aws:SourceAccount": [given.ACCOUNT]})


@pytest.mark.parametrize(
    ("of_account", "principal", "trusted"),
    [
        ({}, "role/event-bootstrap-access", True),
        ({}, "role/somebody", False),
        ({}, f"role/{NAMES.training_role}", False),
        ({"role_arn": f"arn:aws:iam::{given.ACCOUNT}:role/ops/entry"}, "role/ops/entry", True),
        ({"role_arn": f"arn:aws:iam::{given.ACCOUNT}:role/ops/entry"}, "role/event-bootstrap-access", False),
        ({"profile": "team01"}, "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0", True),
        ({"profile": "team01"}, f"role/{NAMES.training_role}", False),
        ({"profile": "team01"}, f"role/{NAMES.participant_role}", False),
        ({"profile": "team01"}, f"role/{NAMES.support_read_role}", False),
        ({"profile": "team01"}, f"role/{NAMES.labelling_role}", False),
    ],
)
def test_the_participant_role_is_entered_through_the_tools_access_only(
    of_account: dict[str, Any], principal: str, trusted: bool
) -> None:
    root = {"AWS": f"arn:aws:iam::{given.ACCOUNT}:root"}
    for role in ENTERED:
        context = {"aws:PrincipalArn": [f"arn:aws:iam::{given.ACCOUNT}:{principal}"]}
        assert trusts(resources(**of_account)[role], root, context) is trusted


@pytest.mark.parametrize("role", ENTERED)
def test_the_principals_of_the_event_are_trusted_directly_beside_the_tools_access(role: str) -> None:
    principals = ["arn:aws:iam::999999999999:user/organiser", "arn:aws:iam::999999999999:role/ops"]
    found = resources(given.event(access=AccessSettings(principals=tuple(principals))))[role]
    assert trusts(found, {"AWS": principals}, {})
    access_role = {"aws:PrincipalArn": [f"arn:aws:iam::{given.ACCOUNT}:role/event-bootstrap-access"]}
    assert trusts(found, {"AWS": f"arn:aws:iam::{given.ACCOUNT}:root"}, access_role)
    assert not any("999999999999" in str(each) for each in resources()[role].values())


@pytest.mark.parametrize("role", ["ParticipantRole", "SupportRole"])
def test_the_roles_for_people_last_for_a_day(role: str) -> None:
    assert resources()[role]["Properties"]["MaxSessionDuration"] == 43_200


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("sagemaker:DescribeTrainingJob", JOB, True),
        ("sagemaker:ListLabelingJobs", "*", True),
        ("logs:GetLogEvents", arn("logs", "log-group:/aws/sagemaker/NotebookInstances:log-stream:x"), True),
        ("cognito-idp:ListUsers", arn("cognito-idp", "userpool/x"), True),
        ("cognito-idp:AdminGetUser", arn("cognito-idp", "userpool/x"), True),
        ("cognito-idp:AdminSetUserPassword", arn("cognito-idp", "userpool/x"), False),
        ("cloudformation:DescribeStackEvents", arn("cloudformation", "stack/techday-roles/0a1b"), True),
        ("s3:GetObject", f"{BUCKET}/output/model.tar.gz", True),
        ("s3:DeleteObject", f"{BUCKET}/output/model.tar.gz", False),
        ("s3:PutObject", f"{BUCKET}/output/model.tar.gz", False),
        ("s3:GetObject", "arn:aws:s3:::mine/x", False),
        ("sagemaker:StartNotebookInstance", sagemaker(f"notebook-instance/{NAMES.notebook}"), True),
        ("sagemaker:StopNotebookInstance", sagemaker(f"notebook-instance/{NAMES.notebook}"), True),
        ("sagemaker:CreatePresignedNotebookInstanceUrl", sagemaker(f"notebook-instance/{NAMES.notebook}"), False),
        ("sagemaker:StopTrainingJob", JOB, True),
        ("sagemaker:StopHyperParameterTuningJob", TUNING, True),
        ("sagemaker:StopLabelingJob", sagemaker("labeling-job/x"), True),
        ("sagemaker:CreateTrainingJob", JOB, False),
        ("sagemaker:DeleteEndpoint", ENDPOINT, False),
        ("sagemaker:StartNotebookInstance", sagemaker("notebook-instance/theirs"), False),
        ("ssm:GetParameter", arn("ssm", f"parameter{NAMES.worker_secret('leader')}"), False),
        ("iam:PassRole", TRAINING_ROLE, False),
        ("sts:AssumeRole", NAMES.role_arn(NAMES.participant_role), False),
    ],
)
def test_support_staff_look_at_everything_and_stop_and_start_but_delete_nothing(
    action: str, resource: str, allowed: bool
) -> None:
    assert allows(SUPPORT, action, resource, **limits([G5], 60), **OF_THE_EVENT) is allowed


def test_policies_stay_within_iams_limits_with_the_longest_names() -> None:
    """10,240 characters of inline policies a role, without white space; room is left for another 20 %."""
    types = ("ml.g4dn.12xlarge", "ml.g4dn.16xlarge", "ml.p3dn.24xlarge", "ml.g5.12xlarge", "ml.g5.16xlarge")
    event = given.event(name="e" * 20, region="ap-southeast-1", training=Training(instance_types=types))
    team = given.account(region="ap-southeast-1")
    template = given.read(given.rendered("roles", event, team).body, region="ap-southeast-1")
    for role in ("TrainingRole", *ENTERED):
        policies = template["Resources"][role]["Properties"]["Policies"]
        assert sum(len(json.dumps(each["PolicyDocument"], separators=(",", ":"))) for each in policies) < 8_500
