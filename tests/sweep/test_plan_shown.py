"""What a plan shows is what a sweep removes: every object is named, and nothing that came later goes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from bootstrap.engine.outcomes import AccountResult, Result, StepResult, Summary
from bootstrap.engine.states import Outcome
from bootstrap.errors import BadInput, catalogue
from bootstrap.report import removals
from bootstrap.sweep import saved_plan
from bootstrap.sweep.keep import Keep
from bootstrap.sweep.marker import Claim
from bootstrap.sweep.plan import Sweep
from bootstrap.sweep.rounds import Rounds
from bootstrap.sweep.saved_plan import SavedPlan
from bootstrap.sweep.sweeping import SweepStep
from bootstrap.sweep.verbs import verb, verb_to_stop
from tests.sweep.shelf import AFTER, NOON, Item, Shelf
from tests.sweep.test_loop import NAMES, baseline, step, swept


def planned(shelf: Shelf, judge: Any = verb) -> list[dict[str, Any]]:
    end = swept(shelf, step(shelf, judge, write=False), write=False)
    assert end.outcome is Outcome.PLANNED
    return cast(list[dict[str, Any]], end.facts["objects"])


def carried_out(shelf: Shelf, rows: list[dict[str, Any]], judge: Any = verb) -> Any:
    keep = Keep(baseline(shelf), NOON, NAMES, "access-role")
    only = frozenset(row["mark"] for row in rows)
    return swept(shelf, SweepStep(lambda: Rounds(shelf.kinds, keep, judge, only), Claim(), True))


def busy() -> Shelf:
    shelf = Shelf()
    for kind, name, status in (
        ("endpoint", "cars", "InService"),
        ("endpoint config", "cars", ""),
        ("notebook", "own", "InService"),
        ("training job", "train", "InProgress"),
        ("training job", "done", "Completed"),
        ("model", "m", ""),
        ("log group", "/aws/sagemaker/Endpoints/cars", ""),
    ):
        shelf.put(kind, name, status)
    shelf.put("notebook", "theirs", "InService", mine=False)
    return shelf


def test_every_object_is_named_with_its_date_its_state_what_is_done_and_why() -> None:
    shelf = busy()
    rows = planned(shelf)
    named = {(row["kind"], row["id"]): row for row in rows}
    assert {each for each in named if each[0] != "log group"} == {
        ("endpoint", "cars"), ("endpoint config", "cars"), ("notebook", "own"),
        ("training job", "train"), ("model", "m"),
    }  # fmt: skip
    assert {key: row["deed"] for key, row in named.items() if row["deed"] == "stop"} == {
        ("training job", "train"): "stop"
    }
    endpoint = named["endpoint", "cars"]
    assert (endpoint["state"], endpoint["region"]) == ("InService", "ap-northeast-1")
    assert endpoint["made"].startswith("2026-09-21T")
    assert endpoint["why"] == "it did not exist before the event"
    end = swept(shelf, step(shelf, write=False), write=False)
    assert end.facts["keeps"] == [{"kind": "notebook", "id": "theirs", "why": "existed before the event"}]


def test_log_groups_that_may_still_come_are_named_once() -> None:
    logs = [row["id"] for row in planned(busy()) if row["kind"] == "log group"]
    assert sorted(logs) == [
        "/aws/sagemaker/Endpoints/cars",
        "/aws/sagemaker/NotebookInstances",
        "/aws/sagemaker/TrainingJobs",
    ]
    shelf = busy()
    shelf.put("log group", "/aws/sagemaker/TrainingJobs", mine=False)
    assert "/aws/sagemaker/TrainingJobs" not in {row["id"] for row in planned(shelf)}


def test_in_the_evening_a_plan_says_stop() -> None:
    rows = {(row["kind"], row["id"]): row["deed"] for row in planned(busy(), verb_to_stop)}
    assert rows == {("training job", "train"): "stop", ("notebook", "own"): "stop", ("endpoint", "cars"): "delete"}


def test_what_was_shown_goes_and_the_account_is_clean() -> None:
    shelf = busy()
    rows = planned(shelf)
    # The endpoint's last lines create its log group anew; the training job writes its first ones.
    shelf.put("log group", "/aws/sagemaker/TrainingJobs", created=AFTER + 9)
    end = carried_out(shelf, rows)
    assert end.outcome is Outcome.CHANGED
    assert shelf.left() == []


LATER = AFTER + 3 * 3600.0
CAME: list[tuple[str, str, str]] = [
    ("endpoint", "late", "InService"),
    ("training job", "late", "InProgress"),
    ("model", "late", ""),
    ("log group", "/theirs", ""),
]


@pytest.mark.parametrize(("kind", "name", "status"), CAME)
def test_what_came_after_the_plan_stays_is_named_and_keeps_the_account_from_clean(
    kind: str, name: str, status: str
) -> None:
    shelf = busy()
    rows = planned(shelf)
    shelf.put(kind, name, status, LATER)
    end = carried_out(shelf, rows)
    assert (end.outcome, end.code) == (Outcome.BLOCKED, "EB-511")
    assert f"{kind} {name}" not in shelf.touched
    assert [(each["kind"], each["id"]) for each in end.facts["left"]] == [(kind, name)]
    assert "proved" not in end.facts
    assert end.facts["removed"]["endpoint"] == ["cars"]


def test_a_thing_that_took_the_name_of_one_in_the_plan_is_another_thing() -> None:
    shelf = busy()
    rows = planned(shelf)
    shelf.items = [each for each in shelf.items if (each.kind.name, each.name) != ("model", "m")]
    shelf.put("model", "m", created=LATER)
    end = carried_out(shelf, rows)
    assert (end.code, end.facts["left"][0]["id"]) == ("EB-511", "m")
    assert "model m" not in shelf.touched


def test_what_came_after_the_plan_and_ends_by_itself_is_waited_for() -> None:
    shelf = busy()
    rows = planned(shelf)
    late: Item = shelf.put("training job", "late", "Stopping", LATER)
    late.then = [(shelf.at + 900, "Stopped")]
    end = carried_out(shelf, rows)
    assert end.outcome is Outcome.CHANGED
    assert end.facts["proved"]


def test_nothing_shown_is_nothing_done() -> None:
    shelf = busy()
    end = carried_out(shelf, [])
    assert (end.code, shelf.touched) == ("EB-511", set())


def account(team: str, number: int, *rows: dict[str, Any], keeps: tuple[dict[str, Any], ...] = ()) -> AccountResult:
    facts = {"objects": list(rows), "keeps": list(keeps)}
    steps = {
        "marker": StepResult(Outcome.READY, "", facts={"baseline": f"digest-{number}"}),
        "sweep": StepResult(Outcome.PLANNED, "remove", facts=facts, settled=True),
    }
    return AccountResult(team, f"{number:012}", Result.PLANNED, {}, steps, frozenset(steps))


def row(kind: str, name: str, **more: Any) -> dict[str, Any]:
    usual = {"region": "ap-northeast-1", "made": None, "state": "", "deed": "delete", "why": "the tool made it"}
    return {"kind": kind, "id": name, **usual, "mark": f"mark-{kind}-{name}", **more}


def summary(*accounts: AccountResult) -> Summary:
    return Summary("run", Result.PLANNED, accounts, {}, (), 0.0, 1.0)


ALIKE = [
    account(
        f"team-{n}", n, row("bucket", f"car-day-sagemaker-{n:012}"), row("stack", "car-day-roles"),
        *([row("notebook", "mine", state="InService", why="new", made="2026-12-10T03:00:00+00:00")] if n == 7 else []),
        keeps=({"kind": "role", "id": "access", "why": "the access role"},),
    )
    for n in range(1, 41)
]  # fmt: skip


def test_what_is_alike_in_forty_accounts_is_named_once_and_what_is_not_in_its_own() -> None:
    groups = removals.groups(removals.rows_of(summary(*ALIKE)))
    assert [group.title for group in groups] == ["in each of 40 accounts", "in team-7"]
    assert [(line.kind, line.names) for line in groups[0].lines] == [
        ("bucket", ("car-day-sagemaker-<account>",)),
        ("stack", ("car-day-roles",)),
    ]
    assert groups[1].lines[0].names == ("mine (InService)",)
    assert groups[1].lines[0].dates == ("2026-12-10T03:00:00+00:00",)
    named = removals.groups([{"team": "a", "account_id": "1", "region": "", "keeps": [],
                              "objects": [row("user pool", "x_1", called="car-day-workers")]}])  # fmt: skip
    assert named[0].lines[0].names == ("x_1 (car-day-workers)",)
    (kept,) = removals.groups(removals.rows_of(summary(*ALIKE)), "keeps")
    assert (kept.title, kept.lines[0].names, kept.lines[0].word) == ("in each of 40 accounts", ("access",), "keep")


def saved(path: Path) -> SavedPlan:
    regions = {each.account_id: "ap-northeast-1" for each in ALIKE}
    made = saved_plan.of(summary(*ALIKE), "car-day", Sweep(stop_only=False, everywhere=True), "2026-12-11", regions)
    saved_plan.write(path, made)
    return made


def test_a_plan_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    made = saved(path)
    found = saved_plan.read(path, "car-day")
    assert found == made
    assert len(found.accounts) == 40
    confirmed = found.sweep()
    assert (confirmed.stop_only, confirmed.everywhere) == (False, True)
    assert confirmed.shown is not None
    assert confirmed.shown[f"{7:012}"].baseline == "digest-7"
    assert "mark-notebook-mine" in confirmed.shown[f"{7:012}"].marks
    assert "mark-notebook-mine" not in confirmed.shown[f"{8:012}"].marks


def test_an_account_that_was_not_looked_at_is_in_no_plan(tmp_path: Path) -> None:
    steps = {"access": StepResult(Outcome.BLOCKED, "no"), "sweep": StepResult(Outcome.SKIPPED, "after access")}
    unseen = replace(ALIKE[0], steps=steps)
    assert saved_plan.of(summary(unseen), "car-day", Sweep(), "now", {}).accounts == ()


def _edited(text: str) -> str:
    return text.replace('"id": "mine"', '"id": "another"')


def _resealed(change: Any) -> Any:
    def made(text: str) -> str:
        body = json.loads(text)
        body.pop("sha256")
        changed = change(body)
        return json.dumps({**changed, "sha256": saved_plan._digest(changed)})

    return made


DAMAGES: list[tuple[Any, str]] = [
    (lambda text: text[:-40], "EB-513"),
    (lambda text: "", "EB-513"),
    (lambda text: "[]", "EB-513"),
    (lambda text: "[" * 200_000, "EB-513"),
    (lambda text: "\x00", "EB-513"),
    (lambda text: json.dumps({"type": "event certificate", "schema": 1}), "EB-513"),
    (lambda text: text.replace('"schema": 1', '"schema": 2'), "EB-513"),
    (lambda text: text.replace('"schema": 1', '"schema": true'), "EB-513"),
    (_edited, "EB-514"),
    (lambda text: text.replace('"everywhere": true', '"everywhere": false'), "EB-514"),
    (lambda text: text.replace('"sha256"', '"sha"'), "EB-514"),
    (_resealed(lambda body: {**body, "event": "plane-day"}), "EB-515"),
    (_resealed(lambda body: {**body, "accounts": {}}), "EB-513"),
    (_resealed(lambda body: {**body, "accounts": [1]}), "EB-513"),
    (_resealed(lambda body: {**body, "accounts": [{**body["accounts"][0], "objects": [{}]}]}), "EB-513"),
    (_resealed(lambda body: {**body, "stop_only": "no"}), "EB-513"),
    (_resealed(lambda body: {**body, "made": None}), "EB-513"),
]


@pytest.mark.parametrize(("damage", "code"), DAMAGES)
def test_a_file_that_is_no_plan_of_this_event_is_refused_by_name(damage: Any, code: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    saved(path)
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(BadInput, match=code):
        saved_plan.read(path, "car-day")
    assert code in catalogue()


def test_a_file_that_is_not_there_or_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="EB-513"):
        saved_plan.read(tmp_path / "none.json", "car-day")
    with pytest.raises(BadInput, match="EB-513"):
        saved_plan.read(tmp_path, "car-day")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="EB-513"):
        saved(tmp_path / "file" / "plan.json")
