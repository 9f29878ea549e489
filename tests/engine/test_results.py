"""Events in, results out: tables, without any AWS or file."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from bootstrap import errors
from bootstrap.engine import outcomes, results
from bootstrap.engine.outcomes import (
    CleanEvent,
    Phase,
    PlannedAccount,
    PlannedLab,
    PlannedStep,
    Result,
    RunPlan,
    cleaned,
)
from bootstrap.engine.results import Tally
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import NOTE, Outcome, StepEvent

LABS = (PlannedLab("labelling", required=False), PlannedLab("notebook"))
STEPS = (
    PlannedStep("access"),
    PlannedStep("workforce", frozenset({"labelling"})),
    PlannedStep("smoke", frozenset({"notebook"})),
)
READY, CHANGED, WAITING, FAILED = Outcome.READY, Outcome.CHANGED, Outcome.WAITING, Outcome.FAILED
BLOCKED, SKIPPED, PLANNED, WORKING = Outcome.BLOCKED, Outcome.SKIPPED, Outcome.PLANNED, Outcome.WORKING
ELSEWHERE = Outcome.ELSEWHERE


def plan(*teams: str) -> RunPlan:
    accounts = tuple(PlannedAccount(team, f"{number:012}", STEPS, LABS) for number, team in enumerate(teams, 1))
    return RunPlan("run", RunKind.PROVISION, "cars", 100.0, accounts)


def happened(
    run: RunPlan, team: str, step: str, state: Outcome, at: float = 110.0, detail: str = "", code: str | None = None,
    settled: bool = True, cause: str | None = None, after: str | None = None, facts: Mapping[str, Any] | None = None,
) -> CleanEvent:  # fmt: skip
    account_id = next(each.account_id for each in run.accounts if each.team == team)
    said = detail or f"{step} {state}"
    return cleaned(
        StepEvent("run", 1, at, "actor", team, account_id, step, state, said, settled, code, cause, facts or {}, after)
    )


def phase_of(board: results.Tally) -> Phase:
    """The phase of the first team's account."""
    return board.phases["a", "000000000001"]


def fold(*states: Outcome | None) -> outcomes.Summary:
    """One team whose steps ended so; None: no event came."""
    run = plan("team-1")
    seen = zip(STEPS, states, strict=True)
    return results.fold(run, [happened(run, "team-1", step.id, state) for step, state in seen if state])


@pytest.mark.parametrize(
    ("access", "workforce", "smoke", "account", "labelling", "notebook", "exit_code"),
    [
        (READY, READY, CHANGED, "ready", "ready", "ready", errors.READY),
        (READY, BLOCKED, CHANGED, "ready", "blocked", "ready", errors.READY),
        (READY, FAILED, CHANGED, "ready", "failed", "ready", errors.READY),
        (READY, WAITING, CHANGED, "ready", "waiting", "ready", errors.READY),
        (READY, READY, BLOCKED, "failed", "ready", "blocked", errors.FAILED),
        (READY, READY, FAILED, "failed", "ready", "failed", errors.FAILED),
        (READY, READY, WAITING, "waiting", "ready", "waiting", errors.WAITING),
        (READY, READY, WORKING, "waiting", "ready", "waiting", errors.WAITING),
        (READY, READY, None, "waiting", "ready", "waiting", errors.WAITING),
        (FAILED, SKIPPED, SKIPPED, "failed", "failed", "failed", errors.FAILED),
        (BLOCKED, SKIPPED, SKIPPED, "failed", "blocked", "blocked", errors.FAILED),
        (WAITING, WAITING, WAITING, "waiting", "waiting", "waiting", errors.WAITING),
        (PLANNED, PLANNED, READY, "planned", "planned", "planned", errors.READY),
        (READY, PLANNED, READY, "ready", "planned", "ready", errors.READY),
        (READY, READY, PLANNED, "planned", "ready", "planned", errors.READY),
        (PLANNED, READY, WAITING, "waiting", "planned", "waiting", errors.WAITING),
    ],
)
def test_an_account_is_what_its_common_steps_and_required_labs_are(
    access: Outcome, workforce: Outcome, smoke: Outcome | None, account: str, labelling: str, notebook: str,
    exit_code: int,
) -> None:  # fmt: skip
    summary = fold(access, workforce, smoke)
    assert summary.accounts[0].result == account
    assert summary.accounts[0].labs == {"labelling": labelling, "notebook": notebook}
    assert (summary.result, summary.exit_code) == (account, exit_code)


def test_an_account_is_ready_without_a_step_that_only_tells_something() -> None:
    told = PlannedStep("unused-stacks", counts=False)
    accounts = tuple(replace(each, steps=(*each.steps, told)) for each in plan("a").accounts)
    run = replace(plan("a"), accounts=accounts)
    [account] = results.fold(run, [happened(run, "a", step.id, READY) for step in STEPS]).accounts
    assert account.result is Result.READY
    assert "unused-stacks" not in account.counted


