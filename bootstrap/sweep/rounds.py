"""The loop of one account and region: list, stop or delete, list again. Only a complete, empty listing means clean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from bootstrap.aws import refusals
from bootstrap.aws.kinds import Kind, Thing, things
from bootstrap.aws.kinds.by_hand import by_hand
from bootstrap.aws.kinds.listing import Gap
from bootstrap.aws.kinds.words import kind_words
from bootstrap.errors import Interrupted, NotPermitted
from bootstrap.errors.message import msg
from bootstrap.sweep import depends, marks, removers, stacks
from bootstrap.sweep.keep import Keep, Reason
from bootstrap.sweep.membership import Membership
from bootstrap.sweep.tries import Tried, listed_again
from bootstrap.sweep.verbs import Verb, verb

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# Seconds in which a thing that only a person can delete may still go with what it belonged to.
_GOES_ALONG = 120.0
# A visit takes about two seconds with ordinary calls of 80 ms.
_CALLS_A_VISIT = 24

Key = tuple[str, str]
Judge = Callable[[Thing], Verb]


@dataclass(frozen=True, slots=True)
class Held:
    """What keeps pending things from being deleted now: `blockers` by thing; `dead`: what cannot go in this run.

    `belong`: what else must go, or be listed, before a person deletes the thing.
    """

    blockers: Mapping[Key, str]
    belong: Mapping[Key, str]
    dead: frozenset[Key] | set[Key]


@dataclass(slots=True)
class Rounds:
    """The record of one sweep in one account and region. Kept for one run only: the next run lists again.

    `who_made`: who made a thing, as far as CloudTrail tells.
    `only`: marks (`marks.mark_of`) of the objects that a person was shown; None: whatever `keep` does not keep.
    `newer`: what would go as well, but is not among them.

    `pending`: what is still to go, by kind; `gone`: what was pending and is not listed any more; `stopped`: what was
    pending and is listed as ended; `slices`: parts done of long deletions; `proved`: when all listings were empty;
    `moved`: when something was last seen to be gone; `forced`: what force may have left standing, by stack;
    `orphans`: what deleted stacks left and no kind finds.
    """

    kinds: Sequence[Kind]
    keep: Keep
    judge: Judge = verb
    only: frozenset[str] | None = None
    who_made: Callable[[Thing], str] = lambda thing: ""
    pending: dict[str, dict[str, Thing]] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)
    unseen: set[str] = field(default_factory=set)
    kept: dict[Key, str] = field(default_factory=dict)
    doubts: dict[Key, Thing] = field(default_factory=dict)
    newer: dict[Key, Thing] = field(default_factory=dict)
    history: Counter[str] = field(default_factory=Counter)
    gone: list[Key] = field(default_factory=list)
    stopped: list[Key] = field(default_factory=list)
    tried: dict[Key, Tried] = field(default_factory=dict)
    slices: int = 0
    proved: float | None = None
    forced: dict[str, tuple[str, ...]] = field(default_factory=dict)
    orphans: dict[str, list[stacks.StackResource]] = field(default_factory=dict)
    moved: float = 0.0
    members: Membership = field(init=False)
    _listed: set[str] = field(default_factory=set)
    _looked: float = 0.0
    _judged: dict[tuple[str, str, float | None], Reason | None] = field(default_factory=dict)
    _deleted: list[Thing] = field(default_factory=list)
    # What `_held` says until something is listed, judged or tried again.
    _holds: Held | None = None

    def __post_init__(self) -> None:
        by_name = {kind.name: kind for kind in self.kinds}
        order = TopologicalSorter({name: kind.after for name, kind in by_name.items()})
        self.kinds = [by_name[name] for name in order.static_order() if name in by_name]
        self.members = Membership(self.keep)

    def look(self, session: AccountSession) -> None:
        """List the kinds that are not known to be empty; if all are, list every kind once more. Reads only."""
        whole, gone = not self._listed, len(self.gone)
        # In order: kinds may be deleted when a listing shows that the kinds before them are empty.
        self._list(session, (kind for kind in self.kinds if kind.name not in self._listed or self._open(kind)))
        self._settle(session)
        if not self.left and not whole:
            session.forget_looks()
            self._list(session, self.kinds)
            self._settle(session)
        self._looked = session.now()
        if len(self.gone) > gone:
            self.moved = self._looked
        self._holds = None
        self.proved = None if self.left or self.newer else session.now()

    @property
    def left(self) -> list[Thing]:
        """The things still to remove, in the order of deletion."""
        return [thing for kind in self.kinds for thing in self.pending.get(kind.name, {}).values()]

    @property
    def moving(self) -> list[Thing]:
        """What was not shown, and is starting or ending: whether it stays is not known yet."""
        return [thing for thing in self.newer.values() if self.judge(thing) is Verb.WAIT]

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
            return self._held().belong.get((thing.kind.name, thing.name)) or self._to_be_reported(thing)
        if held := self._held().blockers.get((thing.kind.name, thing.name)):
            return held
        return listed_again(tried.times) if tried and tried.times else msg("not tried yet")

    @property
    def reported(self) -> list[Thing]:
        """Of what is left, the things that only a person can delete."""
        return [thing for thing in self.left if self.judge(thing) is Verb.REPORT]

    def _to_be_reported(self, thing: Thing) -> str:
        where = by_hand(thing.kind.name)
        if who := self.who_made(thing):
            return msg("only a person can delete it: {where}; created by {who}", where=where, who=who)
        return msg("only a person can delete it: {where}", where=where)

    def _list(self, session: AccountSession, kinds: Iterable[Kind]) -> None:
        for kind in kinds:
            found = things(kind, session.client(kind.service), session.region)
            unseen = found.unseen or (found.gap is not None and self.keep.offered(kind.name, found.gap))
            self._listed.add(kind.name)
            self._note_gap(kind, found.gap, unseen)
            if not unseen:
                self._take(kind, found.found)
            self._holds = None

    def _note_gap(self, kind: Kind, gap: Gap | None, unseen: bool) -> None:
        self.gaps.pop(kind.name, None)
        self.unseen.discard(kind.name)
        if gap:
            self.gaps[kind.name] = gap
        if unseen:
            self.unseen.add(kind.name)

    def _take(self, kind: Kind, found: Sequence[Thing]) -> None:
        was = self.pending.get(kind.name, {})
        self.newer = {key: thing for key, thing in self.newer.items() if key[0] != kind.name}
        now: dict[str, Thing] = {}
        self.history[kind.name] = 0
        self.doubts = {key: each for key, each in self.doubts.items() if key[0] != kind.name}
        for thing in stacks.alone(found) if kind.name == "stack" else found:
            reason = self.keep.reason(thing) or self._judged.get((kind.name, thing.name, thing.created))
            if reason is not None:
                self._stays(thing, reason)
            elif self.judge(thing) is Verb.NOTHING:
                self.history[kind.name] += 1
                self.stopped += [(kind.name, thing.name)] if thing.name in was else []
            else:
                now[thing.name] = thing
        listed = {each.name for each in found}
        gone = [name for name in was if name not in listed]
        self.gone += [(kind.name, name) for name in gone]
        self._deleted += [was[name] for name in gone if kind.name == "stack"]
        self.pending[kind.name] = now

    def _stays(self, thing: Thing, reason: Reason) -> None:
        key = (thing.kind.name, thing.name)
        self.kept[key] = reason.words
        if reason.doubt and self.judge(thing) is not Verb.NOTHING:
            self.doubts[key] = thing

    def _settle(self, session: AccountSession) -> None:
        """Take from what is pending what belongs to something that stays, and what nobody was shown; find what deleted
        stacks left standing.

        Stacks are read after the listings, so that a stack which made a thing is known when the thing is judged.
        """
        self._holds = None
        new = [each for each in self.left if (each.kind.name, each.name, each.created) not in self._judged]
        if new:
            self.members.forget(session.now())
        for thing in new:
            reason = self.members.reason(session, thing)
            if reason is None or not reason.doubt:
                self._judged[thing.kind.name, thing.name, thing.created] = reason
            if reason is not None:
                del self.pending[thing.kind.name][thing.name]
                self._stays(thing, reason)
        for thing in self.left if self.only is not None else ():
            if marks.mark_of(session, thing) not in (self.only or ()):
                del self.pending[thing.kind.name][thing.name]
                self.newer[thing.kind.name, thing.name] = thing
        while self._deleted:
            stack = self._deleted[-1]
            if found := stacks.left_standing(session, stack, removers.covered):
                self.orphans[stack.name] = found
            self._deleted.pop()

    def _open(self, kind: Kind) -> bool:
        """True if a new listing of the kind may differ: something of it may go now, or is starting or ending."""
        waiting = self.pending.get(kind.name, {}).values()
        if kind.name in self.unseen or not waiting:
            return False
        held = self._held()
        return any(
            (kind.name, each.name) not in held.blockers
            or (kind.name, each.name) in held.dead
            or self.judge(each) is not Verb.DELETE
            for each in waiting
        )

    def _held(self) -> Held:
        if self._holds is None:
            self._holds = self._hold()
        return self._holds

    def _hold(self) -> Held:
        """Return what must wait, and for what.

        | what is of a kind that comes before the thing's kind  | the thing                                    |
        |-------------------------------------------------------|----------------------------------------------|
        | cannot be listed, and the thing's kind costs nothing  | waits, cannot go in this run                 |
        | is still to go                                        | waits                                        |
        | cannot go in this run, and the thing is needed by it  | waits, cannot go in this run                 |
        | cannot go in this run, and nothing needs the thing    | goes                                         |
        """
        blockers: dict[Key, str] = {}
        belong: dict[Key, str] = {}
        dead: set[Key] = set()
        for kind in self.kinds:
            if not self.pending.get(kind.name):
                continue
            # Things that cost money are tried anyway: AWS itself refuses while something depends on them.
            unseen = next((name for name in kind.after if name in self.unseen and not kind.costs), "")
            before = [each for name in kind.after for each in self.pending.get(name, {}).values()]
            live = next((each for each in before if (each.kind.name, each.name) not in dead), None)
            stuck = [each for each in before if (each.kind.name, each.name) in dead]
            for thing in self.pending.get(kind.name, {}).values():
                key = (kind.name, thing.name)
                if self._attempts(thing).final:
                    dead.add(key)
                if self.judge(thing) is Verb.REPORT and not live and not self._goes_along():
                    dead.add(key)
                if self.judge(thing) not in (Verb.DELETE, Verb.REPORT):
                    continue
                needed = next((each for each in stuck if self._needed(thing, each)), None)
                if unseen or needed:
                    dead.add(key)
                if unseen:
                    blockers[key] = belong[key] = self._unlisted(unseen)
                elif blocker := needed or live:
                    blockers[key] = _waits_for(blocker)
                if user := needed or next((each for each in before if depends.shown(thing, each)), None):
                    belong[key] = _waits_for(user)
        return Held(blockers, belong, dead)

    def _goes_along(self) -> bool:
        """True while a thing that only a person can delete may go with what has just gone, as Studio's files do."""
        return bool(self.moved) and self._looked - self.moved < _GOES_ALONG

    def _needed(self, thing: Thing, stuck: Thing) -> bool:
        if stuck.kind.report:
            # Which role a machine uses, its listing does not say.
            return thing.kind.name == "role"
        if stuck.kind.name != "stack":
            return depends.waits_for(thing, stuck)
        return self.members.holds(stuck, thing)

    def _unlisted(self, kind: str) -> str:
        return msg(
            "waits for {kind}, which cannot be listed ({reason})", kind=kind_words(kind), reason=self.gaps[kind].why
        )

    def _due(self, now: float) -> Iterator[list[Thing]]:
        """Yield what may be stopped or deleted now, a batch for each call; what costs money comes first."""
        held = self._held()
        for kind in sorted(self.kinds, key=lambda kind: not kind.costs):
            ready = [
                thing
                for thing in self.pending.get(kind.name, {}).values()
                if self._may(thing, held) and self._attempts(thing).next <= now
            ]
            for start in range(0, len(ready), kind.batch):
                yield ready[start : start + kind.batch]

    def _may(self, thing: Thing, held: Held) -> bool:
        what = self.judge(thing)
        if self._attempts(thing).final or what in (Verb.WAIT, Verb.REPORT):
            return False
        return what is Verb.STOP or (thing.kind.name, thing.name) not in held.blockers

    def _attempts(self, thing: Thing) -> Tried:
        return self.tried.get((thing.kind.name, thing.name)) or Tried()

    def _hopeful(self) -> Iterator[tuple[Thing, Tried | None]]:
        """Yield each thing that may still be deleted, with its attempts if it waits only for its own retry."""
        held = self._held()
        for thing in self.left:
            key = (thing.kind.name, thing.name)
            if key not in held.dead:
                waits = key in held.blockers or self.judge(thing) in (Verb.WAIT, Verb.REPORT)
                yield thing, (None if waits else self._attempts(thing))

    def _try(self, session: AccountSession, batch: list[Thing], what: Verb) -> None:
        tries = [self.tried.setdefault((each.kind.name, each.name), Tried()) for each in batch]
        sent = removers.DONE
        self._holds = None
        try:
            if what is Verb.STOP:
                removers.stop(session, batch[0])
            else:
                sent = removers.delete(session, batch, tries[0].times)
        except (Interrupted, NotPermitted):
            raise
        except Exception as error:
            if refusals.of_no_call(error):
                raise
            for tried in tries:
                tried.refused(error, session.now())
        else:
            self.slices += sent.more
            if sent.forced:
                self.forced[batch[0].name] = sent.forced
            for tried in tries:
                tried.note = ""
                if not sent.more:
                    tried.sent(session.now())
        for thing, tried in zip(batch, tries, strict=True):
            if tried.final and thing.kind.name == "stack":
                self.members.stuck(session, thing)


def _waits_for(thing: Thing) -> str:
    known = {"kind": kind_words(thing.kind.name), "name": thing.name}
    if thing.status:
        return msg("waits for {kind} {name} ({status})", status=thing.status, **known)
    return msg("waits for {kind} {name}", **known)
