"""What must hold of every account that is swept, whatever befalls it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bootstrap.engine.outcomes import WELL, AccountResult, Result, StepResult
from bootstrap.engine.states import Outcome
from bootstrap.rehearsal.simulated import HUB_ACCOUNT
from bootstrap.sweep.elsewhere import KINDS_REMOVED
from tests.simulation.batch import BYSTANDER, SIZE
from tests.simulation.sweep_batch import Day, Stands, came
from tests.simulation.sweep_cases import SweepCase

_REMOVED = frozenset(kind.name for kind in KINDS_REMOVED)
# Seconds: the sweep's own patience, and six tries of a step before it and of one after it.
_PATIENCE = 5400.0 + 2 * 900.0
# Named by a gate that others hold, or by time.
_GATES = ("waits for ", "not tried yet")
_OURS = ("EB-390", "EB-391", "EB-392", "EB-500", "EB-502")


def of_account(day: Day, place: int) -> Iterator[str]:
    """Sentences about what does not hold of the account at that place of the batch."""
    team, case = f"case-{day.seeds[place]}", day.cases[place]
    was = day.before[team]
    for number, run in enumerate(day.runs, start=1):
        result, now = run.result(team), run.stands.get(team)
        if result and now:
            yield from (f"run {number}: {each}" for each in _of_run(result, was, now))
            for kind, names in day.organizations[team].items():
                if gone := names - now.home.get(kind, frozenset()):
                    yield f"run {number}: {kind} {min(gone)} of the organization is gone"
    if not any("lags" in each.differs for each in case.mishaps):
        # What a listing hides cannot be waited for; AWS refuses what is out of order.
        yield from day.order.breaches.get(day.account(team), ())
    second = day.runs[1].result(team)
    if second:
        yield from (f"run 2: {each}" for each in _unnamed(case, second))
    last = next(run.result(team) for run in reversed(day.runs) if run.result(team))
    if last and last.result is not Result.CLEAN:
        yield f"in the end it is {last.result}: {_said(last)}"


def _of_run(result: AccountResult, was: Stands, now: Stands) -> Iterator[str]:
    elsewhere = result.steps.get("elsewhere")
    closed = elsewhere.facts.get("closed", {}) if elsewhere else {}
    left = dict(came(now.home, was.home))
    for region, things in now.away.items():
        found = came(things, was.away[region]) if region not in closed else {}
        left |= {f"{kind} in {region}": names for kind, names in found.items() if kind in _REMOVED}
    if result.result is Result.CLEAN and left:
        yield f"said to be clean, and there is {_words(left)}"
    for step in ("sweep", "elsewhere"):
        seen = result.steps.get(step)
        if seen and seen.state in WELL and (there := _of_step(step, left)):
            yield f"{step} is {seen.state} ({seen.detail}), and there is {_words(there)}"
    marked = any("marker" in name for name in now.home.get("parameter", ()))
    if not marked and (rest := {kind: names for kind, names in left.items() if kind != "parameter"}):
        yield f"the marker is gone, and there is {_words(rest)}"
    yield from _touched(was, now)


def _of_step(step: str, left: dict[str, Any]) -> dict[str, Any]:
    there = {kind: names for kind, names in left.items() if kind != "parameter"}
    return {kind: names for kind, names in there.items() if (" in " in kind) == (step == "elsewhere")}


def _words(left: dict[str, Any]) -> str:
    return ", ".join(f"{kind} {min(names)}" for kind, names in left.items())


def _touched(was: Stands, now: Stands) -> Iterator[str]:
    for region, old, new in [("home", was.home, now.home), *[(at, was.away[at], now.away[at]) for at in was.away]]:
        for kind, names in old.items():
            if gone := names - new.get(kind, frozenset()):
                yield f"{kind} {min(gone)} of before is gone ({region})"
    for view in ("notebooks", "stacks"):
        states = {each["name"]: each["status"] for each in now.state[view]}
        for each in was.state[view]:
            if states.get(each["name"]) != each["status"]:
                yield f"{view} {each['name']} of before is {states.get(each['name'])}"
    for bucket, keys in was.state["buckets"].items():
        if sorted(now.state["buckets"].get(bucket, ())) != sorted(keys):
            yield f"bucket {bucket} of before holds something else"


def _unnamed(case: SweepCase, result: AccountResult) -> Iterator[str]:
    """What did not end well, by a cause that nobody injected."""
    sound = all(seen.state in WELL for seen in result.steps.values())
    if (
        sound
        and (passed := [each.name for each in case.mishaps if each.certain])
        and "proved clean" not in _said(result)
    ):
        yield f"it ends well in spite of {', '.join(passed)}"
    for step, seen in result.steps.items():
        if seen.state in WELL or _follows(seen):
            continue
        whys = _whys(seen)
        said = f"{seen.code} {seen.detail}"
        if not seen.settled or seen.state is Outcome.WORKING:
            yield f"{step} did not settle: {said}"
        elif seen.code in _OURS or not any(case.explains(text) for text in (said, *whys)):
            yield f"{step} is {seen.state} by a cause that nobody injected: {said}"
        for why in whys:
            if not why.startswith(_GATES) and not (case.explains(why) or case.explains(f"{seen.code} {why}")):
                yield f"{step} leaves something by a cause that nobody injected: {why}"


def _whys(seen: StepResult) -> list[str]:
    """Why each thing is left."""
    regions = [seen.facts, *seen.facts.get("regions", {}).values()]
    return [str(each["why"]) for facts in regions for each in facts.get("left", ())]


def _follows(seen: StepResult) -> bool:
    return seen.state in (Outcome.SKIPPED, Outcome.WAITING) and seen.after is not None


def _said(result: AccountResult) -> str:
    return "; ".join(f"{step} {seen.state} {seen.code or ''} {seen.detail}" for step, seen in result.steps.items())


def of_batch(day: Day) -> Iterator[str]:
    """Sentences about what does not hold of the runs as a whole."""
    chosen = {each.account_id for each in day.world.inputs.accounts} - {BYSTANDER}
    if strangers := {account for account, _ in day.calls} - chosen - {HUB_ACCOUNT}:
        yield f"calls reached accounts that were not chosen: {sorted(strangers)}"
    ours = {name for account, name in day.calls if account == HUB_ACCOUNT}
    # A sweep keeps away from the organization's management account.
    if odd := ours - {"sts:AssumeRole", "sts:GetCallerIdentity", "organizations:DescribeOrganization"}:
        yield f"calls with the operator's own credentials: {sorted(odd)}"
    sent: Counter[tuple[str, str]] = Counter()
    for run in day.runs:
        for session in run.ran.sessions:
            sent.update({(session.account_id, name): count for name, count in session.calls.items()})
    for (account, name), count in day.calls.items():
        if account in chosen and count > sent[account, name]:
            yield f"{count} calls {name} with the credentials of {account}, which sent fewer"
    for run in day.runs:
        if run.ran.summary.seconds > _PATIENCE:
            yield f"a run took {run.ran.summary.seconds:.0f} s, its patience is {_PATIENCE:.0f} s"
    whole = len(day.seeds) == SIZE
    if whole and len(day.deaths.dead) < SIZE // 5:
        yield f"only {len(day.deaths.dead)} runs died on their way"
    if whole and day.order.removals < SIZE:
        yield f"only {day.order.removals} removals were looked at"
