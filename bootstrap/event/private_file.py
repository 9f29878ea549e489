"""Files that the tool writes for its operator: whole or not at all, and readable for nobody else."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

_MINE = 0o600


def write(path: Path, text: str, shared: bool = True) -> None:
    """Write a file of UTF-8 text, in a folder that is created if needed. Raises OSError.

    A new file is readable for its owner only: it names accounts and teams. `shared`: a file that is there keeps its
    mode, since somebody may have opened it to others, for instance to a web server. A link at `path` is replaced, not
    followed, and no reader sees half a file. What is no file, such as /dev/stdout, is written to.
    """
    if _device(path):
        path.write_text(text, encoding="utf-8", newline="")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    number, part = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            os.fchmod(number, _mode(path) if shared else _MINE)
            file.write(text)
        Path(part).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(part).unlink()
        raise


def _device(path: Path) -> bool:
    """Return True for a terminal, a pipe or the like, also behind a link: root would replace it for everybody."""
    try:
        kind = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))


def _mode(path: Path) -> int:
    try:
        found = path.lstat()
    except OSError:
        return _MINE
    return stat.S_IMODE(found.st_mode) if stat.S_ISREG(found.st_mode) else _MINE