def test_a_step_in_a_summary_is_never_working_and_never_missing() -> None:
    steps = fold(READY, None, WORKING).accounts[0].steps
    assert [each.state for each in steps.values()] == [READY, WAITING, WAITING]
    assert steps["workforce"].detail == "not reached yet"


def test_the_run_is_as_its_worst_account_and_interruption_has_its_own_exit_code() -> None:
    run = plan("a", "b", "c")
    said = [happened(run, team, step.id, READY) for team in "abc" for step in STEPS]
    assert results.fold(run, said).exit_code == errors.READY
    waiting = results.fold(run, [*said, happened(run, "b", "smoke", WAITING)])
    assert waiting.exit_code == errors.WAITING
    assert waiting.counts == {Result.READY: 2, Result.WAITING: 1}
    assert results.fold(run, said[:-1], interrupted=True).exit_code == errors.INTERRUPTED


def test_the_same_cause_is_said_once_with_its_teams_in_natural_order() -> None:
    run = plan("team-10", "team-9", "team-1")
    said = [happened(run, each.team, "smoke", BLOCKED, code="EB-231", cause="quota") for each in run.accounts]
    (cause,) = results.fold(run, said).causes
    assert cause.teams == ("team-1", "team-9", "team-10")
    assert (cause.code, cause.state, cause.steps, cause.required) == ("EB-231", BLOCKED, ("smoke",), True)


def test_a_cause_keeps_what_differs_and_joins_what_differs_only_by_the_account() -> None:
    run = plan("team-10", "team-9", "team-1")
    said = [
        happened(run, each.team, "smoke", BLOCKED, code="EB-231", detail=detail.format(each.account_id))
        for each, detail in zip(run.accounts, ("bucket x-{}", "no machine abroad", "bucket x-{}"), strict=True)
    ]
    (cause,) = results.fold(run, said).causes
    assert [(each.detail, each.steps, each.teams) for each in cause.said] == [
        ("bucket x-<account>", ("smoke",), ("team-1", "team-10")),
        ("no machine abroad", ("smoke",), ("team-9",)),
    ]


def test_an_account_of_another_run_is_no_failure_and_has_no_steps_that_were_skipped() -> None:
    run = plan("a", "b", "c")
    said = [happened(run, "a", step.id, READY) for step in STEPS]
    said += [happened(run, each, "access", ELSEWHERE, code="EB-520", detail="bo works here") for each in "bc"]
    summary = results.fold(run, said)
    assert (summary.result, summary.exit_code) == (Result.ELSEWHERE, errors.WAITING)
    assert [each.result for each in summary.accounts] == [Result.READY, Result.ELSEWHERE, Result.ELSEWHERE]
    assert all(each.finished for each in summary.accounts)
    (cause,) = summary.causes
    assert (cause.code, cause.steps, cause.teams) == ("EB-520", ("access",), ("b", "c"))
    waits = results.fold(run, [*said[:-1], happened(run, "c", "smoke", WAITING)])
    assert (waits.result, waits.exit_code) == (Result.WAITING, errors.WAITING)
    fails = results.fold(run, [*said[:-1], happened(run, "c", "smoke", FAILED)])
    assert (fails.result, fails.exit_code) == (Result.FAILED, errors.FAILED)


def test_what_optional_labs_suffer_from_is_a_cause_apart_and_comes_last() -> None:
    run = plan("a", "b")
    said = [
        happened(run, "a", "workforce", BLOCKED, code="EB-312"),
        happened(run, "b", "workforce", BLOCKED, code="EB-312"),
        happened(run, "a", "smoke", FAILED, code="EB-350"),
    ]
    causes = results.fold(run, said).causes
    assert [(each.code, each.required) for each in causes] == [("EB-350", True), ("EB-312", False)]


def test_different_causes_of_one_code_stay_apart_and_consequences_are_no_causes() -> None:
    run = plan("a", "b", "c")
    said = [
        happened(run, "a", "smoke", FAILED, code="EB-350", cause="no quota"),
        happened(run, "b", "smoke", FAILED, code="EB-350", cause="no capacity"),
        happened(run, "c", "access", WAITING, detail="the role is new"),
        happened(run, "c", "smoke", WAITING, detail="whatever it says", after="access"),
        happened(run, "c", "workforce", SKIPPED, detail="whatever it says", after="access"),
    ]
    found = {(each.cause, each.detail) for each in results.fold(run, said).causes}
    assert found == {("no quota", "smoke failed"), ("no capacity", "smoke failed"), (None, "the role is new")}


def test_planned_changes_are_listed_in_the_order_of_steps_and_once() -> None:
    run = plan("a", "b")
    said = [happened(run, team, step, PLANNED) for team in "ba" for step in ("smoke", "access")]
    listed = results.planned(results.fold(run, said).accounts)
    assert [(each.steps, each.teams) for each in listed] == [(("access",), ("a", "b")), (("smoke",), ("a", "b"))]


