"""The account's own region is swept of all kinds, or in the evening of what costs money by the hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bootstrap.aws.kinds import Thing
from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Applied, State
from bootstrap.sweep import running
from bootstrap.sweep.marker import Claim
from bootstrap.sweep.rounds import Rounds
from bootstrap.sweep.running import HourlyPrices

_LOOK_AGAIN = 15.0
_NAMED = 3


@dataclass(slots=True)
class Begun:
    """When the sweep of an account began, and its rounds; filled by the first look."""

    at: float = 0.0
    rounds: Rounds | None = None


@dataclass(frozen=True)
class SweepStep:
    """| the account shows                                | verdict | code   |
    |--------------------------------------------------|---------|--------|
    | nothing left, in a listing of every kind         | ready   |        |
    | the same, but a kind cannot be listed            | blocked | EB-504 |
    | the same, but something is in doubt              | blocked | EB-507 |
    | something that may be stopped or deleted now     | todo    |        |
    | only what moves by itself or is tried again soon | waiting |        |
    | only what is refused, or comes after such        | blocked | EB-503 |
    | anything left after `patience`                   | blocked | EB-503 |
    """

    make: Callable[[], Rounds]
    claim: Claim
    write: bool
    begun: Begun = field(default_factory=Begun)
    rate: HourlyPrices | None = None
    what: str = "remove"
    id: str = "sweep"
    patience: float = 5400.0

    def check(self, session: AccountSession) -> State:
        if self.claim.swept:
            return State.ready(f"proved clean on {self.claim.swept}")
        if self.begun.rounds is None:
            self.begun.at, self.begun.rounds = session.now(), self.make()
        rounds = self.begun.rounds
        rounds.look(session)
        left = rounds.left
        if not left:
            return _ended(rounds)
        if not self.write:
            runs = running.facts(left, self.rate, session.region) if self.rate else {}
            said = f"{self.what} {counts(left)}{running.words(runs)}"
            return State.todo(said, found=tally(left), kept=len(rounds.kept), **runs)
        late = session.now() - self.begun.at >= self.patience
        if not late and rounds.due(session.now()):
            return State.todo(f"{brief(left)} to go")
        if not late and rounds.hopeful():
            return State.waiting(_waits(rounds), look_again=_pause(rounds, session.now()), steady=True)
        return State.blocked(f"left: {_named(rounds, left)}", "EB-503", **facts(rounds))

    def apply(self, session: AccountSession) -> Applied:
        """One slice. Writes to AWS: Stop* and Delete* of what came after the baseline."""
        rounds = self._rounds()
        whole = rounds.act(session)
        tries = sum(tried.times for tried in rounds.tried.values())
        # With a pause, if a short one, the next account's machines are stopped before this one's buckets are emptied.
        progress = f"{len(rounds.gone)} gone, {tries} tries, {rounds.slices} slices"
        return Applied(f"{brief(rounds.left)} to go", 2.0 if whole else 0.5, progress)

    def _rounds(self) -> Rounds:
        if self.begun.rounds is None:
            raise RuntimeError("apply without check")
        return self.begun.rounds


def _pause(rounds: Rounds, now: float) -> float:
    soon = rounds.next_try()
    return _LOOK_AGAIN if soon is None else min(_LOOK_AGAIN, max(1.0, soon - now))


def _ended(rounds: Rounds) -> State:
    if rounds.unseen:
        gaps = "; ".join(f"{name}: {rounds.gaps[name].words}" for name in sorted(rounds.unseen))
        return State.blocked(f"could not be looked at: {gaps}", "EB-504", **facts(rounds))
    if rounds.doubts:
        return State.blocked(f"in doubt: {counts(rounds.doubts.values())}", "EB-507", **facts(rounds))
    stopped = f", {len(rounds.stopped)} stopped" if rounds.stopped else ""
    stays = f", {len(rounds.kept)} things of before stay" if rounds.kept else ""
    return State.ready(f"nothing is left of {len(rounds.kinds)} kinds{stopped}{stays}", **facts(rounds))


def facts(rounds: Rounds) -> dict[str, Any]:
    """What the certificate says: removed, kept and why, left and why, what could not be seen."""
    removed, stopped = _by_kind(rounds.gone), _by_kind(rounds.stopped)
    kept: dict[str, dict[str, str]] = {}
    for (kind, name), why in rounds.kept.items():
        kept.setdefault(kind, {})[name] = why
    left = [_leftover(rounds, thing) for thing in (*rounds.left, *rounds.doubts.values())]
    found: dict[str, Any] = {
        "removed": removed,
        "stopped": stopped,
        "kept": kept,
        "left": left,
        "gaps": {kind: {"kind": gap.kind.value, "answer": gap.answer} for kind, gap in rounds.gaps.items()},
    }
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
    made = None if thing.created is None else datetime.fromtimestamp(thing.created, UTC).isoformat(timespec="seconds")
    return {"kind": thing.kind.name, "id": thing.name, "made": made, "state": thing.status, "why": why}


def tally(found: Iterable[Thing]) -> dict[str, int]:
    return dict(Counter(each.kind.name for each in found))


def counts(found: Iterable[Thing]) -> str:
    """ "1 stack, 3 buckets"; "nothing"."""
    return ", ".join(f"{n} {_plural(kind) if n > 1 else kind}" for kind, n in tally(found).items()) or "nothing"


def brief(found: Sequence[Thing]) -> str:
    """As `counts`, and a few kinds only: "1 stack, 3 buckets, 1 role and 12 more"."""
    named = Counter(each.kind.name for each in found)
    if len(named) <= _NAMED:
        return counts(found)
    first = [each for each in found if each.kind.name in list(named)[:_NAMED]]
    return f"{counts(first)} and {len(found) - len(first)} more"


def _plural(kind: str) -> str:
    if kind.endswith("y"):
        return f"{kind[:-1]}ies"
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"


def _waits(rounds: Rounds) -> str:
    first = rounds.hopeful()[0]
    return f"{brief(rounds.left)} to go; {first.kind.name} {first.name} {rounds.why(first)}"


def _named(rounds: Rounds, left: list[Thing]) -> str:
    words = [f"{each.kind.name} {each.name} ({rounds.why(each)})" for each in left[:_NAMED]]
    more = f"; {len(left) - _NAMED} more" if len(left) > _NAMED else ""
    return "; ".join(words) + more
