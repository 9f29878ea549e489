"""Where AWS's answer is not known there are several: the tool gets through all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bootstrap.engine.outcomes import AccountResult, Result
from bootstrap.engine.states import Outcome
from tests.runs import Rehearsed, folder, rehearsed

Variants = dict[str, dict[str, Any]]
GOOD = (Outcome.READY, Outcome.CHANGED)

WORDS = "no longer open to new customers"


def closed(operation: str, code: str) -> dict[str, Any]:
    return {"workforce": {"ground_truth_closed": True, "closed_operations": [operation], "closed_code": code}}


# Which call Ground Truth's closure refuses, and with which code, AWS does not say.
CLOSED: Variants = {
    "the workforce": closed("CreateWorkforce", "AccessDeniedException"),
    "the workforce, as A2I says it": closed("CreateWorkforce", "InvalidParameterException"),
    "the workforce, as a bad request": closed("CreateWorkforce", "ValidationException"),
    "the work team": closed("CreateWorkteam", "AccessDeniedException"),
    "the work team, as a bad request": closed("CreateWorkteam", "ValidationException"),
    "the listings": closed("List*", "AccessDeniedException"),
    "every call": closed("*", "AccessDeniedException"),
    "every call, as an unknown operation": closed("*", "UnknownOperationException"),
    # All that the model of CreateWorkteam declares: both have a meaning of their own elsewhere.
    "the work team, as a limit": closed("CreateWorkteam", "ResourceLimitExceeded"),
    "the work team, as a name in use": closed("CreateWorkteam", "ResourceInUse"),
}

OLD_P3 = {"applied": {"ml.p3.* for training job usage": 6}}
GONE = {"absent": ["ml.p3.* for training job usage"]}
P3: Variants = {
    "no quota": {"quotas": GONE},
    "an old quota in no listing, and it trains": {"quotas": GONE | OLD_P3},
    "an old quota in no listing, and none trains": {"quotas": GONE | OLD_P3, "training": {"retired": ["ml.p3.*"]}},
    "an old quota, and none trains": {"quotas": OLD_P3, "training": {"retired": ["ml.p3.*"]}},
    "an old quota without capacity": {"quotas": OLD_P3, "training": {"no_capacity": ["ml.p3.*"]}},
}  # fmt: skip
P3_TRAINS: Variants = {"an old quota, and it trains": {"quotas": OLD_P3}}

# What the tool cannot get past: the step that names it, its code, and AWS's words.
REFUSED: Variants = {
    "a slow script": {"notebooks": {"script_seconds": 301}},
    "a role that may not be passed": {"access": {"denied": {"iam:PassRole": "organization"}}},
    "no tags": {"access": {"denied": {"sagemaker:AddTags": "permission"}}},
    "no role for quotas": {"access": {"denied": {"iam:CreateServiceLinkedRole": "permission"}}},
}
SAID = {
    "a slow script": ("stack:notebooks", "EB-260", "took longer than 5 minutes"),
    "a role that may not be passed": ("smoke", "EB-373", "iam:PassRole"),
    "no tags": ("smoke", "EB-372", "sagemaker:AddTags"),
    "no role for quotas": ("quotas:training", "EB-244", "DependencyAccessDeniedException"),
}


class World:
    """One run over an account for each variant."""

    def __init__(self, running: Rehearsed, variants: Variants) -> None:
        self.running, self.names = running, list(variants)
        self.ran, _ = running.provision()

    def account(self, name: str) -> AccountResult:
        return self.ran.summary.accounts[self.names.index(name)]

    def state(self, name: str) -> Any:
        return self.running.state(self.names.index(name))


def run(at: Path, variants: Variants, **changes: Any) -> Iterator[World]:
    teams = {f"team-{number}": differs for number, differs in enumerate(variants.values(), 1)}
    scenario = at / "unknowns.yaml"
    where = folder(at / "event", teams=len(variants), **changes)
    scenario.write_text(json.dumps({"extends": "ordinary", "teams": teams}), encoding="utf-8")
    with rehearsed(where, str(scenario)) as running:
        yield World(running, variants)


@pytest.fixture(scope="module")
def shut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    oidc: Variants = {"another sign-in": {"workforce": {"oidc": True}}}
    job = {"the labeling job": closed("CreateLabelingJob", "AccessDeniedException")}
    yield from run(tmp_path_factory.mktemp("closed"), CLOSED | job | oidc)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from run(tmp_path_factory.mktemp("p3"), P3 | P3_TRAINS | REFUSED)


def others_are_ready(account: AccountResult, apart_from: str) -> bool:
    return all(step.state in GOOD for name, step in account.steps.items() if name != apart_from)


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_ground_truth_blocks_its_own_lab_with_the_raw_answer_and_nothing_else(shut: World, name: str) -> None:
    """aws.md sections 0.1, 3.0, 14.1 and 15: which call, which error; never swallow it."""
    account = shut.account(name)
    step = account.steps["workforce"]
    assert (step.state, step.code) == (Outcome.BLOCKED, "EB-313")
    assert CLOSED[name]["workforce"]["closed_code"] in step.detail
    assert WORDS in step.detail
    assert others_are_ready(account, "workforce")
    assert account.result is Result.READY


def test_that_only_the_labeling_job_is_refused_no_preparation_can_see(shut: World) -> None:
    """aws.md sections 0.1 and 3.0: the only real probe is a labeling job."""
    step = shut.account("the labeling job").steps["workforce"]
    assert step.state in GOOD
    assert "not proven" in step.detail


def test_a_workforce_of_oidc_is_a_block_and_stays(shut: World) -> None:
    """aws.md sections 3.1 and 15."""
    account = shut.account("another sign-in")
    assert (account.steps["workforce"].state, account.steps["workforce"].code) == (Outcome.BLOCKED, "EB-311")
    assert others_are_ready(account, "workforce")
    assert [one["name"] for one in shut.state("another sign-in")["workforces"]] == ["default"]


@pytest.mark.parametrize("name", P3 | P3_TRAINS)
def test_whatever_became_of_p3_a_smoke_job_proves_some_type(old: World, name: str) -> None:
    """aws.md sections 0.2, 2 and 14.2: whether P3 still trains where the quota is old."""
    assert old.account(name).result is Result.READY
    done = [one for one in old.state(name)["training_jobs"] if one["status"] == "Completed"]
    kinds = {one["params"]["ResourceConfig"]["InstanceType"] for one in done}
    assert (kinds == {"ml.p3.2xlarge"}) == (name in P3_TRAINS)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_named_with_its_cause(old: World, name: str) -> None:
    """aws.md sections 1.2, 6 and 9.5."""
    wanted, code, words = SAID[name]
    step = old.account(name).steps[wanted]
    assert (step.code, words in step.detail) == (code, True)
    assert old.account(name).result is Result.FAILED
