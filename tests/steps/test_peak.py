"""--peak: jobs in all accounts at once, stopped once all train; no job of it stays, however the run ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from bootstrap.aws.guard import Moment
from bootstrap.cli.commands import peak as command
from bootstrap.engine.at_once import JobSpan, at_once
from bootstrap.engine.outcomes import Summary
from bootstrap.engine.states import Outcome
from bootstrap.event.peak import peaks
from bootstrap.report import at_once as report
from bootstrap.steps.smoke.gathering import Gathering, PeakState
from bootstrap.steps.wishes import Wishes
from tests import runs
from tests.runs import Rehearsed

PREPARED = ("stack:buckets", "stack:roles", "materials", "quotas:training")
TEAMS = 2
SCENARIO = "extends: today\nquotas: {applied: {'ml.g5.2xlarge for training job usage': 4}}\n" \
    "training: {pool: {'ml.g5.*': 3}, no_capacity_status: Pending}\n"  # fmt: skip


@pytest.mark.parametrize(
    ("said", "at", "over"),
    [
        ([("a", PeakState.TRAINING)], 60, False),
        ([("a", PeakState.TRAINING), ("b", PeakState.STARTING)], 60, False),
        ([("a", PeakState.TRAINING), ("b", PeakState.TRAINING)], 60, True),
        ([("a", PeakState.TRAINING), ("b", PeakState.OUT)], 60, True),
        # An account that could not be entered is not waited for.
        ([("a", PeakState.TRAINING)], 300, True),
        ([("a", PeakState.TRAINING), ("b", PeakState.STARTING)], 890, False),
        ([("a", PeakState.TRAINING), ("b", PeakState.STARTING)], 900, True),
        ([], 900, True),
    ],
)
def test_jobs_are_stopped_once_all_train_or_the_time_is_over(
    said: list[tuple[str, PeakState]], at: float, over: bool
) -> None:
    gathering = Gathering({"a": 1, "b": 2}, 600.0)
    for account, state in said:
        gathering.tell(account, state, 50.0)
    assert (gathering.over(at) is not None) == over
    # What is over stays over, whatever the jobs do while they are stopped.
    gathering.tell("a", PeakState.STARTING, at)
    assert (gathering.over(at + 1) is not None) == over


@pytest.mark.parametrize(
    ("spans", "most"),
    [
        ([(0, 10)], [("g5", 1, 1)]),
        ([(0, 10), (10, 20)], [("g5", 1, 2)]),
        ([(0, 10), (9, 20), (5, 7)], [("g5", 2, 3)]),
        ([(0, 10), (9, 20), (5, 12)], [("g5", 3, 3)]),
        ([(3, 3), (3, 3)], [("g5", 2, 2)]),
        ([], []),
    ],
)
def test_jobs_ran_at_once_if_their_times_overlap(
    spans: list[tuple[int, int]], most: list[tuple[str, int, int]]
) -> None:
    found = at_once(JobSpan("here", "g5", begins, ends) for begins, ends in spans)
    assert [(each.instance_type, each.most, each.jobs) for each in found] == most


def test_each_region_and_type_is_counted_apart() -> None:
    found = at_once(
        [JobSpan("a", "g5", 0, 9), JobSpan("b", "g5", 0, 9), JobSpan("a", "g4", 0, 9), JobSpan("a", "g5", 1, 2)]
    )
    assert [(each.region, each.instance_type, each.most) for each in found] == [
        ("a", "g5", 2),
        ("a", "g4", 1),
        ("b", "g5", 1),
    ]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """Accounts with all that a training job needs, in a region with three instances."""
    at = runs.folder(tmp_path_factory.mktemp("peak"), TEAMS)
    (at / "scenario.yaml").write_text(SCENARIO)
    with runs.rehearsed(at, str(at / "scenario.yaml")) as made:
        made.provision(only=PREPARED)
        yield made


def peaked(world: Rehearsed, **more: Any) -> Summary:
    jobs = command.share(world.inputs, world.inputs.accounts)
    assert list(jobs.values()) == [2] * TEAMS
    wishes = Wishes(peak=Gathering(jobs, 600.0))
    return world.provision(only=("peak",), wishes=wishes, **more)[0].summary


def alive(world: Rehearsed) -> list[str]:
    states = [world.state(number) for number in range(TEAMS)]
    return [job["name"] for state in states for job in state["training_jobs"] if job["status"] == "InProgress"]


def test_it_says_how_many_ran_at_once_and_which_waited_in_aws_s_words(world: Rehearsed) -> None:
    summary = peaked(world)
    assert alive(world) == []
    found = [account.steps["peak"] for account in summary.accounts]
    waited = [each for each in found if each.code == "EB-834"]
    assert 0 < len(waited) < TEAMS
    assert {each.state for each in waited} == {Outcome.BLOCKED}
    assert all("Pending: Training job waiting for capacity" in each.detail for each in waited)
    regions = {each.account_id: each.region for each in world.inputs.accounts}
    spans = list(report.spans(summary, regions))
    [overlap] = at_once(spans)
    assert (overlap.most, overlap.jobs) == (3, 3)
    said = "\n".join(report.lines(spans, peaks(world.inputs.event, world.inputs.accounts), True))
    assert "3 of 3 jobs at the same time" in said
    assert "needs up to 4 at once" in said
    # None was stopped before the others trained, and none ran longer than it took to see that.
    assert overlap.ended - overlap.began < 900


def test_it_stops_all_once_all_train_and_the_next_run_starts_its_own(world: Rehearsed) -> None:
    jobs = command.share(world.inputs, world.inputs.accounts)
    first = dict.fromkeys(jobs, 1)
    ran, _ = world.provision(only=("peak",), wishes=Wishes(peak=Gathering(first, 600.0)))
    steps = [account.steps["peak"] for account in ran.summary.accounts]
    assert [each.state for each in steps] == [Outcome.CHANGED] * TEAMS
    assert ran.summary.ended - ran.summary.began < 600
    assert alive(world) == []


def test_ctrl_c_stops_its_jobs(world: Rehearsed) -> None:
    def tap(moment: Moment, account: str, service: str, operation: str) -> None:
        if operation == "DescribeTrainingJob" and moment == "after":
            raise KeyboardInterrupt

    summary = peaked(world, tap=tap)
    assert summary.interrupted
    assert alive(world) == []


def test_after_kill_9_the_next_smoke_run_stops_its_jobs(world: Rehearsed) -> None:
    child = os.fork()
    if child == 0:
        started = []

        def tap(moment: Moment, account: str, service: str, operation: str) -> None:
            if operation == "CreateTrainingJob" and moment == "after":
                started.append(account)
            if len(started) == 3:
                os.kill(os.getpid(), signal.SIGKILL)

        peaked(world, tap=tap)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    left = alive(world)
    assert len(left) == 3
    world.pass_time(3600)
    ran, _ = world.provision(only=("smoke",))
    assert [account.steps["smoke"].state for account in ran.summary.accounts] == [Outcome.CHANGED] * TEAMS
    assert alive(world) == []
    assert not {
        each
        for each in left
        if any(each in str(account.steps) and "trained" in each for account in ran.summary.accounts)
    }
    spans = list(report.spans(ran.summary, {each.account_id: each.region for each in world.inputs.accounts}))
    said = "\n".join(report.lines(spans, peaks(world.inputs.event, world.inputs.accounts), False))
    assert "--peak tries that" in said
