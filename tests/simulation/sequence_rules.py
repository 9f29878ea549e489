"""Invariants of an account that several states were wanted of, one after another: it stands as a fresh one.

What may differ, and why, is told here; what a person has to know of it, the last run must have named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bootstrap.engine.outcomes import AccountResult
from bootstrap.engine.states import Outcome
from tests.simulation.sequences import Arrived

_WELL = (Outcome.READY, Outcome.CHANGED)
# A notebook's volume can only grow: AWS refuses, and the run says so.
_NEVER_SMALLER = "EB-262"
# What a stack that is left holds, or what was made beside it.
_OF_STACK = {
    "notebooks": r"notebook:",
    "notifications": r"topic:.*-training-notices|rule:.*-training-ended|subscription:",
    "workforce": r"topic:.*-labelling-notices|work:|worker:|parameter:.*/workers/",
}


def of_account(arrived: Arrived) -> Iterator[str]:
    """Sentences about what does not hold of the account."""
    yield from _steps(arrived)
    extra = {key: arrived.stands[key] for key in arrived.stands.keys() - arrived.fresh.keys()}
    lacking = sorted(arrived.fresh.keys() - arrived.stands.keys())
    yield from (f"{key} is not there" for key in lacking if not _model(key))
    yield from (f"{key} is still there, and nothing says so" for key in sorted(extra) if not _may_stay(key, arrived))
    for key in sorted(arrived.stands.keys() & arrived.fresh.keys()):
        stands, fresh = _comparable(key, arrived.stands[key]), _comparable(key, arrived.fresh[key])
        if not _alike(stands, fresh) and not _refused(key, arrived) and not _proves(key, arrived):
            yield f"{key} is {_brief(stands, fresh)}, and of a fresh account {_brief(fresh, stands)}"
    yield from _notices(arrived, extra)


def _steps(arrived: Arrived) -> Iterator[str]:
    """Each step ends as that of the fresh account, and a plan after it finds nothing to do."""
    for step, fresh in arrived.fresh_result.steps.items():
        seen, planned = arrived.result.steps[step], arrived.again.steps[step]
        if seen.code == _NEVER_SMALLER:
            continue
        if (seen.state in _WELL) != (fresh.state in _WELL):
            yield f"{step} is {seen.state} {seen.code} {seen.detail}, and of a fresh account {fresh.state}"
        elif fresh.state in _WELL and planned.state is not Outcome.READY:
            yield f"a plan after the last run says of {step}: {planned.state} {planned.code} {planned.detail}"


def _may_stay(key: str, arrived: Arrived) -> bool:
    unused = arrived.result.steps["unused-stacks"].facts.get("stacks", ())
    if key.startswith("stack:"):
        return key.removeprefix("stack:") in unused
    kept = [pattern for name, pattern in _OF_STACK.items() if any(each.endswith(f"-{name}") for each in unused)]
    if any(re.match(pattern, key) for pattern in kept):
        return True
    if key.startswith("worker:"):
        # Who left has no group; the user and the stored password wait for somebody who comes back.
        return not arrived.stands[key]["groups"]
    if key.startswith("role:"):
        # AWS's own role of autoscaling, one for all events and regions.
        return "AWSServiceRole" in key
    # AWS keeps jobs for ever; the step is not there if no lab trains.
    jobs = key == "smoke" and key not in arrived.result.steps
    return jobs or _model(key) or "/workers/" in key or key.startswith("subscription:")


def _model(key: str) -> bool:
    """The model of a smoke job is kept, for the job that names it is kept by AWS."""
    return key.startswith("object:smoke/")


def _comparable(key: str, value: Any) -> Any:
    """Tags of what no stack holds: a key that event.yaml does not name any more stays on it."""
    if key.startswith(("parameter:", "work:")):
        tags = value["tags"]
        pairs = dict(each.split("=", 1) for each in tags) if isinstance(tags, list) else tags
        return {**value, "tags": pairs}
    return value


def _alike(stands: Any, fresh: Any) -> bool:
    if isinstance(stands, dict) and "tags" in stands and isinstance(stands["tags"], dict):
        rest = [{key: value for key, value in each.items() if key != "tags"} for each in (stands, fresh)]
        return rest[0] == rest[1] and fresh["tags"].items() <= stands["tags"].items()
    return bool(stands == fresh)


def _refused(key: str, arrived: Arrived) -> bool:
    """AWS refused the change, and the run says so."""
    codes = {step.removeprefix("stack:"): seen.code for step, seen in arrived.result.steps.items()}
    return codes.get("notebooks") == _NEVER_SMALLER and key.startswith(("notebook:", "stack:car-day-notebooks"))


def _proves(key: str, arrived: Arrived) -> bool:
    """A job proves what that of the fresh account proves; on a lesser type, if the run says so."""
    if key != "smoke":
        return False
    seen = arrived.result.steps["smoke"]
    [fresh] = arrived.fresh[key]
    alike = [each for each in arrived.stands[key] if {**each, "type": ""} == {**fresh, "type": ""}]
    kinds = {each["type"] for each in alike}
    return fresh["type"] in kinds or any(f"trained on {each} instead of" in seen.detail for each in kinds)


def _notices(arrived: Arrived, extra: Mapping[str, Any]) -> Iterator[str]:
    """Addresses that are not wanted any more are counted, and never shown."""
    said = arrived.result.steps.get("notices")
    left = sum(key.startswith("subscription:") for key in extra)
    if said and said.facts.get("others", 0) != left:
        yield f"{left} addresses are subscribed that nobody wants, and it says: {said.detail}"
    yield from _shown(arrived.result)


def _shown(result: AccountResult) -> Iterator[str]:
    for step, seen in result.steps.items():
        if re.search(r"[\w.]@example\.com", f"{seen.detail} {seen.facts}"):
            yield f"{step} shows an address: {seen.detail}"


def _brief(value: Any, other: Any) -> str:
    """A value, or the parts of it in which it differs."""
    if isinstance(value, dict) and isinstance(other, dict):
        value = {key: each for key, each in value.items() if other.get(key) != each}
    return str(value)[:300]
