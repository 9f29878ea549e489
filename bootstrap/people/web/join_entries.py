"""Sign-ins by a team's code, and wrong tries. Kept in memory: after a restart the code is asked for again."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from bootstrap.journal.codes import same
from bootstrap.journal.team_codes import Kept

_FREE_TRIES = 5
_LONGEST_PAUSE = 60.0
# Wrong tries for a team from all clients together. After them the team's tries are a second apart, and nobody waits
# more than ten: an attack from many addresses slows the team down, but does not lock it out.
_FREE_TRIES_OF_ALL = 30
_APART = 1.0
_LONGEST_WAIT = 10.0
# Seconds after which tries no longer count.
_FORGOTTEN = 3600.0
_MOST = 10_000


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    latest: float = 0.0

    def pause(self, now: float) -> float:
        # Limit the exponent: the pause has its longest value long before.
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
    """Pauses after wrong codes, for each team and client; waits for all clients of a team.

    The pause is not by client alone, because a whole room shares one address, nor by team alone, because team names are
    no secret. Pauses keep the server quiet; the 80 bits of a code keep it from being guessed.
    """

    def __init__(self) -> None:
        self._of: dict[tuple[str, str], _Tries] = {}
        self._of_all: dict[str, _TriesOfAll] = {}

    def pause(self, team: str, client: str, now: float) -> float:
        """Return the seconds until the next try is accepted."""
        found = self._of.get((team, client))
        return found.pause(now) if found else 0.0

    def begin(self, team: str, client: str, now: float) -> float:
        """Count a try, and return the seconds that it must wait before the code is checked.

        A try counts as wrong until `right` is called, so that tries at the same moment are not free.
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
    """A sign-in. `digest`: of its code; a new code for the team ends it. `form`: secret that our forms send back."""

    team: str
    digest: str
    expires: float
    form: str


class Entries:
    """Sign-ins by the digest of their secret."""

    def __init__(self) -> None:
        self._open: dict[str, TeamEntry] = {}

    def open(self, code: Kept, now: float) -> str:
        """Open an entry and return its secret, for a cookie."""
        if len(self._open) >= _MOST:
            self._open = {key: each for key, each in self._open.items() if each.expires > now}
        secret = secrets.token_urlsafe(32)
        self._open[_digest(secret)] = TeamEntry(code.team, code.digest, code.expires, secrets.token_urlsafe(16))
        return secret

    def of(self, secret: str, code: Kept | None) -> TeamEntry | None:
        """Return the entry of a secret, if the team's code is still the one that opened it; else None."""
        found = self._open.get(_digest(secret))
        if found is None or code is None:
            return None
        return found if found.team == code.team and same(found.digest, code.digest) else None

    def close(self, secret: str) -> None:
        self._open.pop(_digest(secret), None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
