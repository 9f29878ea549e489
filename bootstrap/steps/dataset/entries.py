"""One file of a dataset, in a folder or a zip, and what is found there before a picture is decoded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bootstrap.errors import Problem
from bootstrap.errors.message import counted, joined, msg

LARGEST_PICTURE = 40 * 1024**2
LARGEST_TOTAL = 8 * 1024**3
# Files of a folder or members of a zip. Zip's directory alone takes Python 70 microseconds a member to read.
MOST_FILES = 100_000
MOST_PROBLEMS = 50

_SYSTEM = frozenset(
    {"__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information"}
)


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """A file of the dataset. `parts`: its path; `stamp`: changes with its content.

    `read`: returns at most so many bytes from its beginning; raises UnreadableFile.
    """

    parts: tuple[str, ...]
    size: int
    stamp: int
    read: Callable[[int], bytes]

    @property
    def path(self) -> str:
        """The path, with slashes."""
        return "/".join(self.parts)


@dataclass(slots=True)
class FoundFiles:
    """The files of a folder or zip: `hidden` counts those that only the computer needs; `problems`: what is broken.

    `looked_at`: number of files, folders and other things of a folder, which bounds the time.
    """

    files: list[DatasetFile] = field(default_factory=list)
    hidden: int = 0
    looked_at: int = 0
    problems: list[Problem] = field(default_factory=list)


class UnreadableFile(Exception):
    """A file cannot be read; `why` is a message that stands after its name."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def unreadable(path: str, why: str) -> Problem:
    """Return the problem of a file that is broken or is none."""
    return Problem("EB-181", msg("{file} cannot be read: {why}", file=path, why=why))


def ending(name: str) -> str:
    """Return the ending of a file's name in small letters, with its dot; "" if it has none."""
    stem, dot, last = name.rpartition(".")
    return f".{last.casefold()}" if dot and stem else ""


def hidden(parts: Iterable[str]) -> bool:
    """Return True for what computers leave in folders, such as .DS_Store, Thumbs.db and __MACOSX."""
    return any(each.startswith(".") or each.casefold() in _SYSTEM for each in parts)


def by_ending(endings: Counter[str]) -> str:
    """Return "40 .heic, 20 .webp", the most first; "" for none."""
    rows = sorted(endings.items(), key=lambda each: (-each[1], each[0]))
    parts = [
        msg("{number:,} {ending}", number=number, ending=kind or msg("without an ending")) for kind, number in rows
    ]
    shown, more = parts[:_MOST_ENDINGS], sum(number for _, number in rows[_MOST_ENDINGS:])
    rest = [counted("{count} of another kind", "{count} of other kinds", more)] if more else []
    return joined(", ", [*shown, *rest])


_MOST_ENDINGS = 8


def bounded(problems: list[Problem]) -> list[Problem]:
    """Return the first 50 problems, and one that says how many more there are."""
    more = len(problems) - MOST_PROBLEMS
    if more <= 0:
        return problems
    what = counted("and {count} more problem of this kind", "and {count} more problems of this kind", more)
    return [*problems[:MOST_PROBLEMS], Problem(problems[MOST_PROBLEMS].code, what, "event.yaml: dataset.source")]
