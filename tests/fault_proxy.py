"""A proxy on 127.0.0.1 between the tool and the simulated AWS, which spoils the answers to chosen calls."""

from __future__ import annotations

import http.client
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PAGE = b"<!DOCTYPE html><html><body><form action='http://hotspot.example/login'>Accept the terms</form></body></html>"
_HTML = ("Content-Type", "text/html; charset=utf-8")
_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
Answer = tuple[int, list[tuple[str, str]], bytes]
# Makes of AWS's answer what the client gets; None: the connection is reset.
Fault = Callable[[Answer], Answer | None]


def page(status: int = 200) -> Fault:
    """The page of a hotspot or a filter, which AWS never sees the call behind."""
    return lambda answer: (status, [_HTML, *([("Location", "http://hotspot.example/")] if status == 302 else [])], PAGE)


def cut(answer: Answer) -> Answer:
    """Two thirds of the body, with a length that fits."""
    status, headers, body = answer
    return status, headers, body[: len(body) * 2 // 3]


def short(answer: Answer) -> Answer:
    """Two thirds of the body; the length is AWS's."""
    status, headers, body = answer
    return status, [*headers, ("Content-Length", str(len(body)))], body[: len(body) * 2 // 3]


def bare(answer: Answer) -> Answer:
    return answer[0], answer[1], b"{}"


def reset(answer: Answer) -> None:
    """AWS did it; nobody hears of it."""


def instead(other: Answer) -> Fault:
    return lambda answer: other


@dataclass
class FaultProxy:
    """`faults`: pattern of a call's name -> fault and how often. `seen`: names of calls and AWS's answers to them."""

    url: str = ""
    faults: dict[str, tuple[Fault, int]] = field(default_factory=dict)
    seen: list[tuple[str, Answer]] = field(default_factory=list)

    def fault(self, name: str) -> Fault | None:
        for pattern, (found, times) in self.faults.items():
            if re.fullmatch(pattern, name) and times > 0:
                self.faults[pattern] = (found, times - 1)
                return found
        return None

    def count(self, pattern: str) -> int:
        return sum(1 for name, _ in self.seen if re.fullmatch(pattern, name))


def name_of(command: str, path: str, target: str, body: bytes) -> str:
    action = _ACTION.search(body[:4000])
    return target.rpartition(".")[2] or (action[1].decode() if action else f"{command} {path}")


def relayed(where: str, asked: BaseHTTPRequestHandler, body: bytes) -> Answer:
    """What AWS answers to the request. The client has signed it for the address that it knows."""
    there = http.client.HTTPConnection(where, timeout=30)
    there.putrequest(asked.command, asked.path, skip_host=True, skip_accept_encoding=True)
    for header, value in asked.headers.items():
        there.putheader(header, value)
    there.endheaders(body)
    given = there.getresponse()
    kept = [(header, value) for header, value in given.getheaders() if header.lower() != "content-length"]
    answer = given.status, kept, given.read()
    there.close()
    return answer


@contextmanager
def fault_proxy(upstream: str) -> Iterator[FaultProxy]:
    proxy, where = FaultProxy(), urlsplit(upstream).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            name = name_of(self.command, self.path, self.headers.get("x-amz-target", ""), body)
            answer = relayed(where, self, body)
            proxy.seen.append((name, answer))
            fault = proxy.fault(name)
            self._send(fault(answer) if fault else answer)

        def _send(self, answer: Answer | None) -> None:
            if answer is None:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return
            status, headers, body = answer
            self.send_response_only(status)
            for header, value in headers:
                self.send_header(header, value)
            if not any(header == "Content-Length" for header, _ in headers):
                self.send_header("Content-Length", str(len(body)))
            else:
                self.close_connection = True
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _serve

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
