"""A made-up run for the tests of the views: some teams ready, some waiting, some with the same failure."""

from __future__ import annotations

from bootstrap.engine.outcomes import CleanEvent, PlannedAccount, PlannedLab, PlannedStep, RunPlan, cleaned
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome, StepEvent

BEGAN = 1_795_413_600.0
LABS = (PlannedLab("ground-truth", required=False), PlannedLab("notebook"), PlannedLab("tuning"))
_NOTEBOOK, _BOTH, _LABELLING = frozenset({"notebook"}), frozenset({"notebook", "tuning"}), frozenset({"ground-truth"})
STEPS = (
    PlannedStep("access"),
    PlannedStep("marker"),
    PlannedStep("baseline"),
    PlannedStep("quotas:training", _BOTH, typical=None),
    PlannedStep("quotas:endpoint", _NOTEBOOK, typical=None),
    PlannedStep("stack:buckets"),
    PlannedStep("stack:roles"),
    PlannedStep("materials"),
    PlannedStep("stack:notebooks", _NOTEBOOK),
    PlannedStep("stack:notifications", _NOTEBOOK),
    PlannedStep("stack:workforce", _LABELLING),
    PlannedStep("workforce", _LABELLING),
    PlannedStep("smoke", _BOTH, ("quotas:training",), typical=420.0),
)
_SECONDS = (2, 1, 4, 900, 300, 60, 45, 30, 240, 50, 80, 4, 420)


def plan(teams: int, scenario: str | None = None, kind: RunKind = RunKind.PROVISION) -> RunPlan:
    accounts = tuple(
        PlannedAccount(f"team-{number}", f"{100000000000 + number}", STEPS, LABS) for number in range(1, teams + 1)
    )
    return RunPlan("run-1", kind, "cars-2026", BEGAN, accounts, scenario=scenario, version="0.1.0")


def events(run: RunPlan) -> list[CleanEvent]:
    """Return all events by time. In team-5 and every 17th team a stack fails; every 11th waits for a quota."""
    found = [event for number, each in enumerate(run.accounts, 1) for event in _story(run.run, each, number)]
    return [cleaned(each) for each in sorted(found, key=lambda event: event.at)]


def refused(run: RunPlan, account: PlannedAccount) -> list[CleanEvent]:
    """Return the events of an account that cannot be reached."""
    says: list[tuple[str, Outcome, str, str | None, str | None]] = [
        ("access", Outcome.BLOCKED, "AccessDenied", "EB-201", None),
        *((each.id, Outcome.SKIPPED, "needs access, which is blocked", None, "access") for each in account.steps[1:]),
    ]
    return [
        cleaned(StepEvent(run.run, number, BEGAN + 3, "an-operator", account.team, account.account_id, step, state,
                          detail, True, code, after=after))
        for number, (step, state, detail, code, after) in enumerate(says, 1)
    ]  # fmt: skip


def _story(run: str, account: PlannedAccount, number: int) -> list[StepEvent]:
    found: list[StepEvent] = []
    at = BEGAN + number % 7
    broken = False

    def say(
        step: str, state: Outcome, detail: str, when: float, code: str | None = None, after: str | None = None
    ) -> None:
        settled = state is not Outcome.WORKING and not (state is Outcome.WAITING and when < at)
        found.append(
            StepEvent(run, len(found) + 1, when, "an-operator", account.team, account.account_id, step, state, detail,
                  settled, code, facts={"region": "ap-northeast-1", "took": round(when - BEGAN)}, after=after)
        )  # fmt: skip

    for step, seconds in zip(account.steps, _SECONDS, strict=True):
        start, at = at, at + (seconds if not step.id.startswith("quotas") else 0)
        took = seconds + number % 5 * 13 if seconds > 40 else seconds
        at = start + (0.5 if step.id.startswith("quotas") else took)
        if broken:
            say(step.id, Outcome.SKIPPED, "needs stack:roles, which failed", start, after="stack:roles")
        elif step.id == "stack:roles" and (number == 5 or number % 17 == 0):
            say(step.id, Outcome.WORKING, "create stack cars-2026-roles", start)
            say(step.id, Outcome.FAILED, "TrainingRole: role cars-2026-training already exists", at, "EB-390")
            broken = True
        elif step.id == "quotas:training" and number % 11 == 0:
            say(step.id, Outcome.WAITING, "ml.g5.2xlarge: with AWS Support", at, "EB-392")
        elif step.id == "smoke" and number % 11 == 0:
            say(step.id, Outcome.WAITING, "needs quotas:training, which is still waiting", at, after="quotas:training")
        elif step.id == "workforce":
            refusal = "ValidationException: Ground Truth is not available to new customers"
            say(step.id, Outcome.BLOCKED, refusal, at, "EB-391")
        elif seconds > 20:
            say(step.id, Outcome.WORKING, f"create {step.id}", start)
            say(step.id, Outcome.CHANGED, f"{step.id} is up to date", start + took)
        else:
            say(step.id, Outcome.READY if number % 3 else Outcome.CHANGED, f"{step.id} is up to date", at)
    return found
