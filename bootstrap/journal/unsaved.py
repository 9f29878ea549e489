"""Spill files: entries that the journal's database did not accept, until a later command imports them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bootstrap.reading import bounded, json_text
from bootstrap.reading.unreadable import Unreadable

_LARGEST = 512 * bounded.MIB


def put(spill: Path, entries: Iterable[Sequence[Any]]) -> Path:
    """Write the entries to a new file beside `spill`, which only the operator may read; return it. Raises OSError."""
    spill.parent.mkdir(parents=True, exist_ok=True)
    made = spill.with_name(f"{spill.name}.{time.time_ns()}-{os.getpid()}")
    # Under a hidden name until it is complete, so that no command imports a part of it.
    begun = made.with_name(f".{made.name}")
    opened = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(entry) + "\n" for entry in entries)
    return begun.rename(made)


def files(spill: Path) -> list[Path]:
    """Return the spill files of earlier commands, including one interrupted while importing them."""
    return sorted(spill.parent.glob(f"{spill.name}*"))


def take(spill: Path) -> Iterator[tuple[Path, list[Any]]]:
    """Yield each spill file under a new name, and its entries. The caller deletes the file after importing them."""
    for file in files(spill):
        taken = spill.with_name(f"{spill.name}.{time.time_ns()}-{os.getpid()}")
        try:
            # Renamed first, so that only one of two commands imports it.
            file.rename(taken)
            text = bounded.file(taken, _LARGEST).decode("utf-8", errors="replace")
        except (OSError, Unreadable):
            continue
        # A line may have been cut off when the disk was full.
        yield taken, [each.value for each in json_text.lines(text) if each.value]
