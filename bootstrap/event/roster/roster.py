"""accounts.csv -> TeamAccount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.event.event import Event
from bootstrap.event.names import partition_of
from bootstrap.event.roster import spreadsheet
from bootstrap.event.roster.cells import Cells
from bootstrap.event.roster.spreadsheet import SheetRow, Unreadable, simple
from bootstrap.event.suggest import did_you_mean

COLUMNS = ("team", "account_id", "region", "role_arn", "profile", "external_id", "emails", "labs", "spare")
_REQUIRED = COLUMNS[:2]
_LARGEST = 8 * 1024 * 1024
_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class TeamAccount:
    """One row: a team and its account. `emails` begins with the leader's; `labs` are names, never empty.

    A row may hold no team but an account that is prepared ahead (`spare`), or one that was a team's before and only
    has to be swept (`out_of_use`).
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
        """The row, for people: accounts.csv:8"""
        return f"{self.file}:{self.line}"


def read(path: Path, event: Event) -> tuple[TeamAccount, ...]:
    """Read every row, or raise BadInput once with every problem found."""
    return parsed(content(path), path.name, event)


def parsed(data: bytes, file: str, event: Event) -> tuple[TeamAccount, ...]:
    """The rows of a file's content, or BadInput once with every problem found. `file`: its name, for people."""
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
                raise Unreadable(f"has more than {_MOST_ROWS:,} rows", "Split it", row.line)
    except Unreadable as unreadable:
        where = file if unreadable.line is None else f"{file}:{unreadable.line}"
        problems.append(Problem("EB-101", unreadable.what, where, fix=unreadable.fix))
    if not accounts and not problems:
        problems.append(Problem("EB-102", "names no team", file, fix="Write one row for each team below the header"))
    if problems:
        raise BadInput(problems)
    return tuple(each for each in accounts if each is not None)


def content(path: Path) -> bytes:
    """The file as it stands. Raises BadInput (EB-100, EB-101)."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        fix = "`event-bootstrap init` writes accounts.csv and event.yaml to start from"
        raise BadInput([Problem("EB-100", "there is no such file", path.name, fix=fix)]) from None
    except (OSError, ValueError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise BadInput([Problem("EB-100", what, path.name, fix="Name a file that you may read")]) from None
    if len(data) > _LARGEST:
        what, fix = f"is larger than {_LARGEST // 1024 // 1024} MB", "Check that it is the roster; split it if so"
        raise BadInput([Problem("EB-101", what, path.name, fix=fix)])
    return data


def _header_problems(header: SheetRow, file: str) -> list[Problem]:
    where = f"{file}:{header.line}"
    names = [simple(each).casefold() for each in header.cells]
    columns = f"The columns are {', '.join(COLUMNS)}"
    problems = []
    for name, times in Counter(each for each in names if each).items():
        if name not in COLUMNS:
            free = [each for each in COLUMNS if each not in names]
            what = f"found `{name[:60]}`, which is no column of the roster.{did_you_mean(name, free)}"
            problems.append(Problem("EB-103", what, where, fix=columns))
        elif times > 1:
            problems.append(Problem("EB-104", f"has the column {name} {times} times", where, fix="Keep one"))
    for name in _REQUIRED:
        if name not in names:
            fix = f"Write a first line that names the columns. {columns}; only team and account_id are required"
            problems.append(Problem("EB-105", f"has no column {name}", where, fix=fix))
    return problems


def _shape_problems(row: SheetRow, header: SheetRow, file: str) -> list[Problem]:
    where = f"{file}:{row.line}"
    if row.filled > len(header.cells):
        what = f"has {row.filled} cells, and the header names {len(header.cells)} columns"
        fix = "Put a cell that holds the file's own separator in quotes, such as several e-mails"
        return [Problem("EB-106", what, where, fix=fix)]
    pairs = zip(header.cells, row.cells, strict=False)
    nameless = [number for number, (name, cell) in enumerate(pairs, 1) if cell and not name]
    if nameless:
        fix = "Name the column in the first line, or empty the cell"
        return [Problem("EB-106", f"has something in column {nameless[0]}, which has no name", where, fix=fix)]
    return []


def _account(cells: Cells) -> TeamAccount | None:
    """The row's account; None if cells had to be refused, which `cells` notes as problems."""
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
    """The first line of each team and account, to name it when one comes again."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._first: dict[tuple[str, str], int] = {}

    def problems(self, cells: Cells) -> list[Problem]:
        keys: Mapping[str, str] = {"team": cells.team_key(), "account_id": cells.account_key()}
        found = []
        for column, key in keys.items():
            first = self._first.setdefault((column, key), cells.line) if key else cells.line
            if first != cells.line:
                shown = cells.shown(column)
                code = "EB-107" if column == "team" else "EB-108"
                what = f"found {shown} again; it is on line {first} already"
                fix = "Give each team its own name" if column == "team" else "Give each team its own account"
                found.append(Problem(code, what, f"{self._file}:{cells.line} {column}", fix=fix))
        return found
