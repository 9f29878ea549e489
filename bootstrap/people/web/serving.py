"""The socket and the server of the pages."""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Thread
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.people.web.address import Address
from bootstrap.people.web.connection import Connection
from bootstrap.people.web.gate import Entrant, Gate, GateBounds
from bootstrap.people.web.overload import Drain

# Seconds that Ctrl-C waits for unfinished answers; streams end at once.
_LAST_SECONDS = 1
# Seconds after SIGTERM in which connections are still taken, while a proxy notices that others should be asked; and
# then for unfinished answers. Together less than the ten seconds that container runtimes wait.
_NOTICED, _FINISHED = 2.0, 6
# Seconds that a connection is kept between two requests. A proxy reuses its connections: it must be the one that ends
# them, or a request meets a closed one (AWS's load balancers answer that with 502; venue.yaml sets theirs to 120).
_KEPT, _KEPT_OF_PROXY = 30, 130
# Files that a process may have open, if the system lets it.
_FILES = 16384
# Seconds between two lines of the server that say the same.
_APART = 60.0


def up(
    pages: Starlette, listener: socket.socket, address: Address, told: Sequence[str], say: Callable[[str], None]
) -> None:
    """Call `say` with each line of `told`, then serve until Ctrl-C or SIGTERM. Raises BadInput (EB-571)."""
    server = Server(pages, listener, address)
    for line in told:
        say(line)
    server.run()


def listening(address: Address) -> tuple[socket.socket, Address]:
    """Return a listening socket, and the address with its port: port 0 takes a free one. Raises BadInput (EB-573)."""
    host, port = address.host, address.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        where, cause = f"{host}:{port}", str(error.strerror or error)
        fix = msg("give another --port")
        raise BadInput([Problem("EB-573", msg("the server cannot listen here"), where, cause, fix)]) from None
    return made, replace(address, port=made.getsockname()[1])


@contextmanager
def in_background(pages: Starlette, listener: socket.socket, address: Address) -> Iterator[None]:
    """Serve the pages from a background thread until the block ends. Raises BadInput (EB-571)."""
    server = Server(pages, listener, address)
    thread = Thread(target=server.run, name="pages")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


class Server(uvicorn.Server):
    """uvicorn behind a gate of our own. Raises BadInput (EB-571) for TLS files that do not fit.

    It ends with Ctrl-C at once. SIGTERM lets it first be noticed that it drains, see `overload.Drain`.
    """

    def __init__(self, pages: Starlette, listener: socket.socket, address: Address) -> None:
        super().__init__(_config(pages, address))
        self._listener, self._address = listener, address
        self._drain: Drain = pages.state.drain
        self._gate: Gate | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # No socket for uvicorn: the gate takes the connections.
        await super().startup(sockets or [])
        self._loop = asyncio.get_running_loop()
        bounds = GateBounds.within(_more_files())
        self._gate = Gate(self._listener, self._connection, self.config.ssl, bounds, self._address.is_proxy)
        self._gate.open()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._drain.begin()
        if self._gate:
            self._gate.close()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGTERM and not self._drain.begun and self._loop is not None:
            self.config.timeout_graceful_shutdown = _FINISHED
            self._drain.begin()
            self._loop.call_soon_threadsafe(self._loop.call_later, _NOTICED, self._end)
        elif sig == signal.SIGTERM:
            self._end()
        else:
            super().handle_exit(sig, frame)

    def _end(self) -> None:
        self.should_exit = True

    def _connection(self, entrant: Entrant) -> asyncio.Protocol:
        state = self.lifespan.state
        return Connection(entrant, config=self.config, server_state=self.server_state, app_state=state)


def _config(pages: Starlette, address: Address) -> uvicorn.Config:
    config = uvicorn.Config(
        pages,
        http=Connection,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.key,
        # Its own log prints tracebacks; without it, what it says goes where all is logged.
        log_config=None,
        log_level="warning",
        # The first request's address contains the operator's token.
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_keep_alive=_KEPT_OF_PROXY if address.proxies else _KEPT,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    try:
        config.load()
    except (ssl.SSLError, OSError) as error:
        where = str(address.certificate)
        fix = msg("name PEM files: the certificate chain, and the key that belongs to it")
        problem = Problem("EB-571", msg("TLS cannot be set up with these files"), where, str(error), fix)
        raise BadInput([problem]) from None
    _quiet()
    return config


def _more_files() -> int:
    """Raise the process's own limit of open files as far as it may; return the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], _FILES)


class _Quiet(logging.Filter):
    """Lets a line of uvicorn about what a client sent through once a minute: anybody can cause such lines."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info or record.levelno >= logging.ERROR:
            return True
        now, said = time.monotonic(), str(record.msg)
        if now - self._said.get(said, float("-inf")) < _APART:
            return False
        self._said[said] = now
        return True


def _quiet() -> None:
    log = logging.getLogger("uvicorn.error")
    if not any(isinstance(each, _Quiet) for each in log.filters):
        log.addFilter(_Quiet())
