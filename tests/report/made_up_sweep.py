"""A made-up sweep for the tests of its certificate: one account clean, one with things left, one not looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bootstrap.engine import outcomes, results
from bootstrap.engine.outcomes import PlannedAccount, PlannedStep, RunPlan, Summary
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome, StepEvent

BEGAN = 1_795_500_000.0
STEPS = ("access", "marker", "sweep", "elsewhere", "audit", "forget")
CLEAN, LEFT, DENIED, STRANGE = "red", "第一队/a..b", "blue", "<b>bold & co</b>"
TEAMS = (CLEAN, LEFT, DENIED, STRANGE)
REGION = "ap-northeast-1"
REGIONS = {f"10000000000{number}": REGION for number in range(1, 5)}
MANY = 203
DENIAL = "AccessDeniedException: User is not authorized to perform: sagemaker:ListEndpoints"
CLOSED = "ValidationException: Amazon SageMaker Ground Truth is not available to new customers"

PROVED: dict[str, Any] = {
    "removed": {"training job": [f"car-{n:04}" for n in range(MANY)], "endpoint": ["cars"], "notebook": ["red-1"]},
    "kept": {
        "role": {"Admin": "existed before the event", "OpsRole": "existed before the event"},
        "rule": {"StepFunctionsRule": "managed by states.amazonaws.com"},
    },
    "left": [],
    "gaps": {"labelling job": {"kind": "not offered", "answer": CLOSED}},
    "forced": {"theirs": ("AWS::IAM::Role theirs-role (must detach all policies first)",)},
    "history": {"tuning job": 12, "processing job": 1},
    "kinds": 57,
    "proved": "2026-11-24T08:10:00+00:00",
}
AWAY = {
    "regions": {"us-east-1": {"removed": {"notebook": ["somebodys"]}, "kept": {}, "left": [], "gaps": {}}},
    "looked_at": 15,
    "closed": {"eu-central-1": "not looked at: AccessDenied: with an explicit deny in a service control policy"},
}
AUDIT = {
    "uncovered": {"ec2:RunInstances": 3},
    "asked": True,
    "whole": True,
    "quotas_before": {"ml.p3.2xlarge for training job usage": {"value": 2.0, "approved": "2026-11-01T08:00:00+00:00"}},
    "quotas": {"ml.g5.xlarge for training job usage": 6.0, "ml.m5.large for endpoint usage": 4.0},
}
BUCKET = {
    "kind": "bucket",
    "id": "cars-<script>",
    "made": "2026-11-22T08:00:00+00:00",
    "state": "",
    "why": "AccessDenied: no s3:DeleteObject",
}
POOL = {"kind": "user pool", "id": "p-1", "made": None, "state": "", "why": "may have existed before"}
REMAINS = PROVED | {
    "left": [BUCKET, POOL],
    "kept": PROVED["kept"] | {"user pool": {"p-1": "may have existed before"}},
    "proved": None,
}
UNSEEN = PROVED | {
    "removed": {},
    "kept": {},
    "gaps": {"endpoint": {"kind": "not looked at", "answer": DENIAL}},
}


def plan(kind: RunKind = RunKind.SWEEP_PLAN, scenario: str | None = None) -> RunPlan:
    steps = tuple(PlannedStep(step) for step in STEPS)
    accounts = tuple(
        PlannedAccount(team, account_id, steps, sweeps=True) for team, account_id in zip(TEAMS, REGIONS, strict=True)
    )
    return RunPlan("run-7", kind, "cars-2026", BEGAN, accounts, scenario=scenario, version="0.1.0")


# A step, how it ended, its words, code and facts.
_Told = tuple[str, Outcome, str, str | None, dict[str, Any]]


def events(run: RunPlan) -> list[outcomes.CleanEvent]:
    clean: list[_Told] = [
        ("access", Outcome.READY, "account answers", None, {}),
        ("marker", Outcome.READY, "3 resources existed before the event", None, {}),
        ("sweep", Outcome.CHANGED, "57 kinds listed, nothing left; 3 resources kept", None, PROVED),
        ("elsewhere", Outcome.CHANGED, "nothing runs in 15 other regions", None, AWAY),
        ("audit", Outcome.READY, "created, but not covered by the sweep: ec2:RunInstances (3 times)", None, AUDIT),
        ("forget", Outcome.CHANGED, "no parameter of the event is left", None, {}),
    ]
    left: list[_Told] = [
        *clean[:2],
        ("sweep", Outcome.BLOCKED, "left: bucket cars-<script>", "EB-503", REMAINS),
        *_after("sweep"),
    ]
    denied: list[_Told] = [
        *clean[:2],
        ("sweep", Outcome.BLOCKED, f"endpoint: not looked at: {DENIAL}", "EB-504", UNSEEN),
        *_after("sweep"),
    ]
    swept: list[_Told] = [
        *clean[:1],
        ("marker", Outcome.READY, "swept on 2026-11-24T01:00:00+00:00", None, {}),
        ("sweep", Outcome.READY, "proved clean on 2026-11-24T01:00:00+00:00", None, {}),
        ("elsewhere", Outcome.READY, "proved clean on 2026-11-24T01:00:00+00:00", None, {}),
        ("audit", Outcome.READY, "swept before: there is no baseline to audit from", None, {}),
        *clean[5:],
    ]
    told: Sequence[Sequence[_Told]] = (clean, left, denied, swept)
    stories = zip(run.accounts, told, strict=True)
    return [
        outcomes.cleaned(
            StepEvent(run.run, number, BEGAN + 60 * number, "an-operator", each.team, each.account_id, step, state,
                      detail, True, code, facts=facts)
        )
        for each, story in stories
        for number, (step, state, detail, code, facts) in enumerate(story, 1)
    ]  # fmt: skip


def _after(step: str) -> list[tuple[str, Outcome, str, None, dict[str, Any]]]:
    words = f"needs {step}, which is blocked"
    found: list[tuple[str, Outcome, str, None, dict[str, Any]]] = [
        ("elsewhere", Outcome.READY, "nothing runs in 16 other regions", None, {"regions": {}, "looked_at": 16})
    ]
    return [*found, *((name, Outcome.SKIPPED, words, None, {}) for name in ("audit", "forget"))]


def summary(run: RunPlan) -> Summary:
    return results.fold(run, events(run), api_calls=900)
