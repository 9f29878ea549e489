"""Read bytes up to a limit: files, objects in S3, compressed data. A larger one is an error, not a full memory."""

from __future__ import annotations

import zlib
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from bootstrap.errors.message import msg
from bootstrap.reading.unreadable import Unreadable

_GZIP = 16 + zlib.MAX_WBITS
MIB = 1024 * 1024


class Stream(Protocol):
    """A source of bytes: a file, or the body of an answer of S3."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; b"" at the end."""


def stream(source: Stream, most: int) -> bytes:
    """Return all bytes of the stream. Raises Unreadable if there are more than `most`, and what `read` raises."""
    parts: list[bytes] = []
    left = most + 1
    while left and (part := source.read(left)):
        parts.append(part)
        left -= len(part)
    if not left:
        raise too_large(most)
    return b"".join(parts)


def file(path: Path, most: int) -> bytes:
    """Return the bytes of a file. Raises OSError, and Unreadable if there are more than `most`."""
    with path.open("rb") as opened:
        return stream(opened, most)


def s3_object(client: Any, most: int, **where: Any) -> bytes:
    """Return an object's content; of one that is too large nothing is read. `where`: arguments of GetObject.

    API: GetObject. Raises Unreadable if it has more than `most` bytes, and what a client raises.
    """
    answer = client.get_object(**where)
    with closing(answer["Body"]) as body:
        if answer.get("ContentLength", 0) > most:
            raise too_large(most)
        return stream(body, most)


def unzipped(data: bytes, most: int) -> bytes:
    """Return what gzip has compressed. Raises Unreadable if it is damaged, goes on after its end, or is a bomb."""
    unpack = zlib.decompressobj(_GZIP)
    try:
        found = unpack.decompress(data, most + 1)
    except zlib.error:
        raise Unreadable(msg("cannot be unpacked")) from None
    if len(found) > most:
        raise too_large(most)
    if not unpack.eof or unpack.unused_data:
        raise Unreadable(msg("cannot be unpacked"))
    return found


def too_large(most: int) -> Unreadable:
    """Return the error of something with more than `most` bytes."""
    size = f"{most // MIB} MB" if most >= MIB else f"{most // 1024} KB"
    return Unreadable(msg("is larger than {size}", size=size))
