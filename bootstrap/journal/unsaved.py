"""Files for what the journal's database would not take, until a later command takes it in."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any


def put(spill: Path, entries: Iterable[Sequence[Any]]) -> Path:
    """A file of the entries, beside `spill`, which nobody but the operator may read. Raises OSError."""
    spill.parent.mkdir(parents=True, exist_ok=True)
    made = spill.with_name(f"{spill.name}.{time.time_ns()}-{os.getpid()}")
    # Nobody takes in what is not written to its end.
    begun = made.with_name(f".{made.name}")
    begun.touch(mode=0o600)
    begun.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    return begun.rename(made)


def files(spill: Path) -> list[Path]:
    """What earlier commands put aside, and what one that died while it took that in has left."""
    return sorted(spill.parent.glob(f"{spill.name}*"))


def take(spill: Path) -> Iterator[tuple[Path, list[Any]]]:
    """Each file under the name that it now has, and its entries; whoever has written them deletes the file."""
    for file in files(spill):
        taken = spill.with_name(f"{spill.name}.{time.time_ns()}-{os.getpid()}")
        try:
            # By one of us only, should two commands begin at once.
            file.rename(taken)
            lines = taken.read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        yield taken, [entry for entry in map(_entry, lines) if entry]


def _entry(line: str) -> Any:
    """None for a line that was cut short when its disk was full."""
    try:
        return json.loads(line)
    except ValueError:
        return None
