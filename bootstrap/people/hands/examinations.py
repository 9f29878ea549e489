"""Has the doctor look at each account whose team raised a hand: once a hand, one at a time for a team, few at once.

Servers on one database share the work by turns, so that none is done twice. The turns of a server that died end after
some seconds, and another one begins again.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from bootstrap.errors import Troubled, bug
from bootstrap.journal.venue.hands import Hands, RaisedHand
from bootstrap.journal.venue.turns import Turn, Turns
from bootstrap.people.hands import finding
from bootstrap.people.hands.finding import HandFinding
from bootstrap.people.hands.queue import HandQueue

Examine = Callable[[RaisedHand], HandFinding]

# Examinations at the same time: of this server, and of all servers together.
_HERE = 4
_ALL = 8
# Seconds. A turn is renewed with each look, of which there is one a second.
_TURN = 30.0
_PAUSE_OF_A_TEAM = 20.0
_WHAT = "doctor"
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Going:
    """An examination. `found`: its answer, as long as the database has not taken it."""

    hand: RaisedHand
    turns: tuple[Turn, Turn]
    found: HandFinding | None = None


class Examinations:
    """The examinations of one server. `follow` is called with each queue, from any thread; it starts what is due."""

    def __init__(self, hands: Hands, turns: Turns, examine: Examine, now: Callable[[], float]) -> None:
        self._hands, self._turns, self._examine, self._now = hands, turns, examine, now
        self._going: dict[str, _Going] = {}
        self._lock = threading.Lock()

    def follow(self, queue: HandQueue) -> None:
        """Write answers that are ready, renew turns, and begin what nobody examines."""
        with self._lock:
            try:
                for each in list(self._going.values()):
                    self._kept(each)
                self._begin(queue)
            except Troubled:
                # The next look tries again.
                return

    def _kept(self, going: _Going) -> None:
        """Renew an examination's turns; write its answer, and end them, if it has one."""
        now = self._now()
        of_team, slot = going.turns
        if going.found is None:
            for each in going.turns:
                self._turns.until(each, now + _TURN)
            return
        found = going.found
        seen = finding.document(found)
        self._hands.examined(going.hand.id, now, found.code, found.cause, seen, going.hand.account_id)
        self._going.pop(going.hand.id, None)
        self._turns.until(slot, now)
        self._turns.until(of_team, now + _PAUSE_OF_A_TEAM)

    def _begin(self, queue: HandQueue) -> None:
        for each in queue.hands:
            if len(self._going) >= _HERE:
                return
            if each.finding is not None or each.hand.id in self._going:
                continue
            turns = self._taken(each.hand.team)
            if turns is None:
                continue
            going = self._going[each.hand.id] = _Going(each.hand, turns)
            # A daemon: a call that AWS does not answer must not keep the server from ending.
            threading.Thread(target=self._one, args=(going,), name="doctor", daemon=True).start()

    def _taken(self, team: str) -> tuple[Turn, Turn] | None:
        """Take the team's turn and one of all; None if either has none."""
        now = self._now()
        of_team = self._turns.take(_WHAT, team, "", now, _TURN)
        if of_team is None:
            return None
        places = random.sample(range(1, _ALL + 1), _ALL)
        slots = (self._turns.take(_WHAT, "", f"slot {number}", now, _TURN) for number in places)
        slot = next((each for each in slots if each is not None), None)
        if slot is None:
            self._turns.until(of_team, now)
            return None
        return of_team, slot

    def _one(self, going: _Going) -> None:
        try:
            found = self._examine(going.hand)
        except Exception as error:
            # The hand is up all the same; the queue says that nothing was seen.
            _log.error("an account could not be examined: %s", bug(error))
            found = finding.not_examined(bug(error), "EB-800")
        going.found = found
        with self._lock:
            try:
                self._kept(going)
            except Troubled:
                # `follow` writes it once the database answers.
                return
