"""The loop against shelves of things: never a false clean, never a breach of order, never without end."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

import pytest

from bootstrap.aws.kinds import KINDS, Thing, things
from bootstrap.engine.states import Outcome, Settled
from bootstrap.event.names import Names
from bootstrap.steps.baseline import Baseline
from bootstrap.steps.step import StepVisit
from bootstrap.sweep.keep import Keep
from bootstrap.sweep.marker import Claim
from bootstrap.sweep.rounds import Rounds
from bootstrap.sweep.sweeping import SweepStep
from bootstrap.sweep.verbs import Verb, verb, verb_to_stop
from tests.sweep.shelf import AFTER, LISTINGS, NOON, PLAIN, Item, Shelf, made, refusal

SEEDS = int(os.environ.get("SWEEP_SEEDS") or 100)
PATIENCE = 5400.0
STACKSETS = {
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {
                "AWS": "arn:aws:iam::999999999999:role/aws-service-role/stacksets.cloudformation.amazonaws.com/"
                "AWSServiceRoleForCloudFormationStackSetsOrgAdmin"
            },
        }
    ]
}
NAMES = Names("car-day", "111122223333", "ap-northeast-1")


def baseline(shelf: Shelf) -> Baseline:
    """Of what is not the event's, whenever it was made."""
    names: dict[str, frozenset[str]] = {kind.name: frozenset() for kind in shelf.kinds}
    for item in shelf.items:
        if not item.mine:
            names[item.kind.name] |= {item.name}
    return Baseline(datetime.fromtimestamp(NOON, UTC).isoformat(), names, {})


def step(shelf: Shelf, judge: Any = verb, write: bool = True, known: Baseline | None = None) -> SweepStep:
    keep = Keep(known or baseline(shelf), NOON, NAMES, "access-role")
    return SweepStep(lambda: Rounds(shelf.kinds, keep, judge), Claim(), write, patience=PATIENCE)


def swept(shelf: Shelf, made_step: SweepStep | None = None, write: bool = True) -> Settled:
    """Visit until it settles, as the engine does; fails when that takes longer than its patience and some."""
    visit = StepVisit(made_step or step(shelf, write=write), cast(Any, shelf), (), write)
    began = shelf.at
    while True:
        answer = visit.visit()
        if isinstance(answer, Settled):
            return answer
        shelf.at += max(answer.after, 0.01)
        assert shelf.at - began < PATIENCE + 1800, f"no end: {answer.detail}"


@cache
def drawn(seed: int) -> tuple[Shelf, frozenset[str], Settled]:
    """Return a shelf that was swept, what on it was not the event's, and the sweep's end."""
    shelf = made(seed)
    others = frozenset(f"{each.kind.name} {each.name}" for each in shelf.items if not each.mine)
    return shelf, others, swept(shelf)


@pytest.mark.parametrize("first", range(0, SEEDS, 100))
def test_whatever_is_on_the_shelf_it_is_clean_or_said_to_be_left(first: int) -> None:
    for seed in range(first, min(first + 100, SEEDS)):
        shelf, others, end = drawn(seed)
        trouble = f"seed {seed}: {end.outcome} {end.code} {end.detail}; left {shelf.left()}"
        assert shelf.breaches == [], f"seed {seed}"
        assert shelf.touched & others == set(), f"seed {seed}"
        if end.outcome in (Outcome.READY, Outcome.CHANGED):
            assert not shelf.left(), trouble
            assert not shelf.unlisted, trouble
        elif end.code == "EB-503":
            said = {f"{each['kind']} {each['id'].split()[0]}" for each in end.facts["left"]}
            assert {each for each in shelf.left() if each.rsplit(" ", 1)[0] not in shelf.unlisted} <= said, trouble
            assert all(each["why"] for each in end.facts["left"]), trouble
        else:
            assert end.code in ("EB-504", "EB-370"), trouble


def test_most_seeds_end_clean_and_some_do_not() -> None:
    ends = [drawn(seed)[2] for seed in range(60)]
    clean = sum(end.outcome in (Outcome.READY, Outcome.CHANGED) for end in ends)
    assert 20 < clean < 60


def test_an_empty_account_costs_two_listings_a_kind_a_minute_apart() -> None:
    shelf = Shelf()
    assert swept(shelf).outcome is Outcome.READY
    assert sum(shelf.calls.values()) == 2 * len(PLAIN)


