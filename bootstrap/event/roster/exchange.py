"""A team moves to a spare account: two rows of accounts.csv exchange what belongs to the account.

Every other byte of the file stays as it is.
"""

from __future__ import annotations

import fcntl
import io
import os
import re
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.event import decoding
from bootstrap.event.event import Event
from bootstrap.event.roster import roster, spreadsheet
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.roster.spreadsheet import simple

# What goes with the account; the other columns stay with the team.
_MOVES = ("account_id", "region", "role_arn", "profile", "external_id")
_OUT = "out"
_BY_HAND = "Write it by hand: give the team's row the account's cells, and the account's row the team's old ones"


def moved(team: TeamAccount, spare: TeamAccount) -> TeamAccount:
    """The team as its row will say, in the spare's account."""
    return replace(spare, team=team.team, emails=team.emails, labs=team.labs, line=team.line, spare=False)


def exchanged(data: bytes, team: TeamAccount, spare: TeamAccount, event: Event) -> bytes:
    """The roster's bytes with the team in the spare's account, and the team's old account out of use.

    The result is read again and must say just that. Raises BadInput (EB-597) if it does not.
    """
    found = decoding.decoded(data)
    after = found.bytes_of(_exchanged(found.text, data, team, spare))
    old = replace(team, team=spare.team, emails=(), labs=spare.labs, line=spare.line, out_of_use=True)
    rows = roster.parsed(data, team.file, event)
    wanted = [{team.line: moved(team, spare), spare.line: old}.get(each.line, each) for each in rows]
    try:
        good = list(roster.parsed(after, team.file, event)) == wanted
    except BadInput:
        good = False
    if not good or found.bytes_of(found.text) != data:
        raise BadInput([Problem("EB-597", "cannot be changed safely by the tool", team.file, fix=_BY_HAND)])
    return after


def _exchanged(text: str, data: bytes, team: TeamAccount, spare: TeamAccount) -> str:
    header = next(spreadsheet.rows(data, roster.COLUMNS))
    columns = {simple(name).casefold(): at for at, name in enumerate(header.cells)}
    separator, _ = spreadsheet.separator(text, roster.COLUMNS)
    ours, theirs = _Record(text, team.line, separator), _Record(text, spare.line, separator)
    for at in (columns[each] for each in _MOVES if each in columns):
        mine, other = ours.cell(at), theirs.cell(at)
        ours.put(at, other)
        theirs.put(at, mine)
    at = columns["spare"]
    theirs.put(at, f'"{_OUT}"' if theirs.cell(at).lstrip().startswith('"') else _OUT)
    for record in sorted((ours, theirs), key=lambda each: -each.begins):
        text = f"{text[: record.begins]}{record}{text[record.ends :]}"
    return text


class _Record:
    """A row's cells as they are written, quotes and blanks included."""

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
        return self._cells[at] if at < len(self._cells) else ""

    def put(self, at: int, written: str) -> None:
        if written or at < len(self._cells):
            self._cells += [""] * (at + 1 - len(self._cells))
            self._cells[at] = written

    def __str__(self) -> str:
        return self._separator.join(self._cells)


def write(path: Path, before: bytes, after: bytes, kept: Path) -> None:
    """Put `after` in the place of the file, whole or not at all, and what was there into `kept`.

    The file's mode and, where one may, its owner stay. Raises BadInput: EB-595 if the file does not hold `before`
    any more, EB-596 if it cannot be written.
    """
    path = path.resolve()
    try:
        _replace(path, before, after, kept)
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        fix = "Make its folder and .event-bootstrap writable, then the same command again"
        raise BadInput([Problem("EB-596", what, path.name, fix=fix)]) from None


def _replace(path: Path, before: bytes, after: bytes, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    standing = path.stat()
    _new_file(kept.parent, f"{kept.name}.", before, standing).replace(kept)
    folder = os.open(path.parent, os.O_RDONLY)
    new = _new_file(path.parent, f".{path.name}.", after, standing)
    try:
        # Two swaps at once: the second one finds the file changed. NFS locks no folder.
        with suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX)
        if path.read_bytes() != before:
            fix = "Look at what was changed, then the same command again; it goes on where it stopped"
            raise BadInput([Problem("EB-595", "was changed while the account was prepared", path.name, fix=fix)])
        new.replace(path)
        os.fsync(folder)
    finally:
        os.close(folder)
        new.unlink(missing_ok=True)


def _new_file(folder: Path, prefix: str, data: bytes, like: os.stat_result) -> Path:
    """On the disk before it is anything's; a roster holds mail addresses, so it is nobody else's for a moment."""
    number, name = tempfile.mkstemp(prefix=prefix, dir=folder)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            with suppress(OSError):
                os.fchown(number, like.st_uid, like.st_gid)
            os.fchmod(number, stat.S_IMODE(like.st_mode))
            file.flush()
            os.fsync(number)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def spare_of(accounts: Sequence[TeamAccount], account_id: str) -> TeamAccount:
    """The spare account of this id. Raises BadInput: EB-593 if the roster has no such row, EB-594 if it is none."""
    free = [each.account_id for each in accounts if each.spare]
    fix = f"Name one of: {', '.join(free)}" if free else "Write a row with spare = yes into the roster first"
    for each in accounts:
        if each.account_id == account_id and each.spare:
            return each
        if each.account_id == account_id:
            whose = f"{each.team}, which is out of use" if each.out_of_use else f"team {each.team}"
            raise BadInput([Problem("EB-594", f"account {account_id} is that of {whose}", each.where, fix=fix)])
    raise BadInput([Problem("EB-593", f"no row of the roster has account {account_id[:60]!r}", fix=fix)])
