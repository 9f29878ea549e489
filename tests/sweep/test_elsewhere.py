"""Machines in other regions: found, told, removed when asked for; a closed region is never called clean."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bootstrap.engine.states import Outcome, Settled, Verdict
from bootstrap.event.names import Names
from bootstrap.steps.baseline import Baseline
from bootstrap.steps.step import StepVisit
from bootstrap.sweep.elsewhere import KINDS_ELSEWHERE, KINDS_REMOVED, ElsewhereStep
from bootstrap.sweep.marker import Claim
from bootstrap.sweep.rounds import Rounds
from tests.sweep.shelf import AFTER, BEFORE, NOON, Shelf, refusal

NAMES = Names("car-day", "111122223333", "ap-northeast-1")
MADE = datetime.fromtimestamp(NOON, UTC).isoformat()


class World(Shelf):
    """The home shelf, and one a region."""

    def __init__(self, *regions: str) -> None:
        super().__init__()
        self.others = {region: Shelf(region=region) for region in regions}
        self.asked: Counter[str] = Counter()
        self.denied = False

    def in_region(self, region: str) -> Shelf:
        found = self.others[region]
        found.at = max(found.at, self.at)
        self.asked[region] += 1
        return found

    def client(self, service: str) -> Any:
        return self if service == "ec2" else super().client(service)

    def describe_regions(self) -> Any:
        if self.denied:
            raise refusal("UnauthorizedOperation", "DescribeRegions")
        return {"Regions": [{"RegionName": each} for each in ("ap-northeast-1", *self.others)]}


def step(remove: bool = False, write: bool = True, stop_only: bool = False) -> ElsewhereStep:
    claim = Claim(baseline=Baseline(MADE, {"notebook": frozenset({"named-alike"})}, {}))
    kinds = KINDS_REMOVED if remove else KINDS_ELSEWHERE
    return ElsewhereStep(lambda: Rounds(kinds, claim.keep(NAMES, "r", home=False)), claim, write, remove, stop_only)


def swept(world: World, made: ElsewhereStep) -> Settled:
    visit = StepVisit(made, cast(Any, world), (), made.write)
    while not isinstance(answer := visit.visit(), Settled):
        world.at += max(answer.after, 0.01)
        for each in world.others.values():
            each.at = world.at
            each.advance()
    return answer


def test_nothing_elsewhere_is_ready_and_each_region_is_asked_once() -> None:
    world = World("eu-west-1", "us-east-1")
    state = step().check(cast(Any, world))
    assert state.verdict is Verdict.READY
    assert "2 other regions" in state.detail
    assert set(world.asked) == {"eu-west-1", "us-east-1"}


@pytest.mark.parametrize(("created", "found"), [(AFTER, True), (BEFORE, False)])
def test_what_came_after_the_baseline_is_told_and_stays_without_being_asked_for(created: float, found: bool) -> None:
    world = World("eu-west-1")
    # Of that name one stood at home; the baseline says nothing of other regions.
    world.others["eu-west-1"].put("notebook", "named-alike", "InService", created)
    end = swept(world, step())
    assert (end.code == "EB-508") == found
    assert world.others["eu-west-1"].touched == set()


@pytest.mark.parametrize(
    ("stop_only", "advice"), [(True, "--stop-only --everywhere stops them"), (False, "; --everywhere removes them")]
)
def test_the_evening_is_told_the_evenings_command(stop_only: bool, advice: str) -> None:
    world = World("eu-west-1")
    world.others["eu-west-1"].put("notebook", "n", "InService")
    end = swept(world, step(stop_only=stop_only))
    assert end.code == "EB-508"
    assert end.detail.endswith(advice)
    planned = swept(world, step(remove=True, write=False, stop_only=stop_only))
    assert planned.detail.startswith("stop " if stop_only else "remove ")
    assert [(row["id"], row["region"]) for row in planned.facts["objects"]] == [("n", "eu-west-1")]


def test_everywhere_removes_it_in_the_order_of_the_kinds() -> None:
    world = World("eu-west-1")
    there = world.others["eu-west-1"]
    there.put("endpoint", "e", "InService")
    there.put("scalable target", "endpoint/e/variant/v")
    there.put("notebook", "n", "InService")
    end = swept(world, step(remove=True))
    assert end.outcome is Outcome.CHANGED
    assert (there.left(), there.breaches) == ([], [])


def test_a_plan_of_everywhere_writes_nothing() -> None:
    world = World("eu-west-1")
    world.others["eu-west-1"].put("notebook", "n", "InService")
    assert swept(world, step(remove=True, write=False)).outcome is Outcome.PLANNED
    assert world.others["eu-west-1"].touched == set()


def test_a_region_that_may_not_be_looked_at_is_named_and_spoils_nothing() -> None:
    world = World("eu-west-1", "us-east-1")
    world.others["us-east-1"].unlisted = {kind.name for kind in KINDS_ELSEWHERE}
    end = swept(world, step())
    assert end.outcome is Outcome.READY
    assert "not examined: us-east-1" in end.detail
    assert list(end.facts["closed"]) == ["us-east-1"]


@pytest.mark.parametrize("code", ["ValidationException", "UnrecognizedClientException"])
def test_a_region_that_refuses_what_was_listed_at_home_was_not_looked_at(code: str) -> None:
    world = World("eu-west-1")

    def refuse(verb: str, item: Any) -> None:
        if item.name == "notebook":
            raise refusal(code, verb)

    world.others["eu-west-1"].refuse = refuse
    end = swept(world, step())
    assert (end.outcome, list(end.facts["closed"])) == (Outcome.READY, ["eu-west-1"])


def test_a_look_that_broke_off_goes_on_with_the_regions_that_it_did_not_reach() -> None:
    world = World("eu-west-1", "us-east-1")
    world.others["us-east-1"].put("notebook", "n", "InService")
    broken: list[str] = []

    def throttle(verb: str, item: Any) -> None:
        if not broken:
            broken.append(verb)
            raise refusal("ThrottlingException", verb)

    world.others["eu-west-1"].refuse = throttle
    assert swept(world, step()).code == "EB-508"


def test_regions_that_cannot_be_asked_for_are_unknown() -> None:
    world = World("eu-west-1")
    world.denied = True
    assert swept(world, step()).code == "EB-504"
