"""One connection of the server, with deadlines: for a complete request, and for reading what was answered."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# Seconds from a connection, or from a request's first byte, until the request is there with its body.
REQUEST = 20.0
# Seconds in which a client must take something of an answer that waits for it.
_TAKES = 30.0


class Passage(Protocol):
    """State of a connection, for the gate."""

    def connected(self, transport: asyncio.Transport) -> None:
        """Note the transport: TLS, if any, is agreed."""

    def asking(self) -> None:
        """Note that the server waits for a request."""

    def asked(self) -> None:
        """Note that a complete request is being answered."""

    def gone(self) -> None:
        """Note its end."""


class Connection(H11Protocol):
    """uvicorn's connection, which by itself waits for ever for the rest of a request."""

    def __init__(self, passage: Passage, **of: Any) -> None:
        super().__init__(**of)
        self._passage = passage
        self._request: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        self._passage.connected(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._taking = self._taking or self.loop.call_later(_TAKES, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._taking = _end(self._taking)

    def connection_lost(self, exc: Exception | None) -> None:
        self._request, self._taking = _end(self._request), _end(self._taking)
        self._passage.gone()
        super().connection_lost(exc)

    def _look(self) -> None:
        """Begin the deadline when the server waits for a request, and end it when the request is complete.

        Between two requests uvicorn's own one counts.
        """
        incomplete = self.conn.their_state in (h11.IDLE, h11.SEND_BODY)
        if incomplete and self.timeout_keep_alive_task is None:
            self._request = self._request or self.loop.call_later(REQUEST, self.transport.abort)
        else:
            self._request = _end(self._request)
        if incomplete:
            self._passage.asking()
        else:
            self._passage.asked()


def _end(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    if timer is not None:
        timer.cancel()
    return None
