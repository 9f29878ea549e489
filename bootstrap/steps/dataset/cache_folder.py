"""The folder in which packed data and downloads are kept: one for all events of a user, named by their content."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import platformdirs


def cache_folder(beside: Path) -> Path:
    """Return the first of these folders that can be written to, created if it is not there.

    The user's own cache folder (XDG_CACHE_HOME, or what the system uses), where every event of this user finds what is
    packed already; `beside` (the tool's folder beside event.yaml); a temporary one that ends with this process.
    """
    for each in (platformdirs.user_cache_path("event-bootstrap", appauthor=False), beside / "cache"):
        if _writable(each):
            return each
    # A command that only reads also runs where nothing can be written.
    last = tempfile.mkdtemp(prefix="event-bootstrap-cache-")
    atexit.register(shutil.rmtree, last, ignore_errors=True)
    return Path(last)


def _writable(folder: Path) -> bool:
    # An unset HOME, a file in the way, a full or read-only disk: each is an OSError. A RuntimeError: no home at all.
    with suppress(OSError, RuntimeError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    return False
