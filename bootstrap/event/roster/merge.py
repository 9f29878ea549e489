"""Take accounts of a source into the roster: new rows at its end, cells that the source knows better, nothing else.

Rows are matched by account id. No row is ever deleted, and all other bytes of the file stay as they are.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import joined, msg
from bootstrap.event import starter
from bootstrap.event.event import Event
from bootstrap.event.roster import layout, naming, roster
from bootstrap.event.roster.candidates import AccountFound
from bootstrap.event.roster.naming import TeamNames
from bootstrap.event.roster.record import Record, with_records
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.reading import decoding, spreadsheet
from bootstrap.reading.spreadsheet import Sheet, simple

_HEADER = "team,account_id,region,role_arn,profile,external_id,emails,labs\n"
_PRIVATE = frozenset({"emails", "external_id"})
_NO_TEAM = "EB-102"


class Change(StrEnum):
    """The change to an account's row. MISSING: the roster has it and the source does not; its row stays."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    MISSING = "missing"
    KEPT_OUT = "kept out"


_WRITES = frozenset({Change.NEW, Change.CHANGED})


@dataclass(frozen=True, slots=True)
class RosterDifference:
    """One account. `detail`: why, or what changes; "" if there is nothing to say."""

    change: Change
    team: str
    account_id: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Merge:
    """The differences in order, and the file's content afterwards. `example`: rows of `init` that are left out."""

    differences: tuple[RosterDifference, ...]
    before: bytes | None
    after: bytes
    example: int = 0

    @property
    def needed(self) -> bool:
        """True if the file changes."""
        return any(each.change in _WRITES for each in self.differences)

    def count(self, change: Change) -> int:
        """Return the number of accounts with this change."""
        return sum(each.change is change for each in self.differences)


@dataclass(frozen=True, slots=True)
class RowWishes:
    """Wishes for new rows. `pattern`, `tag`: see `naming.TeamNames`; `spare`: the new accounts are spare ones."""

    pattern: str | None = None
    tag: str | None = None
    spare: bool = False


def merged(before: bytes | None, file: str, event: Event, found: Sequence[AccountFound], wishes: RowWishes) -> Merge:
    """Return what taking the accounts in would change. `before`: the roster's content; None: there is no roster.

    The result is read again to check it. Raises BadInput with the roster's own problems, or EB-717 if it would not say
    what it should.
    """
    start, example = _start(before)
    rows = _rows(start, file, event)
    sheet = spreadsheet.sheet(start, roster.COLUMNS)
    there = {each.account_id: each for each in rows}
    names = TeamNames((each.team for each in rows), wishes.pattern, wishes.tag)
    written = _Written(start, sheet)
    differences: list[RosterDifference] = []
    once = {each.account_id: each for each in found}
    for each in once.values():
        row = there.get(each.account_id)
        if each.kept_out:
            detail = msg("{why}; its row stays", why=each.kept_out) if row else each.kept_out
            differences.append(
                RosterDifference(Change.KEPT_OUT, row.team if row else naming.valid(each.name), each.account_id, detail)
            )
        elif row is None:
            differences.append(_added(written, each, names, wishes))
        else:
            differences.append(_compared(written, each, row))
    differences += [
        RosterDifference(Change.MISSING, each.team, each.account_id) for each in rows if each.account_id not in once
    ]
    made = Merge(tuple(differences), before, written.bytes(), example)
    if not made.needed:
        return replace(made, after=start if before is None else before, example=0)
    _check(made.after, file, event, rows, differences)
    return made


def _start(before: bytes | None) -> tuple[bytes, int]:
    """Return the content to add to, and the number of rows that it no longer has: `init` writes made-up teams."""
    if before is None:
        return _HEADER.encode(), 0
    if before != starter.roster():
        return before, 0
    sheet = spreadsheet.sheet(before, roster.COLUMNS)
    gone = {each.line for each in sheet.rows}
    lines = io.StringIO(decoding.text_of(before), newline="")
    return "".join(each for number, each in enumerate(lines, 1) if number not in gone).encode(), len(gone)


def _rows(data: bytes, file: str, event: Event) -> tuple[TeamAccount, ...]:
    try:
        return roster.parsed(data, file, event)
    except BadInput as bad:
        if data and all(each.code == _NO_TEAM for each in bad.problems) and _has_header(data):
            return ()
        raise


def _has_header(data: bytes) -> bool:
    header = spreadsheet.sheet(data, roster.COLUMNS).header
    return header is not None and layout.names_all(header, {"team", "account_id"})