def test_a_plan_lists_once_and_writes_nothing() -> None:
    shelf = made(3)
    shelf.refuse = lambda verb, item: None
    shelf.unlisted = set()
    end = swept(shelf, write=False)
    assert end.outcome is Outcome.PLANNED
    assert end.detail.startswith("remove ")
    # And one listing of the stacks to which these things may belong.
    assert shelf.calls.pop("cloudformation:describe_stacks") == 1
    assert sum(shelf.calls.values()) == len(PLAIN)
    assert not shelf.touched


def test_the_last_listing_is_of_every_kind() -> None:
    shelf = Shelf()
    shelf.put("model", "m")
    swept(shelf)
    lists = [name for name in shelf.calls if name.partition(":")[2].startswith(("list", "describe", "scan"))]
    lists.remove("cloudformation:describe_stacks")
    assert len(lists) == len(LISTINGS)
    assert all(shelf.calls[name] >= 2 for name in lists)


def test_what_appears_while_it_is_proven_goes_round_again() -> None:
    shelf = Shelf()
    shelf.put("endpoint", "e", "InService")
    seen: list[str] = []

    def appear(verb: str, item: Any) -> None:
        if verb == "list" and item.name == "log group" and not shelf.items and not seen:
            seen.append(item.name)
            shelf.put("log group", "/aws/sagemaker/late")

    shelf.refuse = appear
    end = swept(shelf)
    assert end.outcome is Outcome.CHANGED
    assert seen
    assert "log group /aws/sagemaker/late" in shelf.touched
    assert not shelf.left()


def test_a_kind_that_cannot_be_listed_is_never_clean_and_holds_what_comes_after_it() -> None:
    shelf = Shelf(unlisted={"endpoint"})
    shelf.put("endpoint config", "c")
    shelf.put("notebook", "n", "InService")
    end = swept(shelf)
    assert (end.outcome, end.code) == (Outcome.BLOCKED, "EB-503")
    assert shelf.left() == ["endpoint config c"]
    assert "cannot be listed" in end.facts["left"][0]["why"]
    shelf.items.clear()
    assert swept(shelf).code == "EB-504"


def test_what_costs_is_deleted_even_if_what_may_hang_on_it_cannot_be_listed() -> None:
    shelf = Shelf(unlisted={"monitoring schedule"})
    shelf.put("endpoint", "e", "InService")
    shelf.put("endpoint", "held", "InService")
    assert swept(shelf).code == "EB-504"
    assert shelf.left() == []
    shelf.put("endpoint", "held", "InService")
    shelf.put("monitoring schedule", "hourly", "Scheduled")
    end = swept(shelf)
    assert (end.code, end.facts["left"][0]["why"]) == ("EB-503", "ValidationException: hourly hangs on it")


def test_a_service_that_is_not_offered_spoils_nothing() -> None:
    shelf = Shelf()

    def closed(verb: str, item: Any) -> None:
        if verb == "list" and item.name == "mlflow server":
            raise refusal("ValidationException", "list", "not available to your account")

    shelf.refuse = closed
    shelf.put("model", "m")
    known = baseline(shelf)
    end = swept(shelf, step(shelf, known=Baseline(known.made, known.names, {"mlflow server": "not offered: closed"})))
    assert end.outcome is Outcome.CHANGED
    assert "not available" in end.facts["gaps"]["mlflow server"]["answer"]


def test_what_the_baseline_could_list_and_nobody_can_list_now_is_not_called_clean() -> None:
    shelf = Shelf()
    shelf.put("model", "m")

    def refuse(verb: str, item: Any) -> None:
        if verb == "list" and item.name == "model":
            raise refusal("ValidationException", "list", "something new")

    shelf.refuse = refuse
    end = swept(shelf)
    assert (end.code, shelf.left()) == ("EB-504", ["model m"])
    assert "something new" in end.detail


def test_a_denied_deletion_is_asked_for_once_and_named() -> None:
    shelf = Shelf()
    shelf.put("model", "m")

    def deny(verb: str, item: Any) -> None:
        if verb == "delete":
            raise refusal("AccessDeniedException", verb, "explicit deny in a service control policy")

    shelf.refuse = deny
    end = swept(shelf)
    assert (end.code, shelf.calls["sagemaker:delete_model"]) == ("EB-503", 1)
    assert "service control policy" in end.facts["left"][0]["why"]


