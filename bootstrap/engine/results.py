"""Counts a run's events: the results of accounts, labs and the run, and the causes of failures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from bootstrap.engine.outcomes import (
    NOT_REACHED,
    WELL,
    AccountResult,
    Cause,
    CleanEvent,
    Phase,
    PlannedAccount,
    Result,
    RunPlan,
    Said,
    StepResult,
    Summary,
    natural,
)
from bootstrap.engine.states import AGAIN, NOTE, Outcome
from bootstrap.engine.swept import swept
from bootstrap.errors.message import identity, replaced

# Stands for the id of each account in what is said of several.
ANY_ACCOUNT = "<account>"
TROUBLE = frozenset({Outcome.FAILED, Outcome.BLOCKED, Outcome.SKIPPED})
_PENDING = frozenset({Outcome.WAITING, Outcome.WORKING})
_WORSE = list(Result)


class _Member(NamedTuple):
    """A step of an account that has a cause."""

    team: str
    account_id: str
    step: str
    seen: StepResult


def worst(results: Iterable[Result]) -> Result:
    """Return the worst of the results; READY if there are none."""
    return max(results, key=_WORSE.index, default=Result.READY)


def result_of(states: Iterable[Outcome]) -> Result:
    """Return the result of steps in these states together."""
    found = set(states)
    if Outcome.FAILED in found:
        return Result.FAILED
    if found & TROUBLE:
        return Result.BLOCKED
    if Outcome.ELSEWHERE in found:
        return Result.ELSEWHERE
    if found & _PENDING:
        return Result.WAITING
    return Result.PLANNED if Outcome.PLANNED in found else Result.READY


def account_result(planned: PlannedAccount, steps: Mapping[str, StepResult]) -> AccountResult:
    """Return the account's result. `steps`: the last states seen; planned steps that are not in it were not reached."""
    unknown = next((_left(each) for each in steps.values() if each.state is Outcome.ELSEWHERE), NOT_REACHED)
    seen = {step.id: _ended(steps.get(step.id, unknown)) for step in planned.steps}
    labs = {
        lab.name: result_of(seen[step.id].state for step in planned.steps if not step.labs or lab.name in step.labs)
        for lab in planned.labs
    }
    counted = planned.counted
    result = result_of(each.state for step, each in seen.items() if step in counted)
    result = Result.FAILED if result is Result.BLOCKED else result
    result = swept(result, seen) if planned.sweeps else result
    key = (planned.team, planned.account_id)
    return AccountResult(*key, result, labs, seen, counted, planned.optional, planned.hold)


def _ended(step: StepResult) -> StepResult:
    return step if step.state is not Outcome.WORKING else replace(step, state=Outcome.WAITING)


def _left(step: StepResult) -> StepResult:
    """Return what is known of the other steps of an account of which one says that another run works on it."""
    return StepResult(Outcome.ELSEWHERE, step.detail, step.code, step.cause, settled=True)


class Tally:
    """Counts events as they come. Not thread-safe."""

    def __init__(self, accounts: Sequence[PlannedAccount]) -> None:
        self._planned = {(each.team, each.account_id): each for each in accounts}
        self._steps: dict[tuple[str, str], dict[str, StepResult]] = {key: {} for key in self._planned}
        self._open = {key: {step.id for step in each.steps} for key, each in self._planned.items()}
        self._counted = {key: each.counted for key, each in self._planned.items()}
        self.phases = {key: Phase.QUEUED if self._open[key] else Phase.DONE for key in self._planned}
        self.tally = Counter(self.phases.values())
        self.latest: dict[tuple[str, str], CleanEvent] = {}
        self.now = 0.0

    def take(self, event: CleanEvent) -> AccountResult | None:
        """Count the event; return the account's result if it settled the last step. Unplanned steps are ignored."""
        key = (event.team, event.account_id)
        self.now = max(self.now, event.at)
        if key not in self._planned or all(event.step != step.id for step in self._planned[key].steps):
            return None
        steps = self._steps[key]
        before = steps.get(event.step)
        began = event.at if before is None or before.began is None else before.began
        steps[event.step] = StepResult(
            event.state, event.detail, event.code, event.cause, event.at, began, event.settled, event.facts, event.after
        )
        was_open = bool(self._open[key])
        if event.settled:
            self._open[key].discard(event.step)
        if event.state is Outcome.ELSEWHERE:
            self._open[key].clear()
        self.latest[key] = event
        self._move(key)
        return self.result(*key) if was_open and not self._open[key] else None

    def result(self, team: str, account_id: str) -> AccountResult:
        """Return the account's result by what was counted so far."""
        key = (team, account_id)
        return account_result(self._planned[key], self._steps[key])

    def results(self) -> tuple[AccountResult, ...]:
        """Return the results of all accounts, in the order of the plan."""
        return tuple(self.result(*key) for key in self._planned)

    def steps(self, key: tuple[str, str]) -> Mapping[str, StepResult]:
        """Return the last state seen of each step. `key`: team and account id, as in `phases` and `latest`."""
        return self._steps[key]

    def counted(self, key: tuple[str, str]) -> frozenset[str]:
        """Return the steps that decide the account's result."""
        return self._counted[key]

    def size(self, key: tuple[str, str]) -> int:
        """Return the number of steps of the account in this run."""
        return len(self._planned[key].steps)

    def _move(self, key: tuple[str, str]) -> None:
        self.tally[self.phases[key]] -= 1
        self.phases[key] = self._phase(key)
        self.tally[self.phases[key]] += 1

    def _phase(self, key: tuple[str, str]) -> Phase:
        steps, counted = self._steps[key], self._counted[key]
        states = [each.state for step, each in steps.items() if step in counted]
        if TROUBLE & set(states):
            return Phase.FAILED
        if Outcome.ELSEWHERE in states:
            return Phase.ELSEWHERE
        if not self._open[key]:
            return Phase.WAITING if Outcome.WAITING in states else Phase.DONE
        running = [each.state for step, each in steps.items() if step in self._open[key]]
        return Phase.WAITING if running and set(running) == {Outcome.WAITING} else Phase.WORKING


