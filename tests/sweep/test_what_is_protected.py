"""What people protect against deletion goes all the same; what nobody can delete ends at once, and holds nothing up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bootstrap.engine.outcomes import WELL, Result
from tests import runs


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[runs.Rehearsed]:
    with runs.rehearsed(runs.folder(tmp_path_factory.mktemp("protected"), teams=2)) as found:
        found.provision(only=["marker", "baseline"])
        yield found


def swept(world: runs.Rehearsed, number: int) -> tuple[Result, Any]:
    ran, _ = world.sweep(teams=[f"team-{number + 1}"])
    account = ran.summary.accounts[0]
    return account.result, account.steps["sweep"]


KINDS = ["bucket", "user pool", "log group"]


def test_holds_locks_strange_keys_protection_and_second_factors_keep_nothing(world: runs.Rehearsed) -> None:
    account = world.inputs.accounts[0].account_id
    for part in ("opens", "noon", "closes"):
        refused = world.participate(part, [account], kinds=KINDS)
        assert not [each for each in refused if "Missed" not in each["why"]]
    world.pass_time(3600)
    _, step = swept(world, 0)
    assert step.state in WELL, step.detail
    assert {"held", "versions", "kept"} <= {each.split("-")[0] for each in step.facts["removed"]["bucket"]}
    calls = world.calls(0)
    assert calls["logs:PutLogGroupDeletionProtection"] == 1
    assert calls["s3:PutObjectLegalHold"] == 1
    assert calls["cognito-idp:UpdateUserPool"] == 2


def test_buckets_that_nobody_can_empty_end_at_once_and_hold_nothing_else_up(world: runs.Rehearsed) -> None:
    """Three buckets, and what comes after buckets: before, it took half an hour and left the topics and roles too."""
    account = world.inputs.accounts[1].account_id
    for part in ("opens", "noon", "closes"):
        world.participate(part, [account], kinds=["bucket", "topic", "policy"])
    world.pass_time(3600)
    world.simulated.differ(account, access={"denied": {"s3:DeleteObjectVersion": "organization"}})
    began = world.time[0]
    result, step = swept(world, 1)
    took = world.time[0] - began
    assert (result is Result.CLEAN, step.code) == (False, "EB-503")
    left = {each["kind"] for each in step.facts["left"]}
    assert left == {"bucket"}, step.facts["left"]
    assert all("service control policy" in each["why"] for each in step.facts["left"])
    assert {"topic", "stack", "role"} <= step.facts["removed"].keys()
    assert took < 600
