"""The socket and the server of the pages."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

import uvicorn
from starlette.applications import Starlette

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.people.web.address import Address

# Seconds that Ctrl-C waits for unfinished answers; streams end at once.
_LAST_SECONDS = 1


def up(
    pages: Starlette, listener: socket.socket, address: Address, told: Sequence[str], say: Callable[[str], None]
) -> None:
    """Call `say` with each line of `told`, then serve until Ctrl-C. Raises BadInput (EB-571)."""
    server = _server(pages, address)
    for line in told:
        say(line)
    server.run(sockets=[listener])


def listening(address: Address) -> tuple[socket.socket, Address]:
    """Return a listening socket, and the address with its port: port 0 takes a free one. Raises BadInput (EB-573)."""
    host, port = address.host, address.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        where, cause = f"{host}:{port}", str(error.strerror or error)
        fix = msg("give another --port")
        raise BadInput([Problem("EB-573", msg("the server cannot listen here"), where, cause, fix)]) from None
    return made, replace(address, port=made.getsockname()[1])


@contextmanager
def in_background(pages: Starlette, listener: socket.socket, address: Address) -> Iterator[None]:
    """Serve the pages from a background thread until the block ends. Raises BadInput (EB-571)."""
    server = _server(pages, address)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="pages")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _server(pages: Starlette, address: Address) -> uvicorn.Server:
    config = uvicorn.Config(
        pages,
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
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    try:
        config.load()
    except (ssl.SSLError, OSError) as error:
        where = str(address.certificate)
        fix = msg("name PEM files: the certificate chain, and the key that belongs to it")
        problem = Problem("EB-571", msg("TLS cannot be set up with these files"), where, str(error), fix)
        raise BadInput([problem]) from None
    return uvicorn.Server(config)
