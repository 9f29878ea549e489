"""The process that forks commands for `forked_command`: python -m tests.forking_commands FILE-DESCRIPTOR."""

from __future__ import annotations

import gc
import io
import json
import os
import pkgutil
import socket
import sys
import time
from contextlib import suppress
from importlib import import_module
from typing import Any

from botocore.exceptions import DataNotFoundError

import bootstrap.cli
import bootstrap.cli.commands
import bootstrap.report
from bootstrap.aws import models
from bootstrap.rehearsal import simulated
from tests import forked_simulator, quick_botocore


def load() -> None:
    """Import what a command may need; each is imported again by no command that is forked."""
    for package in (bootstrap.cli, bootstrap.cli.commands, bootstrap.report):
        for module in pkgutil.iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
    quick_botocore.share()
    for service in models.services():
        for kind in ("service-2", "paginators-1", "endpoint-rule-set-1"):
            with suppress(DataNotFoundError):
                models.loader().load_service_model(service, kind)
    # A simulator that a command starts is forked, too, from a process that all forked commands share.
    forked_simulator.get_ready()
    simulated.started = forked_simulator.start
    gc.freeze()


def serve(control: socket.socket) -> None:
    """Fork a command for each request, until the other end is closed."""
    load()
    while True:
        asked, files, _, _ = socket.recv_fds(control, 256 * 1024, 3)
        if not asked:
            return
        waiting = os.fork()
        if waiting == 0:
            control.close()
            wait(json.loads(asked), files)
        for each in files:
            os.close(each)
        # The process in between ends when the command does: it is collected with the next request, or never.
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def wait(asked: dict[str, Any], files: list[int]) -> None:
    """Let the command run, then write its exit status to the last file."""
    out, errors, ended = files
    command = os.fork()
    if command == 0:
        os.close(ended)
        become(asked, out, errors)
        run()
    os.close(out)
    os.close(errors)
    _, status = os.waitpid(command, 0)
    os.write(ended, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def become(asked: dict[str, Any], out: int, errors: int) -> None:
    """Take the place of a process that was started with these words in this folder and environment."""
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for file, number in ((nothing, 0), (out, 1), (errors, 2)):
        os.dup2(file, number)
        os.close(file)
    encoding = os.environ.get("PYTHONIOENCODING") or "utf-8"
    sys.stdin = io.TextIOWrapper(io.FileIO(0), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")), encoding=encoding)
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w")), encoding=encoding, errors="backslashreplace", line_buffering=True
    )
    sys.argv = ["event-bootstrap", *asked["words"]]


def run() -> None:
    """Run the command as `event-bootstrap` would, and leave with its exit status."""
    code: Any = 0
    try:
        bootstrap.cli.main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except BaseException:  # noqa: BLE001  as the interpreter does
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
