"""A row of the roster as it is written, so that a cell can be changed and every other byte stays."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable


class Record:
    """A row's cells as they are written, with quotes and spaces, from `begins` to `ends` of the text."""

    def __init__(self, text: str, line: int, separator: str) -> None:
        self._separator = separator
        self.begins = sum(len(each) for each in list(io.StringIO(text, newline=""))[: line - 1])
        self._cells: list[str] = []
        written = re.compile(f' *"(?:[^"]|"")*"|[^{re.escape(separator)}\r\n]*')
        self.ends = self.begins - 1
        while not self._cells or text[self.ends : self.ends + 1] == separator:
            found = written.match(text, self.ends + 1)
            assert found is not None
            self._cells.append(found[0])
            self.ends = found.end()

    def cell(self, at: int) -> str:
        """Return a cell as it is written; "" for one beyond the row's end."""
        return self._cells[at] if at < len(self._cells) else ""

    def put(self, at: int, written: str) -> None:
        """Put a cell as it is to be written; cells that are missing before it become empty."""
        if written or at < len(self._cells):
            self._cells += [""] * (at + 1 - len(self._cells))
            self._cells[at] = written

    def __str__(self) -> str:
        return self._separator.join(self._cells)


def with_records(text: str, records: Iterable[Record]) -> str:
    """Return the text that the records were read from, with what is in them now."""
    for each in sorted(records, key=lambda each: -each.begins):
        text = f"{text[: each.begins]}{each}{text[each.ends :]}"
    return text
