"""PgBouncer in front of the tests' PostgreSQL server: as shipped, on a free port of 127.0.0.1."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgresql import ESCAPED, PASSWORD, Server, as_itself

# Two sessions for all clients: two that write at once share them, each transaction in another one than the last.
_SETTINGS = """\
[databases]
* = host=127.0.0.1 port={server} user=operator password='{password}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
pool_mode = {mode}
default_pool_size = 2
unix_socket_dir =
"""


def binary() -> str | None:
    """The program; Debian keeps it out of a user's PATH."""
    return shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")


@contextmanager
def running(program: str, server: Server, mode: str) -> Iterator[int]:
    """The port of a pooler. `mode`: session, transaction or statement."""
    folder = Path(tempfile.mkdtemp(prefix="event-bootstrap-pgbouncer-"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    file = folder / "pgbouncer.ini"
    file.write_text(_SETTINGS.format(server=server.port, password=PASSWORD, port=port, mode=mode), encoding="utf-8")
    if as_itself():
        shutil.chown(folder, "postgres", "postgres")
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen([program, str(file)], stdout=log, stderr=log, cwd=folder, **as_itself())
    try:
        _wait(port, folder / "log")
        yield port
    finally:
        process.kill()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def through(url: str, port: int) -> str:
    """The URL of the same database by way of the pooler."""
    database = url.rpartition("/")[2]
    return f"postgresql://operator:{ESCAPED}@127.0.0.1:{port}/{database}"


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.02)
