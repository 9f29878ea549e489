"""Scenario files, draws, and what an answer may hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bootstrap.simulator.scenarios import scenario
from bootstrap.simulator.wire import protocol
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import draw


@pytest.mark.parametrize("name", ["ordinary", "today"])
def test_the_shipped_scenarios_can_be_read(name: str) -> None:
    assert scenario.read(name).workforce.ground_truth_closed == (name == "today")


def test_a_scenario_of_ones_own_starts_from_a_shipped_one(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "extends: today\nstacks: {create_seconds: [1, 2]}\nteams: {red: {stacks: {update_seconds: [3, 4]}}}"
    )
    made = scenario.read(str(file))
    assert made.workforce.ground_truth_closed
    red = made.of("111111111111", "red")
    assert (red.stacks.create_seconds, red.stacks.update_seconds) == ((1, 2), (3, 4))
    assert red.workforce.ground_truth_closed
    assert made.of("222222222222", "blue").stacks.update_seconds == (30, 90)


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("stacks: {speed: 3}")
    with pytest.raises(ValidationError, match="speed"):
        scenario.read(str(file))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("teams: {red: {stacks: {speed: 3}}}", "speed"),
        ("later: [{after_minutes: 3, change: {stacks: {speed: 3}}}]", "speed"),
        ("later: [{after_minutes: 3, change: {teams: {red: {}}}}]", "teams can only stand at the top"),
        ("teams: {red: {expect: {result: ready}}}", "expect can only stand at the top"),
        ("teams: {1/0: {}}", "not a row"),
    ],
)
def test_what_is_wrong_for_some_teams_or_later_is_refused_when_the_file_is_read(
    text: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=said):
        scenario.read(str(file))


def test_draws_stay_within_bounds_and_depend_on_every_name() -> None:
    drawn = [draw.uniform(180, 360, 1, account, "stack", 1) for account in range(200)]
    assert all(180 <= one < 360 for one in drawn)
    assert len(set(drawn)) == 200
    assert min(drawn) < 200
    assert max(drawn) > 340
    assert draw.uniform(0, 1, 1, "a", "b") == draw.uniform(0, 1, 1, "a", "b") != draw.uniform(0, 1, 2, "a", "b")


@pytest.mark.parametrize(
    "answer",
    [
        {"Stacks": [{"StackName": "a", "StackStatus": "CREATE_COMPLETE"}]},
        {"Stacks": [], "Colour": "red"},
        {"Stacks": [{"StackName": "a", "StackStatus": "SORT_OF_FINE", "CreationTime": protocol.moment(0)}]},
        {"Stacks": [{"StackName": "a", "StackStatus": "CREATE_COMPLETE", "CreationTime": "today"}]},
    ],
)
def test_the_simulator_cannot_answer_what_aws_could_not(answer: dict[str, object]) -> None:
    with pytest.raises(AssertionError, match="cannot answer"):
        protocol.check_output("cloudformation", "DescribeStacks", answer)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "'notebookInstanceName' failed to satisfy constraint: Member must not be null"),
        ({"NotebookInstanceName": "a b"}, "regular expression pattern"),
        ({"NotebookInstanceName": "a" * 64}, "length less than or equal to 63"),
    ],
)
def test_parameters_are_checked_before_an_operation_sees_them(params: dict[str, object], said: str) -> None:
    with pytest.raises(Refusal) as caught:
        protocol.check_input("sagemaker", "DescribeNotebookInstance", params)
    assert caught.value.code == "ValidationException"
    assert said in caught.value.message


def test_json_of_another_type_is_not_even_read() -> None:
    with pytest.raises(Refusal) as caught:
        protocol.check_input("sagemaker", "DescribeNotebookInstance", {"NotebookInstanceName": 7})
    assert caught.value.code == "SerializationException"
    assert caught.value.message == "NUMBER_VALUE can not be converted to a String"
