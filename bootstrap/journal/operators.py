"""The person at this machine, and the machine."""

from __future__ import annotations

import getpass
import os
import platform
import uuid
from functools import cache
from pathlib import Path

# What every name of a person has in the journal.
ON = " on "


def here() -> str:
    """Return `name on machine`, as journal, leases and reports name people."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        # The user of a container may have no name.
        name = "somebody"
    return f"{name}{ON}{platform.node()}"


def on_duty(name: str) -> str:
    """Return `name on duty`: how journal and pages name somebody of the staff or a judge, who signed in by a code.

    Every column that holds a person's name gets this form, never the bare name, which `journal forget` could not tell
    from the words around it.
    """
    return f"{name}{ON}duty"


def name_of(person: str) -> str:
    """Return the name without the machine or "duty", as the staff's pages show people; "" for nobody."""
    name, on, _ = person.rpartition(ON)
    return name if on else person


def bare(actor: str) -> str:
    """Return the name of somebody on duty, as pages show it; "" for any other actor."""
    name, on, duty = actor.rpartition(ON)
    return name if on and duty == "duty" else ""


def is_person(actor: str) -> bool:
    """Return True for what `here` and `on_duty` return; False for a program, or a team that used its code."""
    return bool(actor.partition(ON)[1])


@cache
def machine() -> str:
    """Return the machine's or container's name: equal for processes that can see each other's process ids."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        # Each container on a machine has its own process ids.
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{platform.node()} {uuid.getnode():x}"


def alive(pid: int) -> bool:
    """Return True if a process of this machine still runs, or if that cannot be told."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def gone(on: str, pid: int) -> bool:
    """Return True if the process ran on this `machine`, and runs no more; False for one of another machine."""
    return on == machine() and not alive(pid)
