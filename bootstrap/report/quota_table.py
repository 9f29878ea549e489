"""The table of quotas: a quota step's facts -> one row for each quota, and one for each group of teams that differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TextIO

from rich.cells import cell_len
from rich.columns import Columns
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bootstrap.engine.outcomes import RunPlan, Summary
from bootstrap.engine.states import Outcome
from bootstrap.errors.message import joined, msg
from bootstrap.report import readiness, words
from bootstrap.report.translations import shown
from bootstrap.steps.quotas.standing import SETTLED, QuotaStanding, undecided


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One quota of one team, as text. `age`: seconds since its latest request. For decisions: `standing`; `filed`, True
    if AWS has a request for it; `new`, True if this run filed that; `undecided`, True while AWS has neither decided
    about it nor opened a support case; `case`: the case's id, "" without one.
    """

    team: str
    quota: str
    wanted: str
    applied: str
    status: str
    request: str
    age: float | None
    standing: QuotaStanding
    filed: bool
    new: bool = False
    undecided: bool = False
    case: str = ""


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """The teams that agree about one quota. `age`: that of the oldest open request; "" if none is open."""

    quota: str
    applied: str
    status: str
    age: str
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """The time to file a request. `sure`: H for AWS's documentation, M for hearsay, L for experience, not measured."""

    what: str
    when: str
    sure: str


# Seconds after which AWS is asked to have a person look at a request.
_HANGS = 86400.0
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
        age=quota["age"],
        standing=QuotaStanding(quota["standing"]),
        filed=bool(quota["status"]),
        new=bool(quota.get("new")),
        undecided=undecided(quota["status"], quota.get("case")),
        case=str(quota.get("case") or ""),
    )


def _status(quota: Mapping[str, Any]) -> str:
    """Return our word where the quota is applied or no request is known, else AWS's status of the request."""
    standing = QuotaStanding(quota["standing"])
    if standing in SETTLED or not quota["status"]:
        word = _STANDINGS[standing]
        return joined(" ", (word, quota["because"])) if quota["because"] else word
    return joined(" ", (quota["status"], quota["because"] or msg("(request again)")))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def groups(rows: Iterable[QuotaRow]) -> tuple[tuple[QuotaLine, ...], ...]:
    """Return the teams that agree about each quota, the largest group first; in the order of the quotas."""
    found: dict[str, dict[tuple[str, str, str], list[QuotaRow]]] = {}
    for row in rows:
        alike = (row.applied, row.wanted, row.status)
        found.setdefault(row.quota, {}).setdefault(alike, []).append(row)
    return tuple(
        tuple(map(_group, sorted(parts.values(), key=len, reverse=True))) for parts in found.values()
    )  # fmt: skip


def _group(rows: Sequence[QuotaRow]) -> QuotaLine:
    first = rows[0]
    ages = [each.age for each in rows if each.age is not None and each.standing is QuotaStanding.WAITING]
    of = msg("{applied} of {wanted}", applied=first.applied, wanted=first.wanted)
    age = words.some_time(max(ages)) if ages else ""
    return QuotaLine(first.quota, of, first.status, age, tuple(each.team for each in rows))


class QuotaEnding:
    """The end of a run of `quotas`: each quota once, with the teams that differ. `requested`: the run may file."""

    def __init__(self, requested: bool) -> None:
        self._requested = requested

    def __call__(self, stream: TextIO, plan: RunPlan, summary: Summary, *, plain: bool = False) -> None:
        """Write the table, what keeps accounts from it, and when to file what is missing."""
        rows = table((each.team, seen.facts) for each in summary.accounts for seen in each.steps.values())
        to, simple = readiness.console(stream, plain), words.ascii_only(stream)
        with to.capture() as text:
            for each in _blocks(rows, to.width):
                to.print(each)
            for block in readiness.cause_blocks(_broken(summary), simple):
                to.print(block)
            to.print()
            to.print(readiness.last_line(plan, summary, simple))
            for each in _advice(rows, self._requested):
                to.print(each)
        readiness.put(stream, text.get())


def _broken(summary: Summary) -> Summary:
    """Return the summary without the causes that only wait: the table says what waits."""
    return replace(summary, causes=tuple(each for each in summary.causes if each.state is not Outcome.WAITING))


def _blocks(rows: Sequence[QuotaRow], width: int) -> Iterator[RenderableType]:
    yield ""
    found = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    found.add_column(shown(msg("quota")), no_wrap=True, overflow="ellipsis")
    found.add_column(shown(msg("applied")), no_wrap=True)
    found.add_column(shown(msg("status")), overflow="fold")
    widest = max((cell_len(each.quota) for each in rows), default=0)
    for parts in groups(rows):
        alone = len(parts) == 1
        if not alone:
            found.add_row(parts[0].quota, "", "")
        for part in parts:
            first = part.quota if alone else f"  {_named(part.teams, max(12, min(widest, width // 2) - 2))}"
            found.add_row(first, shown(part.applied), f"{shown(part.status)} {shown(part.age)}".rstrip())
    yield found
    teams = dict.fromkeys(each.team for each in rows)
    if len(teams) == 1:
        for each in rows:
            if each.filed:
                yield Text(shown(msg("request {request}: {quota}", request=each.request, quota=each.quota)), "dim")
    if new := Counter(each.quota for each in rows if each.new):
        yield ""
        yield Text(shown(msg("requested now:")), "bold")
        for quota, number in new.items():
            yield Text(f"  {quota}  ({shown(words.teams(number))})")
    yield from _cases(rows)


def _cases(rows: Sequence[QuotaRow]) -> Iterator[RenderableType]:
    """Yield the ids of open support cases, by quota: a person follows them up in the console of each account."""
    found: dict[str, list[str]] = {}
    for each in rows:
        if each.case and each.standing is QuotaStanding.WAITING:
            found.setdefault(each.quota, []).append(f"{each.team} {each.case}")
    if found:
        yield ""
        yield Text(shown(msg("support cases, by team:")), "bold")
    for quota, cases in found.items():
        yield Text(f"  {quota}")
        yield Padding(Columns(cases, padding=(0, 3)), (0, 0, 0, 4))


def _named(teams: Sequence[str], width: int) -> str:
    """Return the names if they fit, else how many they are and as many names as fit."""
    for most in range(len(teams), 0, -1):
        named: str = words.few(teams, most)
        if most < len(teams):
            named = shown(msg("{teams}: {names}", teams=words.teams(len(teams)), names=named))
        if cell_len(named) <= width:
            return named
    return shown(words.teams(len(teams)))


def _advice(rows: Sequence[QuotaRow], requested: bool) -> Iterator[RenderableType]:
    """Yield when to file what is missing, and the next command."""
    if all(row.standing in SETTLED for row in rows):
        return
    yield ""
    yield shown(msg("when to file (H: AWS's documentation, M: hearsay, L: experience, not measured)"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for advice in ADVICE:
        grid.add_row(f"  {advice.sure}", shown(msg("{what}: {when}", what=advice.what, when=advice.when)))
    yield grid
    if not requested and any(row.standing is QuotaStanding.ASK and not row.filed for row in rows):
        yield ""
        yield shown(msg("next: {command}", command="event-bootstrap quotas --request"))
    elif any(row.undecided and row.standing not in SETTLED and (row.age or 0.0) >= _HANGS for row in rows):
        yield ""
        yield shown(msg("next: {command}", command="event-bootstrap quotas --open-cases"))
