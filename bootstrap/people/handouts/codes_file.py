"""codes.csv and staff.csv, the lists of codes of teams and of people: the only place that has them in plain text."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import private_file
from bootstrap.people import file_lock
from bootstrap.reading import bounded, spreadsheet
from bootstrap.reading.unreadable import Unreadable
from bootstrap.report.translations import shown


@dataclass(frozen=True, slots=True)
class Line:
    """One team's row of codes.csv. `expires` in ISO format."""

    team: str
    code: str = field(repr=False)
    join: str
    expires: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person's row of staff.csv. `expires` in ISO format."""

    name: str
    role: str
    code: str = field(repr=False)
    expires: str


L = TypeVar("L", Line, PersonLine)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the folder's lock: another process that makes codes waits, then reads them. Raises BadInput (EB-582)."""
    with ExitStack() as stack:
        try:
            _folder(path)
            stack.enter_context(file_lock.held(path.with_name(f".{path.name}.lock"), _wait))
        except OSError as error:
            raise _unwritable(path, error) from None
        yield


def _wait(whose: str) -> None:
    line = msg("waiting for another `handouts` in this folder: {holder}", holder=whose)
    sys.stderr.write(f"{shown(line)}\n")


def read(path: Path) -> dict[str, Line]:
    """Return the rows of codes.csv by team, as `lines` does."""
    return lines(path, Line)


def write(path: Path, rows: Mapping[str, Line]) -> None:
    """Replace the whole of codes.csv, as `keep` does."""
    keep(path, Line, rows)


def lines(path: Path, kind: type[L]) -> dict[str, L]:
    """Return the rows by their first column, also of a file saved by a spreadsheet; empty if there is no such file.

    Raises BadInput (EB-588) for a file that is damaged or not ours: writing it again would lose the only copy of codes.
    """
    columns = _columns(kind)
    try:
        header, *rows = spreadsheet.rows(bounded.file(path, 8 * bounded.MIB), columns)
        named = [row.named(header) for row in rows]
        return {row[columns[0]]: kind(*(row[each] for each in columns)) for row in named}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, KeyError, Unreadable):
        command = {Line: "handouts", PersonLine: "staff"}[kind]
        fix = msg("Restore the file that the last `{command}` wrote, or move it away: the codes stay valid",
                  command=command)  # fmt: skip
        what = msg("the file is damaged, or was not written by `{command}`", command=command)
        raise BadInput([Problem("EB-588", what, str(path), fix=fix)]) from None


def keep(path: Path, kind: type[L], rows: Mapping[str, L]) -> None:
    """Replace the whole file. Raises BadInput (EB-582)."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_columns(kind), *map(astuple, rows.values())])
    # Without a byte order mark, Excel reads the file in an old encoding.
    private(path, "\ufeff" + text.getvalue())


def _columns(kind: type[L]) -> list[str]:
    return [each.name for each in fields(kind)]


def private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all. Raises BadInput (EB-582)."""
    try:
        _folder(path)
        private_file.write(path, text, shared=False)
    except OSError as error:
        raise _unwritable(path, error) from None


def _folder(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _unwritable(path: Path, error: OSError) -> BadInput:
    fix = msg("Free disk space, or work in a folder that you may write to")
    return BadInput(
        [Problem("EB-582", msg("the file cannot be written: {error}", error=error.strerror), str(path), fix=fix)]
    )


def iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone().isoformat(timespec="minutes")
