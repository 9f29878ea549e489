"""The files of a dataset in a folder. Links are followed; what is no file is a problem, and nothing waits for it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.steps.dataset import entries
from bootstrap.steps.dataset.entries import DatasetFile, FoundFiles, UnreadableFile

# <around>/<class>/<picture>, and two more so that a folder that is too deep can be named.
_DEEPEST = 5
_KINDS = (
    (stat.S_ISFIFO, msg("it is a named pipe")),
    (stat.S_ISSOCK, msg("it is a socket")),
    (stat.S_ISBLK, msg("it is a device")),
    (stat.S_ISCHR, msg("it is a device")),
)


def listing(folder: Path) -> FoundFiles:
    """Return every file below the folder, in the order of paths. Raises BadInput (EB-197)."""
    found = FoundFiles()
    try:
        root = folder.stat()
    except OSError as error:
        found.problems.append(entries.unreadable(folder.name, _reason(error)))
        return found
    _walk(folder, (), ((root.st_dev, root.st_ino),), found)
    found.files.sort(key=lambda each: each.parts)
    return found


def _walk(folder: Path, above: tuple[str, ...], ancestors: tuple[tuple[int, int], ...], found: FoundFiles) -> None:
    """Add what lies in one folder. `ancestors`: device and inode of it and of each folder above it."""
    try:
        with os.scandir(folder) as scanned:
            rows = sorted(_bounded(scanned, folder, found), key=lambda each: each.name)
    except OSError as error:
        found.problems.append(entries.unreadable("/".join(above) or folder.name, _reason(error)))
        return
    for each in rows:
        parts = (*above, each.name)
        if entries.hidden((each.name,)):
            found.hidden += 1
            continue
        if not _encodable(each.name):
            found.problems.append(Problem("EB-195", msg("the name of {file} is not UTF-8", file=_legible(parts))))
            continue
        try:
            there = each.stat()
        except OSError as error:
            found.problems.append(entries.unreadable("/".join(parts), _link_reason(each, error)))
            continue
        if stat.S_ISDIR(there.st_mode):
            _below(Path(each.path), parts, ancestors, found)
        elif stat.S_ISREG(there.st_mode):
            found.files.append(DatasetFile(parts, there.st_size, there.st_mtime_ns, _reader(Path(each.path))))
        else:
            why = next((words for is_kind, words in _KINDS if is_kind(there.st_mode)), msg("it is not a file"))
            found.problems.append(entries.unreadable("/".join(parts), why))


def _below(folder: Path, parts: tuple[str, ...], ancestors: tuple[tuple[int, int], ...], found: FoundFiles) -> None:
    # On Windows, what a scan knows of a folder lacks its device and inode.
    there = folder.stat()
    this = (there.st_dev, there.st_ino)
    if this in ancestors:
        found.problems.append(entries.unreadable("/".join(parts), msg("it is a link to a folder around it")))
    elif len(parts) > _DEEPEST:
        what = msg("{file} lies too deep: the layout is <class>/<picture>", file="/".join(parts))
        found.problems.append(Problem("EB-186", what))
    else:
        _walk(folder, parts, (*ancestors, this), found)


def _bounded(scanned: Iterator[os.DirEntry[str]], folder: Path, found: FoundFiles) -> Iterator[os.DirEntry[str]]:
    for each in scanned:
        found.looked_at += 1
        if found.looked_at > entries.MOST_FILES:
            what = msg("{file} has more than {most:,} files", file=str(folder), most=entries.MOST_FILES)
            raise BadInput([Problem("EB-197", what, "event.yaml: dataset.source")])
        yield each


def _reader(path: Path) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        try:
            with open(path, "rb", opener=_unwaiting) as file:
                return file.read(most)
        except OSError as error:
            raise UnreadableFile(_reason(error)) from error

    return read


def _unwaiting(path: str, flags: int) -> int:
    """Open without waiting: since the listing, a pipe may have taken the file's place."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _link_reason(entry: os.DirEntry[str], error: OSError) -> str:
    return msg("it is a link that leads nowhere") if entry.is_symlink() else _reason(error)


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return msg("you may not read it")
    return msg("the disk says: {reason}", reason=str(error.strerror))


def _encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _legible(parts: tuple[str, ...]) -> str:
    return "/".join(parts).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
