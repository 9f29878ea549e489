"""Keeps the pages up until Ctrl-C."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import replace

import uvicorn
from starlette.applications import Starlette

from bootstrap.errors import BadInput, Problem
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.follow import Lookout
from bootstrap.people.web import app
from bootstrap.people.web.address import Address
from bootstrap.people.web.live import Live
from bootstrap.people.web.site import Site

# Ctrl-C waits so long for answers that are under way; streams end at once.
_LAST_SECONDS = 1


def serve(choice: Choice, address: Address, say: Callable[[str], None]) -> None:
    """Listen, say where, and answer until Ctrl-C, which comes out as KeyboardInterrupt.

    Raises BadInput for the event's files, the journal, the port (EB-573) and TLS (EB-571).
    """
    lookout = Lookout(choice)
    listener, address = listening(address)
    with listener:
        site = Site(choice, lookout, address, Live(lookout))
        up(app.build(site), listener, address, _told(site), say)


def up(
    pages: Starlette, listener: socket.socket, address: Address, told: Sequence[str], say: Callable[[str], None]
) -> None:
    """Say what is told once the pages can be served, and answer until Ctrl-C. Raises BadInput (EB-571)."""
    server = _server(pages, address)
    for line in told:
        say(line)
    server.run(sockets=[listener])


def _told(site: Site) -> list[str]:
    url = site.address.url
    token = f"?token={site.token}" if site.address.exposed else ""
    lines = [f"status:      {url}/{token}", f"a projector: {url}/screen{token}"]
    if token:
        lines.append("Whoever has such an address sees account ids and causes; the token is another one at each start.")
    return [*lines, f"teams' cards: event-bootstrap handouts --address {url}", "Ctrl-C ends it."]


def listening(address: Address) -> tuple[socket.socket, Address]:
    """With the port that was free, if any would do. Raises BadInput (EB-573)."""
    host, port = address.host, address.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        where, cause = f"{host}:{port}", str(error.strerror or error)
        raise BadInput([Problem("EB-573", "cannot be listened on", where, cause, "give another --port")]) from None
    return made, replace(address, port=made.getsockname()[1])


def _server(pages: Starlette, address: Address) -> uvicorn.Server:
    config = uvicorn.Config(
        pages,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.key,
        log_level="warning",
        # An address holds the operator's token once.
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
        mend = "name PEM files: the chain of certificates, and the key that belongs to it"
        problem = Problem("EB-571", "TLS cannot be set up with these files", where, str(error), mend)
        raise BadInput([problem]) from None
    return uvicorn.Server(config)
