"""Read JSON and JSON Lines that others wrote, within limits of depth, items and digits.

JSON as RFC 8259 has it: Python's own reader also takes NaN, 1e999 and a key that is written twice.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from bootstrap.errors.message import msg
from bootstrap.reading.unreadable import Unreadable

_DEEPEST = 64
_MOST_ITEMS = 1_000_000
_MOST_DIGITS = 300
# What begins like this is text in UTF-16 or UTF-32, with a byte order mark or without one.
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0", b"{\0", b"[\0")
_BOM = "\ufeff"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class JsonLine:
    """One line of a JSON Lines file. `number` is the file's, from 1; `error` says why there is no value."""

    number: int
    value: Any = None
    error: Unreadable | None = None
    empty: bool = False


def utf8(data: bytes) -> str:
    """Return text in UTF-8, without a byte order mark. Raises Unreadable, which names UTF-16 as such."""
    if data.startswith(_WIDE):
        raise Unreadable(msg("is in UTF-16, not in UTF-8"), msg("save it in UTF-8 (in Notepad: Save as, Encoding)"))
    try:
        return data.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(msg("is not in UTF-8"), msg("save it in UTF-8"), line) from None


def parsed(text: str | bytes) -> Any:
    """Return the value that a JSON text holds. Raises Unreadable for what is not JSON, and beyond the limits."""
    return _held(text, _READER.decode)


def several(text: str | bytes) -> list[Any]:
    """Return the values of JSON texts that stand one after the other, as a program writes page by page.

    Raises Unreadable for what is not JSON, and beyond the limits.
    """
    return _held(text, _one_after_the_other)


def _one_after_the_other(text: str) -> list[Any]:
    found: list[Any] = []
    at = _past_spaces(text, 0)
    while at < len(text):
        value, at = _READER.raw_decode(text, at)
        found.append(value)
        at = _past_spaces(text, at)
    return found


def _held(text: str | bytes, read: Callable[[str], T]) -> T:
    """Return what `read` makes of the text, if it is within the limits."""
    if isinstance(text, bytes):
        text = utf8(text)
    try:
        found = read(text)
    except RecursionError:
        raise _deep() from None
    except json.JSONDecodeError as error:
        what = msg("is not JSON (line {line}, column {column})", line=error.lineno, column=error.colno)
        raise Unreadable(what) from None
    _hold(found)
    return found


def _past_spaces(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def mapping(text: str | bytes) -> dict[str, Any]:
    """Return the object that a JSON text holds. Raises Unreadable for anything else."""
    found = parsed(text)
    if not isinstance(found, dict):
        raise Unreadable(msg("is no JSON object"))
    return found


def lines(text: str) -> Iterator[JsonLine]:
    """Yield every line; a line ends at a line feed, and nowhere else: U+2028 and the like may stand in a string."""
    rows = text.split("\n")
    for number, row in enumerate(rows[:-1] if rows[-1] == "" else rows, 1):
        try:
            yield JsonLine(number, parsed(row)) if row.strip() else JsonLine(number, empty=True)
        except Unreadable as error:
            yield JsonLine(number, error=error)


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise Unreadable(msg("has a number of {count} digits", count=len(digits)))
    return int(digits)


def _decimal(digits: str) -> float:
    found = float(digits)
    if len(digits) > _MOST_DIGITS or not math.isfinite(found):
        raise Unreadable(msg("has a number that is too large: {number}", number=digits[:20]))
    return found


def _constant(word: str) -> NoReturn:
    raise Unreadable(msg("has {word}, which JSON does not know", word=word))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Unreadable(msg('has the key "{key}" twice', key=twice[:60]))
    return found


_READER = json.JSONDecoder(parse_int=_whole, parse_float=_decimal, parse_constant=_constant, object_pairs_hook=_object)


def _hold(value: Any) -> None:
    """Raise Unreadable if the value is deeper or larger than the limits, or has text that no encoding can write."""
    level, items = [value], 0
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for each in level:
            if isinstance(each, Mapping):
                below.extend(each.keys())
                below.extend(each.values())
            elif isinstance(each, list):
                below.extend(each)
            elif isinstance(each, str) and not each.isascii():
                _writable(each)
        items += len(below)
        if items > _MOST_ITEMS:
            raise Unreadable(msg("has more than {most} values", most=f"{_MOST_ITEMS:,}"))
        if not below:
            return
        level = below
    raise _deep()


def _writable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unreadable(msg("has half of a surrogate pair in a text")) from None


def _deep() -> Unreadable:
    return Unreadable(msg("is nested too deeply"))
