"""A PostgreSQL server of the tests' own: started in a temporary folder, on a free port of 127.0.0.1, and stopped."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

# What a URL must escape is in it, and no message may show it.
PASSWORD = "hunter2@/:?#"
ESCAPED = "hunter2%40%2F%3A%3F%23"
_SETTINGS = {"fsync": "off", "max_connections": "60", "unix_socket_directories": "", "listen_addresses": "127.0.0.1"}


def binaries() -> Path | None:
    """The folder of `postgres` and `initdb`; Debian keeps them out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[4]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


class Server:
    """Up from the start; `stop` and `start` are its outage. Each `database` is a new, empty one."""

    def __init__(self, folder: Path, tools: Path) -> None:
        self._folder, self._tools, self._count = folder, tools, 0
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._run("initdb", "-D", str(folder / "data"), "-U", "operator", "-A", "scram-sha-256", "--no-sync",
                  "-E", "UTF8", "--locale=C", "--pwfile", str(_written(folder / "password", PASSWORD)))  # fmt: skip
        self.start()

    def _run(self, tool: str, *words: str) -> None:
        command = [str(self._tools / tool), *words]
        subprocess.run(command, check=True, capture_output=True, cwd=self._folder, timeout=60, **as_itself())

    def start(self) -> None:
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [str(self._tools / "postgres"), "-D", str(self._folder / "data"), "-p", str(self.port), *settings]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder, **as_itself())
        until = time.monotonic() + 30
        while True:
            try:
                self._connected("postgres").close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < until, (self._folder / "log").read_text()
                time.sleep(0.02)

    def stop(self) -> None:
        """As a machine that is switched off: whoever is connected is cut off."""
        if self._process.poll() is None:
            self._run("pg_ctl", "stop", "-D", str(self._folder / "data"), "-m", "immediate")
        self._process.wait(30)

    @contextmanager
    def hung(self) -> Iterator[None]:
        """It takes connections and bytes, and answers nothing."""
        pids = [self._process.pid, *self._backends()]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def _backends(self) -> list[int]:
        found = self.query("postgres", "select pid from pg_stat_activity where datname <> 'postgres'")
        return [pid for (pid,) in found]

    def terminate(self) -> int:
        """Cut off all that are connected to the tests' databases; returns how many."""
        return len(self.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity "
                              "where backend_type = 'client backend' and datname <> 'postgres'"))  # fmt: skip

    def database(self, encoding: str = "UTF8") -> str:
        """The URL of a new database."""
        self._count += 1
        name = f"journal{self._count}"
        with self._connected("postgres") as connection:
            connection.execute(f"create database {name} encoding '{encoding}' template template0")
        return f"postgresql://operator:{ESCAPED}@127.0.0.1:{self.port}/{name}"

    def query(self, database: str, text: str) -> list[tuple[Any, ...]]:
        """What a statement answers in the database of this name or URL, behind the journal's back."""
        with self._connected(database.rpartition("/")[2]) as connection:
            return connection.execute(text).fetchall()

    def file(self, path: str) -> bytes:
        """One of its files, as it is on the disk."""
        return (self._folder / "data" / path).read_bytes()

    def log_length(self) -> int:
        """How much it has logged so far."""
        return (self._folder / "log").stat().st_size

    def log_from(self, length: int) -> str:
        """What it has logged since then."""
        return (self._folder / "log").read_bytes()[length:].decode("utf-8", errors="replace")

    def _connected(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="operator", password=PASSWORD, dbname=database, autocommit=True
        )


def as_itself() -> dict[str, Any]:
    """What `Popen` needs to run a server that refuses to run as root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


def _written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


@contextmanager
def running(tools: Path) -> Iterator[Server]:
    """A server for the length of a test run."""
    # Not pytest's folder: that is the tests' user's alone.
    folder = Path(tempfile.mkdtemp(prefix="event-bootstrap-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = None
    try:
        server = Server(folder, tools)
        yield server
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
