"""An address of this machine that leads one browser, once, to a secret address.

What a browser is started with stands in the machine's list of processes, where everybody who works on the machine can
read it. So it is started with an address that is of no use to others: it answers once, and under Linux only to a
program of the same person.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

# Seconds until a browser that was started must have asked: on a slow machine it starts for the first time.
_PATIENCE = 60.0
_SLOWEST = 5
_HOST = "127.0.0.1"
# What Linux shows of the connections of this machine: "local_address rem_address ... uid", addresses in hexadecimal.
_CONNECTIONS = Path("/proc/net/tcp")
_LOCAL, _REMOTE, _UID = 1, 2, 7


def handed(secret: str, start: Callable[[str], bool], patience: float = _PATIENCE) -> bool:
    """Start a browser by `start(address)` and lead it to the secret address; return True once it was led there.

    False if no browser could be started, or none asked in time (seconds).
    """
    asked = threading.Event()
    path = f"/{secrets.token_urlsafe(32)}"
    server = ThreadingHTTPServer((_HOST, 0), _answers(path, secret, asked))
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    serving.start()
    try:
        return start(f"http://{_HOST}:{server.server_port}{path}") and asked.wait(patience)
    finally:
        server.shutdown()
        server.server_close()


def _answers(path: str, secret: str, asked: threading.Event) -> type[BaseHTTPRequestHandler]:
    first = threading.Lock()

    class Once(BaseHTTPRequestHandler):
        timeout = _SLOWEST

        def do_GET(self) -> None:
            here = f"{_HOST}:{self.server.server_port}"  # type: ignore[attr-defined]
            if self.path != path or self.headers.get("Host") != here or not _same_person(*self._ports()):
                self._end(404)
            elif first.acquire(blocking=False):
                self._end(303, secret)
                asked.set()
            else:
                self._end(410)

        def _ports(self) -> tuple[int, int]:
            return int(self.client_address[1]), int(self.server.server_port)  # type: ignore[attr-defined]

        def _end(self, status: int, location: str = "") -> None:
            self.send_response_only(status)
            if location:
                self.send_header("Location", location)
            for name in (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"), ("Content-Length", "0")):
                self.send_header(*name)
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Log nothing: the path opens the page."""

    return Once


def _same_person(client: int, server: int) -> bool:
    """Return False if Linux shows that the connection to this port is another person's; True where it shows nothing.

    Root may read everything as it is: a browser of Windows comes through a relay of WSL that belongs to root.
    """
    with suppress(OSError, ValueError, IndexError):
        for line in _CONNECTIONS.read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            ports = tuple(int(fields[each].rpartition(":")[2], 16) for each in (_LOCAL, _REMOTE))
            if ports == (client, server):
                return int(fields[_UID]) in {0, os.getuid()}
    return True
