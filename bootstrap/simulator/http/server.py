"""HTTP/1.1 server on 127.0.0.1 with keep-alive; one thread for each connection."""

from __future__ import annotations

import select
import socket
import struct
import time
from email.utils import formatdate
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bootstrap.simulator.http import control, router
from bootstrap.simulator.http.settling import Settler
from bootstrap.simulator.http.spoiling import Broken
from bootstrap.simulator.wire.protocol import HttpAnswer
from bootstrap.simulator.wire.request import HttpRequest
from bootstrap.simulator.world.world import World

# Answers a client that follows the virtual clock: it lets the time of its read timeout pass, and takes none of its own.
_SILENCE = {"X-Simulated-Silence": "1", "Content-Type": "text/html"}
# Longer than any client waits.
_SILENT_SECONDS = 600.0
# SO_LINGER with a time of 0: closing resets the connection.
_RESETS = struct.pack("ii", 1, 0)


class Server(ThreadingHTTPServer):
    """The server. werkzeug's own would close every connection and wait 10 ms each time."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, world: World, port: int, token: str) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.world = world
        world.url = self.url
        self.token = token
        self.settler = Settler(world)

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that disconnect."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "simulated-aws"
    wbufsize = -1
    server: Server
    raw_requestline: bytes
    fields: dict[str, str]

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def parse_request(self) -> bool:
        """Parse ordinary requests here, the rest in http.server, whose e-mail parser takes longer than many answers."""
        words = str(self.raw_requestline, "iso-8859-1").split()
        if len(words) != 3 or words[2] != self.protocol_version or words[1].startswith("//"):
            going_on = super().parse_request()
            self.fields = {name.lower(): value for name, value in self.headers.items()} if going_on else {}
            return going_on
        self.requestline = " ".join(words)
        self.command, self.path, self.request_version = words
        self.fields = self._fields()
        self.close_connection = self.fields.get("connection", "").lower() == "close"
        if self.fields.get("expect", "").lower() == "100-continue":
            return self.handle_expect_100()
        return True

    def _fields(self) -> dict[str, str]:
        found = {}
        while line := self.rfile.readline().decode("iso-8859-1").strip():
            name, _, value = line.partition(":")
            found[name.lower()] = value.lstrip()
        return found

    def handle_expect_100(self) -> bool:
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def _serve(self) -> None:
        made: HttpAnswer | Broken
        path, _, query = self.path.partition("?")
        asked = HttpRequest(self.command, path, query, self.fields, self._body())
        if path.startswith("/_simulator/"):
            made = control.answer(self.server.world, self.server.token, asked)
        else:
            made = router.answer(self.server.world, asked)
        if isinstance(made, Broken):
            self._break(made)
        else:
            self._send(made)
        self.server.settler.nudge()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve

    def _body(self) -> bytes:
        if self.fields.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.fields.get("content-length") or 0))
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(pieces)

    def _break(self, broken: Broken) -> None:
        self.close_connection = True
        match broken.how:
            case "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESETS)
                # Before socketserver shuts it down, which would end it in order.
                self.connection.close()
            case "silent" if self.server.world.clock.kind == "virtual":
                self._send((504, _SILENCE, b""))
            case "silent":
                # Readable: the client has closed the connection.
                select.select([self.connection], [], [], _SILENT_SECONDS)
            case "short" if broken.answer:
                self._send(broken.answer, share=0.5)

    def _send(self, made: HttpAnswer, share: float = 1.0) -> None:
        """Send the answer, or this share of its body, in one write.

        http.server's own methods take longer than many answers.
        """
        status, headers, body = made
        kept = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        if status in {204, 304}:
            body = b""
        else:
            length = next((headers[name] for name in headers.keys() - kept.keys()), str(len(body)))
            kept["Content-Length"] = length if self.command == "HEAD" else str(len(body))
        first = f"{self.protocol_version} {status} {self.responses.get(status, ('',))[0]}"
        lines = [first, f"Date: {_date(int(time.time()))}"]
        lines += [f"{name}: {value}" for name, value in kept.items()]
        head = "\r\n".join((*lines, "", "")).encode("latin-1")
        self.connection.sendall(head if self.command == "HEAD" else head + body[: int(len(body) * share)])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Print nothing: the control address lists the calls."""


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
