"""Inputs that are a little wrong: mutated bytes, lines, JSON values and YAML words, the same for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

# What has broken readers: numbers, quotes, structure, encodings, control characters, marks of direction.
WORDS = (
    "",
    "null",
    "~",
    "true",
    "NaN",
    "1e999",
    "-1",
    "0",
    "9" * 400,
    "1.5",
    "0x7f",
    "'",
    '"',
    '""',
    "\\",
    "\\u0000",
    "\\ud83d",
    "[]",
    "{}",
    "[" * 300,
    "{a: " * 200,
    "- - - -",
    "&a [*a]",
    "*a",
    "!!int ''",
    "!!bool x",
    "!!float ''",
    "!!timestamp x",
    "!!binary x",
    "!!python/object:os.system x",
    "!!set {a}",
    "<<: {a: 1}",
    "? [a]",
    ": :",
    "#",
    "#N/A",
    "%",
    "%s",
    "{0}",
    "{x.__class__}",
    "{x:>99999999}",
    "\0",
    "\x1b[2J",
    "\u202e",
    "\u2028",
    "\x85",
    "\ufeff",
    "\ud83d",
    "é",
    "红队",
    "../../x",
    "a" * 5000,
    "2026-13-45T99:99:99",
    "111122223333",
    "1.11122E+11",
    "=1+1",
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "---\n",
    "...\n",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    10**400,
    1.5,
    1e308,
    "",
    "x",
    "\x1b[2J",
    "\u202e",
    "a" * 5000,
    [],
    {},
    [[[[]]]],
    {"a": {}},
    [None],
    {"": None},
    "NaN",
    "2026-01-01",
)  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "gb18030", "cp932", "latin-1")
Change = Callable[[random.Random, bytes], bytes]


def mutated(seed: int, data: bytes) -> bytes:
    """Return the data with one to three changes."""
    draw = random.Random(seed)
    for _ in range(draw.choice((1, 1, 2, 3))):
        data = draw.choice(CHANGES)(draw, data)
    return data


def _flip(draw: random.Random, data: bytes) -> bytes:
    made = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        if made:
            made[draw.randrange(len(made))] = draw.randrange(256)
    return bytes(made)


def _cut(draw: random.Random, data: bytes) -> bytes:
    at = draw.randint(0, len(data))
    return draw.choice((data[:at], data[at:], data[:at] + data[at + draw.randint(1, 40) :]))


def _insert(draw: random.Random, data: bytes) -> bytes:
    at = draw.randint(0, len(data))
    return data[:at] + draw.choice(WORDS).encode(errors="surrogatepass") + data[at:]


def _repeat(draw: random.Random, data: bytes) -> bytes:
    at = draw.randint(0, len(data))
    part = data[at : at + draw.randint(1, 60)]
    return data[:at] + part * draw.choice((2, 3, 50)) + data[at:]


def _lines(draw: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    kind = draw.randrange(4)
    if kind == 0:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 1:
        lines.insert(at, lines[other])
    elif kind == 2:
        lines[at] = b" " * draw.randint(1, 5) + lines[at]
    else:
        del lines[at]
    return b"".join(lines)


def _word(draw: random.Random, data: bytes) -> bytes:
    """Replace a word between separators, which is a cell of CSV, a value of YAML or a text of JSON."""
    text = data.decode("latin-1")
    ends = [at for at, each in enumerate(text) if each in " ,:;\"'\n[]{}"]
    if len(ends) < 2:
        return data
    at = draw.randrange(len(ends) - 1)
    word = draw.choice(WORDS).encode(errors="surrogatepass")
    return data[: ends[at] + 1] + word + data[ends[at + 1] :]


def _encoded(draw: random.Random, data: bytes) -> bytes:
    return data.decode("utf-8", errors="replace").encode(draw.choice(ENCODINGS), errors="replace")


def _json(draw: random.Random, data: bytes) -> bytes:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return _word(draw, data)
    places = list(_places(found))
    if not places:
        return data
    inside, key = draw.choice(places)
    if draw.random() < 0.2:
        del inside[key]
    else:
        inside[key] = draw.choice(VALUES)
    return json.dumps(found, ensure_ascii=False).encode(errors="surrogatepass")


def _places(found: Any) -> list[tuple[Any, Any]]:
    below = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    made = [(found, key) for key, _ in below]
    return made + [place for inside, key in made for place in _places(inside[key])]


CHANGES: tuple[Change, ...] = (_flip, _cut, _insert, _repeat, _lines, _word, _word, _word, _json, _json, _encoded)