def _added(written: _Written, account: AccountFound, names: TeamNames, wishes: RowWishes) -> RosterDifference:
    team = names.of(account)
    cells = dict(account.cells)
    if wishes.spare:
        # A spare account has no people yet.
        cells.pop("emails", None)
        cells["spare"] = "yes"
    written.add({"team": team, "account_id": account.account_id, **cells})
    # The name as it could stand in the roster: without a mail address.
    called = naming.valid(account.name)
    detail = msg("called {name} there", name=called) if called not in ("", team) else ""
    return RosterDifference(Change.NEW, team, account.account_id, detail)


def _compared(written: _Written, account: AccountFound, row: TeamAccount) -> RosterDifference:
    cells = {name: cell for name, cell in account.cells.items() if not (name == "emails" and (row.spare or
             row.out_of_use))}  # fmt: skip
    changes = [*written.change(row.line, cells)]
    words = [
        msg("{column} changes (not shown)", column=name)
        if name in _PRIVATE
        else msg("{column}: {old} becomes {new}", column=name, old=old or msg("empty"), new=new)
        for name, old, new in changes
    ]
    change = Change.CHANGED if changes else Change.SAME
    return RosterDifference(change, row.team, row.account_id, joined(", ", words) if words else "")


class _Written:
    """The roster's text, with changed cells and new rows."""

    def __init__(self, data: bytes, sheet: Sheet) -> None:
        assert sheet.header is not None
        self._decoded, self._separator, self._header = decoding.decoded(data), sheet.separator, sheet.header
        self._columns = {name: at for at, name in enumerate(sheet.header.names)}
        self._records: dict[int, Record] = {}
        self._new: list[Mapping[str, str]] = []

    def add(self, cells: Mapping[str, str]) -> None:
        self._new.append(cells)

    def change(self, line: int, cells: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        """Change cells of a row; yield column, old and new value of those that differ."""
        record = self._record(line)
        for name, cell in cells.items():
            at = self._at(name)
            old = simple(record.cell(at))
            if old.casefold() != simple(cell).casefold():
                record.put(at, self._quoted(cell))
                yield name, old, cell

    def bytes(self) -> bytes:
        new = [self._separator.join(self._row(each)) for each in self._new]
        text = with_records(self._decoded.text, self._records.values())
        if not new:
            return self._decoded.bytes_of(text)
        end = next((each for each in ("\r\n", "\n", "\r") if each in text), "\n")
        closed = text.endswith(("\n", "\r"))
        return self._decoded.bytes_of(text + ("" if closed else end) + end.join(new) + (end if closed else ""))

    def _record(self, line: int) -> Record:
        if line not in self._records:
            self._records[line] = Record(self._decoded.text, line, self._separator)
        return self._records[line]

    def _at(self, name: str) -> int:
        """Return a column's place; one that the header lacks is added at its end."""
        if name not in self._columns:
            at = max(self._columns.values()) + 1
            self._record(self._header.line).put(at, name)
            self._columns[name] = at
        return self._columns[name]

    def _row(self, cells: Mapping[str, str]) -> list[str]:
        places = {self._at(name): self._quoted(cell) for name, cell in cells.items()}
        return [places.get(at, "") for at in range(max(self._columns.values()) + 1)]

    def _quoted(self, cell: str) -> str:
        special = (self._separator, '"', "\r", "\n")
        if any(each in cell for each in special):
            doubled = cell.replace('"', '""')
            return f'"{doubled}"'
        return cell


def _check(
    after: bytes, file: str, event: Event, rows: Sequence[TeamAccount], differences: Sequence[RosterDifference]
) -> None:
    """Raise BadInput (EB-717) if the new content does not say what was there, and the new accounts below it."""
    try:
        read = roster.parsed(after, file, event)
    except BadInput as bad:
        raise _unsafe(file, joined("; ", [each.what for each in bad.problems[:3]])) from None
    changed = {each.account_id for each in differences if each.change is Change.CHANGED}
    new = [(each.team, each.account_id) for each in differences if each.change is Change.NEW]
    kept = read[: len(rows)]
    same = all(
        now == was or (was.account_id in changed and _who(now) == _who(was))
        for now, was in zip(kept, rows, strict=False)
    )
    added = [(each.team, each.account_id) for each in read[len(rows) :]]
    if len(kept) != len(rows) or not same or [_simple(each) for each in added] != [_simple(each) for each in new]:
        raise _unsafe(file, "")


def _who(row: TeamAccount) -> TeamAccount:
    """Return the row with nothing but what the source cannot change."""
    return replace(row, region="", role_arn=None, profile=None, external_id=None, emails=(), labs=())


def _simple(row: tuple[str, str]) -> tuple[str, str]:
    return simple(row[0]), row[1]


def _unsafe(file: str, cause: str) -> BadInput:
    fix = msg("Write the new rows by hand, or save the roster as CSV UTF-8 and run the same command again")
    return BadInput([Problem("EB-717", msg("cannot be changed safely by this tool"), file, cause, fix)])
