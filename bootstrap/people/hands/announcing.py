"""Tells the webhook of hands: each one once, of all servers together, and never in a team's own words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from bootstrap.errors import Troubled
from bootstrap.errors.message import Message, counted, msg
from bootstrap.journal.venue.hands import RaisedHand
from bootstrap.journal.venue.turns import Turns
from bootstrap.people.hands import team_words, topics
from bootstrap.people.hands.queue import HandQueue, NoticeProposal

_WHAT = "webhook"
# Seconds until the same thing is told again.
_ONCE = 86400.0


class Announcing:
    """`follow` is called with each queue. `tell` sends a line; it does not block."""

    def __init__(self, turns: Turns, tell: Callable[[str], None], region: str) -> None:
        self._turns, self._tell, self._region = turns, tell, region
        self._told: set[str] = set()

    def raised(self, hand: RaisedHand) -> None:
        """Tell of a new hand; called by the server that wrote it."""
        self._tell(msg("{team} raised a hand: {what}", team=hand.team, what=topics.WORDS[hand.topic]))

    def follow(self, queue: HandQueue) -> None:
        """Tell of causes of several teams, and of hands that nobody took for long."""
        for each in queue.proposals:
            if each.notice is None:
                self._once(f"cause {each.cause} {each.hands[0]}", self._of_cause(each), queue.at)
        for queued in queue.hands:
            if queued.late:
                said = msg("{team} has waited {minutes} min, and nobody has taken its hand",
                           team=queued.hand.team, minutes=int(queued.waiting // 60))  # fmt: skip
                self._once(f"late {queued.hand.id}", said, queue.at)

    def _of_cause(self, proposal: NoticeProposal) -> Message:
        words = team_words.of_cause(proposal.cause, self._region)
        return counted(
            "{count} team has raised its hand for the same cause ({code} {what})",
            "{count} teams have raised their hands for the same cause ({code} {what})",
            len(proposal.teams), code=proposal.code, what=words.headline if words else "",
        )  # fmt: skip

    def _once(self, key: str, said: str, now: float) -> None:
        if key in self._told:
            return
        try:
            first = self._turns.take(_WHAT, hashlib.sha256(key.encode()).hexdigest(), "", now, _ONCE) is not None
        except Troubled:
            return
        self._told.add(key)
        if first:
            self._tell(said)
