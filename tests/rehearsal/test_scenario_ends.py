"""Each shipped scenario ends as its file says, on the way that it went before, and shows what it is for.

Two of them are also run again. kept/ has each account's (step, state, code) in their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bootstrap import simulator
from bootstrap.engine.outcomes import Result
from bootstrap.engine.states import StepEvent
from tests import runs
from tests.runs import Rehearsed, made, rehearsed

SHIPPED = Path(str(simulator.__file__)).parent / "scenarios"
KEPT = Path(__file__).parent / "kept"
TEAMS = 6
# Rows of a scenario in which two of them already wait for each other.
_FEW_ROWS = {"short-of-gpus": 3}
# Where all rows fare alike, two of them show it.
_FEW = 2
_AGAIN = ("bad-day", "throttled")


def _types(states: list[Any], row: int) -> list[str]:
    return [job["params"]["ResourceConfig"]["InstanceType"] for job in states[row]["training_jobs"]]


def _stacks(states: list[Any], row: int, name: str) -> list[str]:
    return sorted(each["status"] for each in states[row]["stacks"] if each["name"].endswith(f"-{name}"))


def _ordinary(world: Rehearsed, states: list[Any]) -> None:
    assert {kind for row in range(_FEW) for kind in _types(states, row)} == {"ml.p3.2xlarge"}
    assert [state["workteams"] != [] for state in states] == [True] * TEAMS


def _today(world: Rehearsed, states: list[Any]) -> None:
    assert {kind for row in range(_FEW) for kind in _types(states, row)} == {"ml.g5.2xlarge"}
    # The account that still has a quota for P3 learns from AWS's refusal that the type is gone.
    assert "ml.p3.2xlarge" not in _types(states, 0)
    assert (world.calls(0)["sagemaker:CreateTrainingJob"], world.calls(1)["sagemaker:CreateTrainingJob"]) == (2, 1)
    assert all(not state["workforces"] for state in states)


def _bad_day(world: Rehearsed, states: list[Any]) -> None:
    assert _stacks(states, 0, "roles") == ["CREATE_COMPLETE", "DELETE_COMPLETE"]
    assert not states[1]["stacks"]
    assert not states[2]["quota_requests"]
    assert _types(states, 3) == ["ml.p3.2xlarge", "ml.g5.2xlarge"]
    assert _stacks(states, 4, "buckets") == ["CREATE_FAILED"]
    assert _stacks(states, 5, "notebooks") == ["CREATE_COMPLETE", "DELETE_COMPLETE"]


def _quota_drought(world: Rehearsed, states: list[Any]) -> None:
    ends = {(each["QuotaName"], each["Status"]) for state in states for each in state["quota_requests"]}
    assert ("ml.g5.2xlarge for training job usage", "CASE_CLOSED") in ends
    assert ("ml.g4dn.xlarge for training job usage", "CASE_OPENED") in ends
    assert all(not state["training_jobs"] for state in states)


def _type(job: Any) -> str:
    return str(job["params"]["ResourceConfig"]["InstanceType"])


def _short_of_gpus(world: Rehearsed, states: list[Any]) -> None:
    jobs = [each for state in states for each in state["training_jobs"] if each["status"] == "Completed"]
    assert len(jobs) >= len(states)
    held = [(each["started"], each["ended"]) for each in jobs if _type(each).startswith("ml.g5")]
    # The region has two instances of a type: whoever comes third waits.
    assert all(sum(begins <= moment < ends for begins, ends in held) <= 2 for moment, _ in held)


def _throttled(world: Rehearsed, states: list[Any]) -> None:
    asked = Counter[str]()
    for row in range(TEAMS):
        asked.update(world.calls(row))
    stacks = sum(len(state["stacks"]) for state in states)
    assert stacks == 5 * TEAMS < asked["cloudformation:CreateStack"]
    once = ("CreateTrainingJob", "CreateWorkforce", "CreateWorkteam")
    assert sum(asked[f"sagemaker:{each}"] for each in once) > len(once) * TEAMS


ENDS: dict[str, tuple[Result, set[str], Callable[[Rehearsed, list[Any]], None]]] = {
    "ordinary": (Result.READY, set(), _ordinary),
    "today": (Result.READY, {"EB-313"}, _today),
    "bad-day": (Result.FAILED, {"EB-201", "EB-243", "EB-269"}, _bad_day),
    "quota-drought": (Result.FAILED, {"EB-232", "EB-234", "EB-313"}, _quota_drought),
    "short-of-gpus": (Result.READY, {"EB-313"}, _short_of_gpus),
    "throttled": (Result.READY, set(), _throttled),
}


def _way(events: list[StepEvent]) -> Iterator[str]:
    """Lines "team step state code" of all accounts."""
    for team in dict.fromkeys(each.team for each in events):
        own = (each for each in events if each.team == team)
        yield from (f"{team} {each.step} {each.state.value} {each.code or '-'}" for each in own)


@pytest.mark.parametrize("name", ENDS)
def test_a_scenario_ends_as_its_file_says(name: str, tmp_path: Path) -> None:
    """aws.md section 14.5: each outcome of a quota's request among them."""
    result, codes, shown = ENDS[name]
    rows = _FEW_ROWS.get(name, TEAMS)
    roster = runs.starter(tmp_path) / "accounts.csv"
    lines = roster.read_text(encoding="utf-8").splitlines(keepends=True)
    roster.write_text("".join(lines[: len(lines) - TEAMS + rows]), encoding="utf-8")
    with rehearsed(tmp_path, name) as world:
        first, told = world.provision()
        expected = world.simulated.expected()
        before = [world.state(row) for row in range(rows)]
        shown(world, before)
        assert first.summary.result is result
        if name in _AGAIN:
            again, _ = world.provision()
            ready = [row for row, account in enumerate(first.summary.accounts) if account.result is Result.READY]
            assert again.summary.result is result
            assert [made(before[row]) for row in ready] == [made(world.state(row)) for row in ready]
    assert list(_way(told.events)) == (KEPT / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert {each.code for each in first.summary.causes} == codes
    assert expected is not None
    assert (expected[0], set(expected[1])) == (result.value, codes)


def test_every_shipped_scenario_is_tested_here() -> None:
    assert {each.stem for each in SHIPPED.glob("*.yaml")} == set(ENDS)
