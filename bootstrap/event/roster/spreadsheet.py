"""The bytes of a CSV file, as spreadsheets write it -> rows."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bootstrap.event.decoding import is_workbook, text_of

_SEPARATORS = ",;\t"
# Blanks of no width, and marks of writing direction, as chats and web pages leave them.
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_JOINERS = {0x200C: None, 0x200D: None}
_QUOTES = "'\"“”‘’"


class Unreadable(Exception):
    """The whole file, or its rest from `line` on, cannot be understood."""

    def __init__(self, what: str, fix: str, line: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix
        self.line = line


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One record; `line` is where it begins, counted from 1."""

    line: int
    cells: tuple[str, ...]

    def named(self, header: SheetRow) -> Mapping[str, str]:
        """Cells by column; what is beyond the header, or under a column without a name, is left out."""
        names = [simple(each).casefold() for each in header.cells]
        return {name: cell for name, cell in zip(names, self.cells, strict=False) if name}

    @property
    def filled(self) -> int:
        """How many cells there are up to the last that holds something."""
        return max((at + 1 for at, each in enumerate(self.cells) if each), default=0)


def rows(data: bytes, columns: Collection[str]) -> Iterator[SheetRow]:
    """Every row that is neither empty nor a comment, the header first; the separator is the one that finds most
    of `columns` in it. Raises Unreadable, when it comes to it."""
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
            fix = "Look for a quotation mark that is not closed, or not doubled inside a quoted cell"
            raise Unreadable(f"cannot be read from here on: {error}", fix, begins) from None
        row = SheetRow(begins, tuple(tidy(each) for each in record))
        begins = reader.line_num + 1 + skipped
        if row.filled and not row.cells[0].startswith("#"):
            yield row


def separator(text: str, columns: Collection[str]) -> tuple[str, int]:
    """What stands between two cells, and how many lines at the beginning only name it."""
    first, end, _ = text.partition("\n")
    named = re.fullmatch(r"\s*\"?sep=(.)\"?[,;\t\s]*", first)  # Excel's own way to name it
    return (named[1] if named else _delimiter(text, columns)), int(bool(named and end))


class _Lines:
    """The lines of a text, of which comments come bare: quotation marks in them mean nothing."""

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
    """The cell as it was meant: no blanks around it, no invisible characters, special spaces as plain ones."""
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in cell.translate(_UNSEEN))
    return unicodedata.normalize("NFC", spaced.strip())


def simple(cell: str) -> str:
    """A cell that a machine reads: also full-width characters as plain ones, and no quotes around it."""
    return unicodedata.normalize("NFKC", cell.translate(_JOINERS)).strip().strip(_QUOTES).strip()


def _text(data: bytes) -> str:
    fix = "Save it as CSV UTF-8"
    if is_workbook(data):
        raise Unreadable("is a workbook, not CSV, whatever it is called", f"Open it in the spreadsheet. {fix}")
    try:
        return text_of(data)
    except UnicodeError:
        raise Unreadable("is not text in UTF-8, UTF-16 or GBK", fix) from None


def _delimiter(text: str, columns: Collection[str]) -> str:
    """The separator under which the first line that is no comment names most columns."""
    lines = (tidy(each).lstrip('"') for each in io.StringIO(text, newline=""))
    header = next((each for each in lines if each.strip(f'{_SEPARATORS}" ') and not each.startswith("#")), "")

    def found(separator: str) -> int:
        return sum(simple(tidy(each)).casefold() in columns for each in header.split(separator))

    return max(_SEPARATORS, key=found)
