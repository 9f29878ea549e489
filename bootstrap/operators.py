"""Who sits at this machine."""

from __future__ import annotations

import getpass
import platform


def here() -> str:
    """`name on machine`, as journal, leases and reports say who did something."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        # A container's user may have no name.
        name = "somebody"
    return f"{name} on {platform.node()}"
