"""Pictures to label, in memory up to a bound, so that a room of phones does not read them from S3 again and again."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from bootstrap.reading.bounded import MIB

# Bytes of all pictures in memory, and of one that a page shows.
_MOST = 64 * MIB
LARGEST = 10 * MIB


class PictureCache:
    """Pictures by their identity; those asked for longest ago go first. Any thread may call the methods."""

    def __init__(self, most: int = _MOST) -> None:
        self._most, self._bytes = most, 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, identity: str) -> bytes | None:
        with self._lock:
            if identity in self._kept:
                self._kept.move_to_end(identity)
            return self._kept.get(identity)

    def keep(self, identity: str, picture: bytes) -> None:
        with self._lock:
            self._bytes += len(picture) - len(self._kept.pop(identity, b""))
            self._kept[identity] = picture
            while self._bytes > self._most:
                self._bytes -= len(self._kept.popitem(last=False)[1])


def identity(picture: str, content: str = "") -> str:
    """Return an id of a picture that stays the same after a restart, and changes with its content.

    `picture`: its s3:// address, which could tell what it shows; `content`: its ETag.
    """
    return hashlib.sha256(f"{picture} {content}".encode()).hexdigest()[:16]
