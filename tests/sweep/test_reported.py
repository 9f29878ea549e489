"""Kinds that the tool only reports: told with maker and place, never touched, and waited for while they may go."""

from __future__ import annotations

from typing import Any

import pytest

from bootstrap.aws.kinds import KINDS, Thing
from bootstrap.engine.states import Outcome
from bootstrap.steps.baseline import Baseline
from bootstrap.sweep.keep import Keep
from bootstrap.sweep.marker import Claim
from bootstrap.sweep.rounds import Rounds
from bootstrap.sweep.sweeping import SweepStep
from bootstrap.sweep.tries import Tried
from bootstrap.sweep.verbs import verb
from tests.sweep.shelf import BEFORE, NOON, Shelf
from tests.sweep.test_loop import NAMES, baseline, step, swept


def test_what_only_a_person_can_delete_is_left_untouched_and_told_with_its_maker_and_place() -> None:
    shelf = Shelf()
    shelf.put("EC2 instance", "i-1", "running")
    shelf.put("EC2 instance", "i-old", "running", BEFORE)
    shelf.put("model", "m")
    keep = Keep(baseline(Shelf()), NOON, NAMES, "access-role")
    end = swept(shelf, SweepStep(lambda: Rounds(shelf.kinds, keep, verb, None, lambda thing: "ann"), Claim(), True))
    assert (end.outcome, end.code) == (Outcome.BLOCKED, "EB-519")
    assert shelf.touched == {"model m"}
    (left,) = end.facts["left"]
    assert (left["kind"], left["id"]) == ("EC2 instance", "i-1")
    assert left["why"] == "only a person can delete it: EC2, Instances: terminate it; created by ann"


def test_what_goes_with_a_stack_or_a_domain_is_waited_for_before_a_person_is_asked() -> None:
    shelf = Shelf()
    domain = shelf.put("studio domain", "d", "InService")
    home = shelf.put("EFS file system", "fs-1", "available")
    shelf.seconds = 400.0

    def along(verb: str, item: Any) -> None:
        if item is domain and verb == "delete":
            home.then = [(shelf.at + 450.0, "gone")]

    shelf.refuse = along
    assert swept(shelf, step(shelf)).outcome is Outcome.CHANGED
    stays = Shelf()
    stays.put("studio domain", "d", "InService")
    stays.put("EFS file system", "fs-2", "available")
    assert swept(stays, step(stays)).code == "EB-519"


def test_a_role_stays_while_a_cluster_that_only_a_person_can_delete_may_need_it() -> None:
    rounds = Rounds(KINDS, Claim(baseline=Baseline("2026-01-01T00:00:00+00:00", {}, {})).keep(NAMES, "access"))
    role, cluster = (next(each for each in KINDS if each.name == name) for name in ("role", "EKS cluster"))
    rounds.pending = {
        "role": {"mine": Thing(role, "mine", None, "", {"RoleName": "mine"})},
        "EKS cluster": {"c": Thing(cluster, "c", None, "", {"name": "c"})},
    }
    assert not rounds.due(0.0)
    assert rounds.hopeful() == []
    assert "waits for EKS cluster c" in rounds.why(rounds.pending["role"]["mine"])


@pytest.mark.parametrize("final", [False, True])
def test_nobody_is_asked_to_delete_the_files_of_a_studio_domain_that_is_still_there(final: bool) -> None:
    rounds = Rounds(KINDS, Claim(baseline=Baseline("2026-01-01T00:00:00+00:00", {}, {})).keep(NAMES, "access"))
    domain, files = (next(each for each in KINDS if each.name == name) for name in ("studio domain", "EFS file system"))
    tag = {"Key": "ManagedByAmazonSageMakerResource", "Value": "arn:aws:sagemaker:eu-west-1:111122223333:domain/d-1"}
    rounds.pending = {
        "studio domain": {"d-1": Thing(domain, "d-1", None, "InService", {"DomainId": "d-1", "Status": "InService"})},
        "EFS file system": {
            "home": Thing(files, "home", None, "available", {"LifeCycleState": "available", "Tags": [tag]}),
            "own": Thing(files, "own", None, "available", {"LifeCycleState": "available", "Tags": []}),
        },
    }
    rounds.tried = {("studio domain", "d-1"): Tried(1, 0.0, "denied", final)}
    home, own = rounds.pending["EFS file system"].values()
    assert rounds.why(home) == "waits for studio domain d-1 (InService)"
    assert rounds.why(own) == "only a person can delete it: EFS, File systems: delete it"


def test_what_takes_long_is_looked_at_less_often() -> None:
    shelf = Shelf()
    slow = shelf.put("endpoint", "slow", "Deleting")
    slow.then = [(shelf.at + 3000.0, "gone")]
    assert swept(shelf, step(shelf)).outcome is Outcome.READY
    assert 40 < shelf.calls["sagemaker:list_endpoints"] < 90
