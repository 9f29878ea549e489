"""Finds and replaces many values at once in bytes, however the tool's files spell them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

_AT_ONCE = 8 * 1024 * 1024


# As spreadsheets save tables, which the roster may be in, too.
_ENCODINGS = ("utf-16-le", "utf-16-be", "gb18030", "utf-8")


def spellings(value: str) -> dict[bytes, str]:
    """Return the value's bytes as text in each encoding, in JSON, in HTML and in an address; with their encoding."""
    found = {value, json.dumps(value)[1:-1], html.escape(value), quote(value, safe=""), quote(value, safe="@ ")}
    # The last of equal bytes counts: ASCII is the same in two of them.
    return {each.encode(encoding, "replace"): encoding for encoding in _ENCODINGS for each in found}


class Values:
    """Values, each with what is written in its place. Letters count whatever their case, as in mail addresses."""

    def __init__(self, instead: Mapping[str, str]) -> None:
        self.instead = {
            form.lower(): new.encode(encoding)
            for old, new in instead.items()
            for form, encoding in spellings(old).items()
        }
        self._longest = max(map(len, self.instead), default=0)
        self._pattern = re.compile(_trie(self.instead), re.IGNORECASE) if self.instead else None

    def count(self, data: bytes) -> int:
        """Return how often any of them is in the bytes."""
        return sum(1 for _ in self._pattern.finditer(data)) if self._pattern else 0

    def replaced(self, text: str) -> str:
        """Return the text with each value replaced."""
        return self.without(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def without(self, data: bytes) -> bytes:
        """Return the bytes with each value replaced."""
        return self._pattern.sub(lambda found: self.instead[found[0].lower()], data) if self._pattern else data

    def everywhere(self, value: Any) -> Any:
        """Return a JSON value with each value replaced in its texts."""
        if isinstance(value, str):
            return self.replaced(value)
        if isinstance(value, list):
            return [self.everywhere(each) for each in value]
        if isinstance(value, dict):
            return {self.replaced(key): self.everywhere(each) for key, each in value.items()}
        return value

    def in_file(self, path: Path) -> tuple[int, int]:
        """Return how often any of them is in the file, and how many bytes it has. Raises OSError."""
        found = size = 0
        before = b""
        for part in _parts(path):
            # What reaches over the edge of two parts is counted with the second.
            data = before + part
            found += self.count(data) - self.count(before)
            before = data[-(self._longest - 1) :] if self._longest > 1 else b""
            size += len(part)
        return found, size


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(_AT_ONCE):
            yield part


def _trie(words: Iterable[bytes]) -> bytes:
    """A regular expression that finds any of the words; common beginnings once, so that many cost little more."""
    root: dict[int, Any] = {}
    for word in words:
        at = root
        for letter in word:
            at = at.setdefault(letter, {})
        at[-1] = {}
    return _written(root)


def _written(node: dict[int, Any]) -> bytes:
    tail = b""
    while len(node) == 1 and -1 not in node:
        (letter, node) = next(iter(node.items()))
        tail += re.escape(bytes([letter]))
    if set(node) == {-1}:
        return tail
    options = [re.escape(bytes([letter])) + _written(child) for letter, child in node.items() if letter != -1]
    return tail + b"(?:" + b"|".join(options) + (b")?" if -1 in node else b")")
