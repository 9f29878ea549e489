"""Wrong codes: counted, and paused, never so that a right one is refused."""

from __future__ import annotations

from bootstrap.journal.venue.limits import EVERYBODY, Limits, Pausing
from bootstrap.people.web import client

_FREE_TRIES = 5
_LONGEST_PAUSE = 60.0
# Wrong codes for a team from all clients together, after which one a second is counted and noted.
_FREE_TRIES_OF_ALL = 30
_APART = 1.0


class Tries:
    """Counts wrong codes, for each team or person and client, and for each from all clients together.

    A right code is never asked about here: it opens the page whatever others typed, as a whole room shares one address
    and team names are no secret. Pauses keep the server and the journal quiet; the 80 bits of a code keep it from being
    guessed at any speed. `what`: which codes, since those of staff count apart. Raises Troubled (EB-523) if the
    database does not answer.
    """

    def __init__(self, limits: Limits, what: str = "code") -> None:
        self._limits, self._what = limits, what

    def wrong(self, whose: str, address: str, now: float) -> float:
        """Count a wrong code and return 0, or the seconds until the next one is counted."""
        of = {client.network(address): Pausing(_pause), EVERYBODY: Pausing(_pause_of_all)}
        return self._limits.count(self._what, whose, of, now)

    def right(self, whose: str, address: str) -> None:
        """Forget the client's wrong codes."""
        self._limits.clear(self._what, whose, client.network(address))


def _pause(wrong: int) -> float:
    # Limit the exponent: the pause has its longest value long before.
    over = min(wrong - _FREE_TRIES, 16)
    return 0.0 if over < 0 else min(_LONGEST_PAUSE, 2.0 ** (over + 1))


def _pause_of_all(wrong: int) -> float:
    return _APART if wrong >= _FREE_TRIES_OF_ALL else 0.0
