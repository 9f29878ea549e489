"""Whole runs: prepared, used by participants, swept; looked at behind the tool's back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bootstrap.aws.kinds import KINDS
from bootstrap.engine.outcomes import Result
from bootstrap.sweep.elsewhere import KINDS_REMOVED
from bootstrap.sweep.plan import Sweep
from tests.left_behind import Names, organizations, stands
from tests.runs import Rehearsed, folder, rehearsed

# What AWS makes for the account when its first endpoint is to scale stays, as AWS's own.
LINKED = frozenset({"AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"})
ABROAD = ("us-west-2", "eu-west-1", "ap-southeast-1")


@dataclass
class Day:
    """An event from before its beginning to its end; `before` and `mess` by the account's place in the roster."""

    running: Rehearsed
    before: list[dict[str, Names]] = field(default_factory=list)
    mess: list[dict[str, Names]] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)

    def pass_through(self, **how: Any) -> None:
        running = self.running
        self.refused += running.participate("before", **how)
        running.pass_time(3600)
        self.before = self.seen()
        ran, _ = running.provision(keep=False)
        assert ran.summary.exit_code == 0
        for part in ("opens", "noon", "closes"):
            self.refused += running.participate(part, **how)
        self.mess = self.seen()

    def to_stay(self) -> list[dict[str, Names]]:
        """Return the names that must stand at the end: those of before, the organization's, and AWS's own role."""
        kept = []
        for before, mess in zip(self.before, self.mess, strict=True):
            theirs = {"role": LINKED, **organizations(mess)}
            theirs["role"] |= LINKED
            kinds = before.keys() | theirs.keys()
            kept.append({kind: before.get(kind, frozenset()) | theirs.get(kind, frozenset()) for kind in kinds})
        return kept

    def seen(self, region: str = "") -> list[dict[str, Names]]:
        return [stands(self.running, number, region) for number in range(len(self.running.inputs.accounts))]


# What AWS does besides: a rule of a service's own, keys and a work team that stay at first, a stack that resists.
UNRULY = {
    "extends": "ordinary",
    "existing": {"managed_rules": ["DO-NOT-DELETE-sync"]},
    "workforce": {"delete_workteam_fails": 2},
    "buckets": {"delete_errors": 3, "filler": {"versions-*": 2_500}},
    "stacks": {"failures": [{"resource": "Topic", "reason": "in use", "during": "delete", "times": 1}]},
}


# In what states the event ends: on their way, at work, or refusing to go.
AWKWARD = {
    ("endpoint", "Creating"),
    ("endpoint", "Updating"),
    ("notebook", "InService"),
    ("notebook", "Pending"),
    ("notebook", "Stopped"),
    ("labelling job", "Initializing"),
    ("training job", "InProgress"),
    ("training job", "Completed"),
    ("tuning job", "InProgress"),
    ("Apps", "Pending"),
    ("InferenceComponents", "Creating"),
    ("PipelineExecutions", "Executing"),
    ("CompilationJobs", "INPROGRESS"),
}


def awkward(state: Any) -> set[tuple[str, str]]:
    """What stands in which states."""
    views = {"endpoint": "endpoints", "notebook": "notebooks", "training job": "training_jobs"}
    views |= {"tuning job": "tuning_jobs"}
    found = {(kind, each["status"]) for kind, view in views.items() for each in state[view]}
    found |= {(listing, each["status"]) for listing, things in state["sagemaker"].items() for each in things}
    return found | {("labelling job", each["LabelingJobStatus"]) for each in state["labeling_jobs"]}


@pytest.fixture
def day(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Day]:
    teams: int = getattr(request, "param", 1)
    at = folder(tmp_path_factory.mktemp("day"), teams=teams)
    (at / "unruly.yaml").write_text(json.dumps(UNRULY), encoding="utf-8")
    with rehearsed(at, str(at / "unruly.yaml")) as running:
        yield Day(running)


def test_one_account_with_all_the_mess_is_swept_clean_and_what_was_there_before_stays(day: Day) -> None:
    day.pass_through(everything=True)
    assert day.refused == []
    assert awkward(day.running.state()) >= AWKWARD
    came = {kind for kind, names in day.mess[0].items() if names - day.before[0].get(kind, frozenset())}
    assert {kind.name for kind in KINDS if not kind.report} - came == set()
    ran, _ = day.running.sweep(Sweep(everywhere=True))
    assert ran.summary.result is Result.CLEAN
    assert day.seen() == day.to_stay()
    assert ran.summary.accounts[0].steps["audit"].facts["uncovered"] == {}


@pytest.mark.more
@pytest.mark.parametrize("day", [4], indirect=True)
def test_every_account_with_its_share_of_the_mess_is_swept_clean(day: Day) -> None:
    """Together they leave every kind behind; of things elsewhere the kinds that cost go, the rest costs nothing."""
    day.pass_through()
    assert day.refused == []
    came = {kind for mess in day.mess for kind in mess}
    assert {kind.name for kind in KINDS if not kind.report} - came == set()
    assert len({frozenset(mess) for mess in day.mess}) > 1
    ran, _ = day.running.sweep(Sweep(everywhere=True))
    assert ran.summary.result is Result.CLEAN
    assert day.seen() == day.to_stay()
    elsewhere = {kind for region in ABROAD for found in day.seen(region) for kind in found}
    assert elsewhere & {kind.name for kind in KINDS_REMOVED} == set()


def test_in_the_evening_all_that_costs_stops_and_the_next_day_the_rest_goes(day: Day) -> None:
    day.pass_through(everything=True)
    assert day.running.sweep(Sweep(stop_only=True, everywhere=True))[0].summary.exit_code == 0
    [evening] = day.seen()
    costing = {kind.name for kind in KINDS if kind.costs}
    running = {(kind, name) for kind in costing for name in evening.get(kind, frozenset())}
    # Notebooks are only stopped: what is on their disks may be wanted in the morning.
    assert {kind for kind, _ in running} == {"notebook"}
    states = {(each["name"], each["status"]) for each in day.running.state()["notebooks"]}
    assert {name for name, status in states if status != "Stopped"} == {"research"}
    kept = ("bucket", "stack", "user pool", "role", "model", "endpoint config", "policy")
    assert {kind: evening[kind] for kind in kept} == {kind: day.mess[0][kind] for kind in kept}
    day.running.pass_time(12 * 3600)
    ran, _ = day.running.sweep(Sweep(everywhere=True))
    assert ran.summary.result is Result.CLEAN
    assert day.seen() == day.to_stay()
