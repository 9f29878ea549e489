"""Writes and reads RecordIO, the format that Apache MXNet reads (dmlc-core recordio, mxnet.recordio).

A part is the magic number, a word of 3 bits flag and 29 bits length, the payload, and zeros up to a multiple of 4
bytes. A record is one part (flag 0), or several (1 first, 2 middle, 3 last) if the payload has the magic number at a
multiple of 4: the writer leaves it out between two parts, and the reader puts it back.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAGIC = struct.pack("<I", 0xCED7230A)
_WHOLE, _FIRST, _MIDDLE, _LAST = 0, 1, 2, 3
_LENGTH_BITS = 29
_LONGEST = (1 << _LENGTH_BITS) - 1
# flag (0: the label is one number), label, id, second id.
_HEADER = struct.Struct("<IfQQ")


class BadRecord(ValueError):
    """These bytes are no RecordIO."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One image record: its class as a number, its running number, the JPEG."""

    label: float
    number: int
    data: bytes


def pack(picture: Picture) -> bytes:
    """Return the payload of a record, as mxnet.recordio.pack makes it."""
    return _HEADER.pack(0, picture.label, picture.number, 0) + picture.data


def unpack(payload: bytes) -> Picture:
    """Return the picture of a payload. Raises BadRecord for anything but a picture with one number as its label."""
    if len(payload) < _HEADER.size:
        raise BadRecord(f"a record of {len(payload)} bytes holds no image header")
    flag, label, number, _ = _HEADER.unpack_from(payload)
    if flag:
        raise BadRecord(f"a record with {flag} labels where one is expected")
    return Picture(label, number, payload[_HEADER.size :])


def write(stream: BinaryIO, payload: bytes) -> int:
    """Append one record; return the bytes written. Raises BadRecord above 512 MB, the format's limit."""
    if len(payload) > _LONGEST:
        raise BadRecord(f"a record of {len(payload)} bytes; RecordIO takes {_LONGEST}")
    written, start = 0, 0
    for at in _magics(payload):
        written += _part(stream, _FIRST if start == 0 else _MIDDLE, payload[start:at])
        start = at + len(MAGIC)
    return written + _part(stream, _LAST if start else _WHOLE, payload[start:])


def read(stream: BinaryIO) -> Iterator[bytes]:
    """Yield every record of the stream, one in memory at a time. Raises BadRecord if the bytes break the format."""
    parts: list[bytes] = []
    while head := stream.read(8):
        if len(head) < 8 or head[:4] != MAGIC:
            raise BadRecord("no magic number where a record should begin")
        word = int.from_bytes(head[4:], "little")
        flag, length = word >> _LENGTH_BITS, word & _LONGEST
        if (flag in (_WHOLE, _FIRST)) == bool(parts) or flag > _LAST:
            raise BadRecord(f"a part with flag {flag} after {len(parts)} open parts")
        padded = stream.read(length + -length % 4)
        if len(padded) < length + -length % 4:
            raise BadRecord("the last record is cut off")
        parts.append(padded[:length])
        if flag in (_WHOLE, _LAST):
            yield MAGIC.join(parts)
            parts = []
    if parts:
        raise BadRecord("the last record misses its end")


def count(stream: BinaryIO) -> dict[float, int]:
    """Return the number of pictures of each label."""
    found: dict[float, int] = {}
    for payload in read(stream):
        label = unpack(payload).label
        found[label] = found.get(label, 0) + 1
    return found


def _part(stream: BinaryIO, flag: int, data: bytes) -> int:
    word = flag << _LENGTH_BITS | len(data)
    return stream.write(MAGIC + struct.pack("<I", word) + data + bytes(-len(data) % 4))


def _magics(payload: bytes) -> Iterator[int]:
    """Positions of the magic number at multiples of 4. Readers do not look for it elsewhere."""
    at = payload.find(MAGIC)
    while at >= 0:
        if at % 4 == 0:
            yield at
        at = payload.find(MAGIC, at + 1)
