"""Whole runs against the simulated AWS: the contract that every step keeps, and what a run must never do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap.aws.operations import only_reads
from bootstrap.engine.outcomes import Result
from bootstrap.engine.states import Outcome
from bootstrap.steps.wishes import Wishes
from tests.runs import Rehearsed, folder, rehearsed, states


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    with rehearsed(folder(tmp_path_factory.mktemp("world"), teams=20)) as running:
        yield running


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return iter(range(20))


@pytest.fixture
def one(world: Rehearsed, numbers: Iterator[int]) -> Rehearsed:
    """An account that no test has touched yet."""
    return world.alone(next(numbers))


def written(calls: Counter[str]) -> list[str]:
    return sorted(name for name in calls if not only_reads(*name.split(":")))


def test_a_fresh_account_becomes_ready_and_a_second_run_writes_nothing(one: Rehearsed) -> None:
    first, _ = one.provision()
    assert {name: str(state) for name, state in states(first).items() if state is not Outcome.CHANGED} == {
        "access": "ready",
        "unused-stacks": "ready",
    }
    assert first.summary.exit_code == 0
    before = one.calls()
    second, _ = one.provision()
    assert set(states(second).values()) == {Outcome.READY}
    assert written(one.calls() - before) == []


def test_a_plan_writes_nothing_and_says_what_a_run_would_do(one: Rehearsed) -> None:
    ran, _ = one.provision(write=False)
    assert written(one.calls()) == []
    assert ran.summary.result is Result.PLANNED
    assert set(states(ran).values()) == {Outcome.READY, Outcome.PLANNED}


def test_marker_and_baseline_stay_as_they_are_in_a_later_run(one: Rehearsed) -> None:
    one.provision(only=["marker", "baseline"])
    before = one.calls()
    one.provision()
    puts = one.calls()["ssm:PutParameter"] - before["ssm:PutParameter"]
    assert puts == len(one.inputs.accounts[0].emails)


def test_baseline_is_complete_before_anything_else_is_made(one: Rehearsed) -> None:
    _, seen = one.provision()
    at = {step: index for index, (step, state) in enumerate((each.step, each.state) for each in seen.events)}
    first_work = [each.step for each in seen.events if each.state is Outcome.WORKING]
    assert first_work[:2] == ["marker", "baseline"]
    assert at["baseline"] < min(at[step] for step in at if step not in ("access", "marker", "baseline"))


def test_one_account_that_cannot_be_reached_stops_no_other(tmp_path: Path) -> None:
    at = folder(tmp_path, teams=3)
    rows = (at / "accounts.csv").read_text().splitlines()
    with rehearsed(at) as running:
        (at / "accounts.csv").write_text("\n".join([rows[0] + ",role_arn", *[f"{row}," for row in rows[1:]]]))
        ran, _ = _with_a_wrong_role(running).provision()
    assert [str(each.result) for each in ran.summary.accounts] == ["ready", "failed", "ready"]
    broken = ran.summary.accounts[1].steps
    assert broken["access"].code is not None
    assert {step.state for name, step in broken.items() if name != "access"} == {Outcome.SKIPPED}


def _with_a_wrong_role(running: Rehearsed) -> Rehearsed:
    from dataclasses import replace

    accounts = list(running.inputs.accounts)
    accounts[1] = replace(accounts[1], role_arn=f"arn:aws:iam::{accounts[1].account_id}:role/no-such-role")
    running.inputs = replace(running.inputs, accounts=tuple(accounts))
    return running


def test_smoke_again_trains_once_more_and_nothing_else_changes(one: Rehearsed) -> None:
    one.provision()
    before = one.calls()
    ran, _ = one.provision(only=["smoke"], wishes=Wishes(smoke_again=True))
    assert states(ran)["smoke"] is Outcome.CHANGED
    assert written(one.calls() - before) == ["sagemaker:CreateTrainingJob"]


def test_today_falls_back_and_ends_ready_with_the_optional_lab_blocked(tmp_path: Path) -> None:
    with rehearsed(folder(tmp_path), "today") as running:
        ran, _ = running.provision()
        jobs = running.state()["training_jobs"]
    account = ran.summary.accounts[0]
    assert ran.summary.exit_code == 0
    assert {name: str(result) for name, result in account.labs.items()} == {
        "ground-truth": "blocked",
        "notebook": "ready",
        "tuning": "ready",
    }
    assert account.steps["workforce"].state is Outcome.BLOCKED
    assert "no longer open to new customers" in account.steps["workforce"].detail
    assert "ml.p3.2xlarge" in account.steps["quotas:training"].detail
    assert [job["params"]["ResourceConfig"]["InstanceType"] for job in jobs] == ["ml.g5.2xlarge"]


def test_nobody_s_address_or_password_reaches_an_event(one: Rehearsed) -> None:
    _, seen = one.provision()
    told = repr([(each.detail, each.cause, dict(each.facts)) for each in seen.events])
    assert "example.com" not in told
    assert "assword" not in told.replace("passwords live only", "")


def test_a_region_without_cognito_is_ready_for_all_but_the_labelling_lab(tmp_path: Path) -> None:
    with rehearsed(folder(tmp_path, region="cn-north-1")) as running:
        ran, _ = running.provision()
        stacks = running.state()["stacks"]
    account = ran.summary.accounts[0]
    assert ran.summary.exit_code == 0
    assert account.steps["workforce"].code == "EB-310"
    assert "stack:workforce" not in account.steps
    assert {each["status"] for each in stacks} == {"CREATE_COMPLETE"}


def test_a_narrow_run_records_what_stood_before_it_makes_anything(one: Rehearsed) -> None:
    ran, seen = one.provision(only=["stack:buckets"])
    assert set(states(ran)) == {"access", "marker", "baseline", "stack:buckets"}
    order = [each.step for each in seen.events if each.state is Outcome.CHANGED]
    assert order == ["marker", "baseline", "stack:buckets"]
