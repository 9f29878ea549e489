"""Filler: very many versions in a bucket, generated when they are listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from bootstrap.simulator.world.call import Call

PREFIX = "filler/"
VERSION = "filler-"
# Each key has a delete marker, which is the latest, and two old versions.
_OF_A_KEY = 3


@dataclass(frozen=True, slots=True)
class FillerEntry:
    """A version or a delete marker."""

    key: str
    version: str
    marker: bool
    latest: bool


class Filler:
    """The filler of one bucket, stored as a byte for each version: 0 while it exists."""

    def __init__(self, count: int) -> None:
        self._gone = bytearray(count)
        self.left = count

    def entries(self, start: int = 0) -> Iterator[FillerEntry]:
        """Yield the existing entries from index `start` on."""
        place = self._gone.find(0, start)
        while place >= 0:
            number, age = divmod(place, _OF_A_KEY)
            latest = not self._gone[place - age : place].count(0)
            yield FillerEntry(f"{PREFIX}{number:09}", f"{VERSION}{place:09}", age == 0, latest)
            place = self._gone.find(0, place + 1)

    def after(self, key: str, version: str) -> int:
        """Return the index of the first entry after the version, or after all versions of the key."""
        if not key.startswith(PREFIX):
            return 0 if key < PREFIX else len(self._gone)
        number = key.removeprefix(PREFIX)
        if not (number.isdigit() and len(number) == 9):
            return 0
        if version.startswith(VERSION):
            return int(version.removeprefix(VERSION)) + 1
        return (int(number) + 1) * _OF_A_KEY

    def delete(self, version: str) -> bool:
        """Delete a version; return False if it is not filler. Deleting it again succeeds."""
        number = version.removeprefix(VERSION)
        if number == version or not number.isdigit() or int(number) >= len(self._gone):
            return False
        self.left -= 1 - self._gone[int(number)]
        self._gone[int(number)] = 1
        return True


def _all(call: Call, owner: str) -> dict[str, Any]:
    return call.world.accounts[owner].shelf("s3.filler")


def of(call: Call, owner: str, bucket: str) -> Filler | None:
    """Return the bucket's filler, created at first use; None if the scenario does not fill it."""
    account = call.world.accounts[owner]
    filled = call.world.scenario_of(account, call.now).buckets.filler
    count = next((many for glob, many in filled.items() if fnmatchcase(bucket, glob)), 0)
    if not count:
        return None
    held = _all(call, owner)
    if bucket not in held:
        held[bucket] = Filler(count)
    found: Filler = held[bucket]
    return found


def forget(call: Call, owner: str, bucket: str) -> None:
    """Forget a deleted bucket's filler: a new bucket of that name starts empty."""
    if bucket in _all(call, owner):
        _all(call, owner)[bucket] = Filler(0)
