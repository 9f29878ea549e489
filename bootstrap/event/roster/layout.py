"""Errors in the layout of a roster: its header, the shape of its rows, and rows that comments may hide."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from bootstrap.errors import Problem
from bootstrap.errors.message import counted, msg
from bootstrap.event.roster import mistaken
from bootstrap.event.suggest import did_you_mean
from bootstrap.reading import spreadsheet
from bootstrap.reading.spreadsheet import Sheet, SheetRow, simple

_NAMED = 3
# An account id, perhaps without the leading zeros that a spreadsheet took, or as it shows a large number.
_ID = re.compile(r"(?<![0-9])([0-9]{9,12}|[0-9]{4}[ -][0-9]{4}[ -][0-9]{4})(?![0-9])|[0-9][.,][0-9]+E\+1[01]")


def header_problems(sheet: Sheet, file: str, columns: Sequence[str], required: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong with the header, and with rows above it."""
    header = sheet.header
    assert header is not None
    where = f"{file}:{header.line}"
    names = header.names
    if sheet.titles:
        first, last = sheet.titles[0].line, sheet.titles[-1].last
        what = counted("a title row stands above the header, which is line {header}",
                       "{count} title rows stand above the header, which is line {header}",
                       len(sheet.titles), header=header.line)  # fmt: skip
        fix = msg("Delete what stands above the header (lines {first} to {last}), or begin it with #",
                  first=first, last=last)  # fmt: skip
        yield Problem("EB-124", what, f"{file}:{first}", fix=fix)
    above = next((each for each in sheet.comments if each.line < header.line and is_header(each, required)), None)
    if above is not None and not names_all(header, required):
        fix = msg("Remove the # from the line with the names of the columns")
        what = msg("the names of the columns stand in a comment, so no row names them")
        yield Problem("EB-105", what, f"{file}:{above.line}", fix=fix)
        return
    for name, times in Counter(each for each in names if each).items():
        if name not in columns:
            free = [each for each in columns if each not in names]
            what = did_you_mean(msg("found the unknown column `{found}`", found=name[:60]), name, free)
            fix = msg("The columns are {columns}", columns=", ".join(columns))
            yield Problem("EB-103", what, where, fix=fix)
        elif times > 1:
            what = msg("has the column {column} {times} times", column=name, times=times)
            yield Problem("EB-104", what, where, fix=msg("Keep one of them"))
    for name in required:
        if name not in names:
            fix = msg(
                "Write a first line with the names of the columns: {columns}. Only {required} are required",
                columns=", ".join(columns),
                required=", ".join(required),
            )
            yield Problem("EB-105", msg("has no column {column}", column=name), where, fix=fix)


def names_all(row: SheetRow, required: Collection[str]) -> bool:
    """Return True for a header with all of these columns."""
    return set(row.names).issuperset(required)


def is_header(row: SheetRow, required: Collection[str]) -> bool:
    """True for a comment that would be the header without its #."""
    names = {simple(each.lstrip("#＃")).casefold() for each in row.cells}
    return names.issuperset(required)


def shape_problems(row: SheetRow, header: SheetRow, file: str) -> list[Problem]:
    where = f"{file}:{row.line}"
    if row.filled > len(header.cells):
        what = msg(
            "has {cells} cells, but the header names {columns} columns", cells=row.filled, columns=len(header.cells)
        )
        fix = msg("Put a cell that contains the file's separator in quotes, such as a cell with several addresses")
        return [Problem("EB-106", what, where, fix=fix)]
    pairs = zip(header.cells, row.cells, strict=False)
    nameless = [number for number, (name, cell) in enumerate(pairs, 1) if cell and not name]
    if nameless:
        fix = msg("Name the column in the first line, or empty the cell")
        what = msg("has a value in column {number}, which has no name", number=nameless[0])
        return [Problem("EB-106", what, where, fix=fix)]
    return []


def hidden_rows(sheet: Sheet) -> Iterator[SheetRow]:
    """Yield the comments below the header that may be rows: a broken look-up, `#1 racers`, swallowed lines.

    `# ` with a space is a comment that a person wrote, also before an account id.
    """
    line = sheet.header.line if sheet.header else 0
    for row in sheet.comments:
        said = not row.cells[0][1:2].strip()
        hides = _ID.search(_below_its_first_line(row) if said else " ".join(row.cells))
        if row.line > line > 0 and (hides or mistaken.failed_formula(row.cells[0])):
            yield row


def _below_its_first_line(row: SheetRow) -> str:
    broken = next((number for number, cell in enumerate(row.cells) if re.search(r"[\r\n]", cell)), None)
    if broken is None:
        return ""
    return re.split(r"[\r\n]+", " ".join(row.cells[broken:]), maxsplit=1)[1]


def hidden_problem(row: SheetRow, file: str) -> Problem:
    """Return the error of a row that `hidden_rows` found."""
    first = row.cells[0][:40]
    where = f"{file}:{row.line}"
    if failed := mistaken.failed_formula(row.cells[0]):
        return Problem("EB-125", failed.what, where, failed.cause, failed.fix)
    if row.last > row.line:
        what = msg("the comment `{cell}` goes on to line {last}, and an account id stands in it", cell=first,
                   last=row.last)  # fmt: skip
        fix = msg("Delete the comment, or close its quotation mark on its first line")
        return Problem("EB-123", what, where, fix=fix)
    what = msg("the row begins with `{cell}`, so it would be skipped, but it has an account id", cell=first)
    fix = msg("Put another character before the #, delete the row, or write `# ` with a space to skip it")
    return Problem("EB-123", what, where, fix=fix)


def notes(sheet: Sheet, file: str) -> tuple[str, ...]:
    """Return for people how the file was read if that was a guess, and which rows below the header were skipped."""
    found: list[str] = []
    if sheet.decoded.guessed:
        names = ", ".join(spreadsheet.odd(sheet.decoded.text))
        found.append(
            msg("{file} is not in UTF-8 and was read as GBK; check its names: {names}", file=file, names=names)
        )
        if sheet.doubt.name:
            found.append(msg("{file} could also be in {encoding}, as which it reads: {reading}; save it as CSV UTF-8",
                             file=file, encoding=sheet.doubt.name, reading=sheet.doubt.reading))  # fmt: skip
    line = sheet.header.line if sheet.header else 0
    skipped = [each for each in sheet.comments if each.line > line or _ID.search(" ".join(each.cells))]
    if skipped:
        named = ", ".join(f"{file}:{each.line} `{_begins(each)}`" for each in skipped[:_NAMED])
        rest = len(skipped) - _NAMED
        if rest > 0:
            named = msg("{rows} and {count} more", rows=named, count=rest)
        said = counted("{count} row that begins with # was skipped: {rows}",
                       "{count} rows that begin with # were skipped: {rows}", len(skipped), rows=named)  # fmt: skip
        found.append(said)
    return tuple(found)


def _begins(row: SheetRow) -> str:
    account = _ID.search(" ".join(row.cells[1:]))
    return f"{row.cells[0][:40]} {account[0] if account else ''}".strip()
