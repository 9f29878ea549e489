"""codes.csv, the support desk's list of codes: the only place where they stand in plain text."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.event.roster import spreadsheet
from bootstrap.people import file_lock


@dataclass(frozen=True, slots=True)
class Line:
    """`expires` in ISO format, for people."""

    team: str
    code: str = field(repr=False)
    join: str
    expires: str


_COLUMNS = [each.name for each in fields(Line)]


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Whoever else makes codes here waits, and reads what this one wrote. Raises BadInput (EB-582)."""
    with ExitStack() as stack:
        try:
            _folder(path)
            stack.enter_context(file_lock.held(path.with_name(f".{path.name}.lock"), _wait))
        except OSError as error:
            raise _unwritable(path, error) from None
        yield


def _wait(whose: str) -> None:
    sys.stderr.write(f"waiting for another `handouts` in this folder: {whose}\n")


def read(path: Path) -> dict[str, Line]:
    """By team, also as a spreadsheet saved it; empty if there is no such file. Raises BadInput (EB-588) for what is
    none of ours, or is damaged: to write it anew would lose codes that stand nowhere else."""
    try:
        header, *rows = spreadsheet.rows(path.read_bytes(), _COLUMNS)
        named = [row.named(header) for row in rows]
        return {row["team"]: Line(*(row[each] for each in _COLUMNS)) for row in named}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, KeyError, spreadsheet.Unreadable):
        fix = "Bring back the file as the last `handouts` wrote it, or move it away: codes stay valid"
        raise BadInput([Problem("EB-588", "is not as it was written", str(path), fix=fix)]) from None


def write(path: Path, lines: Mapping[str, Line]) -> None:
    """Replace the file as a whole. Raises BadInput (EB-582)."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_COLUMNS, *map(astuple, lines.values())])
    # A spreadsheet takes a file without the mark for one in its own old encoding.
    private(path, "\ufeff" + text.getvalue())


def private(path: Path, text: str) -> None:
    """Write a file that nobody but its owner may read, whole or not at all. Raises BadInput (EB-582)."""
    part = path.with_name(f".{path.name}.part")
    try:
        _folder(path)
        part.unlink(missing_ok=True)
        opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None


def _folder(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _unwritable(path: Path, error: OSError) -> BadInput:
    fix = "Make room for it, or work in a folder that you may write"
    return BadInput([Problem("EB-582", f"cannot be written: {error.strerror}", str(path), fix=fix)])


def iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone().isoformat(timespec="minutes")
