"""Sign-ins by a team's code, and wrong codes. Kept in memory: after a restart the code is asked for again."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from bootstrap.journal.codes import same
from bootstrap.journal.team_codes import Kept

_FREE_TRIES = 5
_LONGEST_PAUSE = 60.0
# Wrong codes for a team from all clients together, after which one a second is counted and noted.
_FREE_TRIES_OF_ALL = 30
_APART = 1.0
# Seconds after which wrong codes no longer count.
_FORGOTTEN = 3600.0
# Clients that are remembered, of all teams; of an older one the count begins again.
_MOST = 10_000
# Open entries of one team. A page of more browsers asks for the code again, beginning with the oldest.
_MOST_OF_A_TEAM = 200
# An IPv6 connection has 2**64 addresses of its own.
_IPV6_PREFIX = 64


@dataclass(slots=True)
class _Wrong:
    count: int = 0
    latest: float = 0.0
    # Until then no further one is counted.
    until: float = 0.0

    def counted(self, now: float, pause: Callable[[int], float]) -> None:
        if now - self.latest > _FORGOTTEN:
            self.count = 0
        self.count, self.latest = self.count + 1, now
        self.until = now + pause(self.count)


class Tries:
    """Counts wrong codes, for each team and client, and for each team.

    A right code is never asked about here: it opens the page whatever others typed, as a whole room shares one address
    and team names are no secret. Pauses keep the server and the journal quiet; the 80 bits of a code keep it from being
    guessed at any speed.
    """

    def __init__(self) -> None:
        self._of: OrderedDict[tuple[str, str], _Wrong] = OrderedDict()
        self._of_all: dict[str, _Wrong] = {}

    def wrong(self, team: str, client: str, now: float) -> float:
        """Count a wrong code and return 0, or the seconds until the next one is counted."""
        key = (team, _network(client))
        of_client, of_all = self._of.get(key, _Wrong()), self._of_all.setdefault(team, _Wrong())
        pause = max(of_client.until, of_all.until) - now
        if pause > 0:
            return pause
        of_client.counted(now, _pause)
        of_all.counted(now, lambda count: _APART if count >= _FREE_TRIES_OF_ALL else 0.0)
        self._of[key] = of_client
        self._of.move_to_end(key)
        if len(self._of) > _MOST:
            self._of.popitem(last=False)
        return 0.0

    def right(self, team: str, client: str) -> None:
        """Forget the client's wrong codes for the team."""
        self._of.pop((team, _network(client)), None)


def _pause(wrong: int) -> float:
    # Limit the exponent: the pause has its longest value long before.
    over = min(wrong - _FREE_TRIES, 16)
    return 0.0 if over < 0 else min(_LONGEST_PAUSE, 2.0 ** (over + 1))


def _network(client: str) -> str:
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return client
    return str(ipaddress.ip_network((int(address), _IPV6_PREFIX), strict=False))


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
        self._of_team: dict[str, deque[str]] = {}

    def open(self, code: Kept) -> str:
        """Open an entry and return its secret, for a cookie. Of too many of a team the oldest is closed."""
        secret = secrets.token_urlsafe(32)
        self._open[_digest(secret)] = TeamEntry(code.team, code.digest, code.expires, secrets.token_urlsafe(16))
        opened = self._of_team.setdefault(code.team, deque())
        opened.append(_digest(secret))
        if len(opened) > _MOST_OF_A_TEAM:
            self._open.pop(opened.popleft(), None)
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
