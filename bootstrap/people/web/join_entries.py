"""Who has come in by a team's code, and who tried in vain; in memory, so that a restart asks for the code again."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from bootstrap.journal.codes import same
from bootstrap.journal.team_codes import Kept

_FREE_TRIES = 5
_LONGEST_PAUSE = 60.0
# Whoever they came from; afterwards a team's tries are a second apart, as far as nobody waits too long for that: who
# tries without end from everywhere makes the team wait, and does not lock it out.
_FREE_TRIES_OF_ALL = 30
_APART = 1.0
_LONGEST_WAIT = 10.0
# Tries of long ago count no more.
_FORGOTTEN = 3600.0
_MOST = 10_000


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    latest: float = 0.0

    def pause(self, now: float) -> float:
        # Who tries for hours on end: beyond the longest pause there is nothing to compute.
        over = min(self.wrong - _FREE_TRIES, 16)
        return 0.0 if over < 0 else max(0.0, self.latest + min(_LONGEST_PAUSE, 2.0 ** (over + 1)) - now)


@dataclass(slots=True)
class _TriesOfAll:
    wrong: int = 0
    latest: float = 0.0
    turn: float = 0.0

    def begin(self, now: float) -> float:
        if now - self.latest > _FORGOTTEN:
            self.wrong = 0
        self.wrong, self.latest = self.wrong + 1, now
        if self.wrong <= _FREE_TRIES_OF_ALL:
            return 0.0
        self.turn = min(max(self.turn, now) + _APART, now + _LONGEST_WAIT)
        return self.turn - now


class Tries:
    """Pauses after wrong codes for team and client together, for a room shares one address and a team's name is no
    secret; and waits for all of a team's clients.

    They keep the log and the server quiet; that a code cannot be guessed is a matter of its 80 bits.
    """

    def __init__(self) -> None:
        self._of: dict[tuple[str, str], _Tries] = {}
        self._of_all: dict[str, _TriesOfAll] = {}

    def pause(self, team: str, client: str, now: float) -> float:
        """Seconds until the next try is taken."""
        found = self._of.get((team, client))
        return found.pause(now) if found else 0.0

    def begin(self, team: str, client: str, now: float) -> float:
        """Seconds that the try has to wait before it is looked at.

        Counts as wrong until `right` is said: what comes at the same moment is no free try.
        """
        if len(self._of) >= _MOST:
            self._of = {key: each for key, each in self._of.items() if now - each.latest < _FORGOTTEN}
        tries = self._of.setdefault((team, client), _Tries())
        if now - tries.latest > _FORGOTTEN:
            tries.wrong = 0
        tries.wrong, tries.latest = tries.wrong + 1, now
        return self._of_all.setdefault(team, _TriesOfAll()).begin(now)

    def right(self, team: str, client: str) -> None:
        self._of.pop((team, client), None)
        self._of_all[team].wrong -= 1


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """`digest`: of the code that opened it; another code for the team ends it. `form`: proves that a form is ours."""

    team: str
    digest: str
    expires: float
    form: str


class Entries:
    """Open entries by their secret, of which only a digest is kept."""

    def __init__(self) -> None:
        self._open: dict[str, TeamEntry] = {}

    def open(self, code: Kept, now: float) -> str:
        """The entry's secret, for a cookie."""
        if len(self._open) >= _MOST:
            self._open = {key: each for key, each in self._open.items() if each.expires > now}
        secret = secrets.token_urlsafe(32)
        self._open[_digest(secret)] = TeamEntry(code.team, code.digest, code.expires, secrets.token_urlsafe(16))
        return secret

    def of(self, secret: str, code: Kept | None) -> TeamEntry | None:
        """The entry that the secret opens, as long as the team's code is the one that opened it."""
        found = self._open.get(_digest(secret))
        if found is None or code is None:
            return None
        return found if found.team == code.team and same(found.digest, code.digest) else None

    def close(self, secret: str) -> None:
        self._open.pop(_digest(secret), None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
