"""A lock file: one process at a time reads and writes the files beside it."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bootstrap.errors.message import msg
from bootstrap.journal import operators


@contextmanager
def held(path: Path, waits: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock on the file, which is created if needed and stays. `waits` is called once with the present holder.

    The system releases the lock when the process ends. Raises OSError if the file cannot be created, or is a link or
    no plain file: somebody else's file would be emptied. On a file system without locks the block runs without one.
    """
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    try:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waits(os.pread(number, 200, 0).decode(errors="replace") or msg("somebody"))
            fcntl.flock(number, fcntl.LOCK_EX)
        except OSError:
            # Some network file systems have no locks.
            pass
        with suppress(OSError):
            os.ftruncate(number, 0)
            os.pwrite(number, f"{operators.here()}, process {os.getpid()}".encode(), 0)
        yield
    finally:
        os.close(number)
