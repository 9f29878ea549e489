"""Finds pictures that stand in a dataset more than once: the same, or so alike that they are copies of one picture."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from PIL import Image

from bootstrap.steps.dataset.converting import LOOK_SIDE

_BOX = Image.Resampling.BOX

# Mean difference of two looks, of 255, up to which they are one picture. Saved again by another program, or made
# smaller, a picture of 256 pixels a side differs by less than 1, one of 64 by up to 2.2.
_ALIKE = 2.5
# The largest difference of one pixel: on white ground, two small cars differ little on average.
_MOST_DIFFERENT = 24
# How much the mean of a quarter may differ: that of its brightness, and that of each of its colours, rounded.
_QUARTER, _COLOUR = 1.5, 3
_CELL = 6.0
# Flat pictures crowd in one cell; comparing with the newest is enough to find copies that lie side by side.
_MOST_COMPARED = 200

# Segments of a JPEG that hold no picture: APP0 to APP15 and comments (T.81, table B.1).
_SEGMENT = re.compile(rb"\xff([\xe0-\xef\xfe])(..)", re.DOTALL)


def digest(jpeg: bytes) -> bytes:
    """Return a digest of a JPEG's picture: its notes, such as a date or a place, do not count."""
    parts, at = [], 2
    while found := _SEGMENT.match(jpeg, at):
        at += 2 + int.from_bytes(found[2], "big")
    parts.append(jpeg[at:])
    return hashlib.blake2b(b"".join(parts), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture that came before: its class, path and running number."""

    label: str
    path: str
    number: int


@dataclass(slots=True)
class Likeness:
    """The pictures that came so far, by what they show."""

    _by_digest: dict[bytes, Seen] = field(default_factory=dict)
    _cells: dict[tuple[int, ...], list[tuple[bytes, bytes, Seen]]] = field(default_factory=dict)

    def same(self, this: Seen, jpeg: bytes) -> Seen | None:
        """Return the first with the same picture; None if this is the first."""
        first = self._by_digest.setdefault(digest(jpeg), this)
        return None if first is this else first

    def alike(self, this: Seen, look: bytes) -> Seen | None:
        """Return the first that looks almost the same; None if there is none."""
        quarters = Image.frombytes("RGB", (LOOK_SIDE, LOOK_SIDE), look).resize((2, 2), _BOX).tobytes()
        brightness = [sum(quarters[at : at + 3]) / 3 for at in range(0, len(quarters), 3)]
        for cell in _near(brightness):
            for other, its_quarters, seen in self._cells.get(cell, ())[-_MOST_COMPARED:]:
                if _close(quarters, its_quarters) and _copies(look, other):
                    return seen
        self._cells.setdefault(tuple(int(each // _CELL) for each in brightness), []).append((look, quarters, this))
        return None


def _near(brightness: Sequence[float]) -> Iterator[tuple[int, ...]]:
    """Yield the cells of pictures whose quarters are as bright, give or take what an alike one may differ."""
    yield from product(*({int((each + by) // _CELL) for by in (-_QUARTER, _QUARTER)} for each in brightness))


def _close(one: bytes, other: bytes) -> bool:
    return all(abs(a - b) <= _COLOUR for a, b in zip(one, other, strict=True))


def _copies(one: bytes, other: bytes) -> bool:
    differences = list(map(abs, map(int.__sub__, one, other)))
    return sum(differences) <= _ALIKE * len(one) and max(differences) <= _MOST_DIFFERENT
