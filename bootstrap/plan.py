"""Event + TeamAccount -> what to visit, in dependency order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bootstrap.errors import BadInput, Problem
from bootstrap.event import Event, Lab
from bootstrap.names import Names
from bootstrap.roster import TeamAccount
from bootstrap.steps.step import Step

_FIRST = ("access", "marker", "baseline")


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of one account: what it comes after, and the labs that want it (none: every lab does)."""

    step: Step
    needs: tuple[str, ...]
    labs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Narrow:
    """The part of a plan that a person asked for: kinds ("quotas") or ids ("stack:roles"); none is all."""

    only: tuple[str, ...] = ()
    start: str | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person may ask of single steps beyond their usual manners."""

    ask_again: bool = False
    retry: bool = False
    smoke_again: bool = False
    during_event: bool = False


def labs_of(event: Event, account: TeamAccount) -> tuple[Lab, ...]:
    return tuple(lab for lab in event.labs if not account.labs or lab.name in account.labs)


def wanting(labs: Iterable[Lab], field: str, name: str | None = None) -> frozenset[str]:
    """The labs whose lab.yaml asks for `name` in `field`, or sets `field` at all."""
    return frozenset(
        lab.name for lab in labs if (name in getattr(lab, field) if name is not None else getattr(lab, field))
    )


def names_of(event: Event, account: TeamAccount) -> Names:
    return Names(event.name, account.account_id, account.region)


def narrow(entries: Sequence[Entry], wanted: Narrow) -> tuple[Entry, ...]:
    """The entries asked for, and `access`, without which nothing is written. Raises BadInput for unknown steps."""
    known = {each.step.id for each in entries} | {each.step.id.split(":")[0] for each in entries}
    asked = {*wanted.only, *([wanted.start] if wanted.start else [])}
    problems = [
        Problem("EB-402", f"no step is called {name!r}", mend=f"steps are: {', '.join(sorted(known))}")
        for name in sorted(asked - known)
    ]
    if problems:
        raise BadInput(problems)
    if not asked:
        return tuple(entries)
    chosen = {each.step.id for each in entries if _matches(each.step.id, wanted.only)}
    if wanted.start:
        chosen |= _from(entries, wanted.start)
    chosen.add("access")
    return tuple(
        Entry(each.step, _kept_needs(entries, each, chosen), each.labs)
        for each in entries
        if each.step.id in chosen
    )


def _kept_needs(entries: Sequence[Entry], entry: Entry, chosen: set[str]) -> tuple[str, ...]:
    """Its needs among the chosen; where a need is left out, what that one needs, down to `access`."""
    by_id = {each.step.id: each for each in entries}
    found: list[str] = []
    ahead = list(entry.needs)
    while ahead:
        need = ahead.pop(0)
        if need in chosen:
            found.append(need)
        elif need in by_id:
            ahead.extend(by_id[need].needs)
    return tuple(dict.fromkeys(found))


def _matches(step: str, names: Sequence[str]) -> bool:
    return step in names or step.split(":")[0] in names


def _from(entries: Sequence[Entry], start: str) -> set[str]:
    """`start` and all that comes after it."""
    chosen = {each.step.id for each in entries if _matches(each.step.id, (start,))}
    for entry in entries:
        if chosen & set(entry.needs):
            chosen.add(entry.step.id)
    return chosen


def in_order(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Needs before what needs them; entries keep their order otherwise. Needs that are not here are dropped."""
    by_id = {each.step.id: each for each in entries}
    done: dict[str, Entry] = {}

    def place(entry: Entry, above: tuple[str, ...]) -> None:
        if entry.step.id in above:
            raise BadInput(
                [Problem("EB-403", f"steps need each other: {' -> '.join([*above, entry.step.id])}")]
            )
        if entry.step.id in done:
            return
        needs = tuple(need for need in entry.needs if need in by_id)
        for need in needs:
            place(by_id[need], (*above, entry.step.id))
        done[entry.step.id] = Entry(entry.step, needs, entry.labs)

    for entry in entries:
        place(entry, ())
    return tuple(done.values())