def test_what_comes_back_for_ever_is_left_not_tried_for_ever() -> None:
    shelf = Shelf()
    item = shelf.put("log group", "/aws/again")
    shelf.comes_back[item.name] = 10_000
    end = swept(shelf)
    assert end.code == "EB-503"
    assert shelf.calls["logs:delete_log_group"] <= 12
    assert "still listed" in end.facts["left"][0]["why"]


def test_success_false_is_no_success() -> None:
    shelf = Shelf()
    item = shelf.put("workteam", "Everyone-in-private-workforce")
    shelf.comes_back[item.name] = 2
    assert swept(shelf).outcome is Outcome.CHANGED
    assert shelf.calls["sagemaker:delete_workteam"] == 3
    shelf.put("workteam", "for ever")
    shelf.comes_back["for ever"] = 10_000
    assert "Success: false" in swept(shelf).facts["left"][0]["why"]


def test_an_endpoint_that_is_made_for_ever_ends_with_the_patience() -> None:
    shelf = Shelf()
    shelf.put("endpoint", "e", "Creating")
    shelf.put("endpoint config", "c")
    end = swept(shelf)
    assert end.code == "EB-503"
    assert {each["why"] for each in end.facts["left"]} == {"its status is Creating", "waits for endpoint e (Creating)"}


def test_what_is_on_its_way_is_told_by_its_state_whatever_an_earlier_try_met() -> None:
    """The first answer got lost, and the second try met an endpoint that was being deleted already."""
    shelf = Shelf()
    item = shelf.put("endpoint", "e", "InService")

    def lose(verb: str, other: Any) -> None:
        if verb == "delete":
            item.status = "Deleting"
            raise refusal("ValidationException", verb, "Cannot delete in-progress endpoint")

    shelf.refuse = lose
    end = swept(shelf)
    assert [each["why"] for each in end.facts["left"]] == ["its status is Deleting"]


def test_the_evening_stops_what_runs_and_leaves_the_rest() -> None:
    shelf = Shelf()
    shelf.put("notebook", "n", "InService")
    shelf.put("training job", "t", "InProgress")
    shelf.put("endpoint", "e", "InService")
    shelf.put("model", "m")
    shelf.put("notebook", "off", "Stopped")
    end = swept(shelf, step(shelf, verb_to_stop))
    assert end.outcome is Outcome.CHANGED
    stays = sorted((each.name, each.status) for each in shelf.items)
    assert stays == [("m", ""), ("n", "Stopped"), ("off", "Stopped"), ("t", "Stopped")]
    assert end.facts["stopped"] == {"notebook": ["n"], "training job": ["t"]}
    assert end.facts["removed"] == {"endpoint": ["e"]}


def test_machines_are_stopped_before_anything_else_is_deleted() -> None:
    shelf = Shelf()
    order: list[str] = []
    shelf.refuse = lambda verb, item: order.append(f"{verb} {item.name}") if verb != "list" else None
    for number in range(40):
        shelf.put("feature group", f"group-{number}", "Created")
    shelf.put("notebook", "n", "InService")
    shelf.put("training job", "t", "InProgress")
    swept(shelf)
    assert set(order[:2]) == {"stop n", "stop t"}


def test_a_visit_stays_short_however_much_is_left() -> None:
    shelf = Shelf()
    for number in range(200):
        shelf.put("feature group", f"group-{number}", "Created")
    visit = StepVisit(step(shelf), cast(Any, shelf), (), True)
    sent = []
    for _ in range(5):
        before = sum(shelf.calls.values())
        visit.visit()
        sent.append(sum(shelf.calls.values()) - before)
    assert max(sent) <= len(PLAIN) + 25


@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: kind.name)
def test_each_state_has_its_verb(kind: Any) -> None:
    def found(state: str) -> Verb:
        shelf = Shelf()
        shelf.put(kind.name, "x", state)
        (thing,) = things_of(shelf, kind)
        return verb(thing)

    assert {found(state) for state in kind.stop_in} <= {Verb.STOP}
    assert {found(state) for state in kind.delete_in} <= {Verb.REPORT if kind.report else Verb.DELETE}
    assert {found(state) for state in kind.wait_in} <= {Verb.WAIT}
    assert {found(state) for state in kind.done_in} <= {Verb.NOTHING}


def things_of(shelf: Shelf, kind: Any) -> Any:
    return things(kind, shelf.client(kind.service), shelf.region).found


