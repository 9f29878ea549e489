"""Which training jobs send a mail, and who may publish to the topic."""

from __future__ import annotations

from typing import Any

import pytest

from tests.templates import given
from tests.templates.iam import lets

NAMES = given.names()
TEMPLATE = given.read(given.rendered("notifications").body)["Resources"]
PATTERN = TEMPLATE["Rule"]["Properties"]["EventPattern"]


def ended(name: str = "cars-1", status: str = "Completed", **parameters: str) -> dict[str, Any]:
    return {
        "source": "aws.sagemaker",
        "detail-type": "SageMaker Training Job State Change",
        "detail": {
            "TrainingJobName": name,
            "TrainingJobStatus": status,
            "HyperParameters": {"epochs": "1", **parameters},
        },
    }


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """EventBridge's matching, as far as the rule uses it. A filter that is not here raises KeyError."""
    return all(
        matches(wanted, event.get(key, {})) if isinstance(wanted, dict) else _any(wanted, event.get(key))
        for key, wanted in pattern.items()
    )


def _any(filters: list[Any], value: str | None) -> bool:
    return any(_one(each, value) for each in filters)


def _one(wanted: Any, value: str | None) -> bool:
    if isinstance(wanted, str):
        return value == wanted
    [(kind, asked)] = wanted.items()
    tests = {
        "exists": lambda: (value is not None) is asked,
        "anything-but": lambda: value is not None and not value.startswith(asked["prefix"]),
    }
    return bool(tests[kind]())


@pytest.mark.parametrize(
    ("event", "mailed"),
    [
        (ended(), True),
        (ended(status="Failed"), True),
        (ended(status="Stopped"), True),
        (ended(status="InProgress"), False),
        (ended(status="Stopping"), False),
        (ended(f"{NAMES.smoke_prefix}ml-g5-2xlarge-1"), False),
        (ended("our-smoke-test"), True),
        (ended("tuning-001-abc", _tuning_objective_metric="validation:accuracy"), False),
        (ended() | {"detail-type": "SageMaker Endpoint State Change"}, False),
        (ended() | {"source": "mine"}, False),
        ({**ended(), "detail": {"TrainingJobName": "no-parameters", "TrainingJobStatus": "Completed"}}, True),
    ],
)
def test_the_teams_own_jobs_send_a_mail_when_they_end(event: dict[str, Any], mailed: bool) -> None:
    assert matches(PATTERN, event) is mailed


def test_the_mail_can_be_read_by_a_person() -> None:
    [target] = TEMPLATE["Rule"]["Properties"]["Targets"]
    text = target["InputTransformer"]["InputTemplate"]
    for key, value in {"job": "cars-1", "status": "Completed", "reason": "", "time": "noon", "region": "here"}.items():
        assert key in target["InputTransformer"]["InputPathsMap"]
        text = text.replace(f"<{key}>", value)
    assert text.splitlines()[0] == '"Training job cars-1 of team team01 has ended: Completed."'
    # EventBridge takes a text template only as lines in quotes.
    assert all(line.startswith('"') and line.endswith('"') and line.count('"') == 2 for line in text.splitlines())
    assert "<" not in text


OTHER = "444455556666"
RULE = f"arn:aws:events:{given.REGION}:{given.ACCOUNT}:rule/{NAMES.rule}"


@pytest.mark.parametrize(
    ("said", "mailed"),
    [
        # Nobody has seen what EventBridge says to SNS: nothing, or for which rule it comes.
        ({}, True),
        ({"aws:SourceAccount": [given.ACCOUNT], "aws:SourceArn": [RULE]}, True),
        ({"aws:SourceAccount": [given.ACCOUNT]}, True),
        (
            {"aws:SourceAccount": [OTHER], "aws:SourceArn": [RULE.replace(given.ACCOUNT, OTHER)]},
            False,
        ),
        ({"aws:SourceAccount": [OTHER]}, False),
        ({"aws:SourceAccount": [given.ACCOUNT], "aws:SourceArn": [RULE + "-other"]}, False),
        ({"aws:SourceArn": [RULE.replace(given.ACCOUNT, OTHER)]}, False),
    ],
)
def test_only_the_events_rule_sends_mail_through_the_topic(said: dict[str, list[str]], mailed: bool) -> None:
    policy = TEMPLATE["TopicPolicy"]["Properties"]["PolicyDocument"]
    context = {"aws:SecureTransport": ["true"], **said}
    assert lets(policy, "events.amazonaws.com", "sns:Publish", context) is mailed


def test_events_may_publish_without_a_condition_and_the_account_keeps_its_topic() -> None:
    found = {each["Sid"]: each for each in TEMPLATE["TopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]}
    service = found["TrainingEnded"]
    assert (service["Principal"], service["Action"]) == ({"Service": "events.amazonaws.com"}, "sns:Publish")
    assert "Condition" not in service
    assert found["Account"]["Principal"] == {"AWS": f"arn:aws:iam::{given.ACCOUNT}:root"}
    assert {"sns:Subscribe", "sns:ListSubscriptionsByTopic", "sns:DeleteTopic"} <= set(found["Account"]["Action"])
    assert found["TlsOnly"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_nobody_is_subscribed_by_the_template() -> None:
    assert {each["Type"] for each in TEMPLATE.values()} == {
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::Events::Rule",
    }
    assert "Subscription" not in TEMPLATE["Topic"]["Properties"]
