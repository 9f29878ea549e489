"""Accounts from any table: a mapping says which of its columns are which of the roster's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.roster import layout, mistaken, roster
from bootstrap.event.roster.candidates import AccountFound, AccountSource, out_of_state
from bootstrap.event.roster.cells import Cells
from bootstrap.event.suggest import did_you_mean
from bootstrap.reading import spreadsheet
from bootstrap.reading.spreadsheet import Sheet, SheetRow, simple
from bootstrap.reading.unreadable import Unreadable

# A column of the source that is none of the roster's: the account's state, as Organizations calls it.
STATE = "state"
TARGETS = (*(each for each in roster.COLUMNS if each != "spare"), STATE)
# An account that this tool must not touch is no mistake of the table.
_KEPT_OUT = frozenset({"EB-113", "EB-568"})


def mapping(words: Sequence[str]) -> Mapping[str, str]:
    """Return roster column -> column of the source, of words such as `account_id=Account ID`.

    Raises BadInput (EB-715) with every word that is none.
    """
    made: dict[str, str] = {}
    problems = []
    for word in words:
        target, sign, name = (each.strip() for each in word.partition("="))
        if not sign or not name:
            what = msg("found `{found}`, which has no column of the source", found=word[:60])
            problems.append(Problem("EB-715", what, "--map", fix=msg('Write it so: --map account_id="Account ID"')))
        elif target not in TARGETS:
            what = did_you_mean(msg("the roster has no column `{found}`", found=target[:60]), target, TARGETS)
            fix = msg("The columns are {columns}", columns=", ".join(TARGETS))
            problems.append(Problem("EB-715", what, "--map", fix=fix))
        elif target in made:
            what = msg("`{found}` is mapped twice", found=target)
            problems.append(Problem("EB-715", what, "--map", fix=msg("Keep one of them")))
        made.setdefault(target, name)
    if problems:
        raise BadInput(problems)
    return made


def from_table(data: bytes, file: str, wanted: Mapping[str, str], event: Event) -> AccountSource:
    """Return the accounts of a CSV file. Columns that are called as in the roster need no mapping.

    Raises BadInput with everything that is wrong in the file.
    """
    names = {target: simple(name).casefold() for target, name in wanted.items()}
    try:
        sheet = spreadsheet.sheet(data, {*names.values(), *TARGETS})
    except Unreadable as error:
        raise BadInput([roster.unreadable(error, file)]) from None
    if sheet.header is None:
        raise BadInput([Problem("EB-102", msg("names no account"), file)])
    names = {each: each for each in TARGETS if each in sheet.header.names} | names
    problems = [*_missing(sheet.header, names, wanted, file)]
    if problems:
        raise BadInput(problems)
    found = [*_candidates(sheet, file, names, event, problems)]
    if sheet.broken is not None:
        problems.append(roster.unreadable(sheet.broken, file))
    if not found and not problems:
        problems.append(Problem("EB-102", msg("names no account"), file))
    if problems:
        raise BadInput(problems)
    return AccountSource(tuple(found), layout.notes(sheet, file))


def _missing(header: SheetRow, names: Mapping[str, str], wanted: Mapping[str, str], file: str) -> Iterator[Problem]:
    there = header.names
    where = f"{file}:{header.line}"
    shown = [simple(each)[:60] for each in header.cells if each]
    columns = msg("The columns are {columns}", columns=", ".join(shown[:30]))
    for target, name in names.items():
        called = wanted.get(target, target)
        if name not in there:
            yield Problem("EB-715", did_you_mean(msg("has no column {column}", column=called), called, shown), where,
                          fix=columns)  # fmt: skip
        elif there.count(name) > 1:
            what = msg("has the column {column} {times} times", column=called, times=there.count(name))
            yield Problem("EB-104", what, where, fix=msg("Keep one of them"))
    if "account_id" not in names:
        fix = msg('Say which column has the ids: --map account_id="Account ID". {columns}', columns=columns)
        yield Problem("EB-715", msg("has no column {column}", column="account_id"), where, fix=fix)


def _candidates(
    sheet: Sheet, file: str, names: Mapping[str, str], event: Event, problems: list[Problem]
) -> Iterator[AccountFound]:
    """Yield the accounts in order; what is wrong goes to `problems`."""
    header = sheet.header
    assert header is not None
    hidden = {each.line: each for each in layout.hidden_rows(sheet)}
    seen: dict[str, int] = {}
    for row in sorted([*sheet.rows, *hidden.values()], key=lambda each: each.line):
        if row.line in hidden:
            problems.append(layout.hidden_problem(row, file))
            continue
        problems += layout.shape_problems(row, header, file)
        theirs = row.named(header)
        ours = {target: theirs.get(name, "") for target, name in names.items()}
        of_row: list[Problem] = []
        made = _candidate(Cells(ours, row.line, file, event, of_row), ours, of_row)
        problems += of_row
        if made.account_id and (first := seen.setdefault(made.account_id, row.line)) != row.line:
            what = msg("found `{found}` again; it is on line {line} already", found=made.account_id, line=first)
            problems.append(Problem("EB-108", what, made.where, fix=msg("Delete one of the rows")))
        yield made


def _candidate(cells: Cells, ours: Mapping[str, str], problems: list[Problem]) -> AccountFound:
    where = f"{cells.file}:{cells.line}"
    account_id = cells.account_id()
    why = ""
    for each in [each for each in problems if each.code in _KEPT_OUT]:
        problems.remove(each)
        why = each.what
    if STATE in ours:
        why = why or out_of_state(ours[STATE])
    region = cells.region()
    cells.role_arn(account_id, region)
    cells.profile()
    cells.external_id()
    cells.emails()
    cells.labs()
    team = ours.get("team", "")
    if mistake := mistaken.in_team(team):
        problems.append(Problem("EB-125", mistake.what, f"{where} team", mistake.cause, mistake.fix))
    more = {name: _as_written(name, cell) for name, cell in ours.items() if name not in ("team", "account_id", STATE)}
    return AccountFound(account_id, team, cells={name: each for name, each in more.items() if each}, kept_out=why,
                     where=where)  # fmt: skip


def _as_written(column: str, cell: str) -> str:
    """Return the cell for the roster: one line, since a name and its addresses may stand below each other."""
    plain = re.sub(r"\s*[\r\n]+\s*", ";" if column == "emails" else " ", cell)
    return plain if column == "emails" else simple(plain)
