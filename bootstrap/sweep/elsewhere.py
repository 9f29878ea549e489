"""Find what costs money in the account's other regions, and remove it with --everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.kinds import KINDS, Kind, Thing
from bootstrap.aws.kinds.listing import UNSEEN, Gap
from bootstrap.engine.states import Applied, State
from bootstrap.errors import raw
from bootstrap.errors.message import counted, joined, msg
from bootstrap.sweep import objects
from bootstrap.sweep.marker import Claim
from bootstrap.sweep.rounds import Rounds
from bootstrap.sweep.sweeping import LISTINGS_LAG, counts, facts, named

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

KINDS_ELSEWHERE: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind.everywhere)
_LOOK_AGAIN = 20.0


def _with_what_goes_before(kinds: Iterable[Kind]) -> frozenset[str]:
    """Return the names of the kinds, and of all that must be gone before these can be deleted."""
    befores = {kind.name: kind.after for kind in KINDS}
    wanted = [kind.name for kind in kinds]
    for name in wanted:
        wanted += [each for each in befores[name] if each not in wanted]
    return frozenset(wanted)


_REMOVED = _with_what_goes_before(kind for kind in KINDS_ELSEWHERE if not kind.report)
KINDS_REMOVED: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind.everywhere or kind.name in _REMOVED)


@dataclass(slots=True)
class Regions:
    """The other enabled regions and what runs there. `begun`: time of the first visit."""

    rounds: dict[str, Rounds] | None = None
    begun: float = 0.0


@dataclass(frozen=True)
class ElsewhereStep:
    """| the other enabled regions show                     | verdict | code   |
    |----------------------------------------------------|---------|--------|
    | not listed yet, in the first 60 s of a sweep       | waiting |        |
    | nothing that was created after the baseline        | ready   |        |
    | the same; an organization's policy closes a region | ready   |        |
    | the same; for another reason one cannot be listed  | blocked | EB-504 |
    | only what a person has to delete                   | blocked | EB-519 |
    | the same, but something is in doubt                | blocked | EB-507 |
    | something that came after the plan                 | blocked | EB-511 |
    | something, without --everywhere                    | blocked | EB-508 |
    | something that may be stopped or deleted now       | todo    |        |
    | only what is starting or ending                    | waiting |        |
    | only what is refused, or anything after `patience` | blocked | EB-503 |
    """

    make: Callable[[], Rounds]
    claim: Claim
    write: bool
    remove: bool
    stop_only: bool = False
    regions: Regions = field(default_factory=Regions)
    id: str = "elsewhere"
    patience: float = 3600.0

    def check(self, session: AccountSession) -> State:
        if self.claim.swept:
            return State.ready(msg("proved clean on {time}", time=self.claim.swept))
        self.regions.begun = self.regions.begun or session.now()
        wait = self.regions.begun + LISTINGS_LAG - session.now()
        if self.write and self.regions.rounds is None and wait > 0:
            # One look is enough if it comes late enough: a second one is some five hundred calls.
            words = msg("listed in {seconds} s, as AWS's listings may lag", seconds=round(wait))
            return State.waiting(words, look_again=wait, steady=True)
        try:
            found = self._look(session)
        except ClientError as error:
            if aws_errors.denied(error):
                return State.blocked(msg("other regions could not be listed: {reason}", reason=raw(error)), "EB-504")
            raise
        left = {region: rounds.left for region, rounds in found.items() if rounds.left}
        late = session.now() - self.regions.begun >= self.patience
        if not left:
            return self._unsettled(found, late) or State.ready(self._nothing(found), **self._facts(found))
        return self._verdict(session, found, left, late)

    def _verdict(
        self, session: AccountSession, found: Mapping[str, Rounds], left: Mapping[str, list[Thing]], late: bool
    ) -> State:
        things = _words(left)
        hopeful = not late and any(found[region].hopeful() for region in left)
        if not hopeful and all(len(found[region].reported) == len(there) for region, there in left.items()):
            return State.blocked(msg("left: {things}", things=_named(found)), "EB-519", **self._facts(found))
        if not self.remove:
            words = (
                msg("{things}; --stop-only --everywhere stops them", things=things)
                if self.stop_only
                else msg("{things}; --everywhere removes them", things=things)
            )
            return State.blocked(words, "EB-508", **self._facts(found))
        if not self.write:
            return State.todo(self._plan(things), **self._facts(found), **_shown(session, found))
        if not late and any(found[region].due(session.now()) for region in left):
            return State.todo(msg("remaining: {things}", things=things))
        if hopeful:
            return State.waiting(msg("remaining: {things}", things=things), look_again=_LOOK_AGAIN, steady=True)
        return State.blocked(msg("left: {things}", things=_named(found)), "EB-503", **self._facts(found))

    def apply(self, session: AccountSession) -> Applied:
        """Stop and delete what was found in other regions. Writes to AWS: Stop* and Delete*."""
        done = 0
        for region, rounds in (self.regions.rounds or {}).items():
            if rounds.left:
                rounds.act(session.in_region(region))
            done += len(rounds.gone) + sum(tried.times for tried in rounds.tried.values())
        return Applied(msg("removing what runs in other regions"), 2.0, f"{done} done")

    def _look(self, session: AccountSession) -> Mapping[str, Rounds]:
        if self.regions.rounds is None:
            self.regions.rounds = {region: self.make() for region in _enabled(session) if region != session.region}
        for region, rounds in list(self.regions.rounds.items()):
            # A pass that was interrupted, for example by throttling, has not listed this region or the next ones.
            if rounds.proved is not None:
                continue
            rounds.look(session.in_region(region))
        return self.regions.rounds

    def _plan(self, things: str) -> str:
        return msg("stop {things}", things=things) if self.stop_only else msg("remove {things}", things=things)

    def _unsettled(self, found: Mapping[str, Rounds], late: bool) -> State | None:
        """Return what stands there although nothing is left to do: in doubt, shown to nobody, or not to be seen."""
        doubts = {region: list(rounds.doubts.values()) for region, rounds in found.items() if rounds.doubts}
        if doubts:
            words: str = msg(
                "may have existed before the event, or be the organization's: {things}", things=_words(doubts)
            )
            return State.blocked(words, "EB-507", **self._facts(found))
        newer = {region: list(rounds.newer.values()) for region, rounds in found.items() if rounds.newer}
        if not newer:
            return self._unlisted(found)
        if self.write and not late and any(rounds.moving for rounds in found.values()):
            words = msg("not in the plan, and starting or ending: {things}", things=_words(newer))
            return State.waiting(words, look_again=_LOOK_AGAIN, steady=True)
        words = msg("not in the plan, and left: {things}", things=_words(newer))
        return State.blocked(words, "EB-511", **self._facts(found))

    def _unlisted(self, found: Mapping[str, Rounds]) -> State | None:
        unseen = {region: gap.why for region, rounds in found.items() if (gap := _unseen(rounds))}
        if not unseen:
            return None
        each = [msg("{region}: {reason}", region=region, reason=why) for region, why in unseen.items()]
        words = msg("other regions could not be listed: {reason}", reason=joined("; ", each))
        return State.blocked(words, "EB-504", **self._facts(found))

    def _nothing(self, found: Mapping[str, Rounds]) -> str:
        closed = sorted(_gaps(found))
        number = len(found) - len(closed)
        words = counted("nothing runs in {count} other region", "nothing runs in {count} other regions", number)
        if not closed:
            return words
        unseen = msg("not examined: {regions}", regions=", ".join(closed))
        return joined("; ", [words, unseen])

    def _facts(self, found: Mapping[str, Rounds]) -> dict[str, Any]:
        shown = {region: facts(rounds) for region, rounds in found.items() if _matters(rounds)}
        gaps = _gaps(found)
        return {"regions": shown, "looked_at": len(found) - len(gaps), "closed": gaps}


def _gaps(found: Mapping[str, Rounds]) -> dict[str, str]:
    """Return why regions were not listed whole."""
    first = {region: _unseen(rounds) or next(_gaps_of(rounds), None) for region, rounds in found.items()}
    return {region: gap.why for region, gap in first.items() if gap}


def _gaps_of(rounds: Rounds) -> Iterator[Gap]:
    return (rounds.gaps[name] for name in sorted(rounds.unseen))


def _unseen(rounds: Rounds) -> Gap | None:
    """Return a gap of a region that may hide things: only the tool could not look there.

    What the organization closes to everybody hides none, nor does a service that is not offered there. Some services do
    not say whose policy denies: where nothing at all is listed, it is the one that others name.
    """
    gaps = list(_gaps_of(rounds))
    if not rounds.pending and any(gap.for_all for gap in gaps):
        return None
    return next((gap for gap in gaps if gap.kind in UNSEEN and not gap.for_all), None)


def _matters(rounds: Rounds) -> bool:
    return bool(rounds.left or rounds.gone or rounds.stopped or rounds.doubts or rounds.newer)


def _shown(session: AccountSession, found: Mapping[str, Rounds]) -> dict[str, Any]:
    """Return what a plan shows of the other regions."""
    listed = [(session.in_region(region), rounds) for region, rounds in found.items()]
    return {"objects": [row for there, rounds in listed for row in objects.rows(there, rounds)]}


def _enabled(session: AccountSession) -> list[str]:
    """Return the regions that are enabled in the account. API: DescribeRegions."""
    answer: Any = session.client("ec2").describe_regions()
    return sorted(each["RegionName"] for each in answer["Regions"])


def _named(found: Mapping[str, Rounds]) -> str:
    """Return each region's first things that are left, each with the reason."""
    words = [
        msg("{region}: {things}", region=region, things=named(rounds, rounds.left))
        for region, rounds in found.items()
        if rounds.left
    ]
    return joined("; ", words)


def _words(left: Mapping[str, list[Thing]]) -> str:
    regions = [msg("{region}: {things}", region=region, things=counts(found)) for region, found in left.items()]
    return joined("; ", regions)
