"""Read accounts.csv into TeamAccounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.regions import partition_of
from bootstrap.event.roster.cells import Cells
from bootstrap.event.suggest import did_you_mean
from bootstrap.reading import spreadsheet
from bootstrap.reading.spreadsheet import SheetRow, Unreadable, simple

COLUMNS = ("team", "account_id", "region", "role_arn", "profile", "external_id", "emails", "labs", "spare")
_REQUIRED = COLUMNS[:2]
_LARGEST = 8 * 1024 * 1024
_MOST_ROWS = 20_000


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


def read(path: Path, event: Event) -> tuple[TeamAccount, ...]:
    """Read all rows. Raises BadInput with all problems of the file."""
    return parsed(content(path), path.name, event)


def parsed(data: bytes, file: str, event: Event) -> tuple[TeamAccount, ...]:
    """Return the rows of a file's content. `file`: its name in problems. Raises BadInput with all problems."""
    problems: list[Problem] = []
    accounts: list[TeamAccount | None] = []
    header: SheetRow | None = None
    seen = _Seen(file)
    try:
        for row in spreadsheet.rows(data, COLUMNS):
            if header is None:
                header = row
                problems += _header_problems(row, file)
                continue
            problems += _shape_problems(row, header, file)
            cells = Cells(row.named(header), row.line, file, event, problems)
            accounts.append(_account(cells))
            problems += seen.problems(cells)
            if len(accounts) > _MOST_ROWS:
                what = msg("has more than {most} rows", most=f"{_MOST_ROWS:,}")
                raise Unreadable(what, msg("Split the file"), row.line)
    except Unreadable as unreadable:
        where = file if unreadable.line is None else f"{file}:{unreadable.line}"
        problems.append(Problem("EB-101", unreadable.what, where, fix=unreadable.fix))
    if not accounts and not problems:
        fix = msg("Write one row for each team below the header")
        problems.append(Problem("EB-102", msg("names no team"), file, fix=fix))
    if problems:
        raise BadInput(problems)
    return tuple(each for each in accounts if each is not None)


def content(path: Path) -> bytes:
    """Return the bytes of the file. Raises BadInput: EB-100 if it cannot be read, EB-101 if it is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        fix = msg("Run `event-bootstrap init`: it writes accounts.csv and event.yaml to start from")
        raise BadInput([Problem("EB-100", msg("there is no such file"), path.name, fix=fix)]) from None
    except (OSError, ValueError) as error:
        what = msg("cannot be read: {error}", error=getattr(error, "strerror", None) or str(error))
        raise BadInput([Problem("EB-100", what, path.name, fix=msg("Name a file that you may read"))]) from None
    if len(data) > _LARGEST:
        what = msg("is larger than {size} MB", size=_LARGEST // 1024 // 1024)
        fix = msg("Check that this is the roster; if it is, split it")
        raise BadInput([Problem("EB-101", what, path.name, fix=fix)])
    return data


def _header_problems(header: SheetRow, file: str) -> list[Problem]:
    where = f"{file}:{header.line}"
    names = [simple(each).casefold() for each in header.cells]
    columns = ", ".join(COLUMNS)
    problems = []
    for name, times in Counter(each for each in names if each).items():
        if name not in COLUMNS:
            free = [each for each in COLUMNS if each not in names]
            what = did_you_mean(msg("found the unknown column `{found}`", found=name[:60]), name, free)
            problems.append(Problem("EB-103", what, where, fix=msg("The columns are {columns}", columns=columns)))
        elif times > 1:
            what = msg("has the column {column} {times} times", column=name, times=times)
            problems.append(Problem("EB-104", what, where, fix=msg("Keep one of them")))
    for name in _REQUIRED:
        if name not in names:
            fix = msg(
                "Write a first line with the names of the columns: {columns}. Only {required} are required",
                columns=columns,
                required=", ".join(_REQUIRED),
            )
            problems.append(Problem("EB-105", msg("has no column {column}", column=name), where, fix=fix))
    return problems


def _shape_problems(row: SheetRow, header: SheetRow, file: str) -> list[Problem]:
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
