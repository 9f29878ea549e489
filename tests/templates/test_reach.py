"""What the roles in the account reach: what the labs and the event name, and nothing that stood there before."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.templates import given
from tests.templates.iam import allows
from tests.templates.test_roles import (
    BOTH,
    G5,
    NAMES,
    OF_THE_EVENT,
    PARTICIPANT,
    SUPPORT,
    TRAINING,
    arn,
    limits,
    sagemaker,
)

LABS = given.SHIPPED.parents[1] / "labs"


@pytest.mark.parametrize("role", [*BOTH, pytest.param(SUPPORT, id="support")])
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        # Whoever opens a notebook acts as its role, and whoever changes one chooses that role.
        ("sagemaker:CreatePresignedNotebookInstanceUrl", sagemaker("notebook-instance/theirs")),
        ("sagemaker:StartNotebookInstance", sagemaker("notebook-instance/theirs")),
        ("sagemaker:StopNotebookInstance", sagemaker("notebook-instance/theirs")),
        ("sagemaker:DeleteNotebookInstance", sagemaker("notebook-instance/theirs")),
        ("sagemaker:UpdateNotebookInstance", sagemaker("notebook-instance/theirs")),
        ("sagemaker:UpdateNotebookInstance", sagemaker("notebook-instance/techday-own")),
        ("sagemaker:UpdateNotebookInstanceLifecycleConfig", sagemaker("notebook-instance-lifecycle-config/theirs")),
        ("sagemaker:CreatePresignedDomainUrl", sagemaker("user-profile/d-1/theirs")),
        ("sagemaker:CreateNotebookInstance", sagemaker("notebook-instance/theirs")),
        ("sagemaker:CreateEndpoint", sagemaker("endpoint/theirs")),
        ("sagemaker:UpdateEndpoint", sagemaker("endpoint/theirs")),
        ("sagemaker:UpdateEndpointWeightsAndCapacities", sagemaker("endpoint/theirs")),
        ("sagemaker:InvokeEndpoint", sagemaker("endpoint/theirs")),
        ("sagemaker:DeleteEndpoint", sagemaker("endpoint/theirs")),
        ("sagemaker:DeleteEndpointConfig", sagemaker("endpoint-config/theirs")),
        ("sagemaker:DeleteModel", sagemaker("model/theirs")),
        ("sagemaker:AddTags", sagemaker("model/theirs")),
        ("cloudwatch:PutMetricAlarm", arn("cloudwatch", "alarm:TargetTracking-endpoint/theirs/variant/x-AlarmHigh-1")),
        ("cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:TargetTracking-table/theirs-AlarmHigh-1")),
        ("sns:Publish", NAMES.topic_arn),
        ("cognito-idp:ListUsers", arn("cognito-idp", "userpool/theirs")),
        ("cognito-idp:AdminGetUser", arn("cognito-idp", "userpool/theirs")),
        ("iam:PassRole", NAMES.role_arn("theirs")),
        ("sts:AssumeRole", NAMES.role_arn("theirs")),
        ("iam:GetRolePolicy", NAMES.role_arn("theirs")),
        ("s3:GetObject", "arn:aws:s3:::theirs/x"),
        ("logs:GetLogEvents", arn("logs", "log-group:theirs:log-stream:x")),
    ],
)
def test_what_stood_in_the_account_before_the_event_is_out_of_reach(
    role: list[dict[str, Any]], action: str, resource: str
) -> None:
    said = {"iam__PassedToService": "sagemaker.amazonaws.com", **limits(["ml.t3.medium"], 60)}
    assert not allows(role, action, resource, **said)


def test_a_team_sees_the_people_of_its_own_pool() -> None:
    assert allows(PARTICIPANT, "cognito-idp:ListUsers", arn("cognito-idp", "userpool/x"), **OF_THE_EVENT)


def test_the_names_that_the_notebook_gives_are_allowed_to_it() -> None:
    cells = json.loads((LABS / "notebook" / "cars_classifier.ipynb").read_text(encoding="utf-8"))["cells"]
    code = "".join(line for cell in cells for line in cell["source"])
    [endpoint] = re.findall(r"^ENDPOINT = f\"\{settings\['event'\]\}(-\w+)\"$", code, re.MULTILINE)
    [name] = re.findall(r"training_job_name=f\"([\w-]+)\{time", code)
    for action, resource in (
        ("CreateEndpoint", f"endpoint/techday{endpoint}"),
        ("CreateEndpoint", f"endpoint-config/{name}20261210-093000"),
        ("UpdateEndpoint", f"endpoint/techday{endpoint}"),
        ("UpdateEndpoint", f"endpoint-config/{name}20261210-093000"),
        ("InvokeEndpoint", f"endpoint/techday{endpoint}"),
        ("DeleteEndpoint", f"endpoint/techday{endpoint}"),
        ("CreateModel", f"model/{name}20261210-093000"),
    ):
        assert allows(TRAINING, f"sagemaker:{action}", sagemaker(resource))
    training, config = f"training-job/{name}20261210-093000", f"endpoint-config/{name}20261210-093000"
    assert allows(TRAINING, "sagemaker:CreateTrainingJob", sagemaker(training), **limits([G5], 900))
    assert allows(TRAINING, "sagemaker:CreateEndpointConfig", sagemaker(config), **limits(["ml.m5.large"]))
