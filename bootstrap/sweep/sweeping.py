"""Sweep the account's own region: everything, or in the evening only what is billed by the hour."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bootstrap.aws.kinds import Thing
from bootstrap.aws.kinds.words import kind_counted, kind_words
from bootstrap.engine.states import Applied, State
from bootstrap.errors.message import counted, joined, msg
from bootstrap.sweep import objects, running
from bootstrap.sweep.marker import Claim
from bootstrap.sweep.rounds import Rounds
from bootstrap.sweep.running import HourlyPrices
from bootstrap.sweep.stacks import StackResource

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_LOOK_AGAIN, _LONGEST_PAUSE = 15.0, 60.0
# Seconds. Listings of eventually consistent services may hide what was created shortly before (docs/fidelity.md).
LISTINGS_LAG = 60.0
_NAMED = 3


@dataclass(slots=True)
class Begun:
    """When the sweep of an account began (epoch seconds), and its rounds; set by the first look."""

    at: float = 0.0
    rounds: Rounds | None = None


@dataclass(frozen=True)
class SweepStep:
    """| the account shows                                | verdict | code   |
    |--------------------------------------------------|---------|--------|
    | nothing left, within 60 s of the first look      | waiting |        |
    | nothing left, in a listing of every kind         | ready   |        |
    | the same, but a kind cannot be listed            | blocked | EB-504 |
    | the same, but something is in doubt              | blocked | EB-507 |
    | the same, but something came after the plan      | blocked | EB-511 |
    | that, and it is starting or ending               | waiting |        |
    | the same, but a deleted stack left something     | blocked | EB-503 |
    | something that may be stopped or deleted now     | todo    |        |
    | only what is starting, ending or retried later   | waiting |        |
    | only what is refused, or what waits for it       | blocked | EB-503 |
    | only what a person has to delete                 | blocked | EB-519 |
    | anything left after `patience`                   | blocked | EB-503 |
    """

    make: Callable[[], Rounds]
    claim: Claim
    write: bool
    begun: Begun = field(default_factory=Begun)
    rate: HourlyPrices | None = None
    stop_only: bool = False
    id: str = "sweep"
    patience: float = 5400.0

    def check(self, session: AccountSession) -> State:
        if self.claim.swept:
            return State.ready(msg("proved clean on {time}", time=self.claim.swept))
        if self.begun.rounds is None:
            self.begun.at, self.begun.rounds = session.now(), self.make()
        rounds = self.begun.rounds
        rounds.look(session)
        left = rounds.left
        late = session.now() - self.begun.at >= self.patience
        if not left and rounds.moving and self.write and not late:
            words = msg("not in the plan, and starting or ending: {things}", things=brief(rounds.moving))
            return State.waiting(words, look_again=_LOOK_AGAIN, steady=True)
        wait = self.begun.at + LISTINGS_LAG - session.now()
        if not left and self.write and wait > 0:
            # The next look lists every kind again.
            words = msg("nothing left; listed once more in {seconds} s, as AWS's listings may lag", seconds=round(wait))
            return State.waiting(words, look_again=wait, steady=True)
        if not left:
            return _ended(rounds)
        if not self.write and len(left) > len(rounds.reported):
            runs = running.facts(left, self.rate, session.region) if self.rate else {}
            what, things = running.words(runs), counts(left)
            said: str = msg("stop {things}", things=things) if self.stop_only else msg("remove {things}", things=things)
            return State.todo(
                joined("; ", [said, what]) if what else said,
                found=tally(left),
                kept=len(rounds.kept),
                objects=objects.rows(session, rounds),
                keeps=objects.kept(rounds),
                unlisted=objects.unlisted(rounds),
                **runs,
            )
        if self.write and not late and rounds.due(session.now()):
            return State.todo(msg("remaining: {things}", things=brief(left)))
        if self.write and not late and rounds.hopeful():
            return State.waiting(_waits(rounds), look_again=_pause(rounds, session.now(), self.begun.at), steady=True)
        code = "EB-519" if len(left) == len(rounds.reported) else "EB-503"
        return State.blocked(msg("left: {things}", things=named(rounds, left)), code, **facts(rounds))

    def apply(self, session: AccountSession) -> Applied:
        """Stop and delete one slice of what came after the baseline. Writes to AWS: Stop* and Delete*."""
        rounds = self._rounds()
        whole = rounds.act(session)
        tries = sum(tried.times for tried in rounds.tried.values())
        # A short pause lets other accounts run: their instances are stopped before this account's buckets are emptied.
        progress = f"{len(rounds.gone)} gone, {tries} tries, {rounds.slices} slices"
        return Applied(msg("remaining: {things}", things=brief(rounds.left)), 2.0 if whole else 0.5, progress)

    def _rounds(self) -> Rounds:
        if self.begun.rounds is None:
            raise RuntimeError("apply without check")
        return self.begun.rounds


def _pause(rounds: Rounds, now: float, begun: float) -> float:
    """Return the seconds until the next look: what has taken long may take longer."""
    longest = min(_LONGEST_PAUSE, max(_LOOK_AGAIN, (now - max(begun, rounds.moved)) / 10))
    soon = rounds.next_try()
    return longest if soon is None else min(longest, max(1.0, soon - now))


def _ended(rounds: Rounds) -> State:
    if rounds.unseen:
        gaps = [
            msg("{kind}: {reason}", kind=kind_words(name), reason=rounds.gaps[name].why)
            for name in sorted(rounds.unseen)
        ]
        return State.blocked(msg("could not be listed: {kinds}", kinds=joined("; ", gaps)), "EB-504", **facts(rounds))
    if rounds.orphans:
        found = [each.words for each in itertools.chain(*rounds.orphans.values())]
        words = msg("deleted stacks left standing: {things}", things=joined("; ", found))
        return State.blocked(words, "EB-503", **facts(rounds))
    if rounds.doubts:
        words = msg("may have existed before the event: {things}", things=counts(rounds.doubts.values()))
        return State.blocked(words, "EB-507", **facts(rounds))
    if rounds.newer:
        words = msg("not in the plan, and left: {things}", things=counts(rounds.newer.values()))
        return State.blocked(words, "EB-511", **facts(rounds))
    parts = [msg("{number} kinds listed, nothing left", number=len(rounds.kinds))]
    if rounds.stopped:
        parts.append(msg("{number} stopped", number=len(rounds.stopped)))
    if rounds.forced:
        parts.append(counted("{count} stack deleted by force", "{count} stacks deleted by force", len(rounds.forced)))
    if rounds.kept:
        kept = counted("{count} resource kept", "{count} resources kept", len(rounds.kept))
        parts.append(kept)
    return State.ready(joined("; ", parts), **facts(rounds))


def facts(rounds: Rounds) -> dict[str, Any]:
    """Return what the certificate says: removed, kept and why, left and why, what could not be listed."""
    removed, stopped = _by_kind(rounds.gone), _by_kind(rounds.stopped)
    kept: dict[str, dict[str, str]] = {}
    for (kind, name), why in rounds.kept.items():
        kept.setdefault(kind, {})[name] = why
    all_left = (*rounds.left, *rounds.doubts.values(), *rounds.newer.values())
    left = [_leftover(rounds, thing) for thing in all_left]
    found: dict[str, Any] = {
        "removed": removed,
        "stopped": stopped,
        "kept": kept,
        "left": left,
        "gaps": {kind: {"kind": gap.kind.value, "answer": gap.why} for kind, gap in rounds.gaps.items()},
    }
    found["left"] += [_orphan(stack, each) for stack, things in rounds.orphans.items() for each in things]
    if rounds.forced:
        found["forced"] = {stack: list(things) for stack, things in rounds.forced.items()}
    found["history"] = {kind: number for kind, number in rounds.history.items() if number}
    found["kinds"] = len(rounds.kinds)
    if rounds.proved is not None:
        found["proved"] = datetime.fromtimestamp(rounds.proved, UTC).isoformat(timespec="seconds")
    return found


def _by_kind(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, name in keys:
        found.setdefault(kind, []).append(name)
    return found


def _leftover(rounds: Rounds, thing: Thing) -> dict[str, Any]:
    key = (thing.kind.name, thing.name)
    why = rounds.kept[key] if key in rounds.doubts else rounds.why(thing)
    if key in rounds.newer:
        why = msg("it was not in the plan that was confirmed")
    made = objects.moment(thing.created)
    return {"kind": thing.kind.name, "id": thing.name, "made": made, "state": thing.status, "why": why}


def _orphan(stack: str, each: StackResource) -> dict[str, Any]:
    why = msg("stack {name} is deleted and left it standing", name=stack)
    return {"kind": each.type, "id": each.physical_id, "made": None, "state": each.status, "why": why}


def tally(found: Iterable[Thing]) -> dict[str, int]:
    """Return the number of things by kind."""
    return dict(Counter(each.kind.name for each in found))


def counts(found: Iterable[Thing]) -> str:
    """Return "1 stack, 3 buckets"; "nothing"."""
    return joined(", ", [kind_counted(kind, number) for kind, number in tally(found).items()]) or msg("nothing")


def brief(found: Sequence[Thing]) -> str:
    """Return the same as `counts`, but three kinds at most: "1 stack, 3 buckets, 1 role and 12 more"."""
    named = Counter(each.kind.name for each in found)
    if len(named) <= _NAMED:
        return counts(found)
    first = [each for each in found if each.kind.name in list(named)[:_NAMED]]
    return msg("{things} and {number} more", things=counts(first), number=len(found) - len(first))


def _waits(rounds: Rounds) -> str:
    first = rounds.hopeful()[0]
    return msg(
        "remaining: {things}; {kind} {name}: {reason}",
        things=brief(rounds.left),
        kind=kind_words(first.kind.name),
        name=first.name,
        reason=rounds.why(first),
    )


def named(rounds: Rounds, left: list[Thing]) -> str:
    """Return the first three things that are left, each with the reason."""
    words = [
        msg("{kind} {name} ({reason})", kind=kind_words(each.kind.name), name=each.name, reason=rounds.why(each))
        for each in left[:_NAMED]
    ]
    if len(left) > _NAMED:
        words.append(msg("{number} more", number=len(left) - _NAMED))
    return joined("; ", words)
