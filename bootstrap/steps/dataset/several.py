"""Several processes that make pieces of bytes for this one, which takes them in turn.

Not multiprocessing: its processes run the caller's script once more, and after Ctrl-C each prints where it was.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import repeat

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {module} import serve; serve(sys.argv[2:])"
_HEAD = 4


@contextmanager
def helpers(function: str, arguments: tuple[int, ...], processes: int) -> Iterator[Iterator[bytes]]:
    """Give an endless iterator over the pieces that so many processes make; b"" where one of them has ended.

    `function`: "module:name" of what yields the pieces; it is called with `arguments`, then with the number of its
    process and of all processes: process 1 of 3 makes the pieces 1, 4, 7 ... With less than two processes, or if none
    can be started here, every piece is b"".
    """
    started: list[subprocess.Popen[bytes]] = []
    try:
        # A frozen program is no Python that could be told to run something else.
        if processes > 1 and sys.executable and not getattr(sys, "frozen", False):
            started += _started(function, arguments, processes)
        yield _pieces(started) if started else repeat(b"")
    finally:
        for each in started:
            each.kill()
            each.communicate()


def _started(function: str, arguments: tuple[int, ...], processes: int) -> list[subprocess.Popen[bytes]]:
    found: list[subprocess.Popen[bytes]] = []
    path = json.dumps([each or "." for each in sys.path])
    start = [sys.executable, "-c", _START.format(module=__name__), path, function, *map(str, arguments)]
    for number in range(processes):
        command = [*start, str(number), str(processes)]
        try:
            # In a group of its own: Ctrl-C is for this process, which then ends the others.
            found.append(
                subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    process_group=0,
                )
            )
        except OSError:
            for each in found:
                each.kill()
                each.communicate()
            return []
    return found


def _pieces(started: list[subprocess.Popen[bytes]]) -> Iterator[bytes]:
    while True:
        for each in started:
            yield _received(each)


def _received(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    head = process.stdout.read(_HEAD)
    size = int.from_bytes(head, "big") if len(head) == _HEAD else 0
    piece = process.stdout.read(size)
    return piece if len(piece) == size else b""


def serve(words: list[str]) -> None:
    """Be one of the processes: write each piece behind its length."""
    function, *arguments = words
    module, _, name = function.partition(":")
    for piece in getattr(import_module(module), name)(*map(int, arguments)):
        sys.stdout.buffer.write(len(piece).to_bytes(_HEAD, "big") + piece)
        sys.stdout.buffer.flush()
