"""`calibrate` in a simulated AWS that differs in twenty ways from the one that a rehearsal assumes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml

from bootstrap.engine.states import StepEvent
from tests import forked_command, schemas
from tests.calibrate.second_world import CLOSED, FENCED, OTHERWISE, SCENARIO, environment, event_folder, held, met
from tests.runs import rehearsed

pytestmark = pytest.mark.more

WORLD = yaml.safe_load(SCENARIO.read_text(encoding="utf-8"))
FOUND, BEYOND = "found", "said to be beyond what reading can see"
# What a rehearsal by the measured scenario may be off.
SHARE = 0.05
# Seconds of calls; a step that AWS answers at once takes no more.
CALLS = 3.0
# What is ready is seen at the next look: the time of a step is as coarse as that. Calls of other steps move the looks.
LOOK = 0.08
_UNSEEN = ("not observed", "reading cannot see it")


@dataclass(frozen=True, repr=False)
class Calibrated:
    """The files and output of the command, the run that prepared the accounts, and the answers that were altered."""

    at: Path
    text: str
    answers: dict[str, Any]
    said: dict[str, Any]
    prepared: list[StepEvent]
    changed: set[str]

    @property
    def scenario(self) -> dict[str, Any]:
        made: dict[str, Any] = yaml.safe_load(self.text)
        return made

    def of_team(self, team: str, part: str) -> dict[str, Any]:
        """A part of the scenario as it holds for the team."""
        made = self.scenario
        own: dict[str, Any] = made.get("teams", {}).get(team, {}).get(part, {})
        common: dict[str, Any] = made.get(part, {})
        return common | own

    def comment(self, key: str) -> str:
        """The comment above a key of the scenario, in which a key that was not measured is a comment, too."""
        part, _, name = key.partition(".")
        lines = self.text[self.text.index(f"{part}:") :].splitlines()
        place = next(number for number, line in enumerate(lines) if line.strip("# ").startswith(f"{name}:"))
        above: list[str] = []
        for line in reversed(lines[:place]):
            if not line.startswith("  # ") or line.strip("# ").split(":")[0].endswith("_seconds"):
                break
            above.insert(0, line.strip("# "))
        return " ".join(above)

    def differs(self, operation: str, path: str, *kinds: str) -> str:
        """Return True if the file of answers lists this difference; else what it lists of the operation."""
        listed = [each for each in self.answers["differences"] if each["operation"] == operation]
        hit = [each for each in listed if each["path"] == path and each["kind"] in kinds]
        return FOUND if hit else f"{operation}: {[(each['kind'], each['path'], each['counts']) for each in listed]}"


def _range(key: str) -> Callable[[Calibrated], str]:
    """Return True if the range is within the share of the world's; a bound that is named as one may be above it."""
    part, name = key.split(".")
    low, high = WORLD[part][name]

    def seen(made: Calibrated) -> str:
        if name not in (made.scenario.get(part) or {}):
            return made.comment(key)
        least, most = made.scenario[part][name]
        bound = "at most" in made.comment(key) and least >= low
        close = low * (1 - SHARE) <= least <= most <= high * (1 + SHARE)
        return FOUND if close or bound else f"{[least, most]} where the world has {[low, high]}: {made.comment(key)}"

    return seen


def _outcome(quota: str, wanted: float) -> Callable[[Calibrated], str]:
    """Return True if the first entry that decides on the quota is as the world's."""

    def seen(made: Calibrated) -> str:
        there, here = (_deciding(each["quotas"]["outcomes"], quota, wanted) for each in (WORLD, made.scenario))
        (low, high), (least, most) = there["seconds"], here["seconds"]
        ends = [
            {name: each.get(name, usual) for name, usual in (("outcome", "granted"), ("value", 1))}
            for each in (there, here)
        ]
        close = low * (1 - SHARE) <= least <= most <= high * (1 + SHARE)
        return FOUND if ends[0] == ends[1] and close else f"{here} where the world has {there}"

    return seen


