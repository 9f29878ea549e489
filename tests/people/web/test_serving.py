"""`serve` as it is started: where it listens, what it says, how it ends."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bootstrap.cli.commands import serve
from bootstrap.errors import BadInput
from bootstrap.people.web.address import Address
from tests import made_up_journal
from tests.interruptible import begun
from tests.made_up_journal import MadeUp, ran


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    return made_up_journal.event(tmp_path_factory.mktemp("event"), 3)


@contextmanager
def started(made: MadeUp, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the address that it said first."""
    folder = made.choice.event_path.parent
    with begun(folder, {"PYTHONUNBUFFERED": "1"}, "serve", "--port", "0", *words) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().removeprefix("status:").strip()
        finally:
            process.kill()


@contextmanager
def streaming(address: str, last: str = "") -> Iterator[http.client.HTTPResponse]:
    """As a browser that has heard the event with the id `last`."""
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)) as connection:
        connection.request("GET", "/changes?view=status", headers={"Last-Event-ID": last} if last else {})
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
        assert answer(port, "/?token=guessed") == 401
        assert answer(port, f"/?{urlsplit(address).query}") == 303


def listened_on(pid: int) -> int:
    """The one port of 127.0.0.1 that the process listens on."""
    inodes = {str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()}
    rows = (line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
    (port,) = {int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes}
    return port


def answer(port: int, path: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Host": "desk.example.com"})
        return connection.getresponse().status
