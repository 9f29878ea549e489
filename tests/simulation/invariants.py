"""What must hold of every account, whatever befell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bootstrap.engine.outcomes import AccountResult, StepResult
from bootstrap.engine.states import Outcome
from bootstrap.rehearsal.simulated import HUB_ACCOUNT
from tests.runs import made
from tests.simulation.batch import BYSTANDER, SIZE, Ended, calls_by_account
from tests.simulation.cases import Case

_WELL = (Outcome.READY, Outcome.CHANGED)
_OURS = ("EB-390", "EB-391", "EB-392")
# Published, a second: 100 calls for an organization, 600 of STS for the caller, the others for an account.
_RATES = {
    "service-quotas": 100,
    "sts": 600,
    "service-quotas:RequestServiceQuotaIncrease": 3,
    "service-quotas:Get": 5,
    "service-quotas:List": 10,
    "service-quotas:ListRequestedServiceQuotaChangeHistory": 5,
}
_WANTED = {"p3": 6, "g5": 3, "g4dn": 3}


def of_account(ended: Ended, place: int) -> Iterator[str]:
    """Sentences about what does not hold of the account at that place of the batch."""
    case, result, state = ended.cases[place], ended.again.summary.accounts[place], ended.states[place]
    yield from _unnamed(case, result)
    yield from _twice(state)
    for step, seen in result.steps.items():
        if seen.state in _WELL and step in _TRUE and not _TRUE[step](state, ended.states[-1]):
            yield f"{step} is said to be {seen.state}, and the simulator shows otherwise: {seen.detail}"


def _unnamed(case: Case, result: AccountResult) -> Iterator[str]:
    if missing := set(_TRUE) - set(result.steps):
        yield f"nothing is said of {', '.join(sorted(missing))}"
    sound = all(seen.state in _WELL for seen in result.steps.values())
    if sound and (passed := [each.name for each in case.mishaps if each.certain]):
        yield f"all steps are ready in spite of {', '.join(passed)}"
    for step, seen in result.steps.items():
        said = f"{seen.code} {seen.detail}"
        if seen.state in _WELL or _follows(seen):
            continue
        if not seen.settled or seen.state is Outcome.WORKING:
            yield f"{step} did not settle: {said}"
        elif seen.code in _OURS or not any(each.names(said) for each in case.mishaps):
            yield f"{step} is {seen.state} by a cause that nobody injected: {said}"


def _follows(seen: StepResult) -> bool:
    return seen.state in (Outcome.SKIPPED, Outcome.WAITING) and seen.after is not None


def _twice(state: dict[str, Any]) -> Iterator[str]:
    seen = made(state)
    standing = [name for name, status in seen["stacks"] if status != "DELETE_COMPLETE"]
    yield from (f"{many} stacks {name}" for name, many in _doubled(standing))
    yield from (f"{many} quota requests for {name}" for name, many in _doubled(seen["quotas"]))
    yield from (f"{many} subscriptions of {name}" for name, many in _doubled(seen["subscriptions"]))
    yield from (f"{many} users {name}" for name, many in _doubled(user[0] for user in seen["users"]))
    for what in ("workforces", "workteams"):
        if seen[what] > 1:
            yield f"{seen[what]} {what}"
    jobs = Counter(job["status"] for job in state["training_jobs"])
    if jobs["Completed"] > 1 or jobs["InProgress"] > 1:
        yield f"training jobs twice: {dict(jobs)}"


def _doubled(names: Iterable[str]) -> list[tuple[str, int]]:
    return [(name, many) for name, many in Counter(names).items() if many > 1]


def _stack(name: str) -> Callable[[Any, Any], bool]:
    def stands(state: Any, _: Any) -> bool:
        found = [each["status"] for each in state["stacks"] if each["name"].endswith(f"-{name}")]
        return "CREATE_COMPLETE" in found or "UPDATE_COMPLETE" in found

    return stands


def _materials(state: Any, clean: Any) -> bool:
    def keys(of: Any) -> set[str]:
        return {key for held in of["buckets"].values() for key in held if "/output/" not in key}

    return bool(keys(state)) and keys(state) >= keys(clean)


def _workforce(state: Any, clean: Any) -> bool:
    users = [user for pool in state["user_pools"] for user in pool["users"]]
    people = [user["status"] == "CONFIRMED" and bool(user["groups"]) for user in users]
    return len(people) == 1 and all(people) and len(state["workforces"]) == len(state["workteams"]) == 1


def _training(state: Any, _: Any) -> bool:
    applied = state["quotas"]
    return any(
        value >= _WANTED[name.split(".")[1]] for name, value in applied.items() if "for training job usage" in name
    )


def _endpoint(state: Any, _: Any) -> bool:
    return any(value >= 4 for name, value in state["quotas"].items() if "for endpoint usage" in name)


def _parameters(words: str) -> Callable[[Any, Any], bool]:
    return lambda state, _: any(words in name for name in state["parameters"])


# What the simulator must hold when a step says that it is ready.
_TRUE: dict[str, Callable[[Any, Any], bool]] = {
    **{f"stack:{name}": _stack(name) for name in ("buckets", "roles", "notifications", "workforce")},
    "stack:notebooks": lambda state, _: [each["status"] for each in state["notebooks"]] == ["InService"],
    "materials": _materials,
    "marker": _parameters("marker"),
    "baseline": _parameters("baseline"),
    # It only names what is there: of one that was never prepared otherwise, nothing.
    "unused-stacks": lambda state, _: True,
    "scaling-role": lambda state, _: any("SageMakerEndpoint" in role for role in state["roles"]),
    "notices": lambda state, _: [each["address"] for each in state["subscriptions"]] == ["ops@example.com"],
    "workforce": _workforce,
    "quotas:training": _training,
    "quotas:endpoint": _endpoint,
    "smoke": lambda state, _: [each["status"] for each in state["training_jobs"]].count("Completed") == 1,
}


def of_batch(ended: Ended) -> Iterator[str]:
    """Sentences about what does not hold of the runs as a whole."""
    chosen = {each.account_id for each in ended.world.inputs.accounts} - {BYSTANDER}
    rows = ended.world.simulated.calls()["calls"]
    if strangers := {row["account"] for row in rows} - chosen - {HUB_ACCOUNT}:
        yield f"calls reached accounts that were not chosen: {sorted(strangers)}"
    if len(ended.seeds) == SIZE and len(ended.watch.deaths.dead) < SIZE // 5:
        yield f"only {len(ended.watch.deaths.dead)} runs died on their way"
    if odd := {f"{row['service']}:{row['operation']}" for row in rows if row["account"] == HUB_ACCOUNT} - {
        "sts:AssumeRole", "sts:GetCallerIdentity",
    }:  # fmt: skip
        yield f"calls with the operator's own credentials: {sorted(odd)}"
    sent = calls_by_account(ended)
    for row in rows:
        name = f"{row['service']}:{row['operation']}"
        if row["account"] in chosen and row["count"] > sent[row["account"]][name]:
            yield f"{row['count']} calls {name} with the credentials of {row['account']}, which sent fewer"
    for ran in (ended.first, ended.again):
        if ran.summary.seconds > ended.patience:
            yield f"a run took {ran.summary.seconds:.0f} s, its patience is {ended.patience:.0f} s"
    for (what, account, second), count in ended.watch.seconds.items():
        if count > _RATES.get(what, count):
            yield f"{count} calls {what} {account} in second {second}"