def _deciding(outcomes: list[dict[str, Any]], quota: str, wanted: float) -> dict[str, Any]:
    fitting = (each for each in outcomes if fnmatchcase(quota, each.get("name", "*")))
    return next(each for each in fitting if each.get("up_to") is None or wanted <= each["up_to"])


def _not_listed(made: Calibrated) -> str:
    absent = made.scenario["quotas"]["absent"]
    return FOUND if any(fnmatchcase("ml.p3.2xlarge for training job usage", each) for each in absent) else str(absent)


def _retired(made: Calibrated) -> str:
    retired = made.scenario["training"]["retired"]
    good = any(fnmatchcase("ml.g5.2xlarge", each) for each in retired)
    return FOUND if good and not any(fnmatchcase("ml.g4dn.xlarge", each) for each in retired) else str(retired)


def _ground_truth(made: Calibrated) -> str:
    workforce, access = made.of_team(CLOSED, "workforce"), made.of_team(CLOSED, "access")
    others = made.of_team("team-1", "workforce")["ground_truth_closed"]
    listing = access.get("closed", {}).get("sagemaker:ListLabelingJobs") or (
        any(fnmatchcase("ListLabelingJobs", each) for each in workforce.get("closed_operations", ()))
        and workforce.get("closed_code")
    )
    good = workforce["ground_truth_closed"] and not others and listing == "UnsupportedOperation"
    return FOUND if good else str((workforce, access))


def _fenced(made: Calibrated) -> str:
    by_whom = {
        operation: next(
            (
                by
                for glob, by in made.of_team(FENCED, "access")["denied"].items()
                if fnmatchcase(f"service-quotas:{operation}", glob)
            ),
            "nobody",
        )
        for operation in ("GetServiceQuota", "ListRequestedServiceQuotaChangeHistory")
    }
    good = set(by_whom.values()) == {"organization"} and not made.of_team("team-1", "access")["denied"]
    return FOUND if good else str(made.of_team(FENCED, "access"))


def _roles(made: Calibrated) -> str:
    said = made.comment("iam.role_ready_seconds")
    return BEYOND if said.startswith(_UNSEEN) else said


def _latency(made: Calibrated) -> str:
    slow = [each for each in made.said["latency"] if "cloudformation" in json.dumps(each)]
    return FOUND if slow else f"latency: {made.said['latency']}"


def _status(made: Calibrated) -> str:
    listed = [each for each in made.answers["differences"] if each["operation"] == "DescribeTrainingJob"]
    hit = any("SecondaryStatusTransitions.Status" in each["path"] for each in listed)
    return FOUND if hit else str(listed)


def _null(made: Calibrated) -> str:
    faults = [each for each in made.scenario.get("faults") or () if fnmatchcase("sagemaker", each.get("service", "*"))]
    if faults:
        return f"a listing that is null each time is taken for calls that fail now and then: {faults}"
    return made.differs("ListEndpoints", "Endpoints", "other_type")


