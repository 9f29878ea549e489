"""Stacks that an earlier event.yaml left are named, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bootstrap.engine.states import NOTE, Verdict
from bootstrap.event.names import Names
from bootstrap.steps import unused_stacks
from tests.steps.answers import AnsweringSession

NAMES = Names("day", "111111111111", "ap-northeast-1")
STEP = unused_stacks.build(NAMES, ["buckets", "roles"])


def stack(name: str, status: str = "CREATE_COMPLETE", **tags: str) -> dict[str, Any]:
    said = {"made-by": "event-bootstrap", "event": "day"}
    said |= {key.replace("_", "-"): value for key, value in tags.items()}
    return {
        "StackName": name,
        "StackStatus": status,
        "Tags": [{"Key": key, "Value": value} for key, value in said.items()],
    }


def session_of(*stacks: dict[str, Any]) -> AnsweringSession:
    return AnsweringSession({"DescribeStacks": {"Stacks": list(stacks)}})


@pytest.mark.parametrize(
    "other",
    [
        stack("day-buckets"),
        stack("day-notebooks", made_by="terraform"),
        stack("day-notebooks", event="night"),
        stack("night-notebooks"),
        stack("day-notebooks", "DELETE_COMPLETE"),
        {"StackName": "day-notebooks", "StackStatus": "CREATE_COMPLETE"},
    ],
    ids=["needed", "of others", "of another event", "of another name", "gone", "without tags"],
)
def test_what_is_needed_or_not_known_to_be_of_this_event_is_not_named(other: dict[str, Any]) -> None:
    state = STEP.check(session_of(other))
    assert (state.verdict, state.detail, dict(state.facts)) == (Verdict.READY, "no stack of the event is unused", {})


def test_what_no_lab_needs_any_more_is_named_and_not_touched() -> None:
    left = stack("day-notebooks", "UPDATE_ROLLBACK_COMPLETE")
    session = session_of(stack("day-workforce"), stack("day-buckets"), left)
    state = STEP.check(session)
    assert (state.verdict, state.facts) == (
        Verdict.READY,
        {"stacks": ["day-notebooks", "day-workforce"], NOTE: True},
    )
    assert state.detail == "no lab needs day-notebooks, day-workforce any more; the sweep deletes them"
    STEP.apply(session)
    assert session.writes == []
    assert replace(STEP, wanted=frozenset()).check(session).facts["stacks"][0] == "day-buckets"
