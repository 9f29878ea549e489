"""Machines in other regions: found, told, removed when asked for; a closed region is never called clean."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bootstrap.aws.answers import NotAws, Why
from bootstrap.engine.states import Outcome, Settled, Verdict
from bootstrap.event.names import Names
from bootstrap.steps.baseline import Baseline
from bootstrap.steps.step import StepVisit
from bootstrap.sweep.elsewhere import KINDS_ELSEWHERE, KINDS_REMOVED, ElsewhereStep
from bootstrap.sweep.marker import Claim
from bootstrap.sweep.rounds import Rounds
from tests.sweep.shelf import AFTER, BEFORE, NOON, Shelf, refusal

NAMES = Names("car-day", "111122223333", "ap-northeast-1")
ALL = frozenset(kind.name for kind in KINDS_ELSEWHERE)
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
    end = swept(world, step())
    assert end.outcome is Outcome.READY
    assert "2 other regions" in end.detail
    assert world.asked == {"eu-west-1": 1, "us-east-1": 1}


def test_a_sweep_looks_when_listings_show_all_that_was_made_before_it_and_a_plan_at_once() -> None:
    world, began = World("eu-west-1"), NOON + 86_400
    world.at = began
    assert step(write=False).check(cast(Any, world)).verdict is Verdict.READY
    world.asked.clear()
    state = step().check(cast(Any, world))
    assert (state.verdict, state.look_again, world.asked) == (Verdict.WAITING, 60.0, {})


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


def refusing(code: str, message: str = "no", listings: frozenset[str] = ALL) -> Any:
    """What answers so for the listings of these kinds, and for other ones nothing."""

    def refuse(verb: str, item: Any) -> None:
        if verb == "list" and item.name in listings:
            raise refusal(code, verb, message)

    return refuse


BY_ORGANIZATION = "with an explicit deny in a service control policy"


def test_a_region_that_the_organization_closes_is_named_and_spoils_nothing() -> None:
    """Some services deny without saying whose policy it is."""
    world = World("eu-west-1", "us-east-1")
    world.others["us-east-1"].refuse = refusing("AccessDeniedException", BY_ORGANIZATION, ALL - {"notebook"})
    world.others["us-east-1"].unlisted = {"notebook"}
    end = swept(world, step())
    assert end.outcome is Outcome.READY
    assert "not examined: us-east-1" in end.detail
    assert list(end.facts["closed"]) == ["us-east-1"]


def test_a_service_that_the_organization_closes_in_a_region_spoils_nothing() -> None:
    world = World("eu-west-1")
    world.others["eu-west-1"].refuse = refusing("AccessDeniedException", BY_ORGANIZATION, frozenset({"notebook"}))
    assert swept(world, step()).outcome is Outcome.READY


@pytest.mark.parametrize("listings", [ALL, frozenset({"notebook"})])
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("AccessDeniedException", "because no identity-based policy allows the action"),
        ("AccessDeniedException", "no"),
        ("UnauthorizedOperation", "no"),
        ("UnrecognizedClientException", "The security token included in the request is invalid."),
        ("AuthFailure", "no"),
    ],
)
def test_a_region_that_only_the_tool_may_not_list_is_unknown(code: str, message: str, listings: frozenset[str]) -> None:
    world = World("eu-west-1", "us-east-1")
    world.others["us-east-1"].refuse = refusing(code, message, listings)
    end = swept(world, step())
    assert (end.outcome, end.code) == (Outcome.BLOCKED, "EB-504")
    assert "us-east-1" in end.detail
    assert list(end.facts["closed"]) == ["us-east-1"]


def test_an_answer_that_is_not_believed_leaves_the_region_unknown() -> None:
    world = World("eu-west-1")

    def refuse(verb: str, item: Any) -> None:
        if verb == "list" and item.name == "notebook":
            raise NotAws(call="ListNotebooks", fault=Why.UNPROVEN_KEY, status=200, media="json", length=2)

    world.others["eu-west-1"].refuse = refuse
    assert swept(world, step()).code == "EB-504"


def test_a_region_that_refuses_what_was_listed_at_home_is_named() -> None:
    """A service that is not offered in a region has no code of its own."""
    world = World("eu-west-1")
    world.others["eu-west-1"].refuse = refusing("ValidationException", listings=frozenset({"notebook"}))
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


def test_what_has_the_event_s_name_in_another_region_stays_if_it_is_older_than_the_event() -> None:
    world = World("eu-west-1")
    there = world.others["eu-west-1"]
    there.put("notebook", NAMES.notebook, "Stopped", created=BEFORE, mine=False)
    there.put("notebook", "theirs", "Stopped")
    assert swept(world, step(remove=True)).outcome in (Outcome.READY, Outcome.CHANGED)
    assert [each.name for each in there.items] == [NAMES.notebook]
