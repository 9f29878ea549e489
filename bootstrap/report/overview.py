"""A run or an event as a person asks for it: what needs me, what goes on, how long still.

One value for every view: the live view and `status --watch` are drawn from it, the table of `status`, its page and the
projector's screen read it. Made of a run's tally (`RunOverviews`) or of the journal's standing (`of_standing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bootstrap.engine import results, time_left
from bootstrap.engine.hold import Hold
from bootstrap.engine.outcomes import (
    AccountResult,
    Cause,
    Phase,
    PlannedAccount,
    PlannedStep,
    Result,
    RunPlan,
    StepResult,
)
from bootstrap.engine.results import Tally
from bootstrap.engine.states import Outcome
from bootstrap.engine.time_left import Pace, TimeLeft
from bootstrap.journal.standing import ORDER, Going, Key, Latest, Stale, Standing, Word

_BROKEN = (Outcome.FAILED, Outcome.BLOCKED)
_CAUSES = (*_BROKEN, Outcome.WAITING, Outcome.ELSEWHERE)
_NOTHING = TimeLeft()
# So many frames until the time left of every account is estimated anew.
_TURNS = 8
# In a run, what needs attention first.
_PHASES: tuple[Word, ...] = (Phase.FAILED, Phase.WORKING, Phase.WAITING, Phase.ELSEWHERE, Phase.QUEUED, Phase.DONE)


@dataclass(frozen=True, slots=True)
class RunningStep:
    """A step that is going on: in which teams it works and in which it waits, since when, and how long still."""

    step: str
    working: tuple[str, ...]
    waiting: tuple[str, ...]
    since: float
    left: TimeLeft

    @property
    def teams(self) -> tuple[str, ...]:
        """Return the teams, those that work first."""
        return (*self.working, *self.waiting)


@dataclass(frozen=True, slots=True)
class TeamState:
    """One account. `word`: its state; `ended` of `steps` have settled; `running`: its open steps that have begun, and
    when; `waiting`: those of them that only wait. `going`: a run is at work there; `broken`: it has something that
    needs a person. `notes`: more about the team, such as why it is held.
    """

    team: str
    account_id: str
    word: Word
    ended: int
    steps: int
    running: Mapping[str, float] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    left: TimeLeft = _NOTHING
    going: bool = False
    broken: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole. `teams`: every account, what needs attention first. `needs`: causes that only a person can change,
    those of required labs first; `waits`: causes that time or AWS solves. `runs`: the runs that go on, by the journal.
    Times in epoch seconds of the run's clock; `began` None: of no single run. `calls`: API calls so far, if counted.
    """

    command: str
    event: str
    began: float | None
    now: float
    counts: Mapping[Word, int]
    needs: tuple[Cause, ...]
    waits: tuple[Cause, ...]
    going: tuple[RunningStep, ...]
    teams: tuple[TeamState, ...]
    left: TimeLeft
    runs: tuple[Going, ...] = ()
    stale: Stale = Stale.NOT
    scenario: str | None = None
    calls: int | None = None

    @property
    def worst(self) -> Word:
        """The state that needs attention most."""
        return next(iter(self.counts), Result.READY)

    @property
    def ended(self) -> int:
        """Number of steps that have settled, of all accounts."""
        return sum(each.ended for each in self.teams)

    @property
    def steps(self) -> int:
        """Number of steps of all accounts."""
        return sum(each.steps for each in self.teams)


def _needs(causes: Iterable[Cause]) -> tuple[tuple[Cause, ...], tuple[Cause, ...]]:
    """Return what needs a person, and what only takes time."""
    found = tuple(causes)
    needs = tuple(each for each in found if each.state in _BROKEN)
    return needs, tuple(each for each in found if each.state not in _BROKEN)


def _going(
    teams: Sequence[TeamState], steps: Mapping[str, PlannedStep], now: float, pace: Pace
) -> tuple[RunningStep, ...]:
    """Return the steps that go on, in the order of the plan."""
    found: dict[str, list[tuple[TeamState, float]]] = {}
    for team in teams:
        for step, since in team.running.items():
            found.setdefault(step, []).append((team, since))
    return tuple(_step(steps[step], found[step], now, pace) for step in steps if step in found)


