"""The list of an event's published files, each with its size and SHA-256; read as what others may have written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bootstrap.errors.message import msg
from bootstrap.reading import bounded, json_text
from bootstrap.reading.unreadable import Unreadable

VERSION = 1
EVENT, ROSTER, ROWS = "event.yaml", "accounts.csv", "rows.ndjson"
LARGEST = 4 * bounded.MIB
LARGEST_FILE = 64 * bounded.MIB
LARGEST_OF_ALL = 512 * bounded.MIB
MOST_FILES = 5000
_SHA256 = re.compile("[0-9a-f]{64}")
_NAME = re.compile("[a-z][a-z0-9-]{1,19}")
# Parts of a path: no "..", nothing hidden, nothing that a file system takes for something else.
_PART = re.compile(r"[\w@+()=,-][\w .@+()=,-]{0,99}")
# What the event's folder may hold for the host.
_FOLDERS = ("labs", "templates")
_LOOSE = frozenset({EVENT, ROSTER, ROWS, "prices.yaml"})


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """`size`: in bytes."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """`event`: its name; `files` by their path in the event's folder."""

    event: str
    files: Mapping[str, PublishedFile]

    def text(self) -> str:
        """Return the manifest; the same for the same files."""
        files = {path: {"size": each.size, "sha256": each.sha256} for path, each in sorted(self.files.items())}
        return json.dumps({"version": VERSION, "event": self.event, "files": files}, indent=1) + "\n"

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(each.size for each in self.files.values())


def of(event: str, contents: Mapping[str, bytes]) -> PublishedEvent:
    """Return the list of these files. Raises Unreadable for a path or a size that no host would take."""
    files = {path: PublishedFile(len(data), hashlib.sha256(data).hexdigest()) for path, data in contents.items()}
    made = PublishedEvent(event, files)
    parsed(made.text())
    return made


def parsed(text: str | bytes) -> PublishedEvent:
    """Return what a manifest says. Raises Unreadable for what `publish` would not have written."""
    found = json_text.mapping(text)
    name, files = found.get("event"), found.get("files")
    if found.get("version") != VERSION:
        raise Unreadable(msg("was written by another version of event-bootstrap"))
    if not isinstance(name, str) or not _NAME.fullmatch(name) or not isinstance(files, dict):
        raise Unreadable(msg("is no list of published files"))
    if len(files) > MOST_FILES:
        raise Unreadable(msg("names more than {most} files", most=MOST_FILES))
    if missing := sorted({EVENT, ROSTER} - files.keys()):
        raise Unreadable(msg("does not name {files}", files=", ".join(missing)))
    made = PublishedEvent(name, {path: _file(path, each) for path, each in files.items()})
    folders = {path[:at] for path in made.files for at, each in enumerate(path) if each == "/"}
    if both := sorted(folders & made.files.keys()):
        raise Unreadable(msg("names a file that no host takes: {path}", path=both[0][:120]))
    if made.size > LARGEST_OF_ALL:
        raise bounded.too_large(LARGEST_OF_ALL)
    return made


def _file(path: str, said: Any) -> PublishedFile:
    parts = path.split("/")
    fits = path in _LOOSE or (len(parts) > 1 and parts[0] in _FOLDERS)
    if not fits or not all(_PART.fullmatch(each) for each in parts) or len(path) > 300:
        raise Unreadable(msg("names a file that no host takes: {path}", path=path[:120]))
    size, digest = (said.get("size"), said.get("sha256")) if isinstance(said, dict) else (None, None)
    if type(size) is not int or size < 0 or not isinstance(digest, str) or not _SHA256.fullmatch(digest):
        raise Unreadable(msg("does not say size and SHA-256 of {path}", path=path))
    if size > LARGEST_FILE:
        raise bounded.too_large(LARGEST_FILE)
    return PublishedFile(size, digest)
