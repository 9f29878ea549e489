"""Move a team to a spare account: exchange the account's cells of two rows of accounts.csv.

All other bytes of the file stay as they are.
"""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.roster import roster
from bootstrap.event.roster.record import Record, with_records
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.reading import decoding, spreadsheet

# Columns that belong to the account. The others stay with the team.
_MOVES = ("account_id", "region", "role_arn", "profile", "external_id")
_OUT = "out"
_BY_HAND = msg("Edit the file by hand: exchange the account's cells of the two rows, as `explain EB-597` describes")


def moved(team: TeamAccount, spare: TeamAccount) -> TeamAccount:
    """Return the team in the spare account, as its row will say."""
    return replace(spare, team=team.team, emails=team.emails, labs=team.labs, line=team.line, spare=False)


def exchanged(data: bytes, team: TeamAccount, spare: TeamAccount, event: Event) -> bytes:
    """Return the roster's bytes with the team in the spare account, and the team's old account out of use.

    Reads the result again to check it. Raises BadInput (EB-597) if it says anything else.
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
        what = msg("cannot be changed safely by this tool")
        raise BadInput([Problem("EB-597", what, team.file, fix=_BY_HAND)])
    return after


def _exchanged(text: str, data: bytes, team: TeamAccount, spare: TeamAccount) -> str:
    sheet = spreadsheet.sheet(data, roster.COLUMNS)
    assert sheet.header is not None
    columns = {name: at for at, name in enumerate(sheet.header.names)}
    separator = sheet.separator
    ours, theirs = Record(text, team.line, separator), Record(text, spare.line, separator)
    for at in (columns[each] for each in _MOVES if each in columns):
        mine, other = ours.cell(at), theirs.cell(at)
        ours.put(at, other)
        theirs.put(at, mine)
    at = columns["spare"]
    theirs.put(at, f'"{_OUT}"' if theirs.cell(at).lstrip().startswith('"') else _OUT)
    return with_records(text, (ours, theirs))


def write(path: Path, before: bytes, after: bytes, kept: Path) -> None:
    """Replace the file by `after` in one step, and save the old content as `kept`.

    Keeps the file's mode and, if allowed, its owner. Raises BadInput: EB-595 if the file is no longer `before`,
    EB-596 if it cannot be written.
    """
    path = path.resolve()
    try:
        _replace(path, before, after, kept)
    except OSError as error:
        what = msg("cannot be written: {error}", error=error.strerror)
        fix = msg("Make its folder and .event-bootstrap writable, then run the same command again")
        raise BadInput([Problem("EB-596", what, path.name, fix=fix)]) from None


def write_new(path: Path, content: bytes) -> None:
    """Write a roster where there is none, whole or not at all. Raises BadInput: EB-596 if it cannot be written, EB-718
    if there is a file by now."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = _new_file(path.parent, f".{path.name}.", content)
        try:
            # Unlike a rename, a link never replaces a file.
            path.hardlink_to(new)
        finally:
            new.unlink(missing_ok=True)
    except FileExistsError:
        raise BadInput([taken(path)]) from None
    except OSError as error:
        what = msg("cannot be written: {error}", error=error.strerror)
        raise BadInput([Problem("EB-596", what, str(path), fix=msg("Name a file that you may write"))]) from None


def taken(path: Path) -> Problem:
    """Return the error EB-718: there is a file where a new roster would be written."""
    return Problem("EB-718", msg("the file exists already"), str(path), fix=msg("Name another file, or move it away"))


def _replace(path: Path, before: bytes, after: bytes, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    standing = path.stat()
    _new_file(kept.parent, f"{kept.name}.", before, standing).replace(kept)
    folder = os.open(path.parent, os.O_RDONLY)
    new = _new_file(path.parent, f".{path.name}.", after, standing)
    try:
        # The lock makes the second of two simultaneous moves find the file changed. Folders on NFS cannot be locked.
        with suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX)
        if path.read_bytes() != before:
            fix = msg("Check what was changed, then run the same command again")
            what = msg("was changed since this command read it")
            raise BadInput([Problem("EB-595", what, path.name, fix=fix)])
        new.replace(path)
        os.fsync(folder)
    finally:
        os.close(folder)
        new.unlink(missing_ok=True)


def _new_file(folder: Path, prefix: str, data: bytes, like: os.stat_result | None = None) -> Path:
    """Write a new file and return its path. `like`: whose owner and mode it gets.

    While it is written, and without `like` afterwards too, only this user can read it: it has mail addresses.
    """
    number, name = tempfile.mkstemp(prefix=prefix, dir=folder)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            if like is not None:
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
    """Return the spare account of this id. Raises BadInput: EB-593 if no row has it, EB-594 if it is not spare."""
    free = [each.account_id for each in accounts if each.spare]
    fix = msg("First add a row with spare = yes to the roster")
    if free:
        fix = msg("Name one of: {accounts}", accounts=", ".join(free))
    for each in accounts:
        if each.account_id == account_id and each.spare:
            return each
        if each.account_id == account_id:
            what = msg("account {account} belongs to team {team}", account=account_id, team=each.team)
            if each.out_of_use:
                what = msg("account {account} ({name}) is out of use", account=account_id, name=each.team)
            raise BadInput([Problem("EB-594", what, each.where, fix=fix)])
    what = msg("no row of the roster has account `{account}`", account=account_id[:60])
    raise BadInput([Problem("EB-593", what, fix=fix)])