def _step(planned: PlannedStep, found: Sequence[tuple[TeamState, float]], now: float, pace: Pace) -> RunningStep:
    step, times = planned.id, [began for _, began in found]
    # The last one to begin ends last, unless the first one is late.
    since, latest = min(times), max(times)
    if planned.typical is None:
        left = TimeLeft(None, (step,), since, len(found))
    else:
        expected = pace.expected(planned, makes=True)
        left = TimeLeft(now + max(time_left.remaining(expected, max(0.0, now - each)) for each in (since, latest)))
    working = tuple(team.team for team, _ in found if step not in team.waiting)
    waiting = tuple(team.team for team, _ in found if step in team.waiting)
    return RunningStep(step, working, waiting, since, left)


def _counted(teams: Iterable[TeamState], order: Sequence[Word]) -> dict[Word, int]:
    found = Counter(each.word for each in teams)
    return {word: found[word] for word in order if found[word]}


def _steps_of(plan: RunPlan) -> dict[str, PlannedStep]:
    # Accounts that are prepared alike share one tuple of steps.
    shapes = {id(each.steps): each.steps for each in plan.accounts}
    return {step.id: step for steps in shapes.values() for step in steps}


@dataclass(slots=True)
class _Account:
    """An account as it is until its next event. `trouble`: its result, with only the steps that are causes."""

    last: object
    state: TeamState
    trouble: AccountResult | None
    settled: frozenset[str]


@dataclass(slots=True)
class RunOverviews:
    """Overviews of one run, each as cheap as what has changed since the one before. `tally` counts the run's events."""

    plan: RunPlan
    tally: Tally
    _kept: dict[Key, _Account] = field(default_factory=dict)
    _pace: Pace = field(default_factory=Pace)
    _steady: time_left.Steady = field(default_factory=time_left.Steady)
    _needs: tuple[Cause, ...] = ()
    _waits: tuple[Cause, ...] = ()
    _turn: int = 0

    def at(self, now: float, calls: int | None = None) -> Overview:
        """Return the overview at `now`, in epoch seconds of the run's clock. `now` must not go back."""
        self._turn += 1
        if self._take(now):
            found = results.causes(each.trouble for each in self._kept.values() if each.trouble)
            self._needs, self._waits = _needs(found)
        teams = [self._kept[each.team, each.account_id].state for each in self.plan.accounts]
        return Overview(
            self.plan.command, self.plan.event, self.plan.began, now, _counted(teams, _PHASES), self._needs,
            self._waits, _going(teams, _steps_of(self.plan), now, self._pace), _sorted(teams, _PHASES),
            self._left(teams, now), scenario=self.plan.scenario, calls=calls,
        )  # fmt: skip

    def _take(self, now: float) -> bool:
        """Take in what has changed since the last overview; return True if causes may have changed."""
        changed = [
            (each, self.tally.latest.get((each.team, each.account_id)))
            for place, each in enumerate(self.plan.accounts)
            if self._changed(each, place)
        ]
        # First what took how long, then what is left.
        for each, _ in changed:
            self._measure(each)
        troubled = [self._look(each, last, now) for each, last in changed]
        return any(troubled)

    def _changed(self, planned: PlannedAccount, place: int) -> bool:
        """Return True for an account with a new event, and now and then for every one in which a run is at work: its
        time left depends on what took how long elsewhere."""
        key = (planned.team, planned.account_id)
        kept = self._kept.get(key)
        if kept is None or kept.last is not self.tally.latest.get(key):
            return True
        return kept.state.going and place % _TURNS == self._turn % _TURNS

    def _measure(self, planned: PlannedAccount) -> None:
        key = (planned.team, planned.account_id)
        seen, kept = self.tally.steps(key), self._kept.get(key)
        for step, each in seen.items():
            if each.settled and (kept is None or step not in kept.settled):
                self._pace.take(step, each)

    def _look(self, planned: PlannedAccount, last: object, now: float) -> bool:
        """Keep the account's state; return True if causes may have changed."""
        key = (planned.team, planned.account_id)
        seen, before = self.tally.steps(key), self._kept.get(key)
        settled = frozenset(step for step, each in seen.items() if each.settled)
        alone = self.tally.phases[key] is Phase.ELSEWHERE
        running = {step: each.began or now for step, each in seen.items() if not each.settled and not alone}
        causes = {step: each for step, each in seen.items() if each.state in _CAUSES}
        counted = self.tally.counted(key)
        going = bool(seen) and len(settled) < len(planned.steps) and not alone
        state = TeamState(
            *key, self.tally.phases[key], len(settled), len(planned.steps), running,
            frozenset(step for step in running if seen[step].state is Outcome.WAITING),
            time_left.of_account(planned.steps, seen, now, self._pace) if going else TimeLeft(), going,
            any(each.state in _BROKEN for step, each in causes.items() if step in counted), _notes(planned.hold),
        )  # fmt: skip
        trouble = replace(self.tally.result(*key), steps=causes) if causes else None
        self._kept[key] = _Account(last, state, trouble, settled)
        return (before.trouble if before else None) != trouble

    def _left(self, teams: Sequence[TeamState], now: float) -> TimeLeft:
        parts = [each.left for each in teams if each.left.known]
        waiting = sum(each.word is Phase.QUEUED for each in teams)
        if waiting:
            shapes = {id(each.steps): each.steps for each in self.plan.accounts}.values()
            path = time_left.together(time_left.of_account(steps, {}, now, self._pace) for steps in shapes)
            begun = len(teams) - waiting
            parts.append(time_left.queued(path, waiting, begun, max(0.0, now - self.plan.began)))
        return self._steady(time_left.together(parts), now)