# What is otherwise in this world -> what became of it: FOUND, BEYOND, or what was said instead.
TWENTY: dict[str, Callable[[Calibrated], str]] = {
    "stacks-take-longer": _range("stacks.create_seconds"),
    "stacks-go-later": _range("stacks.delete_seconds"),
    "notebooks-start-later": _range("notebooks.start_seconds"),
    "jobs-take-longer": _range("training.seconds"),
    "endpoints-start-later": _range("endpoints.start_seconds"),
    "workforces-start-later": _range("workforce.start_seconds"),
    "roles-work-later": _roles,
    "quotas-are-decided-later": _outcome("ml.g4dn.xlarge for training job usage", 3),
    "quotas-are-granted-in-part": _outcome("ml.m5.large for endpoint usage", 4),
    "quotas-are-not-listed": _not_listed,
    "a-type-is-retired": _retired,
    "ground-truth-is-closed-to-a-team-and-its-listings": _ground_truth,
    "an-organization-denies-a-team-the-quotas": _fenced,
    "calls-take-longer": _latency,
    "an-answer-has-another-member": lambda made: made.differs(
        "DescribeStackEvents", "StackEvents.DetailedStatus", "only_aws"
    ),
    "an-answer-lacks-a-member": lambda made: made.differs(
        "ListRequestedServiceQuotaChangeHistory", "RequestedQuotas.Requester", "only_simulated"
    ),
    "a-listing-is-null": _null,
    "a-time-is-text": lambda made: made.differs("DescribeNotebookInstance", "CreationTime", "other_type", "types"),
    "a-denial-has-another-code": lambda made: made.differs("GetServiceQuota", "UnauthorizedException 403", "code"),
    "a-status-is-not-in-the-model": _status,
}
_STEPS = (
    "access", "marker", "baseline", "unused-stacks", "stack:buckets", "stack:roles", "stack:workforce", "materials",
    "stack:notebooks", "stack:notifications", "quotas:training", "quotas:endpoint", "scaling-role", "notices",
    "workforce", "smoke",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Calibrated:
    at = event_folder(tmp_path_factory.mktemp("second-world"))
    with held(at) as (world, told), met(world) as (proxy, changed):
        done = forked_command.run(["calibrate", "--output", "json"], at, environment(proxy))
    # Some accounts have parts that cannot be read.
    assert done.returncode == 1, done.stderr
    [said] = schemas.read(done.stdout)
    text = (at / "scenario-measured.yaml").read_text(encoding="utf-8")
    answers = json.loads((at / "answers-measured.json").read_text(encoding="utf-8"))
    return Calibrated(at, text, answers, said, told.events, changed)


@pytest.fixture(scope="module")
def rehearsal(made: Calibrated) -> list[StepEvent]:
    """The events of a rehearsal by the measured scenario."""
    with rehearsed(made.at, str(made.at / "scenario-measured.yaml")) as world:
        _, told = world.provision()
    return told.events


def test_there_are_twenty_and_every_answer_that_is_otherwise_was_met(made: Calibrated) -> None:
    assert len(TWENTY) == 20
    assert made.changed == set(OTHERWISE)


@pytest.mark.parametrize("difference", TWENTY)
def test_each_difference_is_found_or_said_to_be_beyond_reading(difference: str, made: Calibrated) -> None:
    assert TWENTY[difference](made) in (FOUND, BEYOND)


def _took(events: list[StepEvent], step: str) -> float:
    """The median over the teams of the seconds from the step's first event to its last."""
    at: dict[str, list[float]] = {}
    for each in events:
        if each.step == step:
            at.setdefault(each.team, []).append(each.at)
    return median(max(times) - min(times) for times in at.values())


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= max(CALLS, (SHARE + LOOK) * one)


@pytest.mark.parametrize("step", _STEPS)
def test_a_rehearsal_by_what_was_measured_takes_as_long_for_each_kind_of_step(
    step: str, made: Calibrated, rehearsal: list[StepEvent]
) -> None:
    there, here = _took(made.prepared, step), _took(rehearsal, step)
    assert _close(there, here), f"{here:.0f} s where the world takes {there:.0f} s"


def test_a_rehearsal_by_what_was_measured_takes_as_long_altogether(
    made: Calibrated, rehearsal: list[StepEvent]
) -> None:
    there, here = (max(each.at for each in run) - min(each.at for each in run) for run in (made.prepared, rehearsal))
    assert abs(there - here) <= SHARE * there, f"{here:.0f} s where the world takes {there:.0f} s"


def test_a_rehearsal_by_what_was_measured_ends_as_the_world_did(made: Calibrated, rehearsal: list[StepEvent]) -> None:
    there, here = (
        {(each.team, each.step): (each.state, each.code) for each in run} for run in (made.prepared, rehearsal)
    )
    assert {each: here.get(each) for each in there if here.get(each) != there[each]} == {}


def test_every_step_is_compared(made: Calibrated) -> None:
    assert {each.step for each in made.prepared} == set(_STEPS)