def test_what_ready_steps_have_to_say_is_listed_once_with_its_teams() -> None:
    run = plan("a", "b", "c")
    said = [happened(run, team, "smoke", state, detail="one stack is left", facts={NOTE: True})
            for team, state in (("b", READY), ("a", Outcome.CHANGED), ("c", BLOCKED))]  # fmt: skip
    said.append(happened(run, "a", "access", READY))
    [listed] = results.noted(results.fold(run, said).accounts)
    assert (listed.steps, listed.detail, listed.teams) == (("smoke",), "one stack is left", ("a", "b"))


def test_parts_of_a_roster_merge_into_what_one_run_would_have_said() -> None:
    run = plan("a", "b", "c", "d")
    said = [happened(run, team, step.id, READY, at) for at, team in enumerate("abcd", 105) for step in STEPS]
    said.append(happened(run, "c", "smoke", BLOCKED, 120.0, code="EB-350"))
    whole = results.fold(run, said, api_calls=7)
    parts = [
        results.fold(RunPlan("run", RunKind.PROVISION, "cars", 100.0, part), said, api_calls=calls)
        for part, calls in ((run.accounts[:1], 3), (run.accounts[1:], 4))
    ]
    merged = results.merge(parts)
    assert (merged.result, merged.accounts, merged.causes, merged.labs) == (
        whole.result, whole.accounts, whole.causes, whole.labs,
    )  # fmt: skip
    assert (merged.api_calls, merged.seconds, merged.counts) == (7, 20.0, whole.counts)


def test_a_plan_and_its_summary_can_be_pickled() -> None:
    run = plan("a")
    summary = results.fold(run, [happened(run, "a", "smoke", READY)])
    assert pickle.loads(pickle.dumps((run, summary))) == (run, summary)


def test_the_board_says_when_an_account_is_finished_and_where_each_stands() -> None:
    run = plan("a", "b")
    board = Tally(run.accounts)
    assert board.tally[Phase.QUEUED] == 2
    assert board.take(happened(run, "a", "access", WORKING, settled=False)) is None
    assert phase_of(board) is Phase.WORKING
    assert board.take(happened(run, "a", "access", WAITING, settled=False)) is None
    assert phase_of(board) is Phase.WAITING
    assert board.take(happened(run, "a", "access", READY)) is None
    assert board.take(happened(run, "a", "workforce", BLOCKED)) is None
    assert phase_of(board) is Phase.WORKING
    finished = board.take(happened(run, "a", "smoke", READY))
    assert finished is not None
    assert finished.result is Result.READY
    assert board.take(happened(run, "a", "smoke", READY)) is None
    board.take(happened(run, "b", "access", FAILED))
    assert +board.tally == {Phase.DONE: 1, Phase.FAILED: 1}


def test_events_of_strangers_are_let_pass() -> None:
    run = plan("a")
    board = Tally(run.accounts)
    board.take(cleaned(StepEvent("run", 1, 1.0, "x", "z", "9", "access", FAILED, "", True)))
    board.take(happened(run, "a", "unheard-of", FAILED))
    assert board.phases == {("a", "000000000001"): Phase.QUEUED}


def test_a_step_began_with_its_first_event_and_stands_as_its_last() -> None:
    run = plan("a")
    said = [
        happened(run, "a", "smoke", WORKING, 101.0, settled=False),
        happened(run, "a", "smoke", WAITING, 150.0, settled=False),
        happened(run, "a", "smoke", CHANGED, 400.0),
    ]
    smoke = results.fold(run, said).accounts[0].steps["smoke"]
    assert (smoke.began, smoke.at, smoke.state, smoke.settled) == (101.0, 400.0, CHANGED, True)


@given(st.lists(st.sampled_from([each for each in Outcome if each is not PLANNED]), min_size=1))
def test_ready_means_every_step_ended_well(states: list[Outcome]) -> None:
    assert (results.result_of(states) is Result.READY) == all(state in (READY, CHANGED) for state in states)


def test_facts_come_out_as_json_can_hold_them_and_without_secrets() -> None:
    run = plan("a")
    facts = {
        "n": 3, "share": 0.5, "bad": float("nan"), "list": ["x@example.com", {"password": "hunter2"}],
        "session_token": "abc", "leader": "leader@example.com", "tokens_left": 4, "at": object,
    }  # fmt: skip
    event = happened(run, "a", "smoke", READY)
    safe = outcomes.cleaned(StepEvent(**{**{name: getattr(event, name) for name in event.__slots__}, "facts": facts}))
    assert safe.facts["list"] == ["<address>", {"password": "<secret>"}]
    assert (safe.facts["session_token"], safe.facts["leader"], safe.facts["bad"]) == ("<secret>", "<address>", None)
    assert (safe.facts["n"], safe.facts["share"], safe.facts["tokens_left"]) == (3, 0.5, 4)


def test_an_address_that_gave_no_answer_is_told_with_its_port() -> None:
    refused = EndpointConnectionError(endpoint_url="http://127.0.0.1:8080/")
    assert errors.raw(refused) == "EndpointConnectionError: http://127.0.0.1:8080"


def test_team_2_comes_before_team_10() -> None:
    assert sorted(["team-10", "b", "team-2", "10", "9"], key=outcomes.natural) == ["9", "10", "b", "team-2", "team-10"]
