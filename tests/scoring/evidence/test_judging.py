"""The same evidence and rule give the same ruling; what is not known counts neither for nor against a team."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bootstrap.event.end_state import EndState
from bootstrap.scoring.evidence.judging import Reached, judge, rule
from bootstrap.scoring.evidence.reading import Evidence, Heard

VALUES = {"team": "O'Neil", "endpoint.maximum": 2, "classes": ["sedan", "suv"], "bucket": "b"}
ANSWER = {"Names": ["a", "b"], "Count": 3, "Share": 0.5, "On": True, "Text": '{"k": "sedan"}\n{"k": "bus"}\n', "No": []}


def state(expression: str, expect: dict[str, Any], **more: Any) -> EndState:
    read = {"service": "s3", "operation": "GetObject", "parameters": {}}
    return EndState.model_validate(
        {"id": "x", "title": "X", "read": read, "expression": expression, "expect": expect, **more}
    )


def seen(answer: dict[str, Any] | None = None, outcome: Heard = Heard.ANSWERED, **more: Any) -> Evidence:
    return Evidence("s3", "GetObject", {}, 1.0, outcome, ANSWER if answer is None else answer, **more)


@pytest.mark.parametrize(
    ("expression", "expect", "reached"),
    [
        ("Count", {"equals": 3}, Reached.PASSED),
        ("Count", {"equals": 4}, Reached.FAILED),
        ("Count", {"at_least": 3}, Reached.PASSED),
        ("Count", {"at_least": 3.5}, Reached.FAILED),
        ("Count", {"at_most": "{endpoint.maximum}"}, Reached.FAILED),
        ("Count", {"between": [3, 4]}, Reached.PASSED),
        ("Share", {"between": [0.4, 0.6]}, Reached.PASSED),
        ("Count", {"one_of": [1, 3]}, Reached.PASSED),
        ("Names", {"contains": "a"}, Reached.PASSED),
        ("Names", {"contains": "c"}, Reached.FAILED),
        ("Names", {"equals": ["a", "b"]}, Reached.PASSED),
        ("Names[0]", {"contains": "a"}, Reached.PASSED),
        # In JSON, true is not 1.
        ("On", {"equals": 1}, Reached.FAILED),
        ("On", {"at_least": 1}, Reached.FAILED),
        ("On", {"equals": True}, Reached.PASSED),
        ("Nowhere", {"equals": 3}, Reached.NOT_STARTED),
        ("length(No)", {"at_least": 1}, Reached.NOT_STARTED),
        ("No", {"present": True}, Reached.NOT_STARTED),
        ("No", {"present": False}, Reached.PASSED),
        # A function that finds nothing to work with.
        ("max(Nowhere)", {"at_least": 1}, Reached.NOT_STARTED),
        ("length(Rows[?contains({classes}, k)])", {"equals": 1}, Reached.PASSED),
        ("Rows[0].k", {"equals": "sedan"}, Reached.PASSED),
        ("Json", {"present": False}, Reached.PASSED),
        ("'{team}'", {"equals": "{team}"}, Reached.PASSED),
    ],
)
def test_what_is_expected_is_held_against_what_was_seen(
    expression: str, expect: dict[str, Any], reached: Reached
) -> None:
    assert judge(seen(), rule(state(expression, expect), VALUES)).reached is reached


@pytest.mark.parametrize(
    ("answer", "expression", "expect", "told"),
    [
        # What looks alike and is not the same.
        ({"a": 3}, "a", {"equals": "3"}, ("3", '"3"')),
        ({"a": True}, "a", {"one_of": ["true", "yes"]}, ("true", 'one of "true", "yes"')),
        ({"a": "team-1 "}, "a", {"equals": "team-1"}, ('"team-1 "', '"team-1"')),
        ({"a": [7]}, "a", {"contains": "7"}, ("[7]", 'with "7" in it')),
        ({"a": "30"}, "a", {"at_least": 24}, ('"30"', "at least 24")),
        ({"a": "x" * 130 + "end"}, "a", {"equals": "x" * 130}, (f'...{"x" * 20}end"', f'...{"x" * 20}"')),
        ({"a": "two\nlines"}, "a", {"equals": "x"}, ("two lines", "x")),
        # A file that cannot be read is not no file.
        ({"Text": "{red: 3}"}, "Json.red", {"equals": 3}, ("is not JSON (line 1, column 2)", "3")),
        ({"Text": ""}, "Json.red", {"equals": 3}, ("is empty", "3")),
        ({"Text": "1\n{"}, "Rows[?red]", {"equals": 3}, ("line 2 is not JSON", "3")),
        ({"Text": '{"red": 3}'}, "Json.blue", {"equals": 3}, ("nothing", "3")),
    ],
)
def test_what_is_told_shows_why_it_is_not_so(
    answer: dict[str, Any], expression: str, expect: dict[str, Any], told: tuple[str, str]
) -> None:
    ruling = judge(seen(answer), rule(state(expression, expect), VALUES))
    assert (ruling.seen, ruling.expected) == told
    assert ruling.reached is (Reached.NOT_STARTED if ruling.seen == "nothing" else Reached.FAILED)


@pytest.mark.parametrize(
    "expression",
    ["Names[0] == {team}", "'{endpoint.maximum} of {team}'", '"{team}"', "`{endpoint.maximum}`", "{endpoint.maximum}"],
)
def test_a_placeholder_is_text_within_quotes_and_a_value_elsewhere(expression: str) -> None:
    answer = {"Names": ["O'Neil"], "O'Neil": True}
    wanted = {"'": "2 of O'Neil", '"': True, "N": True}.get(expression[0], 2)
    assert judge(seen(answer), rule(state(expression, {"equals": wanted}), VALUES)).reached is Reached.PASSED


def test_a_whole_document_is_read_too() -> None:
    kept = seen({"Text": '{\n "red": 3}\n'})
    assert judge(kept, rule(state("Json.red", {"equals": 3}), VALUES)).reached is Reached.PASSED


def test_each_of_several_objects_is_read_too() -> None:
    kept = seen({"Each": [{"Text": '{"red": 3}'}, {"Text": '{"red": 4}'}]})
    assert judge(kept, rule(state("sum(Each[].Json.red)", {"equals": 7}), VALUES)).reached is Reached.PASSED


def test_what_counts_after_others_has_not_started_before() -> None:
    cleaned = rule(state("length(No)", {"equals": 0}, after=["trained"]), VALUES)
    assert judge(seen(), cleaned).reached is Reached.NOT_STARTED
    assert judge(seen(), cleaned, {"trained"}).reached is Reached.PASSED


@pytest.mark.parametrize(
    ("outcome", "expect", "reached"),
    [
        (Heard.NOTHING, {"equals": 1}, Reached.NOT_STARTED),
        (Heard.NOTHING, {"present": False}, Reached.PASSED),
        (Heard.UNKNOWN, {"present": False}, Reached.UNKNOWN),
        (Heard.UNKNOWN, {"present": True}, Reached.UNKNOWN),
        (Heard.TOO_LARGE, {"present": True}, Reached.FAILED),
    ],
)
def test_nothing_there_is_evidence_and_silence_is_none(
    outcome: Heard, expect: dict[str, Any], reached: Reached
) -> None:
    assert judge(seen({}, outcome, why="why"), rule(state("Count", expect), VALUES)).reached is reached


def test_a_ruling_says_what_was_seen_what_is_expected_and_where() -> None:
    ruling = judge(seen(), rule(state("Share", {"at_least": 0.75}), VALUES))
    assert (ruling.seen, ruling.expected, ruling.where) == ("0.5", "at least 0.75", "s3:GetObject")
    assert judge(seen({"Share": 50.0}), rule(state("Share", {"at_least": 1}), VALUES)).seen == "50"


def test_evidence_is_kept_as_json() -> None:
    kept = json.loads(json.dumps(seen(why="why", code="EB-372").as_json()))
    assert Evidence.of_json(kept) == seen(why="why", code="EB-372")
