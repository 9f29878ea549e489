"""Subscriptions of the training notices."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from bootstrap.engine.states import NOTE, Verdict
from bootstrap.errors import catalogue
from bootstrap.event.names import Names
from bootstrap.steps import notices
from tests.steps.answers import AnsweringSession, account, refusal

ANN, BOB = "Ann@example.com", "bob@example.com"
TOPIC = "arn:aws:sns:ap-northeast-1:111111111111:day-training-notices"
PENDING = "PendingConfirmation"


def step(*addresses: str, **more: Any) -> notices.NoticesStep:
    event = cast(Any, SimpleNamespace(name="day", notices=addresses, **more))
    return notices.build(event, account(), Names.of(event, account()))


def listed(**arns: str) -> dict[str, Any]:
    who = {"ann": ANN.lower(), "bob": BOB, "eve": "eve@example.com"}
    return {
        "Subscriptions": [
            {"Endpoint": who[name], "Protocol": "email", "SubscriptionArn": arn} for name, arn in arns.items()
        ]
    }


ROWS = [
    ("both confirmed", listed(ann="arn:1", bob="arn:2"), Verdict.READY, 0, 0),
    ("one not confirmed yet", listed(ann="arn:1", bob=PENDING), Verdict.READY, 1, 0),
    ("others too", listed(ann=PENDING, bob=PENDING, eve="arn:3"), Verdict.READY, 2, 0),
    ("one missing", listed(ann=PENDING), Verdict.TODO, None, 1),
    ("one deleted", listed(ann="Deleted", bob="arn:2"), Verdict.TODO, None, 1),
    ("none", {"Subscriptions": []}, Verdict.TODO, None, 2),
    ("no topic yet", refusal("NotFound", "Topic does not exist"), Verdict.TODO, None, 2),
]


@pytest.mark.parametrize(("name", "found", "verdict", "pending", "writes"), ROWS, ids=[row[0] for row in ROWS])
def test_rows(name: str, found: Any, verdict: Verdict, pending: int | None, writes: int) -> None:
    session = AnsweringSession({"ListSubscriptionsByTopic": found, "Subscribe": {"SubscriptionArn": PENDING}})
    subject = step(ANN, BOB)
    state = subject.check(session)
    assert (state.verdict, state.facts.get("pending")) == (verdict, pending)
    assert len(session.calls) == 1
    assert session.calls[0][1] == {"TopicArn": TOPIC}
    subject.apply(session)
    assert session.writes == ["Subscribe"] * writes


def test_ready_says_how_many_have_not_confirmed_and_never_who() -> None:
    session = AnsweringSession({"ListSubscriptionsByTopic": listed(ann=PENDING, bob="arn:2")})
    detail = step(ANN, BOB).check(session).detail
    assert detail == "2 addresses subscribed, 1 of them not confirmed yet"


@pytest.mark.parametrize(
    ("code", "wanted"),
    [("InvalidParameter", "EB-330"), ("SubscriptionLimitExceeded", "EB-331"), ("NotFound", "EB-332")],
)
def test_a_refused_address_blocks_without_being_shown_and_the_others_are_subscribed(code: str, wanted: str) -> None:
    def answer(params: dict[str, Any]) -> Any:
        return refusal(code, f"Email address {ANN}") if params["Endpoint"] == ANN else {"SubscriptionArn": PENDING}

    session = AnsweringSession({"ListSubscriptionsByTopic": {"Subscriptions": []}, "Subscribe": answer})
    subject = step(ANN, BOB)
    subject.apply(session)
    state = subject.check(session)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, wanted)
    assert session.writes == ["Subscribe", "Subscribe"]
    assert "example.com" not in state.detail + repr(subject)
    assert wanted in catalogue()


def test_an_address_that_looks_unusual_is_not_shown_either() -> None:
    odd = "o'neil@example.com"
    answers = {
        "ListSubscriptionsByTopic": {"Subscriptions": []},
        "Subscribe": refusal("InvalidParameter", f"Invalid parameter: Endpoint {odd}"),
    }
    session, subject = AnsweringSession(answers), step(odd)
    subject.apply(session)
    assert "o'" not in subject.check(session).detail


def test_what_aws_does_not_list_yet_is_waited_for_and_nobody_is_mailed_twice() -> None:
    session = AnsweringSession({"ListSubscriptionsByTopic": listed(ann=PENDING), "Subscribe": {"SubscriptionArn": "x"}})
    subject = step(ANN, BOB)
    subject.apply(session)
    state = subject.check(session)
    assert (state.verdict, state.look_again) == (Verdict.WAITING, 15)
    assert "example.com" not in state.detail + repr(subject)
    subject.apply(session)
    assert session.writes == ["Subscribe"]
    session.answers["ListSubscriptionsByTopic"] = listed(ann=PENDING, bob=PENDING)
    session._seen.clear()
    assert subject.check(session).verdict is Verdict.READY


def test_an_address_that_could_not_be_subscribed_is_tried_again() -> None:
    answers = [{"SubscriptionArn": "x"}, refusal("Throttling"), {"SubscriptionArn": "x"}]
    session = AnsweringSession({"ListSubscriptionsByTopic": {"Subscriptions": []}, "Subscribe": answers})
    subject = step(ANN, BOB)
    with pytest.raises(ClientError):
        subject.apply(session)
    assert subject.check(session).verdict is Verdict.TODO
    subject.apply(session)
    assert [params["Endpoint"] for name, params in session.calls if name == "Subscribe"] == [ANN, BOB, BOB]


def test_addresses_that_event_yaml_does_not_name_are_counted_and_noted_and_never_shown() -> None:
    session = AnsweringSession({"ListSubscriptionsByTopic": listed(ann=PENDING, bob="arn:2", eve="arn:3")})
    state = step(ANN).check(session)
    assert state.detail == (
        "1 addresses subscribed, 1 of them not confirmed yet; "
        "2 addresses that event.yaml does not name are subscribed too"
    )
    assert (state.facts["others"], state.facts[NOTE]) == (2, True)
    session = AnsweringSession({"ListSubscriptionsByTopic": listed(eve=PENDING)})
    assert step().check(session).detail == (
        "no addresses for training notices; 1 address that event.yaml does not name is subscribed too"
    )
    assert session.writes == []


def test_an_event_without_addresses_looks_for_those_of_an_earlier_event_yaml() -> None:
    session = AnsweringSession({"ListSubscriptionsByTopic": {"Subscriptions": []}})
    state = step().check(session)
    assert (state.detail, state.facts.get(NOTE)) == ("no addresses for training notices", None)


def test_the_leader_is_told_only_if_the_event_says_so_and_nobody_twice() -> None:
    assert step(BOB).addresses == (BOB,)
    assert step(ANN, notices_to_leader=True).addresses == ("ann@example.com",)
    assert step(BOB, notices_to_leader=True).addresses == (BOB, "ann@example.com")
