"""`serve` as it is started: where it listens, what it says, how it ends."""

from __future__ import annotations

import asyncio
import errno
import http.client
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bootstrap.cli.commands import serve
from bootstrap.errors import BadInput
from bootstrap.people.web import app, overload, serving
from bootstrap.people.web.address import Address
from tests import made_up_journal
from tests.interruptible import begun
from tests.made_up_journal import MadeUp, ran


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    return made_up_journal.event(tmp_path_factory.mktemp("event"), 3)


@contextmanager
def started(made: MadeUp, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the address of its pages."""
    folder = made.choice.event_path.parent
    with begun(folder, {"PYTHONUNBUFFERED": "1"}, "serve", "--port", "0", *words) as process:
        try:
            assert process.stdout
            line = next(each for each in iter(process.stdout.readline, "") if each.startswith("status:"))
            yield process, line.removeprefix("status:").strip()
        finally:
            process.kill()


@contextmanager
def streaming(address: str, last: str = "") -> Iterator[http.client.HTTPResponse]:
    """As a browser that has heard the event with the id `last`."""
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)) as connection:
        connection.request("GET", "/changes?view=desk", headers={"Last-Event-ID": last} if last else {})
        with connection.getresponse() as stream:
            yield stream


def event(stream: http.client.HTTPResponse) -> str:
    """The next event's lines."""
    lines: list[str] = []
    while (line := stream.readline().decode().rstrip("\r\n")) or not lines:
        lines.append(line)
    return "\n".join(lines)


def test_what_a_run_says_arrives_and_ctrl_c_ends_at_once_with_readers_there(made: MadeUp) -> None:
    with started(made) as (process, address), ExitStack() as open_streams:
        streams = [open_streams.enter_context(streaming(address)) for _ in range(3)]
        first = [event(each) for each in streams]
        assert all("3 not checked yet - car-day" in each for each in first)
        with made.open() as journal:
            ran(journal, made.plan())
        # What is known of costs may come between.
        assert any("3 ready - car-day" in event(streams[0]) for _ in range(3))
        last = next(line.removeprefix("id: ") for line in first[0].splitlines() if line.startswith("id: "))
        again = event(open_streams.enter_context(streaming(address, last)))
        assert "account-100000000003" in again
        assert '"notice"' not in again
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
        # Two seconds where the machine has nothing else to do; a stream that is not told would hold it for good.
        assert time.monotonic() - began < 6
        assert (process.returncode, said.strip()) == (130, "")


def test_sigterm_sends_streams_elsewhere_and_finishes_what_was_begun(made: MadeUp) -> None:
    with started(made) as (process, address), streaming(address) as stream:
        event(stream)
        port = urlsplit(address).port or 0
        assert (answer(port, "/healthz", "any.host"), answer(port, "/readyz", "")) == (200, 200)
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        rest = stream.read().decode()
        assert "retry: 1000" in rest.splitlines()
        # Still taken, until a proxy has noticed.
        assert (answer(port, "/readyz", "any.host"), answer(port, "/healthz", "")) == (503, 200)
        assert answer(port, "/screen", "127.0.0.1") == 200
        _, said = process.communicate(timeout=10)
        assert time.monotonic() - began < 10
        assert (process.returncode, said) == (0, "")


class Exhausted:
    """A listening socket of a process that has no file left for the first connections."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener, self.refused = listener, 0

    def accept(self) -> tuple[socket.socket, object]:
        if self.refused < 3:
            self.refused += 1
            raise OSError(errno.EMFILE, "Too many open files")
        return self._listener.accept()

    def __getattr__(self, name: str) -> object:
        return getattr(self._listener, name)


def test_without_a_file_for_a_connection_one_line_says_so_and_it_is_taken_a_moment_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    listener, address = serving.listening(Address("127.0.0.1", 0))
    pages = app.guarded(address, [Route("/", lambda _: PlainTextResponse("here"))], [], Middleware(NoDoor), nothing)
    exhausted = Exhausted(listener)
    with listener, serving.in_background(pages, cast(socket.socket, exhausted), address):
        assert answer(address.port, "/", "127.0.0.1") == 200
    assert exhausted.refused == 3
    assert [each.getMessage() for each in caplog.records if each.name == "bootstrap.people.web.gate"] == [
        "no more connections can be taken for a moment: Too many open files"
    ]


class NoDoor:
    def __init__(self, app: ASGIApp) -> None:
        self.__call__ = app


@asynccontextmanager
async def nothing(_app: Starlette) -> AsyncIterator[None]:
    yield


def test_a_stream_too_many_is_refused_and_one_that_ends_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(_scope: Scope, _receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]}
        await send(start)
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})

    monkeypatch.setattr(overload, "_STREAMS", 0)
    bounded = overload.Overload(endless, overload.Drain())
    assert TestClient(bounded).get("/").status_code == 503
    monkeypatch.setattr(overload, "_STREAMS", 1)
    assert [TestClient(bounded).get("/").text for _ in range(2)] == ["data: 1\n\n"] * 2


def test_an_answer_that_takes_too_long_is_ended_and_a_client_that_left_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def slow(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.sleep(60)

    async def left(scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ClientDisconnect(str(scope["path"]))

    monkeypatch.setattr(overload, "_ANSWER", 0.05)
    assert TestClient(overload.Overload(slow, overload.Drain())).get("/").status_code == 503
    silent: list[Message] = []

    async def send(message: Message) -> None:
        silent.append(message)

    scope = {"type": "http", "path": "/", "headers": []}
    asyncio.run(overload.Overload(left, overload.Drain())(scope, cast(Receive, None), send))
    assert silent == []


def test_a_taken_port_is_refused_by_name(made: MadeUp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(BadInput) as refused:
            serve.serve(made.choice, Address(port=port), print)
    assert refused.value.problems[0].code == "EB-573"
    assert str(port) in refused.value.problems[0].where


def test_files_that_are_no_certificate_are_refused_by_name(made: MadeUp, tmp_path: Path) -> None:
    file = tmp_path / "chain.pem"
    file.write_text("no certificate", encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        serve.serve(made.choice, Address("127.0.0.1", 0, None, file, file), print)
    assert refused.value.problems[0].code == "EB-571"


def test_behind_a_proxy_the_address_that_is_said_opens_the_pages_and_the_name_alone_does_not(made: MadeUp) -> None:
    with started(made, "--name", "desk.example.com") as (process, address):
        assert address.startswith("https://desk.example.com/?token=")
        port = listened_on(process.pid)
        assert opened(port, "/?token=guessed") == ""
        assert "Secure" in opened(port, f"/?{urlsplit(address).query}")


def listened_on(pid: int) -> int:
    """The one port of 127.0.0.1 that the process listens on."""
    inodes = {str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()}
    rows = (line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
    (port,) = {int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes}
    return port


def answer(port: int, path: str, host: str = "desk.example.com") -> int:
    return asked(port, path, host).status


def opened(port: int, path: str) -> str:
    """The cookie with which staff are in."""
    return asked(port, path, "desk.example.com").headers.get("set-cookie", "")


def asked(port: int, path: str, host: str) -> http.client.HTTPResponse:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse()
