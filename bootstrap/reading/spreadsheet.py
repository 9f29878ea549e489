"""Read the rows of a CSV file as spreadsheets write it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bootstrap.errors.message import msg
from bootstrap.reading import formats, plausible
from bootstrap.reading.decoding import Decoded, decoded
from bootstrap.reading.plausible import Guess
from bootstrap.reading.unreadable import Unreadable

_SEPARATORS = ",;\t"
# Zero-width spaces and marks of writing direction, which text copied from chats and web pages contains.
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_JOINERS = {0x200C: None, 0x200D: None}
_QUOTES = "'\"“”‘’"
# The header is one of the first records. A comment has at most so many lines.
_HEAD, _LONGEST_COMMENT = 100, 50
_CERTAIN = Guess(False)
# Enough to find three cells.
_SHOWN = 1_000_000
_UTF8 = msg("Save it as CSV UTF-8")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row; `line` is its first line and `last` its last one, counted from 1. `comment`: it begins with #."""

    line: int
    cells: tuple[str, ...]
    last: int = 0
    comment: bool = False

    @property
    def names(self) -> list[str]:
        """Return the cells as names of columns."""
        return [simple(each).casefold() for each in self.cells]

    def named(self, header: SheetRow) -> Mapping[str, str]:
        """Return column name -> cell; leaves out cells beyond the header and under a column without a name."""
        return {name: cell for name, cell in zip(header.names, self.cells, strict=False) if name}

    @property
    def filled(self) -> int:
        """Return the number of cells up to the last one that is not empty."""
        return max((at + 1 for at, each in enumerate(self.cells) if each), default=0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's rows, without those that are empty.

    `titles`: rows above the header, which are no comments. `broken`: why the rows after these could not be read.
    `doubt`: another encoding that fits as well, if the text was read as GBK.
    """

    decoded: Decoded
    separator: str
    header: SheetRow | None
    rows: tuple[SheetRow, ...] = ()
    titles: tuple[SheetRow, ...] = ()
    comments: tuple[SheetRow, ...] = ()
    broken: Unreadable | None = None
    doubt: Guess = _CERTAIN


def sheet(data: bytes, columns: Collection[str]) -> Sheet:
    """Read a file's content. Raises Unreadable if it is no CSV at all.

    Header and separator are those with which one of the first rows names most of `columns`.
    """
    found, doubt = _decoded(data)
    formats.refuse_other_text(found.text)
    separator, skipped = _declared(found.text)
    heads = {each: _head(found.text[:_SHOWN], each, skipped) for each in separator or _SEPARATORS}
    tried = {each: _header(head, columns) for each, head in heads.items()}
    separator = max(tried, key=lambda each: tried[each][0])
    count, at = tried[separator]
    if not count:
        formats.refuse_yaml(found.text)
    above = [each for each in heads[separator] if each.line < at]
    below: list[SheetRow] = []
    broken = None
    try:
        below.extend(_records(found.text, separator, max(at - 1, skipped)))
    except Unreadable as unreadable:
        broken = unreadable
    header = below.pop(0) if below and below[0].line == at else None
    return Sheet(
        found,
        separator,
        header,
        tuple(each for each in below if not each.comment),
        tuple(each for each in above if not each.comment),
        tuple(each for each in (*above, *below) if each.comment),
        broken,
        doubt,
    )


def rows(data: bytes, columns: Collection[str]) -> Iterator[SheetRow]:
    """Yield the header and every row below it. Raises Unreadable, also while iterating."""
    found = sheet(data, columns)
    yield from ([found.header] if found.header else [])
    yield from found.rows
    if found.broken is not None:
        raise found.broken


def tidy(cell: str) -> str:
    """Return the cell without surrounding spaces and invisible characters; special spaces become plain ones."""
    if cell.isascii():
        return cell.strip()
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in cell.translate(_UNSEEN))
    return unicodedata.normalize("NFC", spaced.strip())


def simple(cell: str) -> str:
    """Return the tidy cell, with full-width characters in ASCII and without surrounding quotes. Not for free text."""
    if not cell.isascii():
        cell = unicodedata.normalize("NFKC", cell.translate(_JOINERS))
    return cell.strip().strip(_QUOTES).strip()


def _decoded(data: bytes) -> tuple[Decoded, Guess]:
    formats.refuse_binary(data)
    try:
        found = decoded(data)
    except UnicodeError:
        name, reading = plausible.likely(data)
        if b"\0" in data:
            raise formats.damaged() from None
        raise Unreadable(msg("is not text in UTF-8, UTF-16 or GBK"), _UTF8, cause=_rival(name, reading)) from None
    if not found.guessed:
        return found, _CERTAIN
    guess = plausible.judged(data, found.text)
    if guess.refused:
        what = msg("is not in UTF-8, and read as GBK it makes names such as {names}", names=", ".join(odd(found.text)))
        raise Unreadable(what, _UTF8, cause=_rival(guess.name, guess.reading))
    return found, guess


def odd(text: str) -> list[str]:
    """Return the first three cells with letters beyond ASCII, comments apart, to show how a text was read."""
    rows = re.sub(r"(?m)^#.*", "", text[:_SHOWN])
    found = re.findall(r"[^,;\t\"\r\n]*[^\x00-\x7f][^,;\t\"\r\n]*", rows)
    return [tidy(each)[:40] for each in dict.fromkeys(found)][:3]


def _rival(name: str, reading: str) -> str:
    if not name:
        return ""
    return msg("The file may be in {encoding}, as which it reads: {reading}", encoding=name, reading=reading)


def _declared(text: str) -> tuple[str, int]:
    """Return the separator that Excel's line `sep=;` declares, and the number of such lines; "" and 0 without one."""
    first = next(io.StringIO(text[:100], newline=""), "")
    named = re.fullmatch(r"\s*\"?sep=(.)\"?[,;\t\s]*", first)
    return (named[1], 1) if named and len(first) < len(text) else ("", 0)


def _head(text: str, separator: str, skipped: int) -> list[SheetRow]:
    found: list[SheetRow] = []
    try:
        for row in _records(text, separator, skipped, strict=False):
            found.append(row)
            if len(found) == _HEAD:
                break
    except Unreadable:
        pass
    return found


def _header(head: Sequence[SheetRow], columns: Collection[str]) -> tuple[int, int]:
    """Return how many of `columns` the header names, and its line: 0 and the first row's line if no row names any."""
    # `#` may be the name of a first column of numbers.
    able = [each for each in head if not each.comment or _numbered(each, columns)]
    if not able:
        return 0, 0
    counts = [sum(simple(cell).casefold() in columns for cell in each.cells) for each in able]
    # One such word may stand in any row, such as a title.
    most = counts.index(max(counts)) if max(counts) > max(1, counts[0]) else 0
    return counts[most], able[most].line


def _numbered(row: SheetRow, columns: Collection[str]) -> bool:
    return row.cells[0] == "#" and sum(simple(cell).casefold() in columns for cell in row.cells) > 1


def _records(text: str, separator: str, skipped: int, strict: bool = True) -> Iterator[SheetRow]:
    """Yield every record that is not empty, comments too. Raises Unreadable. `skipped`: lines to leave out."""
    source = _Lines(list(io.StringIO(text, newline="")), skipped)
    reader = csv.reader(source, delimiter=separator, strict=strict, skipinitialspace=True)
    while source.left:
        begins = source.at + 1
        comment = source.comment(separator)
        try:
            record = comment if comment is not None else next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fix = msg("Look for a quotation mark that is not closed, or not doubled inside a quoted cell")
            raise Unreadable(msg("cannot be read from here on: {error}", error=str(error)), fix, begins) from None
        cells = tuple(tidy(each) for each in record)
        if any(cells):
            yield SheetRow(begins, cells, source.at, cells[0].startswith(("#", "＃")))


class _Lines:
    """The lines of a text, for csv.reader."""

    def __init__(self, lines: Sequence[str], at: int) -> None:
        self._lines, self.at = lines, at

    @property
    def left(self) -> bool:
        return self.at < len(self._lines)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self.left:
            raise StopIteration
        self.at += 1
        return self._lines[self.at - 1]

    def comment(self, separator: str) -> list[str] | None:
        """Take the comment that begins here and return its cells; None if no comment begins here.

        A cell in quotes may go on to the next line. With a quotation mark that nothing closes, the comment is one line.
        """
        if not self._lines[self.at].lstrip(" \ufeff").startswith(("#", "＃")):
            return None
        ahead = self._lines[self.at : self.at + _LONGEST_COMMENT]
        reader = csv.reader(ahead, delimiter=separator, strict=True, skipinitialspace=True)
        try:
            found = next(reader)
        except csv.Error:
            self.at += 1
            return ahead[0].strip().split(separator)
        self.at += reader.line_num
        return found
