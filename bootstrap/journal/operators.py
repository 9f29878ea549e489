"""Who sits at this machine, and which machine that is."""

from __future__ import annotations

import getpass
import os
import platform
import uuid
from pathlib import Path


def here() -> str:
    """`name on machine`, as journal, leases and reports say who did something."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        # A container's user may have no name.
        name = "somebody"
    return f"{name} on {platform.node()}"


def machine() -> str:
    """The same for all processes that see each other's process ids, and for no others."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        # Containers of one machine have process ids of their own.
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{platform.node()} {uuid.getnode():x}"


def alive(pid: int) -> bool:
    """Whether a process of this machine still is; True where that cannot be told."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
