"""Files for what the journal's database would not take, until a later command takes it in."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any


def put(spill: Path, entries: Iterable[Sequence[Any]]) -> None:
    """Add the entries to the file, which nobody but the operator may read. Raises OSError."""
    spill.parent.mkdir(parents=True, exist_ok=True)
    spill.touch(mode=0o600)
    with spill.open("a", encoding="utf-8") as file:
        for entry in entries:
            file.write(json.dumps(entry) + "\n")


def files(spill: Path) -> list[Path]:
    """What earlier commands put aside, and what one that died while it took that in has left."""
    return sorted(spill.parent.glob(f"{spill.name}*"))


def take(spill: Path) -> Iterator[tuple[Path, list[Any]]]:
    """Each file under the name that it now has, and its entries; whoever has written them deletes the file."""
    for file in files(spill):
        taken = spill.with_name(f"{spill.name}.{time.time_ns()}")
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
