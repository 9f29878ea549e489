"""The files of a dataset in a folder or a zip, and the class of each picture."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg

LARGEST_PICTURE = 40 * 1024**2
LARGEST_TOTAL = 8 * 1024**3

_ENDINGS = (".jpg", ".jpeg", ".png")
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """A file of the dataset. `parts`: its path; `stamp`: changes with its content."""

    parts: tuple[str, ...]
    size: int
    stamp: int
    read: Callable[[], bytes]

    @property
    def path(self) -> str:
        """The path, with slashes."""
        return "/".join(self.parts)


def in_folder(folder: Path) -> list[DatasetFile]:
    """Return every file below the folder that is not hidden, in the order of paths."""
    found = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if not _hidden(parts) and path.is_file():
            stat = path.stat()
            found.append(DatasetFile(parts, stat.st_size, stat.st_mtime_ns, path.read_bytes))
    return found


def in_zip(archive: zipfile.ZipFile) -> list[DatasetFile]:
    """Return every file of the archive that is not hidden. Raises BadInput for paths out of it and encrypted files."""
    found, problems = [], []
    for member in archive.infolist():
        name = _name(member)
        parts = tuple(each for each in name.replace("\\", "/").split("/") if each not in ("", "."))
        if name.startswith(("/", "\\")) or ".." in parts or (parts and parts[0].endswith(":")):
            problems.append(
                Problem("EB-184", msg("{file} leads out of the archive", file=name), archive.filename or "")
            )
        elif not member.is_dir() and parts and not _hidden(parts):
            found.append(DatasetFile(parts, member.file_size, member.CRC, _reader(archive, member)))
    if any(each.flag_bits & _ENCRYPTED for each in archive.infolist()):
        problems.append(Problem("EB-187", msg("the archive is password-protected"), archive.filename or ""))
    if problems:
        raise BadInput(problems)
    return sorted(found, key=lambda each: each.parts)


def by_class(entries: Iterable[DatasetFile], problems: list[Problem]) -> Iterator[tuple[str, DatasetFile]]:
    """Yield (class, picture) in the order of class and path. Errors of the layout are added to `problems`."""
    entries = list(entries)
    pictures = [each for each in entries if each.parts[-1].lower().endswith(_ENDINGS)]
    depth = 1 if _one_folder_around(pictures) else 0
    total = 0
    for each in pictures:
        if len(each.parts) - depth != 2:
            problems.append(Problem("EB-186", msg("{file} is not in a class folder", file=each.path)))
        elif each.size > LARGEST_PICTURE:
            problems.append(Problem("EB-185", msg("{file} has {size} MB", file=each.path, size=each.size >> 20)))
        elif (total := total + each.size) > LARGEST_TOTAL:
            what = msg("the pictures up to {file} have {size} GB", file=each.path, size=total >> 30)
            problems.append(Problem("EB-185", what))
            return
        else:
            yield each.parts[depth], each


def others(entries: Iterable[DatasetFile]) -> Counter[str]:
    """Return by ending the number of files that are not used as pictures, like .webp. Messages name them."""
    endings = (Path(each.parts[-1]).suffix.lower() for each in entries)
    return Counter(each for each in endings if each not in _ENDINGS)


def _one_folder_around(pictures: list[DatasetFile]) -> bool:
    return len({each.parts[0] for each in pictures}) == 1 and all(len(each.parts) > 2 for each in pictures)


def _hidden(parts: tuple[str, ...]) -> bool:
    return any(each.startswith(".") or each in ("__MACOSX", "Thumbs.db", "desktop.ini") for each in parts)


def _reader(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        # The size in the zip's directory may be wrong; a decompression bomb is cut off here.
        with archive.open(member) as file:
            return file.read(LARGEST_PICTURE + 1)

    return read


def _name(member: zipfile.ZipInfo) -> str:
    """Name of a member. Chinese Windows writes GBK without a flag, and Python reads it as code page 437."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    for encoding in ("utf-8", "gbk"):
        try:
            return member.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return member.filename
