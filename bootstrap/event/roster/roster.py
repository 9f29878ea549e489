"""Read accounts.csv into TeamAccounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.regions import partition_of
from bootstrap.event.roster import layout
from bootstrap.event.roster.cells import Cells
from bootstrap.reading import bounded, spreadsheet
from bootstrap.reading.spreadsheet import Sheet
from bootstrap.reading.unreadable import Unreadable

COLUMNS = ("team", "account_id", "region", "role_arn", "profile", "external_id", "emails", "labs", "spare")
_REQUIRED = COLUMNS[:2]
_LARGEST = 8 * 1024 * 1024
_MOST_ROWS = 20_000
_ROWS_A_LINE = 500
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class TeamAccount:
    """One row: a team and its account. The first of `emails` is the leader's; `labs` are names, never empty.

    A row without a team is a spare account (`spare`), or an account that a team has left and that is only to be
    swept (`out_of_use`).
    """

    team: str
    account_id: str
    region: str
    role_arn: str | None
    profile: str | None
    external_id: str | None
    emails: tuple[str, ...] = field(repr=False)
    labs: tuple[str, ...]
    line: int
    file: str = "accounts.csv"
    spare: bool = False
    out_of_use: bool = False

    @property
    def partition(self) -> str:
        return partition_of(self.region)

    @property
    def where(self) -> str:
        """Return file and line for messages: accounts.csv:8"""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Roster:
    """The rows of a roster, and `notes` for people: how the file was read, and which rows were skipped."""

    accounts: tuple[TeamAccount, ...]
    notes: tuple[str, ...] = ()


def read(path: Path, event: Event) -> tuple[TeamAccount, ...]:
    """Read all rows. Raises BadInput with all problems of the file."""
    return parsed(content(path), path.name, event)


def parsed(data: bytes, file: str, event: Event) -> tuple[TeamAccount, ...]:
    """Return the rows of a file's content. `file`: its name in problems. Raises BadInput with all problems."""
    return whole(data, file, event).accounts


def whole(data: bytes, file: str, event: Event, progress: Progress = lambda *_: None) -> Roster:
    """Return rows and notes of a file's content. `file`: its name in problems. Raises BadInput with all problems.

    `progress` is told now and then how many rows are read, of how many.
    """
    try:
        sheet = spreadsheet.sheet(data, COLUMNS)
    except Unreadable as error:
        raise BadInput([unreadable(error, file)]) from None
    problems = [] if sheet.header is None else [*layout.header_problems(sheet, file, COLUMNS, _REQUIRED)]
    accounts: list[TeamAccount | None] = []
    seen = _Seen(file)
    hidden = {each.line: each for each in layout.hidden_rows(sheet)}
    rows = sorted([*sheet.rows, *hidden.values()], key=lambda each: each.line) if sheet.header else ()
    for done, row in enumerate(rows[:_MOST_ROWS]):
        assert sheet.header is not None
        if done % _ROWS_A_LINE == 0:
            progress(msg("rows read"), done, len(rows))
        if row.line in hidden:
            problems.append(layout.hidden_problem(row, file))
            continue
        problems += layout.shape_problems(row, sheet.header, file)
        cells = Cells(row.named(sheet.header), row.line, file, event, problems)
        accounts.append(_account(cells))
        problems += seen.problems(cells)
    if len(rows) > _MOST_ROWS:
        what = msg("has more than {most} rows", most=f"{_MOST_ROWS:,}")
        problems.append(unreadable(Unreadable(what, msg("Split the file"), rows[_MOST_ROWS].line), file))
    if sheet.broken is not None:
        problems.append(unreadable(sheet.broken, file))
    if not accounts and not problems:
        problems.append(_empty(data, sheet, file))
    if problems:
        raise BadInput(problems)
    return Roster(tuple(each for each in accounts if each is not None), layout.notes(sheet, file))


def unreadable(error: Unreadable, file: str) -> Problem:
    """Return the error EB-101: a table, or the rest of it, cannot be read."""
    where = file if error.line is None else f"{file}:{error.line}"
    return Problem("EB-101", error.what, where, error.cause, error.fix)


def _empty(data: bytes, sheet: Sheet, file: str) -> Problem:
    fix = msg("Write one row for each team below the header")
    if not data:
        return Problem("EB-102", msg("is empty: it has no byte, and names no team"), file, fix=fix)
    if sheet.header is None and any(layout.is_header(each, _REQUIRED) for each in sheet.comments):
        fix = msg("Remove the # from the line with the names of the columns")
    return Problem("EB-102", msg("names no team"), file, fix=fix)


def content(path: Path) -> bytes:
    """Return the bytes of the file. Raises BadInput: EB-100 if it cannot be read, EB-101 if it is too large."""
    try:
        return bounded.file(path, _LARGEST)
    except FileNotFoundError:
        fix = msg("Run `event-bootstrap init`: it writes accounts.csv and event.yaml to start from")
        raise BadInput([Problem("EB-100", msg("there is no such file"), path.name, fix=fix)]) from None
    except (OSError, ValueError) as error:
        what = msg("cannot be read: {error}", error=getattr(error, "strerror", None) or str(error))
        raise BadInput([Problem("EB-100", what, path.name, fix=msg("Name a file that you may read"))]) from None
    except Unreadable as error:
        fix = msg("Check that this is the roster; if it is, split it")
        raise BadInput([Problem("EB-101", error.what, path.name, fix=fix)]) from None


def _account(cells: Cells) -> TeamAccount | None:
    """Return the row's account; None if a cell is wrong, which `cells` notes as a problem."""
    before = len(cells.problems)
    account_id = cells.account_id()
    region = cells.region()
    spare, out_of_use = cells.spare()
    account = TeamAccount(
        team=cells.team(no_team=spare or out_of_use),
        account_id=account_id,
        region=region,
        role_arn=cells.role_arn(account_id, region),
        profile=cells.profile(),
        external_id=cells.external_id(),
        emails=cells.emails(no_team=spare or out_of_use),
        labs=cells.labs(),
        line=cells.line,
        file=cells.file,
        spare=spare,
        out_of_use=out_of_use,
    )
    return account if len(cells.problems) == before else None


class _Seen:
    """The first line of each team and account, to name it when the same one appears again."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._first: dict[tuple[str, str], int] = {}

    def problems(self, cells: Cells) -> list[Problem]:
        keys: Mapping[str, str] = {"team": cells.team_key(), "account_id": cells.account_key()}
        found = []
        for column, key in keys.items():
            first = self._first.setdefault((column, key), cells.line) if key else cells.line
            if first != cells.line:
                code = "EB-107" if column == "team" else "EB-108"
                what = msg("found `{found}` again; it is on line {line} already", found=cells.shown(column), line=first)
                fix = msg("Give each team its own name") if column == "team" else msg("Give each team its own account")
                found.append(Problem(code, what, f"{self._file}:{cells.line} {column}", fix=fix))
        return found
