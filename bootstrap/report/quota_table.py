"""The table of quotas: a quota step's facts -> rows on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from bootstrap.report import readiness
from bootstrap.steps.quotas.standing import QuotaStanding

HEADERS = ("team", "quota", "wanted", "applied", "status", "request", "age")


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One quota of one team, as text; `standing` and `filed`, whether AWS has a request of it, are for decisions."""

    team: str
    quota: str
    wanted: str
    applied: str
    status: str
    request: str
    age: str
    standing: QuotaStanding
    filed: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts, in the order of HEADERS."""
        return (self.team, self.quota, self.wanted, self.applied, self.status, self.request, self.age)


@dataclass(frozen=True, slots=True)
class Advice:
    """When to file. `sure`: H read in AWS's documentation, M second hand, L experience, not measured."""

    what: str
    when: str
    sure: str


ADVICE = (
    Advice("small increases", "minutes to hours; file some days before the event", "L"),
    Advice("applied after approval", "up to 30 minutes", "L"),
    Advice("GPU types in new accounts", "a support case, 1 to 3 or more working days; file 2 weeks before", "L"),
    Advice("larger increases", "AWS Support may approve, deny or approve in part, without priority", "H"),
    Advice("opt-in regions", "2 open requests at a time: file the first ones earlier", "H"),
    Advice("after the event", "raised quotas stay; AWS has no request that lowers them", "M"),
)

_STANDINGS = {
    QuotaStanding.APPLIED: "applied",
    QuotaStanding.GONE: "gone",
    QuotaStanding.ASK: "not requested",
    QuotaStanding.WAITING: "waiting",
    QuotaStanding.REFUSED: "refused",
}
_CLOSED = frozenset({QuotaStanding.APPLIED, QuotaStanding.GONE})


def rows(team: str, facts: Mapping[str, Any]) -> tuple[QuotaRow, ...]:
    """The rows of one team, from the facts of one of its quota steps; none if it could not look."""
    return tuple(_row(team, each) for each in facts.get("quotas", ()))


def table(teams: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[QuotaRow, ...]:
    """The rows of many (team, facts), in their order."""
    return tuple(row for team, facts in teams for row in rows(team, facts))


def _row(team: str, quota: Mapping[str, Any]) -> QuotaRow:
    return QuotaRow(
        team=team,
        quota=str(quota["name"]),
        wanted=_number(quota["wanted"]),
        applied=_number(quota["applied"]),
        status=_status(quota),
        request=str(quota["request"] or "-"),
        age=_age(quota["age"]),
        standing=QuotaStanding(quota["standing"]),
        filed=bool(quota["status"]),
    )


def _status(quota: Mapping[str, Any]) -> str:
    """The applied value decides; below it AWS's own word is shown, beside ours where they differ."""
    standing = QuotaStanding(quota["standing"])
    words = _STANDINGS[standing]
    if standing in _CLOSED or not quota["status"]:
        return words + (f" {quota['because']}" if quota["because"] else "")
    return f"{quota['status']} {quota['because'] or '(ask again)'}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _age(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    minutes = max(0, int(seconds)) // 60
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes < 48 * 60 else f"{minutes // 1440} days"


def show(rows: Sequence[QuotaRow], requested: bool) -> None:
    """On stdout, and when to file what is missing."""
    console = readiness.console(sys.stdout)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for header in HEADERS:
        table.add_column(header, overflow="fold", no_wrap=header != "quota")
    for row in rows:
        table.add_row(*row.cells)
    console.print(table)
    if all(row.standing in _CLOSED for row in rows):
        return
    console.print("\nwhen to file (H: AWS's documentation, M: second hand, L: experience, unverified)")
    for advice in ADVICE:
        console.print(f"  {advice.sure}  {advice.what}: {advice.when}", soft_wrap=True)
    if not requested and any(row.standing is QuotaStanding.ASK and not row.filed for row in rows):
        console.print("\nnext: event-bootstrap quotas --request")
