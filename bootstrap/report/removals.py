"""The objects of a sweep's plan: every one is named once; what is alike in many accounts is named for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bootstrap.aws.kinds.words import kind_words
from bootstrap.engine.outcomes import NOT_REACHED, Summary
from bootstrap.errors.message import Message, msg, some
from bootstrap.report.terminal import writing
from bootstrap.report.translations import shown
from bootstrap.report.words import accounts as accounts_counted
from bootstrap.report.words import clauses
from bootstrap.sweep.objects import Deed
from bootstrap.sweep.saved_plan import objects_of

Row = Mapping[str, Any]
# What is kept is not lost: of a longer list the terminal shows the first names, the page and the saved plan all.
_MOST_KEPT = 20
_MANY = 6
_ACCOUNT = "<account>"
_KEPT = "keep"
_DEEDS: Mapping[str, Message] = {
    Deed.STOP.value: msg("stop"),
    Deed.DELETE.value: msg("delete"),
    _KEPT: msg("keep"),
}


@dataclass(frozen=True, slots=True)
class RemovalLine:
    """Objects of one kind with which the same is done for the same reason. `region`: "" for the account's own.

    `dates`: when each was created, as AWS shows it; None for what several accounts have alike, or without a date.
    """

    deed: str
    kind: str
    region: str
    why: str
    names: tuple[str, ...]
    dates: tuple[str | None, ...] = ()

    @property
    def word(self) -> str:
        """What is done: stop, delete or keep, to be shown in any language."""
        return _DEEDS[self.deed]


@dataclass(frozen=True, slots=True)
class RemovalGroup:
    """What several accounts have alike, or one account has alone. `<account>` stands for an account's id in names."""

    title: str
    lines: tuple[RemovalLine, ...]


def rows_of(summary: Summary) -> list[Row]:
    """Return a row for each account that the plan looked at, as a saved plan has it."""
    found: list[Row] = []
    for each in summary.accounts:
        facts = each.steps.get("sweep", NOT_REACHED).facts
        objects, keeps = list(objects_of(each)), list(facts.get("keeps", ()))
        home = next((row["region"] for row in facts.get("objects", ())), "")
        if objects or keeps:
            about = {"team": each.team, "account_id": each.account_id, "region": home}
            found.append({**about, "objects": objects, "keeps": keeps})
    return found


def groups(accounts: Sequence[Row], what: str = "objects") -> list[RemovalGroup]:
    """Return each object of the accounts once. `what`: the objects that go, or those that it `keeps`."""
    teams: dict[tuple[str, ...], list[str]] = {}
    rows: dict[tuple[str, ...], Row] = {}
    for account in accounts:
        for key, row in _keys(account, what):
            teams.setdefault(key, []).append(account["team"])
            rows[key] = row
    together: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for key, holders in teams.items():
        together.setdefault(tuple(holders), []).append(key)
    order = sorted(together, key=lambda names: -len(names))
    ids = {account["team"]: account["account_id"] for account in accounts}
    found = []
    for names in order:
        alone = ids[names[0]] if len(names) == 1 else _ACCOUNT
        told = {(*key[:4], key[4].replace(_ACCOUNT, alone)): rows[key] for key in together[names]}
        found.append(RemovalGroup(_title(names, len(accounts)), tuple(_lines(told, dated=len(names) == 1))))
    return found


def _keys(account: Row, what: str) -> Iterator[tuple[tuple[str, ...], Row]]:
    for row in account[what]:
        name = str(row["id"]).replace(account["account_id"], _ACCOUNT)
        more = ", ".join(row[key] for key in ("called", "state") if row.get(key))
        named = f"{name} ({more})" if more else name
        region = "" if row.get("region", "") in ("", account["region"]) else row["region"]
        deed = row.get("deed", _KEPT)
        yield (deed, row["kind"], region, str(row["why"]), named), row


def _lines(told: Mapping[tuple[str, ...], Row], dated: bool) -> Iterator[RemovalLine]:
    found: dict[tuple[str, ...], list[str]] = {}
    dates: dict[tuple[str, ...], list[str | None]] = {}
    said: dict[tuple[str, ...], str] = {}
    for key, row in told.items():
        found.setdefault(key[:4], []).append(key[4])
        dates.setdefault(key[:4], []).append(row.get("made") if dated else None)
        said[key[:4]] = row["why"]
    for key, names in found.items():
        deed, kind, region, _ = key
        yield RemovalLine(deed, kind, region, said[key], tuple(names), tuple(dates[key]))


def _title(teams: Sequence[str], all_accounts: int) -> str:
    if len(teams) == 1:
        return msg("in {team}", team=teams[0])
    if len(teams) == all_accounts:
        return msg("in each of {accounts}", accounts=accounts_counted(len(teams)))
    return msg("in each of {accounts}: {teams}", accounts=accounts_counted(len(teams)), teams=some(teams, _MANY))


def blocks(accounts: Sequence[Row]) -> list[Padding]:
    """Return every object that would be stopped or deleted, then what is kept, for the terminal."""
    found: list[Padding] = []
    for title, what, most in (
        (msg("What would be stopped or deleted"), "objects", 0),
        (msg("What is kept"), "keeps", _MOST_KEPT),
    ):
        shown_groups = groups(accounts, what)
        if not shown_groups:
            continue
        found.append(Padding(Text(shown(title), "bold"), (1, 0, 0, 0)))
        for group in shown_groups:
            found.append(Padding(Text(shown(group.title)), (0, 0, 0, 2)))
            found.append(Padding(_table(group, most), (0, 0, 0, 4)))
    return found


def _table(group: RemovalGroup, most: int) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for line in group.lines:
        kind = kind_words(line.kind)
        if line.region:
            kind = msg("{kind} in {region}", kind=kind, region=line.region)
        names = some(line.names, most) if most else clauses(line.names)
        grid.add_row(shown(line.word), shown(kind), shown(msg("{names} - {why}", names=names, why=line.why)))
    return grid


def show(stream: TextIO, accounts: Sequence[Row]) -> None:
    """Write the objects of a saved plan."""
    with writing(stream) as to:
        for each in blocks(accounts):
            to.print(each)