@pytest.mark.parametrize(
    ("mine", "created", "gap", "own", "verdict"),
    [
        (False, NOON + 60, "", False, "existed before the event"),
        (True, NOON + 60, "", False, None),
        (True, NOON - 60, "", False, "created before the baseline"),
        (True, NOON - 60, "", True, None),
        (True, NOON + 60, "cut", False, None),
        (True, NOON - 60, "cut", False, "created before the baseline"),
    ],
)
def test_what_stays(mine: bool, created: float, gap: str, own: bool, verdict: str | None) -> None:
    shelf = Shelf()
    item = shelf.put("notebook", NAMES.notebook if own else "theirs", "InService", created, mine)
    known = baseline(shelf)
    keep = Keep(Baseline(known.made, known.names, {"notebook": gap} if gap else {}), NOON, NAMES, "r")
    (thing,) = things_of(shelf, item.kind)
    reason = keep.reason(thing)
    assert (reason.words if reason else None) == verdict


@pytest.mark.parametrize(
    ("kind", "shown", "words"),
    [
        ("stack", {"StackName": "theirs", "Outputs": [{"OutputValue": "arn:aws:iam::1:role/access"}]}, None),
        ("stack", {"StackName": "StackSet-mine"}, None),
        ("role", {"RoleName": "access", "Path": "/"}, "the access role"),
        ("policy", {"Arn": "arn:aws:iam::1:policy/access-guard"}, None),
        ("role", {"RoleName": "AWSServiceRoleForX", "Path": "/aws-service-role/x.amazonaws.com/"}, "a role of AWS"),
        ("role", {"RoleName": "AWSReservedSSO_Admin", "Path": "/aws-reserved/sso.amazonaws.com/"}, "a role of AWS"),
        (
            "role",
            {"RoleName": "any", "Path": "/", "AssumeRolePolicyDocument": STACKSETS},
            "the organization's StackSets",
        ),
        ("role", {"RoleName": "AWSReservedSSO_mine", "Path": "/"}, None),
        ("role", {"RoleName": "AmazonSageMaker-ExecutionRole-1", "Path": "/service-role/"}, None),
        ("rule", {"Name": "triage", "ManagedBy": "security-ir.amazonaws.com"}, "managed by security-ir"),
        ("rule", {"Name": "theirs"}, None),
        ("event bus", {"Name": "default"}, "every account has it"),
        ("event bus", {"Name": "theirs"}, None),
        ("log group", {"logGroupName": "/aws/sagemaker/x"}, None),
    ],
)
def test_what_may_never_be_touched(kind: str, shown: dict[str, Any], words: str | None) -> None:
    row = next(each for each in KINDS if each.name == kind)
    thing = Thing(row, row.name_of(shown), AFTER, "", shown)
    known = Baseline(datetime.fromtimestamp(NOON, UTC).isoformat(), {kind: frozenset()}, {})
    reason = Keep(known, NOON, NAMES, "access").reason(thing)
    assert (words is None and reason is None) or (words is not None and reason is not None and words in reason.words)


def test_without_a_date_and_without_a_listing_of_before_a_thing_is_in_doubt() -> None:
    shelf = Shelf()
    shelf.put("topic", "arn:aws:sns:ap-northeast-1:111122223333:theirs")
    known = baseline(shelf)
    gap = Baseline(known.made, known.names, {"topic": "not looked at: AccessDenied"})
    end = swept(shelf, step(shelf, known=gap))
    assert (end.code, shelf.touched) == ("EB-507", set())
    assert end.facts["left"][0]["why"].startswith("may have existed before")


def test_an_item_shows_what_its_row_reads() -> None:
    for kind in PLAIN:
        assert set(Item(kind, "x", NOON, "").shown()) >= {
            each.partition(".")[0] for each in (*kind.ids, kind.created, kind.status) if each
        }


def test_a_listing_that_is_refused_after_a_page_was_not_looked_at() -> None:
    kind = next(each for each in PLAIN if each.name == "model")

    class Broken:
        def can_paginate(self, operation: str) -> bool:
            return False

        def list_models(self, NextToken: str = "", **params: Any) -> Any:
            if NextToken:
                raise refusal("ValidationException", "list", "Invalid pagination token")
            return {"Models": [{"ModelName": "m", "CreationTime": datetime.fromtimestamp(NOON, UTC)}], "NextToken": "2"}

    found = things(kind, Broken(), "ap-northeast-1")
    assert (found.unseen, found.found) == (True, ())
    assert found.gap is not None
    assert "Invalid pagination token" in found.gap.answer
