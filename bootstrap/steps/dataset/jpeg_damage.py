"""Finds JPEGs whose picture is damaged although they decode: libjpeg fills what is missing with grey, without an error.

Pillow raises only for a file that ends early or breaks the order of markers. What it hides: too little data before a
marker (grey to the end, or a blurred picture if progressive), and data that no block needs any more, as after a part
was overwritten with zeros. Not found: wrong bits that are legal ones, which only a checksum could tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from random import Random

from PIL import Image

# ITU-T T.81, table B.1: start of frame (baseline, extended, progressive), restart interval, start of scan, end.
_BASELINE, _EXTENDED, _PROGRESSIVE = 0xC0, 0xC1, 0xC2
_RESTARTS, _SCAN, _END = 0xDD, 0xDA, 0xD9
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
# In entropy-coded data FF stands only before 00 and restart markers; FF FF fills.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_SEGMENT = re.compile(rb"\xff+[^\x00\xff]")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_HOLE = bytes(16)
# Some cameras fill up before a marker.
_FILL = b"\x00\xff"
# Data without FF, whose bits differ at every place: a block that needs them comes out different.
_PAD = bytes(Random(1).choices(range(255), k=1024))
_SHORT_PAD = _PAD[:128]
_LAST_BYTES = 32
_GREY = (127, 128)
# Programs that make the smallest progressive JPEGs use up to 64.
_MOST_SCANS = 100
# A picture has some dozens of segments; beyond this, a file is made to keep readers busy.
_MOST_SEGMENTS = 5_000
_COEFFICIENTS, _UNSENT = 64, 99


@dataclass(frozen=True, slots=True)
class _Scans:
    """Where entropy-coded data begins and ends, scan by scan. `whole`: every coefficient was sent to its last bit."""

    frame: int
    restarts: bool
    ranges: tuple[tuple[int, int], ...]
    whole: bool


def too_many_scans(data: bytes) -> bool:
    """Return True for a JPEG that takes hours: each scan goes through all pixels, and may have a few bytes only."""
    scans = _scans(data)
    return scans is not None and len(scans.ranges) > _MOST_SCANS


def is_damaged(data: bytes, loaded: Image.Image, used: tuple[int, int] | None) -> bool:
    """Return True if parts of the picture are not what was stored. Call it after `too_many_scans`.

    `loaded`: the decoded picture; `used`: the size that was given to draft() for it, or None if the file is packed as
    it is. Decodes again only what may be damaged. Raises what Pillow raises.
    """
    scans = _scans(data)
    if scans is None:
        return True
    if scans.frame not in (_BASELINE, _EXTENDED, _PROGRESSIVE):
        return False
    if not scans.whole or (scans.restarts and not all(_in_order(data[start:end]) for start, end in scans.ranges)):
        return True
    if scans.frame == _PROGRESSIVE or scans.restarts or _ends_in_grey(loaded):
        before = loaded.tobytes() if used else _pixels(data, None)
        if _pixels(_padded(data, scans), used) != before:
            return True
    return any(_HOLE in data[start:end].rstrip(_FILL) and _needs_less(data, start, end) for start, end in scans.ranges)


def _in_order(entropy: bytes) -> bool:
    """True if no restart marker is missing between two others: they are numbered 0 to 7 (T.81, B.1.1.3)."""
    return all(found[1] & 7 == place & 7 for place, found in enumerate(_RESTART.findall(entropy)))


def _ends_in_grey(loaded: Image.Image) -> bool:
    pixel = loaded.getpixel((loaded.width - 1, loaded.height - 1))
    values = pixel if isinstance(pixel, tuple) else (pixel,)
    return all(value in _GREY for value in values)


def _padded(data: bytes, scans: _Scans) -> bytes:
    """Return the file with more data before the markers: the picture changes only if it had too little."""
    parts, at = [], 0
    for start, end in scans.ranges:
        entropy = data[start:end]
        if scans.restarts:
            entropy = _RESTART.sub(lambda found: _SHORT_PAD + found[0], entropy)
        parts += [data[at:start], entropy, _PAD]
        at = end
    return b"".join([*parts, data[at:]])


def _needs_less(data: bytes, start: int, end: int) -> bool:
    """True if the picture is the same without a scan's last bytes, at which a block of it should end."""
    shorter = start + len(data[start:end].rstrip(_FILL)) - _LAST_BYTES
    return shorter > start and _pixels(data, None) == _pixels(data[:shorter] + data[end:], None)


def _pixels(data: bytes, used: tuple[int, int] | None) -> bytes:
    with Image.open(BytesIO(data), formats=("JPEG",)) as image:
        if used:
            image.draft(None, used)
        image.load()
        return image.tobytes()


def _scans(data: bytes) -> _Scans | None:
    """Read the markers; None if there is no end, or no picture before it."""
    at, frame, restarts = 2, 0, False
    ranges: list[tuple[int, int]] = []
    bits: dict[int, list[int]] = {}
    steady = True
    for _ in range(_MOST_SEGMENTS):
        found = _SEGMENT.search(data, at)
        at = found.end() - 2 if found else len(data)
        if found is None or data[at + 1] == _END:
            break
        marker = data[at + 1]
        if marker in _ALONE:
            at += 2
            continue
        segment = data[at + 4 : at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")]
        at += 4 + len(segment)
        if marker == _RESTARTS:
            restarts = any(segment)
        elif marker in _FRAMES:
            frame = marker
            bits = {segment[place]: [_UNSENT] * _COEFFICIENTS for place in range(6, len(segment) - 2, 3)}
        elif marker == _SCAN:
            steady = _sent(segment, bits) and steady
            ended = _MARKER.search(data, at)
            ranges.append((at, ended.start() if ended else len(data)))
            at = ranges[-1][1]
            if len(ranges) > _MOST_SCANS:
                return _Scans(frame, restarts, tuple(ranges), False)
    else:
        return _Scans(frame, restarts, tuple(ranges), False)
    if not ranges or data[at : at + 2] != b"\xff\xd9":
        return None
    complete = steady and not any(map(any, bits.values()))
    return _Scans(frame, restarts, tuple(ranges), frame != _PROGRESSIVE or complete)


def _sent(header: bytes, bits: dict[int, list[int]]) -> bool:
    """Note which bit of each coefficient was sent last (T.81, G.1.1); False if a scan before this one is missing."""
    if len(header) < 4 or len(header) < 4 + 2 * header[0]:
        return False
    before, last = header[-1] >> 4, header[-1] & 0x0F
    steady = True
    for place in range(1, 1 + 2 * header[0], 2):
        sent = bits.get(header[place], [])
        for number in range(header[-3], min(header[-2] + 1, len(sent))):
            steady = steady and sent[number] == (before or _UNSENT)
            sent[number] = last
    return steady
