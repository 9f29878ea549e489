"""The queue of raised hands, as staff and teams see it: places, waiting times, causes of several teams."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bootstrap.journal.venue.hands import HandEnd, RaisedHand, teams_of
from bootstrap.journal.venue.notices import TeamNotice
from bootstrap.people.hands import finding
from bootstrap.people.hands.finding import HandFinding

# Teams with the same cause for which a notice is proposed.
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class QueuedHand:
    """An open hand. `place`: 1 for the first that nobody took, 0 if somebody took it; `waiting`: seconds since raised.

    `finding`: the doctor's answer, None while it is examined. `late`: nobody took it for venue.late_minutes.
    """

    hand: RaisedHand
    place: int
    waiting: float
    late: bool
    finding: HandFinding | None


@dataclass(frozen=True, slots=True)
class NoticeProposal:
    """The same cause in several teams with open hands. `cause`: its key; `teams` and `hands` (ids): the oldest first.

    `notice`: a notice of this cause that is shown already; publishing then only answers the hands.
    """

    cause: str
    code: str
    teams: tuple[str, ...]
    hands: tuple[str, ...]
    notice: TeamNotice | None


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """Times in seconds from raising a hand until somebody took or answered it; None if none was answered so far.

    `answered`: hands that staff or a notice answered; `lowered`: those that the team took down itself; `oldest`: how
    long the longest has waited of those that nobody took.
    """

    raised: int
    answered: int
    lowered: int
    by_notice: int
    median: float | None
    ninetieth: float | None
    oldest: float | None


@dataclass(frozen=True, slots=True)
class HandQueue:
    """Everything at one moment. `hands`: open ones, the oldest first; `notices`: current ones, the newest first."""

    at: float
    hands: tuple[QueuedHand, ...]
    proposals: tuple[NoticeProposal, ...]
    notices: tuple[TeamNotice, ...]
    times: AnswerTimes

    def of_team(self, team: str) -> QueuedHand | None:
        return next((each for each in self.hands if each.hand.team == team), None)

    def notices_of(self, team: str) -> tuple[TeamNotice, ...]:
        return tuple(each for each in self.notices if each.is_for(team))

    @property
    def for_all(self) -> tuple[TeamNotice, ...]:
        """The notices that all teams may read, as in the hall."""
        return tuple(each for each in self.notices if not each.teams)


def made(hands: Sequence[RaisedHand], notices: Sequence[TeamNotice], now: float, late: float) -> HandQueue:
    """Return the queue of all the event's hands. `late`: seconds after which a hand is late."""
    places: dict[str, int] = {}
    for each in hands:
        if each.open and not each.taken_by:
            places[each.id] = len(places) + 1
    queued = tuple(
        QueuedHand(
            each,
            places.get(each.id, 0),
            max(0.0, now - each.raised),
            each.id in places and now - each.raised >= late,
            finding.of_document(each.finding) if each.examined is not None else None,
        )
        for each in hands
        if each.open
    )
    return HandQueue(now, queued, _proposals(queued, notices), tuple(notices), times(hands, now))


def times(hands: Sequence[RaisedHand], now: float) -> AnswerTimes:
    """Return how long the event's hands waited. `now`: epoch seconds."""
    ends = [each.how for each in hands]
    by_notice = ends.count(HandEnd.NOTICE)
    waited = sorted(seconds for each in hands if (seconds := _waited(each)) is not None)
    waiting = [max(0.0, now - each.raised) for each in hands if each.open and not each.taken_by]
    return AnswerTimes(
        len(hands),
        ends.count(HandEnd.ANSWERED) + by_notice,
        ends.count(HandEnd.LOWERED),
        by_notice,
        statistics.median(waited) if waited else None,
        waited[math.ceil(0.9 * len(waited)) - 1] if waited else None,
        max(waiting, default=None),
    )


def _waited(hand: RaisedHand) -> float | None:
    """Return the seconds until somebody cared for the hand; None if nobody has."""
    at = hand.taken if hand.taken is not None else hand.answered if hand.how != HandEnd.LOWERED else None
    return None if at is None else max(0.0, at - hand.raised)


def _proposals(queued: Sequence[QueuedHand], notices: Sequence[TeamNotice]) -> tuple[NoticeProposal, ...]:
    """Return a proposal for each cause of several teams, that of most teams first."""
    alike: dict[str, list[RaisedHand]] = {}
    for each in queued:
        if each.hand.cause:
            alike.setdefault(each.hand.cause, []).append(each.hand)
    told: Mapping[str, TeamNotice] = {each.cause: each for each in reversed(notices) if each.cause and not each.teams}
    found = [
        NoticeProposal(cause, hands[0].code, teams_of(hands), tuple(each.id for each in hands), told.get(cause))
        for cause, hands in alike.items()
        if len(teams_of(hands)) >= _SEVERAL or cause in told
    ]
    return tuple(sorted(found, key=lambda each: (-len(each.teams), each.cause)))
