"""The process that forks simulators for `forked_simulator`: python -m tests.forking FILE-DESCRIPTOR."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time

from bootstrap.simulator import __main__ as simulator
from bootstrap.simulator.dispatch import registry
from bootstrap.simulator.http import server  # noqa: F401  loaded for those that are forked
from bootstrap.simulator.in_process import acting, clients
from bootstrap.simulator.world import opening  # noqa: F401  loaded for those that are forked
from tests import few_regions


def serve(control: socket.socket) -> None:
    """Fork a simulator for each request, until the other end is closed."""
    clients.share_loader()
    few_regions.take()
    # moto takes its clock from here only if it is told so before its services are loaded; each world tells its own.
    acting.tell_time(lambda at: time.time() if at is None else at)
    registry.load()
    # Nobody waits for those that have ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        asked, files, _, _ = socket.recv_fds(control, 64 * 1024, 3)
        if not asked:
            return
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            become(control, json.loads(asked), files, parent)
            simulator.main()
        os.write(files[-1], str(pid).encode())
        for each in files:
            os.close(each)


def become(control: socket.socket, options: list[str], files: list[int], parent: int) -> None:
    """Take the place of a process that was started with these options; it ends when `parent` does."""
    control.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    out, errors, _ = files
    os.dup2(out, 1)
    os.dup2(errors, 2)
    for each in files:
        os.close(each)
    if "--while-parent" in options:
        options[options.index("--while-parent") + 1] = str(parent)
    else:
        options += ["--while-parent", str(parent)]
    sys.argv = ["python -m bootstrap.simulator", *options]


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
