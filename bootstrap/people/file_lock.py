"""A file that one process at a time holds, so that what lies beside it is read and written by one alone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bootstrap.journal import operators


@contextmanager
def held(path: Path, waits: Callable[[str], None]) -> Iterator[None]:
    """Hold the file, which is made if need be and stays; `waits` is told once who holds it, if somebody does.

    The system gives it back when the process dies. Raises OSError for a file that cannot be made; where files cannot
    be locked, goes on without.
    """
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waits(os.pread(number, 200, 0).decode(errors="replace") or "somebody")
            fcntl.flock(number, fcntl.LOCK_EX)
        except OSError:
            # Some network file systems lock nothing.
            pass
        with suppress(OSError):
            os.ftruncate(number, 0)
            os.pwrite(number, f"{operators.here()}, process {os.getpid()}".encode(), 0)
        yield
    finally:
        os.close(number)
