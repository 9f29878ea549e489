"""What an organization rolls out by StackSets after the baseline stays; what only has its names goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bootstrap.engine.outcomes import Result
from tests import runs

GUARDRAIL = {"role": "org-security-audit", "log group": "/org/guardrail"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[runs.Rehearsed]:
    with runs.rehearsed(runs.folder(tmp_path_factory.mktemp("organizations"), teams=3)) as found:
        found.provision(only=["marker", "baseline"])
        yield found


def swept(world: runs.Rehearsed, number: int) -> tuple[Result, Mapping[str, Any]]:
    ran, _ = world.sweep(teams=[f"team-{number + 1}"])
    account = ran.summary.accounts[0]
    return account.result, account.steps["sweep"].facts


def names(world: runs.Rehearsed, number: int, view: str) -> set[str]:
    return {each["name"] for each in world.state(number)[view] if each["status"] != "DELETE_COMPLETE"}


def test_a_stack_set_s_resources_stay_and_a_stack_named_like_one_goes(world: runs.Rehearsed) -> None:
    account = world.inputs.accounts[0].account_id
    assert not world.participate("opens", [account], kinds=["stack"])
    world.pass_time(3600)
    result, facts = swept(world, 0)
    assert result is Result.CLEAN
    [guard] = facts["kept"]["stack"]
    assert guard.startswith("StackSet-org-guardrail-")
    assert "StackSet-mine" in facts["removed"]["stack"]
    assert names(world, 0, "stacks") == {guard}
    assert {GUARDRAIL["role"], "stacksets-exec-0f1e2d3c4b5a69788796a5b4c3d2e1f0"} <= set(world.state(0)["roles"])
    assert GUARDRAIL["log group"] in world.state(0)["log_groups"]
    assert facts["kept"]["log group"] == {"/org/guardrail": f"belongs to stack {guard}, which stays"}
    assert not set(facts["removed"].get("role", ())) & set(GUARDRAIL.values())


def test_while_the_trail_does_not_say_yet_who_made_it_nothing_of_it_is_touched_and_nothing_is_clean(
    world: runs.Rehearsed,
) -> None:
    account = world.inputs.accounts[1].account_id
    assert not world.participate("opens", [account], kinds=["stack"])
    result, facts = swept(world, 1)
    assert result is not Result.CLEAN
    doubts = {each["kind"]: each["why"] for each in facts["left"]}
    assert "CloudTrail does not say who made it" in doubts["stack"]
    assert {"role", "log group"} <= doubts.keys()
    assert GUARDRAIL["log group"] in world.state(1)["log_groups"]
    world.pass_time(3600)
    assert swept(world, 1)[0] is Result.CLEAN
    assert GUARDRAIL["log group"] in world.state(1)["log_groups"]


def test_a_stack_whose_machine_cannot_be_deleted_is_left_and_named_and_not_forced(world: runs.Rehearsed) -> None:
    """cleanup.md section 3: a role that may not terminate it cannot delete a stack that holds it either."""
    account = world.inputs.accounts[2].account_id
    assert not world.participate("opens", [account], kinds=["machine"])
    world.pass_time(3600)
    began = world.time[0]
    result, facts = swept(world, 2)
    assert result is not Result.CLEAN
    [left] = [each for each in facts["left"] if each["kind"] == "stack"]
    assert "AWS::EC2::Instance i-" in left["why"]
    assert "ec2:TerminateInstances" in left["why"]
    assert "forced" not in facts
    assert world.time[0] - began < 600
    assert [each["status"] for each in world.state(2)["stacks"]] == ["DELETE_FAILED"]
