"""Read an event's standing from the journal and the roster, as often as wanted. Calls no AWS."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from bootstrap.cli.commands.about_run import about, planned_of
from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.engine import results
from bootstrap.engine.outcomes import AccountResult, CleanEvent, PlannedAccount, Result, RunPlan, StepResult
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import STOPPED_UNTIL, Outcome, StepEvent
from bootstrap.errors import Stop, Troubled
from bootstrap.event import prices
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.known import known
from bootstrap.journal.last_seen import Found, LastSeen
from bootstrap.journal.standing import Key, Latest, Stale, Standing
from bootstrap.steps import plan
from bootstrap.sweep import plan as sweep_plan
from bootstrap.sweep.plan import Sweep
from bootstrap.sweep.running import HourlyPrices, rate_of

# Seconds after which a run without news is shown again: it may have crashed.
_SILENCE = 20.0
# The step that starts and stops notebooks.
_NOTEBOOK = "notebook"
# The last step of every sweep that deletes.
_LAST = "forget"


class StandingReader:
    """Reads where the accounts of one event stand. Safe for threads.

    Raises BadInput (EB-395) if the journal cannot be opened.
    """

    def __init__(self, choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount]) -> None:
        self._journal = LastSeen(choice.journal_path, inputs.event.name)
        self._prepared = outline(choice, inputs, accounts)
        rate = rate_of(inputs.event, prices.read(inputs.event.folder))
        self._swept = {
            kind: outline(replace(choice, kind=kind, sweep=Sweep(stop_only)), inputs, accounts, rate)
            for kind, stop_only in ((RunKind.SWEEP_APPLY, False), (RunKind.STOP_APPLY, True))
        }

    def mark(self) -> tuple[float, ...]:
        """Return a mark that changes when there is something new; cheap. Raises Troubled (EB-523)."""
        return self._journal.mark()

    def read(self) -> Standing:
        """Read where the accounts stand. Raises Troubled (EB-523) while the journal's database does not answer."""
        return _standing(self._prepared, self._swept, self._journal.read())

    def nothing(self) -> Standing:
        """Return what is known without the journal."""
        return _standing(self._prepared, self._swept, Found((), {}, ()))

    def close(self) -> None:
        self._journal.close()


def untouched(choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount]) -> Standing:
    """Return where the accounts stand before any command ran."""
    return _standing(outline(choice, inputs, accounts), {}, Found((), {}, ()))


def outline(
    choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount], rate: HourlyPrices | None = None
) -> RunPlan:
    """Return what a run of the chosen kind would visit: names, order and labs of the steps. AWS is not called.

    `rate`: the prices that a sweep names; read from the event's folder if not given.
    """
    event, sweep = inputs.event, choice.sweep
    if sweep and rate is None:
        rate = rate_of(event, prices.read(event.folder))

    def planned(account: TeamAccount) -> PlannedAccount:
        if sweep and rate:
            return planned_of(choice, event, account, sweep_plan.entries(event, account, sweep, False, rate))
        return planned_of(choice, event, account, plan.outline(event, account))

    return about(choice, event, plan.alike(accounts, planned))


def _standing(prepared: RunPlan, swept: Mapping[RunKind, RunPlan], found: Found) -> Standing:
    plans = {RunKind.PROVISION: prepared, **swept}
    told = known(found.happened, found.kinds, found.unfinished, _whole(plans))
    latest = _latest(found)
    working = {(*_key(each), each.step): each.state is Outcome.WORKING for each in found.happened}
    ends: dict[RunKind, dict[Key, AccountResult]] = {}
    for kind, planned in plans.items():
        events = [event for each in told.values() if each.kind is kind for event in each.events]
        folded = results.fold(_as_it_was(planned, events) if kind in swept else planned, events)
        ends[kind] = {_key(each): each for each in folded.accounts}
    accounts = []
    for key in map(_key, prepared.accounts):
        kind = told[key].kind if key in told else RunKind.PROVISION
        account, run = _stopped(ends[kind][key], kind), latest.get(key)
        going = _as_it_goes(account, working) if run and run.at_work else account
        accounts.append(replace(going, hold=found.on_hold.get(key[1])))
    ended = max((each.heard for each in latest.values()), default=0.0)
    done = frozenset(found.kinds.values())
    asleep = {key: until for key, until in _asleep(found).items() if key in told and told[key].kind not in swept}
    summary = results.summarise("", accounts, ended, ended)
    return Standing(prepared, summary, found.going, latest, done=done, asleep=asleep)


def _asleep(found: Found) -> dict[Key, float]:
    """Return until when a run left the notebook of an account stopped, of those that no later run started."""
    said: dict[Key, float] = {}
    for each in found.happened:
        if each.step == _NOTEBOOK and each.settled:
            said.pop(_key(each), None)
            if STOPPED_UNTIL in each.facts:
                said[_key(each)] = float(each.facts[STOPPED_UNTIL])
    return said


