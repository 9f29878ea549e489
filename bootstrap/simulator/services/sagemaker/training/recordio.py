"""Reads RecordIO bytes: the number of pictures, and their labels."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_MAGIC = 0xCED7230A
_FRAME = struct.Struct("<II")
_IMAGE = struct.Struct("<IfQQ")
_LENGTH = (1 << 29) - 1
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


@dataclass(frozen=True, slots=True)
class Records:
    """The content of a RecordIO file: number of pictures, their labels, and the label of each by its SHA-256."""

    count: int
    labels: frozenset[float]
    pictures: Mapping[bytes, int] = field(default_factory=dict, compare=False, repr=False)


def read(data: bytes) -> Records:
    """Parse the bytes. Raises ValueError unless they are framed records of pictures with a label."""
    found = [_picture(number, record) for number, record in enumerate(_records(data))]
    pictures = {hashlib.sha256(picture).digest(): int(label) for label, picture in found}
    return Records(len(found), frozenset(label for label, _ in found), pictures)


def _records(data: bytes) -> Iterator[bytes]:
    """Yield whole records. A record that contains the magic number is split into parts with flags 1, 2, 3."""
    pieces: list[bytes] = []
    at = 0
    while at < len(data):
        if at + _FRAME.size > len(data):
            raise ValueError(f"truncated record header at byte {at}")
        magic, word = _FRAME.unpack_from(data, at)
        if magic != _MAGIC:
            raise ValueError(f"invalid record magic at byte {at}")
        flag, length = word >> 29, word & _LENGTH
        start, at = at + _FRAME.size, at + _FRAME.size + (length + 3) // 4 * 4
        if at > len(data):
            raise ValueError(f"truncated record at byte {start}")
        if (flag in (0, 1)) == bool(pieces) or flag > 3:
            raise ValueError(f"record pieces out of order at byte {start}")
        pieces.append(data[start : start + length])
        if flag in (0, 3):
            yield struct.pack("<I", _MAGIC).join(pieces)
            pieces = []
    if pieces:
        raise ValueError("the last record is not complete")


def _picture(number: int, record: bytes) -> tuple[float, bytes]:
    if len(record) < _IMAGE.size:
        raise ValueError(f"record {number} has no image header")
    flag, label, _, _ = _IMAGE.unpack_from(record)
    picture = record[_IMAGE.size + 4 * flag :]
    if not picture.startswith(_PICTURES):
        raise ValueError(f"record {number} holds no JPEG or PNG picture")
    if flag:
        (label,) = struct.unpack_from("<f", record, _IMAGE.size)
    return float(label), picture