def of_run(plan: RunPlan, tally: Tally, now: float, calls: int | None = None) -> Overview:
    """Return the overview of a run at one moment."""
    return RunOverviews(plan, tally).at(now, calls)


def of_standing(standing: Standing, now: float) -> Overview:
    """Return the overview of an event, by what its journal tells. `now`: epoch seconds."""
    planned = {(each.team, each.account_id): each for each in standing.about.accounts}
    accounts = standing.summary.accounts
    seen = [_of_this_run(each, standing.of(each)) for each in accounts]
    pace = Pace()
    for found in seen:
        for step, each in found.items():
            if each.settled:
                pace.take(step, each)
    teams = [
        _team(standing, account, found, planned.get(_key(account)), now, pace)
        for account, found in zip(accounts, seen, strict=True)
    ]
    needs, waits = _needs(standing.summary.causes)
    about = standing.about
    return Overview(
        about.command, about.event, None, now, _counted(teams, ORDER), needs, waits,
        _going(teams, _steps_of(about), now, pace), _sorted(teams, ORDER),
        time_left.together(each.left for each in teams if each.left.known), standing.going, standing.stale,
    )  # fmt: skip


def _key(account: AccountResult) -> Key:
    return (account.team, account.account_id)


def _of_this_run(account: AccountResult, latest: Latest | None) -> dict[str, StepResult]:
    """Return the steps that the run which is at work there has seen; none if no run is."""
    if latest is None or not latest.at_work:
        return {}
    began = latest.heard - latest.took
    return {step: seen for step, seen in account.steps.items() if seen.at is not None and seen.at >= began}


def _team(
    standing: Standing,
    account: AccountResult,
    seen: Mapping[str, StepResult],
    planned: PlannedAccount | None,
    now: float,
    pace: Pace,
) -> TeamState:
    broken = any(each.state in _BROKEN for step, each in account.steps.items() if step in account.counted)
    word, latest, number = standing.word(account), standing.of(account), len(account.steps)
    if latest is None or not latest.at_work:
        ended = sum(each.at is not None for each in account.steps.values())
        return TeamState(*_key(account), word, ended, number, broken=broken, notes=_notes(account.hold))
    running = {step: each.began or now for step, each in seen.items() if not each.settled}
    waiting = frozenset(step for step in running if seen[step].state is Outcome.WAITING)
    # A sweep's steps are not those of the plan by which an event stands: how long they take is not told.
    ours = planned.steps if planned and {each.id for each in planned.steps} >= set(account.steps) else ()
    left = time_left.of_account(ours, seen, now, pace)
    ended = sum(each.settled for each in seen.values())
    return TeamState(*_key(account), word, ended, number, running, waiting, left, True, broken, _notes(account.hold))


def _notes(hold: Hold | None) -> tuple[str, ...]:
    return (hold.words,) if hold else ()


def _sorted(teams: Iterable[TeamState], order: Sequence[Word]) -> tuple[TeamState, ...]:
    return tuple(sorted(teams, key=lambda each: order.index(each.word)))


def groups(teams: Iterable[TeamState]) -> Iterator[tuple[TeamState, ...]]:
    """Yield the teams of which the same is to be told together, the largest groups first."""
    found: dict[object, list[TeamState]] = {}
    for each in teams:
        found.setdefault((each.word, tuple(each.running), each.broken, each.notes), []).append(each)
    yield from sorted((tuple(each) for each in found.values()), key=len, reverse=True)
