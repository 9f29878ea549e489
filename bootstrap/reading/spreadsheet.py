"""Read the rows of a CSV file as spreadsheets write it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bootstrap.errors.message import msg
from bootstrap.reading.decoding import is_workbook, text_of

_SEPARATORS = ",;\t"
# Zero-width spaces and marks of writing direction, which text copied from chats and web pages contains.
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_JOINERS = {0x200C: None, 0x200D: None}
_QUOTES = "'\"“”‘’"


class Unreadable(Exception):
    """The file, or its rest from `line` on, cannot be read. `what` and `fix` are for people."""

    def __init__(self, what: str, fix: str, line: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix
        self.line = line


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row; `line` is its first line, counted from 1."""

    line: int
    cells: tuple[str, ...]

    def named(self, header: SheetRow) -> Mapping[str, str]:
        """Return column name -> cell; leaves out cells beyond the header and under a column without a name."""
        names = [simple(each).casefold() for each in header.cells]
        return {name: cell for name, cell in zip(names, self.cells, strict=False) if name}

    @property
    def filled(self) -> int:
        """Return the number of cells up to the last one that is not empty."""
        return max((at + 1 for at, each in enumerate(self.cells) if each), default=0)


def rows(data: bytes, columns: Collection[str]) -> Iterator[SheetRow]:
    """Yield every row that is neither empty nor a comment, the header first. Raises Unreadable while iterating.

    The separator is the one with which the header contains most of `columns`.
    """
    text = _text(data)
    delimiter, skipped = separator(text, columns)
    if skipped:
        text = text.split("\n", 1)[1]
    source = _Lines(text)
    reader = csv.reader(source, delimiter=delimiter, strict=True, skipinitialspace=True)
    begins = 1 + skipped
    while True:
        source.record_begins = True
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fix = msg("Look for a quotation mark that is not closed, or not doubled inside a quoted cell")
            raise Unreadable(msg("cannot be read from here on: {error}", error=str(error)), fix, begins) from None
        row = SheetRow(begins, tuple(tidy(each) for each in record))
        begins = reader.line_num + 1 + skipped
        if row.filled and not row.cells[0].startswith("#"):
            yield row


def separator(text: str, columns: Collection[str]) -> tuple[str, int]:
    """Return the separator, and the number of leading lines that only declare it (Excel's `sep=;`)."""
    first, end, _ = text.partition("\n")
    named = re.fullmatch(r"\s*\"?sep=(.)\"?[,;\t\s]*", first)  # Excel's declaration
    return (named[1] if named else _delimiter(text, columns)), int(bool(named and end))


class _Lines:
    """Yield the lines of a text. Comment lines become empty, so that a quotation mark in one does not open a cell."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.record_begins = True

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        comment = self.record_begins and line.startswith("#")
        self.record_begins = False
        return "#\n" if comment else line


def tidy(cell: str) -> str:
    """Return the cell without surrounding spaces and invisible characters; special spaces become plain ones."""
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in cell.translate(_UNSEEN))
    return unicodedata.normalize("NFC", spaced.strip())


def simple(cell: str) -> str:
    """Return the tidy cell, with full-width characters in ASCII and without surrounding quotes. Not for free text."""
    return unicodedata.normalize("NFKC", cell.translate(_JOINERS)).strip().strip(_QUOTES).strip()


def _text(data: bytes) -> str:
    if is_workbook(data):
        fix = msg("Open it in the spreadsheet program and save it as CSV UTF-8")
        raise Unreadable(msg("is a spreadsheet workbook (such as .xlsx), not CSV"), fix)
    try:
        return text_of(data)
    except UnicodeError:
        raise Unreadable(msg("is not text in UTF-8, UTF-16 or GBK"), msg("Save it as CSV UTF-8")) from None


def _delimiter(text: str, columns: Collection[str]) -> str:
    """Return the separator with which the first line that is not a comment contains most columns."""
    lines = (tidy(each).lstrip('"') for each in io.StringIO(text, newline=""))
    header = next((each for each in lines if each.strip(f'{_SEPARATORS}" ') and not each.startswith("#")), "")

    def found(separator: str) -> int:
        return sum(simple(tidy(each)).casefold() in columns for each in header.split(separator))

    return max(_SEPARATORS, key=found)
