"""One object that belongs in a team's bucket, and how S3 lists it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from bootstrap.errors import Refused
from bootstrap.errors.message import msg

# Larger objects are uploaded in parts of this size, in bytes. S3's ETag depends on it, so it is the same for everybody.
# It also bounds the memory of an upload.
PART = 8 * 1024**2

_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ipynb": "application/x-ipynb+json",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".manifest": "application/jsonlines",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python; charset=utf-8",
    ".rec": "application/x-recordio",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One object that belongs in a bucket.

    `data`: its kind in lab.yaml; `lab`: its lab (lab files only). The content is in `path`, or `body`.

    `etag`: what S3 lists for it, without quotes, if the bucket encrypts with S3's own keys: the MD5, or for parts the
    MD5 of their MD5s. With KMS the ETag differs, so the upload also has it as metadata. `sums`: the parts' MD5s, if
    there are several.
    """

    key: str
    data: str
    size: int
    etag: str
    path: str = ""
    body: bytes = b""
    lab: str = ""
    sums: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """MIME type, by the ending of the key."""
        return _TYPES.get(Path(self.key).suffix.lower(), "application/octet-stream")

    @property
    def parts(self) -> int:
        """Number of parts of the upload, at least 1."""
        return max(1, -(-self.size // PART))

    def part(self, number: int) -> bytes:
        """Return the bytes of part `number`, from 1. Raises Refused (EB-294) if the file changed since packing."""
        start = (number - 1) * PART
        if not self.path:
            return self.body[start : start + PART]
        read = _kept if self.size <= _SMALL else _read
        try:
            return read(self.path, start, self.sums[number - 1] if self.sums else self.etag)
        except OSError as error:
            raise Refused(
                "EB-294", msg("{key} cannot be read: {reason}", key=self.key, reason=str(error.strerror))
            ) from error
        except ValueError as error:
            raise Refused("EB-294", msg("{key} changed on disk since it was packed", key=self.key)) from error


def _read(path: str, start: int, wanted: str) -> bytes:
    """Raises OSError, and ValueError for another MD5 than wanted."""
    with Path(path).open("rb") as file:
        file.seek(start)
        found = file.read(PART)
    if md5(found) != wanted:
        raise ValueError(path)
    return found


# Files up to this size, in bytes, are cached, as every team gets the same: at most 64 files (64 MB).
_SMALL = 1024**2
_kept = lru_cache(maxsize=64)(_read)


def of_bytes(key: str, data: str, body: bytes) -> Item:
    """Return the item of a content in memory."""
    return Item(key, data, len(body), md5(body), body=body)


def of_file(key: str, data: str, path: Path, lab: str = "") -> Item:
    """Return the item of a file, which is read once, in parts. Raises OSError."""
    with path.open("rb") as file:
        size, sums = _measure(file)
    if len(sums) == 1:
        return Item(key, data, size, sums[0], path=str(path.resolve()), lab=lab)
    etag = f"{md5(bytes.fromhex(''.join(sums)))}-{len(sums)}"
    return Item(key, data, size, etag, path=str(path.resolve()), lab=lab, sums=sums)


def md5(data: bytes) -> str:
    """Return the MD5, in hexadecimal, as S3 shows it."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _measure(file: BinaryIO) -> tuple[int, tuple[str, ...]]:
    size, sums = 0, []
    while part := file.read(PART):
        size += len(part)
        sums.append(md5(part))
    return size, tuple(sums) or (md5(b""),)
