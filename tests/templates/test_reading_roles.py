"""The roles of a host that has no access role: doctor's reads, and the files of labelling. Nothing beside them."""

from __future__ import annotations

from typing import Any

import pytest

from bootstrap.doctor.reads import READS
from tests.templates import given, permissions
from tests.templates.iam import allows, denies
from tests.templates.test_access_rights import CALLED, MADE
from tests.templates.test_roles import BUCKET, NAMES, OF_THE_EVENT, TRAINING_ROLE, arn, resources, sagemaker

ROLES = resources()
READ = given.statements(ROLES["SupportReadRole"])
LABEL = given.statements(ROLES["LabellingRole"])
EXAMINED = {action for each in READS for action in permissions.of_operation(each.service, each.name)}
POOL = arn("cognito-idp", "userpool/x")
# As if somebody attached AdministratorAccess to the role in a hurry.
ADMINISTRATOR = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def said(statements: list[dict[str, Any]], effect: str, key: str) -> set[str]:
    found = [each[key] for each in statements if each["Effect"] == effect]
    return {action for each in found for action in ([each] if isinstance(each, str) else each)}


def test_support_read_may_what_doctor_reads_and_nothing_else() -> None:
    assert said(READ, "Allow", "Action") == EXAMINED
    assert said(READ, "Deny", "NotAction") == EXAMINED


def test_it_reads_only() -> None:
    assert all(each.reads for each in READS)
    assert not [
        each for each in EXAMINED if not each.partition(":")[2].startswith(("Describe", "Get", "List", "Lookup"))
    ]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", f"{BUCKET}/output/model.tar.gz"),
        ("s3:GetObject", f"{BUCKET}/labelled/cars/votes.json"),
        ("s3:GetObject", "arn:aws:s3:::mine/train/train.rec"),
        ("ssm:GetParameters", arn("ssm", f"parameter{NAMES.worker_secret('leader')}")),
        ("ssm:GetParameters", arn("ssm", f"parameter{NAMES.baseline}/0123456789ab/0001")),
        ("iam:GetRole", NAMES.role_arn("theirs")),
        ("logs:GetLogEvents", arn("logs", "log-group:theirs:log-stream:x")),
        ("sns:ListSubscriptionsByTopic", arn("sns", "theirs")),
        ("cognito-idp:ListUsers", POOL),
    ],
)
def test_what_is_nobody_s_business_stays_closed(action: str, resource: str) -> None:
    assert not allows(READ, action, resource)


@pytest.mark.parametrize("action", sorted({*CALLED, *MADE} - EXAMINED))
def test_whatever_somebody_attaches_support_read_does_nothing_more(action: str) -> None:
    assert not allows([ADMINISTRATOR, *READ], action, "*", **OF_THE_EVENT)


def test_people_are_read_in_the_event_s_own_pool_only() -> None:
    assert allows(READ, "cognito-idp:ListUsers", POOL, **OF_THE_EVENT)
    assert not allows(READ, "cognito-idp:AdminGetUser", POOL, **OF_THE_EVENT)


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("s3:ListBucket", BUCKET, True),
        ("s3:GetObject", f"{BUCKET}/labelling/car-001.jpg", True),
        ("s3:GetObject", f"{BUCKET}/labels.json", True),
        ("s3:GetObject", f"{BUCKET}/labelled/cars/votes.json", True),
        ("s3:PutObject", f"{BUCKET}/labelled/cars/manifests/output/output.manifest", True),
        ("s3:PutObject", f"{BUCKET}/labelling/car-001.jpg", False),
        ("s3:PutObject", f"{BUCKET}/labels.json", False),
        ("s3:GetObject", f"{BUCKET}/output/model.tar.gz", False),
        ("s3:GetObject", f"{BUCKET}/train/train.rec", False),
        ("s3:PutObject", "arn:aws:s3:::theirs/labelled/cars/votes.json", False),
        ("s3:DeleteObject", f"{BUCKET}/labelled/cars/votes.json", False),
        ("sagemaker:CreateLabelingJob", sagemaker("labeling-job/x"), False),
        ("iam:PassRole", TRAINING_ROLE, False),
        ("sts:AssumeRole", NAMES.role_arn(NAMES.participant_role), False),
    ],
)
def test_labelling_reads_the_pictures_and_writes_the_files_of_its_jobs(
    action: str, resource: str, allowed: bool
) -> None:
    assert allows(LABEL, action, resource) is allowed
    if not action.startswith("s3:") or action == "s3:DeleteObject":
        assert denies(LABEL, action, resource)


@pytest.mark.parametrize("role", ["SupportReadRole", "LabellingRole"])
def test_they_are_no_roles_for_the_console_and_last_an_hour(role: str) -> None:
    assert "MaxSessionDuration" not in ROLES[role]["Properties"]
