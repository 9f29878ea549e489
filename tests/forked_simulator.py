"""Simulators that are forked from one process that has everything loaded: each costs 0.1 s of CPU instead of 1.1.

A forked simulator runs the same `main` as `python -m bootstrap.simulator`, in a process and a world of its own. The
process that forks them ends with the tests' own.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path


class Forked:
    """A process that is no child of this one; it is used like a subprocess.Popen."""

    def __init__(self, pid: int, stdout: int) -> None:
        self.pid, self.stdout = pid, os.fdopen(stdout, "rb")
        # Ends with the process, also when its stdout was closed here.
        self._gone = os.dup(stdout)

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Return 0 once the process is gone, whatever its exit status. Raises TimeoutExpired."""
        if self._gone < 0:
            return 0
        while select.select([self._gone], [], [], timeout)[0]:
            if not os.read(self._gone, 4096):
                os.close(self._gone)
                self._gone = -1
                return 0
        raise subprocess.TimeoutExpired("simulator", timeout or 0.0)

    def _send(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


def start(options: Sequence[str], log: Path) -> Forked:
    """Fork a simulator with these options of `python -m bootstrap.simulator`; what it says on stderr goes to `log`."""
    read_end, write_end = os.pipe()
    # An answer of its own: forked commands ask at the same time.
    ours, theirs = socket.socketpair()
    with ours:
        with theirs, log.open("ab") as errors:
            asked = json.dumps(list(options)).encode()
            socket.send_fds(get_ready(), [asked], [write_end, errors.fileno(), theirs.fileno()])
        os.close(write_end)
        return Forked(int(ours.recv(64)), read_end)


@cache
def get_ready() -> socket.socket:
    """Start the process that forks; return the socket by which it is asked."""
    return forking("tests.forking")


def forking(module: str) -> socket.socket:
    """Start a module that forks what it is asked for by this socket, until these tests end."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", module, str(theirs.fileno())]
    # Nothing may lead a simulator to the real AWS.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BOTO_", "MOTO_"))}
    environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "false"
    root = str(Path(__file__).parent.parent)
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environ, cwd=root)
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours
