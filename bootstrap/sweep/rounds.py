"""The loop of one account and region: list, stop or delete, list again. Only a complete, empty listing means clean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.kinds import Kind, Thing, things
from bootstrap.aws.kinds.by_hand import by_hand
from bootstrap.aws.kinds.listing import Gap
from bootstrap.aws.kinds.words import kind_words
from bootstrap.errors import Interrupted, NotPermitted, Refused, raw
from bootstrap.errors.message import counted, msg
from bootstrap.sweep import removers
from bootstrap.sweep.keep import Keep
from bootstrap.sweep.verbs import Verb, verb

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# A refusal because a thing is in use, or in a wrong state, ends by itself: network interfaces take half an hour.
_TRIES = 12
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0
# Seconds in which a thing that only a person can delete may still go with what it belonged to.
_GOES_ALONG = 120.0
# A visit takes about two seconds with ordinary calls of 80 ms.
_CALLS_A_VISIT = 24

Key = tuple[str, str]
Judge = Callable[[Thing], Verb]


@dataclass(slots=True)
class Tried:
    """Attempts on one thing. `next`: epoch seconds of the next; `note`: the last refusal; `final`: do not retry."""

    times: int = 0
    next: float = 0.0
    note: str = ""
    final: bool = False


@dataclass(slots=True)
class Rounds:
    """The record of one sweep in one account and region. Kept for one run only: the next run lists again.

    `who_made`: who made a thing, as far as CloudTrail tells.

    `pending`: what is still to go, by kind; `gone`: what was pending and is not listed any more; `stopped`: what was
    pending and is listed as ended; `slices`: parts done of long deletions; `proved`: when all listings were empty.
    """

    kinds: Sequence[Kind]
    keep: Keep
    judge: Judge = verb
    who_made: Callable[[Thing], str] = lambda thing: ""
    pending: dict[str, dict[str, Thing]] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)
    unseen: set[str] = field(default_factory=set)
    kept: dict[Key, str] = field(default_factory=dict)
    doubts: dict[Key, Thing] = field(default_factory=dict)
    history: Counter[str] = field(default_factory=Counter)
    gone: list[Key] = field(default_factory=list)
    stopped: list[Key] = field(default_factory=list)
    tried: dict[Key, Tried] = field(default_factory=dict)
    slices: int = 0
    proved: float | None = None
    _listed: set[str] = field(default_factory=set)
    _looked: float = 0.0
    _moved: float = 0.0

    def __post_init__(self) -> None:
        by_name = {kind.name: kind for kind in self.kinds}
        order = TopologicalSorter({name: kind.after for name, kind in by_name.items()})
        self.kinds = [by_name[name] for name in order.static_order() if name in by_name]

    def look(self, session: AccountSession) -> None:
        """List the kinds that are not known to be empty; if all are, list every kind once more. Reads only."""
        whole, gone = not self._listed, len(self.gone)
        # In order: kinds may be deleted when a listing shows that the kinds before them are empty.
        self._list(session, (kind for kind in self.kinds if kind.name not in self._listed or self._open(kind)))
        if not self.left and not whole:
            session.forget_looks()
            self._list(session, self.kinds)
        self._looked = session.now()
        if len(self.gone) > gone:
            self._moved = self._looked
        self.proved = None if self.left else session.now()

    @property
    def left(self) -> list[Thing]:
        """The things still to remove, in the order of deletion."""
        return [thing for kind in self.kinds for thing in self.pending.get(kind.name, {}).values()]

    def act(self, session: AccountSession) -> bool:
        """Stop and delete what may go now, up to 24 calls; return True if that was all. Writes to AWS."""
        enough = sum(session.calls.values()) + _CALLS_A_VISIT
        for batch in self._due(session.now()):
            if sum(session.calls.values()) >= enough:
                return False
            self._try(session, batch, self.judge(batch[0]))
        return True

    def due(self, now: float) -> bool:
        """True if something may be stopped or deleted now."""
        return next(self._due(now), None) is not None

    def next_try(self) -> float | None:
        """Return when the next retry is due (epoch seconds); None if nothing was refused."""
        return min((tried.next for _, tried in self._hopeful() if tried), default=None)

    def hopeful(self) -> list[Thing]:
        """Return what may still be deleted without help: it starts, ends or is retried, or waits for such a thing."""
        return [thing for thing, _ in self._hopeful()]

    def why(self, thing: Thing) -> str:
        """Return why a thing is still there."""
        tried = self.tried.get((thing.kind.name, thing.name))
        if self.judge(thing) is Verb.WAIT:
            return (
                msg("its status is {status}", status=thing.status) if thing.status else msg("part of another resource")
            )
        if tried and tried.note:
            return tried.note
        if self.judge(thing) is Verb.REPORT:
            return self._to_be_reported(thing)
        if blocker := self._blocker(thing.kind):
            return blocker
        return _listed_again(tried.times) if tried and tried.times else msg("not tried yet")

    @property
    def reported(self) -> list[Thing]:
        """Of what is left, the things that only a person can delete."""
        return [thing for thing in self.left if self.judge(thing) is Verb.REPORT]

    def _to_be_reported(self, thing: Thing) -> str:
        who = self.who_made(thing)
        if who:
            return msg(
                "only a person can delete it: {where}; created by {who}", where=by_hand(thing.kind.name), who=who
            )
        return msg("only a person can delete it: {where}", where=by_hand(thing.kind.name))

    def _list(self, session: AccountSession, kinds: Iterable[Kind]) -> None:
        for kind in kinds:
            found = things(kind, session.client(kind.service), session.region)
            unseen = found.unseen or (found.gap is not None and self.keep.offered(kind.name, found.gap))
            self._listed.add(kind.name)
            self._note_gap(kind, found.gap, unseen)
            if not unseen:
                self._take(kind, found.found)

    def _note_gap(self, kind: Kind, gap: Gap | None, unseen: bool) -> None:
        self.gaps.pop(kind.name, None)
        self.unseen.discard(kind.name)
        if gap:
            self.gaps[kind.name] = gap
        if unseen:
            self.unseen.add(kind.name)

    def _take(self, kind: Kind, found: Sequence[Thing]) -> None:
        was = self.pending.get(kind.name, {})
        now: dict[str, Thing] = {}
        self.history[kind.name] = 0
        for thing in found:
            key = (kind.name, thing.name)
            reason = self.keep.reason(thing)
            if reason is not None and reason.doubt and self.judge(thing) is not Verb.NOTHING:
                self.doubts[key] = thing
            if reason is not None:
                self.kept[key] = reason.words
            elif self.judge(thing) is Verb.NOTHING:
                self.history[kind.name] += 1
                self.stopped += [key] if thing.name in was else []
            else:
                now[thing.name] = thing
        listed = {each.name for each in found}
        self.gone += [(kind.name, name) for name in was if name not in listed]
        self.pending[kind.name] = now

    def _open(self, kind: Kind) -> bool:
        """True if a new listing of the kind may differ: something of it may go now, or is starting or ending."""
        waiting = self.pending.get(kind.name, {}).values()
        if kind.name in self.unseen or not waiting:
            return False
        return not self._blocker(kind) or any(self.judge(each) is not Verb.DELETE for each in waiting)

    def _blocker(self, kind: Kind) -> str:
        """Return which thing or kind must be deleted before this kind; "" if none."""
        for name in kind.after:
            # Things that cost money are tried anyway: AWS itself refuses while something depends on them.
            if name in self.unseen and not kind.costs:
                return msg(
                    "waits for {kind}, which cannot be listed ({reason})",
                    kind=kind_words(name),
                    reason=self.gaps[name].why,
                )
            if things := self.pending.get(name):
                first = next(iter(things.values()))
                known = {"kind": kind_words(name), "name": first.name}
                if first.status:
                    return msg("waits for {kind} {name} ({status})", status=first.status, **known)
                return msg("waits for {kind} {name}", **known)
        return ""

    def _due(self, now: float) -> Iterator[list[Thing]]:
        """Yield what may be stopped or deleted now, a batch for each call; what costs money comes first."""
        for kind in sorted(self.kinds, key=lambda kind: not kind.costs):
            ready = [
                thing
                for thing in self.pending.get(kind.name, {}).values()
                if self._may(thing) and self._attempts(thing).next <= now
            ]
            for start in range(0, len(ready), kind.batch):
                yield ready[start : start + kind.batch]

    def _may(self, thing: Thing) -> bool:
        what = self.judge(thing)
        if self._attempts(thing).final or what in (Verb.WAIT, Verb.REPORT):
            return False
        return what is Verb.STOP or not self._blocker(thing.kind)

    def _attempts(self, thing: Thing) -> Tried:
        return self.tried.get((thing.kind.name, thing.name)) or Tried()

    def _hopeful(self) -> Iterator[tuple[Thing, Tried | None]]:
        """Yield each thing that may still be deleted, with its attempts if it waits only for its own retry."""
        alive: set[str] = set()
        for kind in self.kinds:
            gates = [name for name in kind.after if self.pending.get(name) or (name in self.unseen and not kind.costs)]
            for thing in self.pending.get(kind.name, {}).values():
                tried = self._attempts(thing)
                if tried.final:
                    continue
                if self.judge(thing) is Verb.REPORT and not gates:
                    # It may go with what has just gone: a file system some seconds after its domain.
                    if self._moved and self._looked - self._moved < _GOES_ALONG:
                        yield thing, None
                    continue
                if self.judge(thing) not in (Verb.DELETE, Verb.REPORT) or not gates:
                    alive.add(kind.name)
                    yield thing, (None if self.judge(thing) is Verb.WAIT else tried)
                elif all(name in alive for name in gates):
                    alive.add(kind.name)
                    yield thing, None

    def _try(self, session: AccountSession, batch: list[Thing], what: Verb) -> None:
        tries = [self.tried.setdefault((each.kind.name, each.name), Tried()) for each in batch]
        try:
            if what is Verb.STOP:
                removers.stop(session, batch[0])
                more = False
            else:
                more = removers.delete(session, batch, tries[0].times)
        except (Interrupted, NotPermitted):
            raise
        except Exception as error:
            for tried in tries:
                _refused(tried, error, session.now())
            return
        self.slices += more
        for tried in tries:
            tried.note = ""
            if not more:
                _sent(tried, session.now())


def _refused(tried: Tried, error: Exception, now: float) -> None:
    """Record AWS's refusal and choose the next try. Only the next listing shows if the thing is gone."""
    tried.times += 1
    tried.note = error.detail if isinstance(error, Refused) else raw(error)
    tried.next = now + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (tried.times - 1))
    tried.final = aws_errors.denied(error) or tried.times >= _TRIES


def _sent(tried: Tried, now: float) -> None:
    """Record a call that AWS accepted. It is repeated at growing intervals while the thing is still listed."""
    tried.times += 1
    tried.next = now + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (tried.times - 1))
    if tried.times >= _TRIES:
        tried.final, tried.note = True, _listed_again(tried.times)


def _listed_again(times: int) -> str:
    return counted("removed {count} time, but still listed", "removed {count} times, but still listed", times)
