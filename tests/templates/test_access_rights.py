"""The rights of the access role against what the tool and CloudFormation call with them, in both directions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore import xform_name
from botocore.session import Session

from bootstrap.aws.kinds import KINDS, Kind
from bootstrap.steps import templates
from tests.templates import given, permissions
from tests.templates.iam import allows

NAMES = given.names()
EVENT = given.event()
POLICIES = given.policies_of_access(EventName="techday", HubBucket="materials")
ROLE = [each for policy in POLICIES.values() for each in policy["Statement"]]
# The password of the journal, in the account of the operator or of the host, with their own credentials.
IN_THE_OWN_ACCOUNT = {"secretsmanager:GetSecretValue"}
CALLED = sorted(
    {action for each in permissions.called() for action in permissions.of_operation(*each)} - IN_THE_OWN_ACCOUNT
)


def types(template: str) -> set[str]:
    return {each["Type"] for each in given.read(given.rendered(template).body)["Resources"].values()}


MADE = sorted({action for name in templates.available(EVENT) for action in permissions.of_cloudformation(types(name))})


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{given.REGION}:{given.ACCOUNT}:{rest}"


# What the tool gives names to, by service. "*" is a thing with any name, and an operation that takes no name.
THINGS = {
    "cloudformation": [arn("cloudformation", f"stack/{NAMES.stack('roles')}/0a1b")],
    "cognito-idp": [arn("cognito-idp", "userpool/ap-northeast-1_0aB")],
    "events": [arn("events", f"rule/{NAMES.rule}")],
    "iam": [
        NAMES.role_arn(NAMES.training_role),
        NAMES.role_arn(NAMES.participant_role),
        f"arn:aws:iam::{given.ACCOUNT}:role/aws-service-role/servicequotas.amazonaws.com/AWSServiceRoleForServiceQuotas",
    ],
    "logs": [arn("logs", "log-group:/aws/sagemaker/TrainingJobs:log-stream:x")],
    "s3": [f"arn:aws:s3:::{NAMES.bucket}", f"arn:aws:s3:::{NAMES.bucket}/train/train.rec"],
    "sagemaker": [
        arn("sagemaker", f"training-job/{NAMES.smoke_prefix}1"),
        arn("sagemaker", f"notebook-instance/{NAMES.notebook}"),
        arn("sagemaker", f"notebook-instance-lifecycle-config/{NAMES.lifecycle_config}"),
        arn("sagemaker", f"workforce/{NAMES.workforce}"),
        arn("sagemaker", f"workteam/private-crowd/{NAMES.workteam}"),
    ],
    "sns": [NAMES.topic_arn, arn("sns", NAMES.work_topic)],
    "ssm": [arn("ssm", f"parameter{NAMES.marker}"), arn("ssm", f"parameter{NAMES.baseline}/0000")],
    "sts": [NAMES.role_arn(each) for each in sorted(NAMES.roles - {NAMES.training_role})],
}  # fmt: skip
CONTEXT: dict[str, Any] = {
    "aws__ResourceTag/event": "techday",
    "iam__AWSServiceName": "servicequotas.amazonaws.com",
    "iam__PassedToService": "sagemaker.amazonaws.com",
    "s3__ResourceAccount": given.ACCOUNT,
}


@pytest.mark.parametrize("action", sorted({*CALLED, *MADE}))
def test_what_the_tool_or_cloudformation_calls_is_allowed(action: str) -> None:
    on = ["*", *THINGS.get(action.partition(":")[0], [])]
    assert any(allows(ROLE, action, each, **CONTEXT) for each in on)


def test_nothing_is_allowed_that_neither_the_tool_nor_cloudformation_calls() -> None:
    assert sorted(allowed(ROLE) - {*CALLED, *MADE}) == []


def allowed(statements: list[dict[str, Any]]) -> set[str]:
    found = [each["Action"] for each in statements if each["Effect"] == "Allow"]
    return {action for each in found for action in ([each] if isinstance(each, str) else each)}


def test_each_allowed_action_is_spelled_out() -> None:
    assert [each for each in allowed(ROLE) if "*" in each or "?" in each] == []


def test_each_action_is_allowed_in_one_statement_of_a_policy_once() -> None:
    for policy in POLICIES.values():
        for each in policy["Statement"]:
            for key in ("Action", "NotAction"):
                listed = each.get(key, [])
                assert isinstance(listed, str) or sorted(set(listed)) == listed, each["Sid"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_teams_leave_behind_can_be_found_stopped_and_deleted_under_any_name(kind: Kind) -> None:
    model = Session().get_service_model(kind.service)
    names = {xform_name(name): name for name in model.operation_names}
    for method in filter(None, [kind.operation, kind.stop, kind.delete]):
        for action in permissions.of_operation(kind.service, names[method]):
            assert allows(ROLE, action, "*", **CONTEXT)


# Called only on what the tool made itself.
OWN = {"cloudformation:DeleteChangeSet", "ssm:DeleteParameter", "ssm:DeleteParameters"}
TAKES_AWAY = (
    "Abort",
    "Cancel",
    "Deactivate",
    "Delete",
    "Deregister",
    "Detach",
    "Release",
    "Remove",
    "Stop",
    "Terminate",
)
TAKEN_AWAY = sorted(
    {
        action
        for service, name in permissions.called()
        if name.startswith(TAKES_AWAY)
        for action in permissions.of_operation(service, name)
        if action not in OWN
    }
)


@pytest.mark.parametrize("action", TAKEN_AWAY)
def test_what_takes_something_away_may_do_so_under_any_name(action: str) -> None:
    pool = arn("cognito-idp", "userpool/ap-northeast-1_theirs")
    assert allows(ROLE, action, pool if action.startswith("cognito-idp") else "*", s3__ResourceAccount=given.ACCOUNT)


@pytest.mark.parametrize("region", ["us-gov-east-1", "ap-southeast-1", "cn-northwest-1"])
def test_each_policy_stays_within_iams_limits_with_the_longest_names(region: str) -> None:
    """6,144 characters a managed policy, without white space, and ten policies a role (IAM's quotas)."""
    pool = f"arn:aws-us-gov:cognito-idp:us-gov-east-1:{given.ACCOUNT}:userpool/us-gov-east-1_{'x' * 32}"
    longest = {"EventName": "e" * 20, "RoleName": "r" * 64, "HubBucket": "b" * 63, "OtherUserPool": pool}
    found = given.policies_of_access(region, **longest)
    assert len(found) <= 9
    sizes = {name: len("".join(json.dumps(each).split())) for name, each in found.items()}
    assert {name: size for name, size in sizes.items() if size > 5_500} == {}
