"""The server's gate: takes connections, bounds how many there are, and lets nobody keep others out.

A connection waits until its first request is complete. Of one client's that wait too many, and of all when the server
is full, the one that waits longest makes room: an honest browser asks at once, whoever is silent is the oldest. So
silent connections shut nobody out, not even others behind the same address.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import ssl
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bootstrap.people.web import client

_log = logging.getLogger(__name__)
# Seconds to agree on TLS, and to end it.
_HANDSHAKE, _FAREWELL = 10.0, 3.0
# Seconds in which the other side must acknowledge what was sent, where the system has such a limit.
_ACKNOWLEDGED = 30
# Connections of all, and of one client without a complete request; files for everything but connections.
_MOST, _SILENT, _OTHER_FILES = 4000, 200, 256
# Connections that are taken at once, before others get their turn.
_AT_ONCE = 64
# Seconds of rest when the system has no file for another connection, and between two lines that say so.
_REST, _APART = 0.2, 60.0
_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


@dataclass(frozen=True, slots=True)
class GateBounds:
    """Limits of connections: of all, of one client, and of one client without a complete request."""

    all: int
    client: int
    silent: int

    @classmethod
    def within(cls, files: int) -> GateBounds:
        """Return bounds for a process that may have so many files open; some are for everything else."""
        most = max(16, min(_MOST, files - min(_OTHER_FILES, files // 4)))
        return cls(most, max(8, most // 2), max(4, min(_SILENT, most // 8)))


class Gate:
    """Accepts what comes to `listener`; `make` returns the protocol of each connection.

    `exempt` tells of an address whether it is a trusted proxy, for which only the bound of all counts.
    """

    def __init__(
        self,
        listener: socket.socket,
        make: Callable[[Entrant], asyncio.Protocol],
        tls: ssl.SSLContext | None,
        bounds: GateBounds,
        exempt: Callable[[str], bool],
    ) -> None:
        self._listener, self._make, self._tls, self._bounds, self._exempt = listener, make, tls, bounds, exempt
        self._of: Counter[str] = Counter()
        # Those that have not asked anything yet, and those between two requests.
        self._silent, self._resting = _Line(), _Line()
        self._said = float("-inf")
        self._open = False

    def open(self) -> None:
        self._listener.setblocking(False)
        self._open = True
        asyncio.get_running_loop().add_reader(self._listener, self._accept)

    def close(self) -> None:
        """Take no more connections; those that are there stay."""
        if self._open:
            self._open = False
            asyncio.get_running_loop().remove_reader(self._listener)

    def _accept(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                taken, address = self._listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                if error.errno in _EXHAUSTED:
                    self._rest(error)
                    return
                # The client left before it was taken.
                continue
            taken.setblocking(False)
            self._let_in(taken, str(address[0]))

    def _rest(self, error: OSError) -> None:
        """Take nobody for a moment, and give the oldest silent connection's file to the next one."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._listener)
        self._make_room(None)
        loop.call_later(_REST, self._resume)
        if time.monotonic() - self._said > _APART:
            self._said = time.monotonic()
            _log.warning("no more connections can be taken for a moment: %s", error.strerror)

    def _resume(self) -> None:
        if self._open:
            asyncio.get_running_loop().add_reader(self._listener, self._accept)

    def _let_in(self, taken: socket.socket, address: str) -> None:
        whose = "" if self._exempt(address) else client.network(address)
        crowded = self._of[whose] >= self._bounds.client or self._silent.number(whose) >= self._bounds.silent
        if (whose and crowded and not self._make_room(whose)) or (
            self._of.total() >= self._bounds.all and not self._make_room(None)
        ):
            taken.close()
            return
        entrant = Entrant(self, whose)
        self._of[whose] += 1
        self._silent.add(entrant)
        entrant.task = asyncio.get_running_loop().create_task(self._serve(taken, entrant))

    def _make_room(self, whose: str | None) -> bool:
        """End the oldest silent connection, of the client if one is given; else the oldest that rests."""
        for some in (self._silent, self._resting):
            found = some.oldest(whose)
            if found is not None:
                found.end()
                return True
        return False

    async def _serve(self, taken: socket.socket, entrant: Entrant) -> None:
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            with suppress(OSError):
                taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _ACKNOWLEDGED * 1000)
        agreed = {"ssl_handshake_timeout": _HANDSHAKE, "ssl_shutdown_timeout": _FAREWELL} if self._tls else {}
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: self._make(entrant), taken, ssl=self._tls, **agreed
            )
        except (OSError, asyncio.CancelledError):
            # No TLS, or it left, or it was ended: the transport has closed the socket.
            entrant.gone()

    def _asking(self, entrant: Entrant) -> None:
        if entrant not in self._silent:
            self._resting.add(entrant)

    def _asked(self, entrant: Entrant) -> None:
        self._silent.remove(entrant)
        self._resting.remove(entrant)

    def _gone(self, entrant: Entrant) -> None:
        self._asked(entrant)
        self._of[entrant.whose] -= 1
        if not self._of[entrant.whose]:
            del self._of[entrant.whose]


class _Line:
    """Connections in the order in which they came, of all and of each client."""

    def __init__(self) -> None:
        self._all: OrderedDict[Entrant, None] = OrderedDict()
        self._of: dict[str, OrderedDict[Entrant, None]] = {}

    def __contains__(self, entrant: Entrant) -> bool:
        return entrant in self._all

    def add(self, entrant: Entrant) -> None:
        self._all[entrant] = None
        self._of.setdefault(entrant.whose, OrderedDict())[entrant] = None

    def remove(self, entrant: Entrant) -> None:
        if entrant in self._all:
            del self._all[entrant]
            del self._of[entrant.whose][entrant]
            if not self._of[entrant.whose]:
                del self._of[entrant.whose]

    def oldest(self, whose: str | None) -> Entrant | None:
        return next(iter(self._all if whose is None else self._of.get(whose, ())), None)

    def number(self, whose: str) -> int:
        return len(self._of.get(whose, ()))


class Entrant:
    """One connection, from the moment it was taken. `whose`: the client; "" for a trusted proxy."""

    def __init__(self, gate: Gate, whose: str) -> None:
        self.whose = whose
        self.task: asyncio.Task[None] | None = None
        self._gate, self._here = gate, True
        self._transport: asyncio.Transport | None = None

    def connected(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def asking(self) -> None:
        if self._here:
            self._gate._asking(self)

    def asked(self) -> None:
        if self._here:
            self._gate._asked(self)

    def gone(self) -> None:
        if self._here:
            self._here = False
            self._gate._gone(self)

    def end(self) -> None:
        """Cut the connection off, at once."""
        self.gone()
        if self._transport is not None:
            self._transport.abort()
        elif self.task is not None:
            self.task.cancel()
