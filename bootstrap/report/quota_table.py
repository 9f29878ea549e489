"""The table of quotas: a quota step's facts -> rows on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from bootstrap.errors.message import joined, msg
from bootstrap.report import readiness, words
from bootstrap.report.translations import shown
from bootstrap.steps.quotas.standing import QuotaStanding

HEADERS = (msg("team"), msg("quota"), msg("wanted"), msg("applied"), msg("status"), msg("request"), msg("age"))


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One quota of one team, as text. `standing` and `filed`, True if AWS has a request for it, are for decisions."""

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
        """Return the texts, in the order of HEADERS."""
        return (self.team, self.quota, self.wanted, self.applied, self.status, self.request, self.age)


@dataclass(frozen=True, slots=True)
class Advice:
    """When to file a request. `sure`: H for AWS's documentation, M for hearsay, L for experience, not measured."""

    what: str
    when: str
    sure: str


ADVICE = (
    Advice(msg("small increases"), msg("minutes to hours; file some days before the event"), "L"),
    Advice(msg("applied after approval"), msg("up to 30 minutes"), "L"),
    Advice(
        msg("GPU types in new accounts"),
        msg("a support case, 1 to 3 or more working days; file 2 weeks before"),
        "L",
    ),
    Advice(msg("larger increases"), msg("AWS Support may approve, deny or approve in part, without priority"), "H"),
    Advice(msg("opt-in regions"), msg("2 open requests at a time: file the first ones earlier"), "H"),
    Advice(msg("after the event"), msg("raised quotas stay; AWS has no request that lowers them"), "M"),
)

_STANDINGS = {
    QuotaStanding.APPLIED: msg("applied"),
    QuotaStanding.GONE: msg("gone"),
    QuotaStanding.ASK: msg("not requested"),
    QuotaStanding.WAITING: msg("waiting"),
    QuotaStanding.REFUSED: msg("refused"),
}
_CLOSED = frozenset({QuotaStanding.APPLIED, QuotaStanding.GONE})


def rows(team: str, facts: Mapping[str, Any]) -> tuple[QuotaRow, ...]:
    """Return the rows of one team, from the facts of one of its quota steps; none if AWS was not readable."""
    return tuple(_row(team, each) for each in facts.get("quotas", ()))


def table(teams: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[QuotaRow, ...]:
    """Return the rows of many (team, facts), in their order."""
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
    """Return our word where the quota is applied or no request is known, else AWS's status of the request."""
    standing = QuotaStanding(quota["standing"])
    if standing in _CLOSED or not quota["status"]:
        word = _STANDINGS[standing]
        return joined(" ", (word, quota["because"])) if quota["because"] else word
    return joined(" ", (quota["status"], quota["because"] or msg("(request again)")))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _age(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return words.so_far(seconds)


def show(rows: Sequence[QuotaRow], requested: bool) -> None:
    """Write the table on stdout, and when to file what is missing. `requested`: this run filed requests."""
    console = readiness.console(sys.stdout)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for header in HEADERS:
        table.add_column(shown(header), overflow="fold", no_wrap=header.id != "quota")
    for row in rows:
        table.add_row(*map(shown, row.cells))
    console.print(table)
    if all(row.standing in _CLOSED for row in rows):
        return
    console.print()
    console.print(shown(msg("when to file (H: AWS's documentation, M: hearsay, L: experience, not measured)")))
    for advice in ADVICE:
        line = msg("{sure}  {what}: {when}", sure=advice.sure, what=advice.what, when=advice.when)
        console.print(f"  {shown(line)}", soft_wrap=True)
    if not requested and any(row.standing is QuotaStanding.ASK and not row.filed for row in rows):
        console.print()
        console.print(shown(msg("next: {command}", command="event-bootstrap quotas --request")))
