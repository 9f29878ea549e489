"""The files of a dataset in a zip. Nothing is read before its directory was counted and measured."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.steps.dataset import entries
from bootstrap.steps.dataset.entries import DatasetFile, FoundFiles, UnreadableFile

_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_METHODS = {
    zipfile.ZIP_STORED: "stored",
    zipfile.ZIP_DEFLATED: "deflate",
    zipfile.ZIP_BZIP2: "bzip2",
    zipfile.ZIP_LZMA: "LZMA",
}
# Methods of newer packers that Python 3.11 cannot read, by their number in APPNOTE.TXT section 4.4.5.
_OTHER_METHODS = {9: "Deflate64", 93: "Zstandard", 95: "XZ", 96: "JPEG", 97: "WavPack", 98: "PPMd", 99: "AES"}
_UNIX, _LONGEST_SHOWN = 3, 300

# APPNOTE.TXT sections 4.3.12 to 4.3.16.
_END, _END64, _LOCATOR64, _MEMBER = b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\1\2"
_END_SIZE, _LOCATOR_SIZE, _END64_SIZE, _MEMBER_SIZE = 22, 20, 56, 46
_LONGEST_COMMENT = 65_535
_LARGEST_DIRECTORY = 64 * 1024**2


def check(path: Path, name: str) -> None:
    """Check that the file is a whole zip with a bounded number of members, fast. Raises BadInput (EB-187, EB-197).

    `name`: what people know the file by, in place of its path.
    """
    name = name or path.name
    try:
        with path.open("rb") as file:
            _count(file, path.stat().st_size, name)
    except OSError as error:
        raise _no_zip(name, str(error.strerror)) from error


def opened(path: Path, name: str) -> zipfile.ZipFile:
    """Open a zip after `check`. Raises BadInput (EB-187, EB-197)."""
    check(path, name)
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, struct.error) as error:
        raise _no_zip(name or path.name, msg("its directory is damaged")) from error


def listing(archive: zipfile.ZipFile) -> FoundFiles:
    """Return every file of the archive, in the order of paths. Raises BadInput (EB-184) for paths out of it."""
    found, outside = FoundFiles(), list[Problem]()
    seen: set[tuple[str, ...]] = set()
    for member in archive.infolist():
        name = _name(member)
        parts = tuple(each for each in name.replace("\\", "/").split("/") if each not in ("", "."))
        if name.startswith(("/", "\\")) or ".." in parts or (parts and parts[0][1:2] == ":"):
            outside.append(Problem("EB-184", msg("{file} leads out of the archive", file=name[:_LONGEST_SHOWN])))
        elif member.is_dir() or not parts:
            continue
        elif entries.hidden(parts):
            found.hidden += 1
        elif parts in seen:
            what = msg("{file} stands twice in the archive", file="/".join(parts))
            found.problems.append(Problem("EB-195", what))
        elif why := _unusable(member, name):
            found.problems.append(why)
        else:
            found.files.append(DatasetFile(parts, member.file_size, member.CRC, _reader(archive, member)))
        seen.add(parts)
    if outside:
        raise BadInput(entries.bounded(outside))
    found.files.sort(key=lambda each: each.parts)
    return found


def _unusable(member: zipfile.ZipInfo, name: str) -> Problem | None:
    if member.flag_bits & _ENCRYPTED:
        return Problem("EB-187", msg("{file} is protected by a password", file=name))
    if member.compress_type not in _METHODS:
        number = member.compress_type
        method = _OTHER_METHODS.get(number, str(number))
        return Problem(
            "EB-187", msg("{file} is compressed by {method}, which cannot be read", file=name, method=method)
        )
    if member.create_system == _UNIX and stat.S_ISLNK(member.external_attr >> 16):
        return entries.unreadable(name, msg("it is a link to another file"))
    return None


def _reader(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        # The size in the zip's directory may be wrong; a decompression bomb is cut off here.
        try:
            with archive.open(member) as file:
                return file.read(most)
        except (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
            raise UnreadableFile(msg("its data in the archive is damaged or cut off")) from error
        except (NotImplementedError, RuntimeError, ValueError, struct.error) as error:
            raise UnreadableFile(msg("the archive holds it in a form that cannot be read")) from error

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


def _count(file: BinaryIO, size: int, name: str) -> None:
    """Find the directory and count its members without making an object of each."""
    start, length = _directory(file, size, name)
    if length > _LARGEST_DIRECTORY:
        raise _too_many(name)
    file.seek(start)
    ends = list(islice(_members(file.read(length)), entries.MOST_FILES + 1))
    if len(ends) > entries.MOST_FILES:
        raise _too_many(name)
    if (ends[-1] if ends else 0) != length:
        raise _no_zip(name, msg("its directory is damaged"))


def _members(directory: bytes) -> Iterator[int]:
    """Yield where each member's entry ends; stop at what is none."""
    at = 0
    while directory[at : at + 4] == _MEMBER and at + _MEMBER_SIZE <= len(directory):
        at += _MEMBER_SIZE + sum(struct.unpack_from("<HHH", directory, at + 28))
        yield at


def _directory(file: BinaryIO, size: int, name: str) -> tuple[int, int]:
    """Return where the directory begins, and its length in bytes."""
    file.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT))
    before, tail = file.tell(), file.read()
    found = tail.rfind(_END)
    if found < 0 or len(tail) - found < _END_SIZE:
        whole = tail[:4] == b"PK\3\4" if before == 0 else _starts(file)
        raise _no_zip(name, msg("its end is missing") if whole else msg("it is another kind of file"))
    end = before + found
    length, offset = struct.unpack_from("<II", tail, found + 12)
    if end >= _LOCATOR_SIZE + _END64_SIZE:
        file.seek(end - _LOCATOR_SIZE - _END64_SIZE)
        longer = file.read(_END64_SIZE + _LOCATOR_SIZE)
        if longer[:4] == _END64 and longer[_END64_SIZE : _END64_SIZE + 4] == _LOCATOR64:
            length, offset = struct.unpack_from("<QQ", longer, 40)
            end -= _LOCATOR_SIZE + _END64_SIZE
    if length > end or offset > end - length:
        raise _no_zip(name, msg("a part of it is missing"))
    return end - length, length


def _starts(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(4) == b"PK\3\4"


def _no_zip(name: str, why: str) -> BadInput:
    what = msg("{file} is not a readable zip: {why}", file=name, why=why)
    return BadInput([Problem("EB-187", what, "event.yaml: dataset.source")])


def _too_many(name: str) -> BadInput:
    what = msg("{file} has more than {most:,} files", file=name, most=entries.MOST_FILES)
    return BadInput([Problem("EB-197", what, "event.yaml: dataset.source")])
