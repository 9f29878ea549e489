"""Bounds for every answer: how long it may take, how many streams there are, and its end when the server stops."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bootstrap.people.web import client

# Seconds for one answer: AWS may be slow. Streams have no limit in time.
_ANSWER = 120.0
# Open streams: of all, and of one client, behind whose address a whole venue may be.
_STREAMS, _STREAMS_OF_CLIENT = 500, 200
# Milliseconds until a browser whose stream ended connects again, to a server that stays.
_RECONNECT = b"retry: 1000\n\n"


class Drain:
    """The end of a server: begun once, by any thread. Streams end, and connections are closed after their answers."""

    def __init__(self) -> None:
        self.begun = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event = asyncio.Event()

    def begin(self) -> None:
        self.begun = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        """Return when it has begun."""
        self._loop = asyncio.get_running_loop()
        if not self.begun:
            await self._event.wait()


class Overload:
    """Ends answers that take too long, and refuses streams beyond their number. A client that leaves is no error."""

    def __init__(self, app: ASGIApp, drain: Drain) -> None:
        self._app, self._drain = app, drain
        self._streams: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        whose = client.network(client.of(HTTPConnection(scope)))
        deadline = asyncio.timeout(_ANSWER)
        answer = _Answer(receive, send, self._drain, deadline, lambda: self._may_stream(whose))
        try:
            async with deadline:
                await self._app(scope, answer.receive, answer.send)
        except ClientDisconnect:
            return
        except Exception:
            if not answer.refused and not deadline.expired():
                raise
        finally:
            if answer.streams:
                self._ended(whose)
        if answer.streams:
            await answer.end(_RECONNECT if self._drain.begun else b"")
        elif not answer.begun and (answer.refused or deadline.expired()):
            await PlainTextResponse("busy", 503, headers={"Retry-After": "5"})(scope, receive, send)

    def _may_stream(self, whose: str) -> bool:
        if self._drain.begun or self._streams.total() >= _STREAMS or self._streams[whose] >= _STREAMS_OF_CLIENT:
            return False
        self._streams[whose] += 1
        return True

    def _ended(self, whose: str) -> None:
        self._streams[whose] -= 1
        if not self._streams[whose]:
            del self._streams[whose]


class _Refused(Exception):
    """Ends the application's part of a stream that is one too many."""


class _Answer:
    """One answer on its way. `streams`: it is a stream that was let through; `refused`: it is one too many."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        drain: Drain,
        deadline: asyncio.Timeout,
        may_stream: Callable[[], bool],
    ) -> None:
        self._receive, self._send, self._drain = receive, send, drain
        self._deadline, self._may_stream = deadline, may_stream
        self.begun = self.streams = self.refused = self._complete = False

    async def receive(self) -> Message:
        """Return the client's next message. Of a stream, that it left: also when the server is about to end."""
        said = asyncio.ensure_future(self._receive())
        ending = asyncio.ensure_future(self._drain.wait())
        try:
            await asyncio.wait((said, ending), return_when=asyncio.FIRST_COMPLETED)
            if said.done() or not self.streams:
                return await said
            return {"type": "http.disconnect"}
        finally:
            said.cancel()
            ending.cancel()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/event-stream"):
                if not self._may_stream():
                    self.refused = True
                    raise _Refused
                self.streams = True
                self._deadline.reschedule(None)
            if self._drain.begun:
                headers["connection"] = "close"
        self.begun = True
        self._complete = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)

    async def end(self, last: bytes) -> None:
        """End a stream that the application did not end: its last words tell the browser when to come again."""
        if not self._complete:
            await self.send({"type": "http.response.body", "body": last})
