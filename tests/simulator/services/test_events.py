"""Rules that deliver mail; aws.md section 7."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused
from tests.simulator.services.sagemaker.test_training import QUOTAS, Lab
from tests.templates import given

TEMPLATE = given.read(given.rendered("notifications").body)["Resources"]
PATTERN: dict[str, Any] = TEMPLATE["Rule"]["Properties"]["EventPattern"]
TRANSFORMER = TEMPLATE["Rule"]["Properties"]["Targets"][0]["InputTransformer"]
SMOKE = given.names().smoke_prefix
ALLOWED = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish"}
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sns:Publish",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


class Mails:
    """Our own rule, its topic, and two subscribers of whom one confirms."""

    def __init__(self, account: OneAccount) -> None:
        self.account = account
        self.events, self.sns = account.client("events"), account.client("sns")
        self.topic = str(self.sns.create_topic(Name="notices")["TopicArn"])
        self.let(ALLOWED, TLS_ONLY)
        for address in ("reads@example.com", "ignores@example.com"):
            self.sns.subscribe(TopicArn=self.topic, Protocol="email", Endpoint=address)
        account.aws.ask("POST", "confirm", {"account": account.account_id, "address": "reads@example.com"})
        self.rule()

    def let(self, *statements: dict[str, Any]) -> None:
        policy = {"Version": "2012-10-17", "Statement": [{"Resource": self.topic, **one} for one in statements]}
        self.sns.set_topic_attributes(TopicArn=self.topic, AttributeName="Policy", AttributeValue=json.dumps(policy))

    def rule(self, **more: Any) -> None:
        self.events.put_rule(Name="ended", EventPattern=json.dumps(PATTERN), **more)
        target = {"Id": "mail", "Arn": self.topic, "InputTransformer": TRANSFORMER}
        self.events.put_targets(Rule="ended", Targets=[target])

    def mails(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.account.aws.state(self.account.account_id)["mails"]
        return found

    def watch(self, kind: str) -> None:
        """Another rule mails every event of that kind as it is."""
        self.events.put_rule(Name="all", EventPattern=json.dumps({"source": ["aws.sagemaker"], "detail-type": [kind]}))
        self.events.put_targets(Rule="all", Targets=[{"Id": "mail", "Arn": self.topic}])


class Mailing(Mails):
    """A lab as well, whose jobs the rule watches."""

    def __init__(self, account: OneAccount) -> None:
        super().__init__(account)
        self.lab = Lab(account)

    def run(self, name: str, **change: Any) -> None:
        self.lab.start(name, **change)
        self.account.pass_time(500)
        self.lab.job(name)


@pytest.fixture
def mailing(aws: Simulated) -> Mailing:
    return Mailing(open_account(aws, quotas=QUOTAS))


def test_the_end_of_a_participants_job_is_mailed_to_who_has_confirmed_and_a_smoke_job_is_not(mailing: Mailing) -> None:
    mailing.run(f"{SMOKE}one")
    assert mailing.mails() == []
    mailing.run("cars-1")
    [mail] = mailing.mails()
    assert (mail["address"], mail["topic"]) == ("reads@example.com", mailing.topic)
    first, second, third = mail["message"].splitlines()
    assert first == '"Training job cars-1 of team team01 has ended: Completed."'
    assert second == '"Reason, if it failed: "'
    assert f"region: {mailing.account.region}" in third
    done = mailing.lab.job("cars-1")["TrainingEndTime"]
    assert abs(mail["at"] - done.timestamp()) < 1


def test_a_failed_jobs_mail_tells_why(mailing: Mailing) -> None:
    mailing.run("cars-1", HyperParameters={})
    [mail] = mailing.mails()
    assert "has ended: Failed" in mail["message"]
    assert "'num_classes' is a required property" in mail["message"]


@pytest.mark.parametrize(
    "statement",
    [
        {**ALLOWED, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:events:*"}}},
        {**ALLOWED, "Principal": {"Service": "sagemaker.amazonaws.com"}},
        {**ALLOWED, "Action": "sns:Subscribe"},
        {**ALLOWED, "Resource": "arn:aws:sns:us-east-1:123456789012:other"},
    ],
)
def test_a_policy_with_a_condition_or_for_something_else_delivers_nothing(
    mailing: Mailing, statement: dict[str, Any]
) -> None:
    """aws.md section 7: conditions are not supported in topic policies for EventBridge."""
    mailing.let(statement)
    mailing.run("cars-1")
    assert mailing.mails() == []


def test_the_default_policy_does_not_let_eventbridge_in(mailing: Mailing) -> None:
    topic = mailing.sns.create_topic(Name="plain")["TopicArn"]
    mailing.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="reads@example.com")
    mailing.account.aws.ask("POST", "confirm", {"account": mailing.account.account_id})
    mailing.events.put_targets(Rule="ended", Targets=[{"Id": "mail", "Arn": topic}])
    mailing.run("cars-1")
    assert mailing.mails() == []


def test_a_rule_that_is_changed_meanwhile_counts_as_it_stands(mailing: Mailing) -> None:
    mailing.run("cars-1")
    mailing.rule(State="DISABLED")
    mailing.run("cars-2")
    assert len(mailing.mails()) == 1
    mailing.rule(State="ENABLED")
    mailing.events.put_targets(Rule="ended", Targets=[{"Id": "mail", "Arn": mailing.topic}])
    mailing.run("cars-3")
    event = json.loads(mailing.mails()[-1]["message"])
    assert event["source"] == "aws.sagemaker"
    assert event["detail"]["TrainingJobName"] == "cars-3"
    assert event["detail"]["TrainingEndTime"] > event["detail"]["TrainingStartTime"] > 1e12
    assert mailing.events.test_event_pattern(EventPattern=json.dumps(PATTERN), Event=json.dumps(event))["Result"]
    mailing.events.remove_targets(Rule="ended", Ids=["mail"])
    mailing.events.delete_rule(Name="ended")
    mailing.run("cars-4")
    assert len(mailing.mails()) == 2


def test_what_is_published_arrives_as_a_mail(mailing: Mailing) -> None:
    mailing.sns.publish(TopicArn=mailing.topic, Subject="Lunch", Message="at noon")
    [mail] = mailing.mails()
    assert (mail["subject"], mail["message"], mail["address"]) == ("Lunch", "at noon", "reads@example.com")
    with refused("InvalidParameter", "Empty message"):
        mailing.sns.publish(TopicArn=mailing.topic, Message="")
    with refused("InvalidParameter", "Subject"):
        mailing.sns.publish(TopicArn=mailing.topic, Subject="two\nlines", Message="x")
    with refused("NotFound", "Topic does not exist"):
        mailing.sns.publish(TopicArn=f"{mailing.topic}x", Message="x")
    with refused("NotSimulated", "PhoneNumber"):
        mailing.sns.publish(PhoneNumber="+1", Message="x")


def event(detail: dict[str, Any], kind: str = PATTERN["detail-type"][0]) -> str:
    whole = {
        "id": "1", "source": "aws.sagemaker", "detail-type": kind, "account": "1", "time": "2026-01-01T00:00:00Z",
        "region": "us-east-1", "resources": ["arn:a", "arn:b"], "detail": detail,
    }  # fmt: skip
    return json.dumps(whole)


GOOD = {"TrainingJobName": "cars-1", "TrainingJobStatus": "Completed"}
TUNED = {**GOOD, "HyperParameters": {"_tuning_objective_metric": "validation:accuracy"}}
ROWS: list[tuple[dict[str, Any], str, bool]] = [
    (PATTERN, event(GOOD), True),
    (PATTERN, event({**GOOD, "TrainingJobStatus": "InProgress"}), False),
    (PATTERN, event({**GOOD, "TrainingJobName": f"{SMOKE}1"}), False),
    (PATTERN, event(TUNED), False),
    (PATTERN, event(GOOD, "SageMaker Endpoint State Change"), False),
    # What is not there is not "anything but".
    (PATTERN, event({"TrainingJobStatus": "Completed"}), False),
    ({"detail": {"TrainingJobName": [{"prefix": "cars"}]}}, event(GOOD), True),
    ({"detail": {"TrainingJobName": [{"prefix": "bikes"}, "cars-1"]}}, event(GOOD), True),
    ({"detail": {"TrainingJobName": [{"anything-but": ["cars-1", "x"]}]}}, event(GOOD), False),
    ({"detail": {"TrainingJobName": [{"exists": True}]}}, event(GOOD), True),
    ({"detail": {"HyperParameters": [{"exists": True}]}}, event(TUNED), False),
    ({"resources": ["arn:b"]}, event(GOOD), True),
    ({"resources": ["arn:c"]}, event(GOOD), False),
]


@pytest.fixture(scope="module")
def plain(aws: Simulated) -> OneAccount:
    return open_account(aws)


@pytest.mark.parametrize(("pattern", "whole", "fits"), ROWS)
def test_a_pattern_is_tried_as_it_is_matched(plain: OneAccount, pattern: Any, whole: str, fits: bool) -> None:
    answer = plain.client("events").test_event_pattern(EventPattern=json.dumps(pattern), Event=whole)
    assert answer["Result"] is fits


@pytest.mark.parametrize(
    ("pattern", "code", "words"),
    [
        ("no json", "InvalidEventPatternException", "Event pattern is not valid"),
        ('{"source": "aws.sagemaker"}', "InvalidEventPatternException", "must be an object or an array"),
        ('{"source": []}', "InvalidEventPatternException", "Empty arrays"),
        ('{"source": [{"exists": "yes"}]}', "InvalidEventPatternException", "exists"),
        ('{"detail": {"a": [{"numeric": [">", 1]}]}}', "NotSimulated", "numeric"),
        ('{"source": [{"anything-but": {"suffix": "x"}}]}', "NotSimulated", "anything-but"),
        ('{"$or": [{"source": ["a"]}]}', "NotSimulated", "$or"),
    ],
)
def test_a_pattern_that_is_none_or_that_is_not_simulated_is_refused(
    plain: OneAccount, pattern: str, code: str, words: str
) -> None:
    with refused(code, words):
        plain.client("events").put_rule(Name="bad", EventPattern=pattern)


def test_other_rules_and_targets_are_refused_by_name(plain: OneAccount) -> None:
    events = plain.client("events")
    with refused("NotSimulated", "ScheduleExpression"):
        events.put_rule(Name="bad", ScheduleExpression="rate(1 day)")
    events.put_rule(Name="good", EventPattern='{"source": ["aws.sagemaker"]}')
    topic = f"arn:aws:sns:us-east-1:{plain.account_id}:topic"
    for target, words in (
        ({"Arn": topic.replace("sns", "sqs")}, ":sqs:"),
        ({"Arn": topic, "InputPath": "$.detail"}, "InputPath"),
        ({"Arn": topic, "InputTransformer": {"InputPathsMap": {"a": "$.b[0]"}, "InputTemplate": '"<a>"'}}, "$.b[0]"),
    ):
        with refused("NotSimulated", words):
            events.put_targets(Rule="good", Targets=[{"Id": "one", **target}])


def test_a_rule_has_five_targets(aws: Simulated) -> None:
    """aws.md section 7: one that is put again is no further one."""
    account = open_account(aws)
    events = account.client("events")
    events.put_rule(Name="r", EventPattern='{"source": ["aws.sagemaker"]}')
    targets = [{"Id": str(each), "Arn": account.client("sns").create_topic(Name="t")["TopicArn"]} for each in range(6)]
    events.put_targets(Rule="r", Targets=targets[:5])
    events.put_targets(Rule="r", Targets=targets[:1])
    with refused("LimitExceededException", "exceeds the maximum number allowed"):
        events.put_targets(Rule="r", Targets=targets[5:])
    assert len(events.list_targets_by_rule(Rule="r")["Targets"]) == 5


def test_a_listing_of_moto_has_what_the_model_has_and_nothing_that_is_null(aws: Simulated) -> None:
    """Recorded answers have no member for a page that is not there (ev rows of tests/evidence)."""
    events = open_account(aws).client("events")
    events.put_rule(Name="mine", EventPattern=json.dumps(PATTERN))
    answer = events.list_rules()
    assert "NextToken" not in answer
    assert set(answer["Rules"][0]) <= {"Name", "Arn", "EventPattern", "State", "EventBusName", "Description"}
