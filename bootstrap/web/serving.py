"""Keeps the pages up until Ctrl-C."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import replace

import uvicorn

from bootstrap.errors import BadInput, Problem
from bootstrap.inputs import Choice
from bootstrap.lookout import Lookout
from bootstrap.web import app
from bootstrap.web.address import Address
from bootstrap.web.live import Live
from bootstrap.web.site import Site

# Ctrl-C waits so long for answers that are under way; streams end at once.
_LAST_SECONDS = 1


def serve(choice: Choice, address: Address, say: Callable[[str], None]) -> None:
    """Listen, say where, and answer until Ctrl-C, which comes out as KeyboardInterrupt.

    Raises BadInput for the event's files, the journal, the port (EB-573) and TLS (EB-571).
    """
    lookout = Lookout(choice)
    with _listening(address.host, address.port) as listener:
        site = Site(choice, lookout, replace(address, port=listener.getsockname()[1]), Live(lookout))
        server = _server(site)
        for line in _told(site):
            say(line)
        server.run(sockets=[listener])


def _told(site: Site) -> list[str]:
    url = site.address.url
    token = f"?token={site.token}" if site.address.exposed else ""
    lines = [f"status:      {url}/{token}", f"a projector: {url}/screen{token}"]
    if token:
        lines.append("Whoever has such an address sees account ids and causes; the token is another one at each start.")
    return [*lines, f"teams' cards: event-bootstrap handouts --address {url}", "Ctrl-C ends it."]


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        where, cause = f"{host}:{port}", str(error.strerror or error)
        raise BadInput([Problem("EB-573", "cannot be listened on", where, cause, "give another --port")]) from None


def _server(site: Site) -> uvicorn.Server:
    address = site.address
    config = uvicorn.Config(
        app.build(site),
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