def _whole(plans: Mapping[RunKind, RunPlan]) -> Callable[[RunKind, Key], frozenset[str]]:
    """Return which steps a run must have seen in an account so that it tells how the account stands."""

    @cache
    def of(kind: RunKind) -> dict[Key, frozenset[str]]:
        return {_key(each): each.counted for each in plans[kind].accounts}

    def whole(kind: RunKind, key: Key) -> frozenset[str]:
        # Sweeps of other versions had other steps, and the same last one.
        return frozenset({_LAST}) if kind is RunKind.SWEEP_APPLY else of(kind).get(key, frozenset({""}))

    return whole


def _as_it_was(sweep: RunPlan, events: Sequence[CleanEvent]) -> RunPlan:
    """Return the plan without the steps that sweeps did not have yet which came to their end."""
    seen: dict[Key, set[str]] = {}
    for each in events:
        seen.setdefault(_key(each), set()).add(each.step)
    ended = {_key(each) for each in events if each.step == _LAST and each.settled}

    def of_then(account: PlannedAccount) -> PlannedAccount:
        key = _key(account)
        steps = tuple(step for step in account.steps if step.id in seen[key]) if key in ended else account.steps
        return replace(account, steps=steps)

    return replace(sweep, accounts=tuple(of_then(each) for each in sweep.accounts))


def _stopped(account: AccountResult, kind: RunKind) -> AccountResult:
    """Return the account with the result of a sweep that only stopped things: it is neither clean nor ready."""
    stopped = kind is RunKind.STOP_APPLY and account.result is Result.READY
    return replace(account, result=Result.STOPPED) if stopped else account


def _latest(found: Found) -> dict[Key, Latest]:
    """Return for each account the run that visited it last."""
    visits: dict[Key, list[StepEvent]] = {}
    for each in found.happened:
        events = visits.setdefault(_key(each), [])
        if events and events[-1].run != each.run:
            events.clear()
        events.append(each)
    return {key: _visit(found, events) for key, events in visits.items()}


def _visit(found: Found, events: Sequence[StepEvent]) -> Latest:
    """Return what a run reported about one account, from its events."""
    last, began = events[-1], min(each.at for each in events)
    heard = max(each.at for each in events)
    open_steps = {each.step: each.state for each in events if not each.settled}
    for each in events:
        if each.settled:
            open_steps.pop(each.step, None)
    waits = set(open_steps.values()) == {Outcome.WAITING}
    at_work = (last.run, last.team, last.account_id) in found.unfinished
    return Latest(last.run, found.kinds[last.run], last.actor, heard, heard - began, at_work, at_work and waits)


def _as_it_goes(account: AccountResult, working: Mapping[tuple[str, str, str], bool]) -> AccountResult:
    """Mark the steps that a run is working on: a summary would show them as waiting."""

    def now(step: str, seen: StepResult) -> StepResult:
        return replace(seen, state=Outcome.WORKING) if working.get((*_key(account), step)) else seen

    return replace(account, steps={step: now(step, seen) for step, seen in account.steps.items()})


def _key(of: StepEvent | AccountResult | PlannedAccount) -> Key:
    return (of.team, of.account_id)


class Follower:
    """Reads where the event stands each time it is called; reads the files again when they have changed.

    Raises BadInput when it is made, for files or a journal that cannot be read. Later, the last standing is returned
    again in that case, marked `stale`.
    """

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self._times = self._file_times()
        self.inputs = read(choice)
        self._reader = StandingReader(choice, self.inputs, chosen(choice, self.inputs))
        self._mark: tuple[float, ...] = ()
        self._said: Standing | None = None
        self._at = 0.0
        self._files = Stale.NOT

    def __call__(self) -> Standing | None:
        """Return where the event stands; None if there is nothing new, which is cheap."""
        self._reread()
        try:
            found = self._look()
        except Troubled:
            found = None if self._is(Stale.JOURNAL) else self._unread()
        if found is not None:
            self._said, self._at = found, time.monotonic()
        return found

    def _look(self) -> Standing | None:
        mark = self._reader.mark()
        if mark == self._mark and self._is(self._files) and not self._silence():
            return None
        found = replace(self._reader.read(), stale=self._files)
        self._mark = mark
        return found

    def _unread(self) -> Standing:
        return replace(self._said or self._reader.nothing(), stale=Stale.JOURNAL)

    def _is(self, stale: Stale) -> bool:
        return self._said is not None and self._said.stale is stale

    def _silence(self) -> bool:
        return bool(self._said and self._said.going) and time.monotonic() - self._at > _SILENCE

    def _reread(self) -> None:
        times = self._file_times()
        if times == self._times:
            return
        try:
            inputs = read(self._choice)
            accounts = chosen(self._choice, inputs)
        except Stop:
            self._times, self._files = times, Stale.FILES
            return
        try:
            reader = StandingReader(self._choice, inputs, accounts)
        except Stop:
            # The journal does not answer; the new roster is used when it does.
            return
        self._reader.close()
        self._times, self._files = times, Stale.NOT
        self.inputs, self._reader, self._mark = inputs, reader, ()

    def _file_times(self) -> tuple[int, ...]:
        """Return when the files were last changed; 0 for a file that is being replaced."""
        files = (self._choice.event_path, self._choice.roster_path)
        return tuple(each.stat().st_mtime_ns if each.exists() else 0 for each in files)
