"""A load balancer on 127.0.0.1: TLS outside, HTTP inside, health checks, and the client's address in a header.

It stands for the one of a cloud: a server that fails its readiness check gets no new connection, and what is under way
at a server that dies ends with 502.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from dataclasses import dataclass, field

_CHECK_SECONDS = 1.0
_CHUNK = 64 * 1024
_BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Target:
    """A server. `ready`: it passed its latest readiness check."""

    port: int
    ready: bool = False


@dataclass
class Balancer:
    """`port`: where browsers connect. `answers`: number of answers by target and status."""

    targets: list[Target]
    host: str
    tls: ssl.SSLContext | None = None
    port: int = 0
    answers: Counter[tuple[int, int]] = field(default_factory=Counter)
    _next: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> asyncio.Server:
        """Check all targets once, then listen."""
        for each in self.targets:
            await self._check(each)
        self._keep(asyncio.create_task(self._checking()))
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self.tls, backlog=1024)
        self.port = int(server.sockets[0].getsockname()[1])
        return server

    def stop(self) -> None:
        for each in self._tasks:
            each.cancel()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _checking(self) -> None:
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            await asyncio.gather(*map(self._check, self.targets))

    async def _check(self, target: Target) -> None:
        try:
            async with asyncio.timeout(3):
                reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
                # A health check knows no name of the event.
                writer.write(b"GET /readyz HTTP/1.1\r\nHost: 10.0.0.1\r\nConnection: close\r\n\r\n")
                line = await reader.readline()
                writer.close()
            target.ready = line.startswith(b"HTTP/1.1 200")
        except OSError:
            target.ready = False
        except TimeoutError:
            target.ready = False

    def _chosen(self) -> Target | None:
        # With none ready a balancer tries them all, as those of clouds do.
        among = [each for each in self.targets if each.ready] or self.targets
        self._next += 1
        return among[self._next % len(among)] if among else None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one browser's connection: each request goes to the next target, over a connection of its own."""
        try:
            while await self._carried(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ValueError):
            # The browser has gone, or the day is over.
            pass
        finally:
            writer.close()

    async def _carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Carry one request and its answer; return True if another may follow."""
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        target = self._chosen()
        if target is None:
            writer.write(_BAD_GATEWAY)
            return False
        try:
            inner, outer = await asyncio.open_connection("127.0.0.1", target.port)
        except OSError:
            target.ready = False
            writer.write(_BAD_GATEWAY)
            self.answers[target.port, 502] += 1
            return False
        try:
            outer.write(_forwarded(head, writer) + body)
            return await self._answered(inner, writer, target)
        finally:
            outer.close()

    async def _answered(self, inner: asyncio.StreamReader, writer: asyncio.StreamWriter, target: Target) -> bool:
        try:
            head = await inner.readuntil(b"\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError):
            writer.write(_BAD_GATEWAY)
            self.answers[target.port, 502] += 1
            return False
        status = int(head.split(b" ", 2)[1])
        self.answers[target.port, status] += 1
        writer.write(head)
        if status in {204, 304}:
            await writer.drain()
            return True
        left: float = _length(head, missing=float("inf"))
        whole = left != float("inf")
        while left > 0:
            part = await inner.read(int(min(_CHUNK, left)))
            if not part:
                break
            left -= len(part)
            writer.write(part)
            await writer.drain()
        return whole and left == 0


def _length(head: bytes, missing: float = 0) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return missing  # type: ignore[return-value]


def _forwarded(head: bytes, writer: asyncio.StreamWriter) -> bytes:
    """Return the head as a proxy sends it on: the client at the end of what it claims itself, and no keep-alive."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    kept = [each for each in lines if not each.lower().startswith((b"connection:", b"x-forwarded-for:"))]
    claimed = [each.partition(b":")[2].strip() for each in lines if each.lower().startswith(b"x-forwarded-for:")]
    client = str(writer.get_extra_info("peername")[0]).encode()
    added = [b"X-Forwarded-For: " + b", ".join([*claimed, client]), b"X-Forwarded-Proto: https", b"Connection: close"]
    return b"\r\n".join([first, *kept, *added]) + b"\r\n\r\n"