def summarise(
    run: str,
    accounts: Sequence[AccountResult],
    began: float,
    ended: float,
    api_calls: int = 0,
    interrupted: bool = False,
) -> Summary:
    """The run's result is that of its worst account; labs and causes are taken over all accounts."""
    names = dict.fromkeys(lab for each in accounts for lab in each.labs)
    labs = {lab: worst(each.labs[lab] for each in accounts if lab in each.labs) for lab in names}
    result = worst(each.result for each in accounts)
    return Summary(run, result, tuple(accounts), labs, causes(accounts), began, ended, api_calls, interrupted)


def fold(plan: RunPlan, events: Iterable[CleanEvent], api_calls: int = 0, interrupted: bool = False) -> Summary:
    """Return the summary of a run by all its events, or of several runs (`began` 0) by the last event of each step."""
    board = Tally(plan.accounts)
    for event in events:
        board.take(event)
    ended = max(plan.began, board.now)
    return summarise(plan.run, board.results(), plan.began or ended, ended, api_calls, interrupted)


def merge(parts: Sequence[Summary]) -> Summary:
    """Return one summary of parts of a roster that ran separately; at least one part."""
    return summarise(
        parts[0].run,
        [account for part in parts for account in part.accounts],
        min(part.began for part in parts),
        max(part.ended for part in parts),
        sum(part.api_calls for part in parts),
        any(part.interrupted for part in parts),
    )


def causes(accounts: Iterable[AccountResult]) -> tuple[Cause, ...]:
    """Return the causes that keep teams from being ready, each once: required ones first, then by number of teams."""
    groups: dict[tuple[object, ...], list[_Member]] = {}
    for account in accounts:
        for step, seen in account.steps.items():
            if _is_cause(seen):
                said = (seen.code, seen.cause) if seen.code or seen.cause else (step, identity(seen.detail))
                key = (step in account.counted, seen.state is Outcome.WAITING, *said)
                groups.setdefault(key, []).append(_Member(account.team, account.account_id, step, seen))
    found = [_cause(bool(key[0]), members) for key, members in groups.items()]
    return tuple(sorted(found, key=_gravity))


def planned(accounts: Iterable[AccountResult]) -> tuple[Cause, ...]:
    """Return what a dry run found to do, each change once, in the order of the steps."""
    return _alike(accounts, lambda seen: seen.state is Outcome.PLANNED)


def noted(accounts: Iterable[AccountResult]) -> tuple[Cause, ...]:
    """Return what a person should know of steps that are ready, each sentence once, in the order of the steps."""
    return _alike(accounts, lambda seen: seen.state in WELL and bool(seen.facts.get(NOTE)))


def _alike(accounts: Iterable[AccountResult], chosen: Callable[[StepResult], bool]) -> tuple[Cause, ...]:
    groups: dict[tuple[str, str], list[_Member]] = {}
    order: dict[str, int] = {}
    for account in accounts:
        for place, (step, seen) in enumerate(account.steps.items()):
            order.setdefault(step, place)
            if chosen(seen):
                member = _Member(account.team, account.account_id, step, seen)
                groups.setdefault((step, identity(seen.detail)), []).append(member)
    found = [_cause(True, members) for members in groups.values()]
    return tuple(sorted(found, key=lambda cause: (order[cause.steps[0]], cause.steps, cause.detail)))


def _is_cause(seen: StepResult) -> bool:
    if seen.state in (Outcome.FAILED, Outcome.BLOCKED):
        return True
    if seen.state is Outcome.ELSEWHERE:
        return seen.at is not None
    return seen.state is Outcome.WAITING and seen.at is not None and seen.after is None


def _cause(required: bool, members: Sequence[_Member]) -> Cause:
    first, said, steps, teams = members[0].seen, _said(members), _steps(members), _teams(members)
    state = Outcome.FAILED if any(each.seen.state is Outcome.FAILED for each in members) else first.state
    again = bool(first.facts.get(AGAIN))
    return Cause(state, first.code, first.cause, said[0].detail, steps, teams, required, again, said)


def _said(members: Sequence[_Member]) -> tuple[Said, ...]:
    """Return each detail once, with its teams: the same cause may be about other things in each account.

    Details that differ only by the account's id are one, with `<account>` in its place.
    """
    alike: dict[str, list[_Member]] = {}
    for each in members:
        # Messages differ by what they do not show, too, such as the row of the roster.
        alike.setdefault(str(replaced(each.seen.detail, each.account_id, ANY_ACCOUNT)), []).append(each)
    found = []
    for some in alike.values():
        first, several = some[0], len({each.account_id for each in some}) > 1
        detail = replaced(first.seen.detail, first.account_id, ANY_ACCOUNT) if several else first.seen.detail
        found.append(Said(detail, _steps(some), _teams(some)))
    return tuple(found)


def _steps(members: Sequence[_Member]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.step for each in members))


def _teams(members: Sequence[_Member]) -> tuple[str, ...]:
    return tuple(sorted({each.team for each in members}, key=natural))


def _gravity(cause: Cause) -> tuple[object, ...]:
    later = (cause.state is Outcome.ELSEWHERE, cause.state is Outcome.WAITING)
    return (not cause.required, *later, -len(cause.teams), cause.code or "", cause.detail)
