"""Recorded events -> what is known of each account: by which kind of run, and by which of its events.

A run that did not come to its end takes nothing away. What it saw counts, and so does what it was changing; of the
rest, what earlier runs saw still holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from bootstrap.engine.outcomes import WELL, CleanEvent, cleaned
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.errors.message import msg

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """The events that tell how one account stands. `kind`: the kind of sweep after which it stands so, or PROVISION."""

    kind: RunKind
    events: tuple[CleanEvent, ...]


@dataclass(slots=True)
class _Account:
    """A KnownAccount in the making, with the events of the other kinds of runs, which do not count yet."""

    kind: RunKind
    events: dict[RunKind, list[CleanEvent]] = field(default_factory=dict)

    def take(self, event: CleanEvent, kind: RunKind, run: RunKind, whole: Callable[[], Collection[str]]) -> None:
        """Take the next event. `kind`: of its run, without differences between runs that prepare; `run`: exactly.

        A sweep undoes what was prepared, and a preparation what a sweep has proved, but only once it has changed
        something, met an obstacle, or looked at everything: `whole` returns the steps that it has then seen.
        """
        self.events.setdefault(kind, []).append(event)
        if kind is self.kind or event.unseen or run.asks:
            return
        if event.state is not Outcome.READY or self._well(kind).issuperset(whole()):
            self.kind, self.events = kind, {kind: self.events[kind]}

    def _well(self, kind: RunKind) -> set[str]:
        return {each.step for each in self.events[kind] if each.settled and each.state in WELL}


def known(
    happened: Sequence[CleanEvent],
    kinds: Mapping[str, RunKind],
    unfinished: Collection[tuple[str, str, str]],
    whole: Callable[[RunKind, Key], Collection[str]],
) -> dict[Key, KnownAccount]:
    """Return what is known of each account that was visited.

    `happened`: in order; `kinds`: of each run; `unfinished`: run, team and account id where a run is still at work;
    `whole`: the steps that a run of a kind visits in an account.
    """
    found: dict[Key, _Account] = {}
    # Of an account of which nothing else is known, why nothing is known.
    unknown: dict[Key, list[CleanEvent]] = {}
    for each in happened:
        key, run = (each.team, each.account_id), kinds[each.run]
        alive = (each.run, *key) in unfinished
        if each.unseen and not alive:
            if each.settled and each.state is not Outcome.ELSEWHERE and not run.undoes:
                unknown.setdefault(key, []).append(each)
            continue
        kind = run if run.undoes else RunKind.PROVISION
        event = each if each.settled or alive else _interrupted(each)
        found.setdefault(key, _Account(kind)).take(event, kind, run, partial(whole, kind, key))
    told = {key: KnownAccount(each.kind, tuple(each.events[each.kind])) for key, each in found.items()}
    return told | {key: KnownAccount(RunKind.PROVISION, tuple(why)) for key, why in unknown.items() if key not in told}


def _interrupted(event: CleanEvent) -> CleanEvent:
    """Return the event of a step that its run left unfinished, as a run that could still say so has recorded it."""
    if event.code == "EB-392":
        return event
    words = msg("interrupted; last seen: {detail}", detail=event.detail)
    return cleaned(replace(event, state=Outcome.WAITING, detail=words, code="EB-392", cause=None))
