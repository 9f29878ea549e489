"""The standing of an event -> a table with causes and times, or one account step by step; for `status`."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bootstrap.engine.outcomes import AccountResult, Result
from bootstrap.engine.time_left import TimeLeft
from bootstrap.errors.message import msg
from bootstrap.journal.standing import Going, Standing
from bootstrap.report import ndjson, night, overview, panel, problems, readiness, reminders, words
from bootstrap.report.documents import Document, dumps
from bootstrap.report.full_screen import text_of
from bootstrap.report.night import Night
from bootstrap.report.overview import Overview
from bootstrap.report.reminders import Reminder
from bootstrap.report.status_documents import GoingDocument, VisitDocument
from bootstrap.report.terminal import bare_table, writing
from bootstrap.report.translations import shown
from bootstrap.report.words import ago, ascii_only, clock_time, duration, glyph, style, tallied, utc, word

# Beyond so many teams those that agree share a row.
_MANY = 20
# The least columns for the words at the end of a row.
_LEAST_WORDS = 40


def show(
    output: str,
    standing: Standing,
    now: float,
    *,
    each: bool = False,
    asleep: Night | None = None,
    due: Sequence[Reminder] = (),
) -> None:
    """Write the standing on stdout. `now` in epoch seconds; `each`: a row for each team.

    `asleep`: what is stopped on purpose; `due`: what is to be done by its date.
    """
    if output == "json":
        also: list[Document] = [*([night.document(asleep)] if asleep else []), *map(reminders.document, due)]
        for line in documents(standing, now, also):
            problems.print_to(sys.stdout, dumps(line))
        return
    write(sys.stdout, standing, now, plain=output == "plain", each=each, goes_on=night.goes_on(asleep))
    for said in night.lines(asleep) if asleep else []:
        problems.print_to(sys.stdout, shown(said))
    show_due(output, due)


def show_due(output: str, due: Sequence[Reminder]) -> None:
    """Write what is to be done by its date; of an event without a journal that is all."""
    if output == "json":
        for each in due:
            problems.print_to(sys.stdout, dumps(reminders.document(each)))
        return
    for said in reminders.lines(due):
        problems.print_to(sys.stdout, shown(said))


def write(
    stream: TextIO, standing: Standing, now: float, *, plain: bool = False, each: bool = False, goes_on: bool = False
) -> None:
    """`goes_on`: the event has another morning, so that a stopped evening is not its end."""
    simple, accounts, found = ascii_only(stream), standing.summary.accounts, overview.of_standing(standing, now)
    with writing(stream, plain) as to:
        to.print()
        if len(accounts) == 1:
            to.print(_steps(accounts[0], now, simple))
            to.print()
        for block in readiness.cause_blocks(standing.summary, simple):
            to.print(block)
        if standing.summary.causes:
            to.print()
        for line in _going(found, simple, to.width):
            to.print(line)
        to.print(_accounts(standing, found, now, simple, each, to.width))
        to.print(readiness.legend(accounts, simple))
        to.print()
        to.print(last_line(found, simple))
        for command in _next(standing, goes_on):
            to.print(Text(shown(command)), soft_wrap=True)


def _going(found: Overview, simple: bool, width: int) -> Iterator[Text]:
    """Yield the runs that have not ended, the steps that go on in them, and how long still."""
    for each in found.runs:
        yield going_line(each, found.now)
    for line in panel.steps(found, simple):
        told = text_of((("  ", ""), *line))
        told.truncate(width, overflow="crop")
        yield told
    left = words.left(found.left, found.now)
    if left is not None:
        yield Text(f"  {shown(left)}", "bold")
    if found.runs:
        yield Text()


def going_line(run: Going, now: float) -> Text:
    """Return a run that has not ended: whose it is, how far it is, and when it last wrote to the journal."""
    line, warning = words.going(run, now)
    told = Text(shown(line))
    told.highlight_words([run.command], "bold")
    if warning is not None:
        told.append(shown(warning), style(Result.FAILED if run.died else Result.WAITING))
    return told


def last_line(found: Overview, simple: bool) -> Text:
    """Return "x car-day failed: 1 failed, 5 ready"."""
    worst = found.worst
    mark = shown(msg("{event} {result}", event=found.event, result=words.message(worst)))
    counts = shown(msg(": {told}", told=tallied(found.counts)))
    return Text.assemble((f"{glyph(worst, simple)} {mark}", f"bold {style(worst)}"), counts)


def _accounts(standing: Standing, whole: Overview, now: float, simple: bool, each: bool, width: int) -> Table:
    """Return a row for each account, or for those that agree if they are many; what needs attention comes first."""
    found = bare_table()
    found.add_column(shown(msg("team")), no_wrap=True, overflow="ellipsis", max_width=24)
    found.add_column(shown(msg("result")), no_wrap=True, min_width=9)
    found.add_column(shown(msg("steps")), no_wrap=True)
    found.add_column(shown(msg("seen")), no_wrap=True)
    found.add_column(shown(msg("took")), no_wrap=True, justify="right")
    accounts = {(one.team, one.account_id): one for one in standing.summary.accounts}
    ordered = [accounts[one.team, one.account_id] for one in whole.teams]
    alike = _alike(standing, ordered) if len(ordered) > _MANY and not each else [[one] for one in ordered]
    rows = [_row(standing, some, now, simple) for some in alike]
    # On a narrow terminal it would be folded letter by letter; what is above the table says it, too.
    if width - Console(width=width).measure(_filled(found, rows)).maximum >= _LEAST_WORDS:
        found.add_column("", overflow="fold", ratio=1)
        rows = [(*row, readiness.in_words(same[0])) for row, same in zip(rows, alike, strict=True)]
    return _filled(found, rows)


def _filled(table: Table, rows: Sequence[Sequence[str | Text]]) -> Table:
    found = copy.deepcopy(table)
    for row in rows:
        found.add_row(*row)
    return found


def _row(standing: Standing, alike: Sequence[AccountResult], now: float, simple: bool) -> tuple[str | Text, ...]:
    """Return the row of accounts that agree: of several, when one was seen longest ago, and what took longest."""
    state = standing.word(alike[0])
    latest = [seen for one in alike if (seen := standing.of(one))]
    said = Text(f"{glyph(state, simple)} {word(state)}", style(state))
    when = shown(ago(now - min(seen.heard for seen in latest)) if latest else msg("never"))
    took = duration(max(seen.took for seen in latest)) if latest else ""
    name = words.few([one.team for one in alike], 1 if len(alike) > 2 else 2)
    return name, said, readiness.marks(alike[0], simple), when, took


def _alike(standing: Standing, accounts: Sequence[AccountResult]) -> list[list[AccountResult]]:
    """Return the accounts, those together whose state and steps agree."""
    found: dict[object, list[AccountResult]] = {}
    for each in accounts:
        states = tuple((step, seen.state, seen.code) for step, seen in each.steps.items())
        found.setdefault((standing.word(each), states, each.hold), []).append(each)
    return list(found.values())


def _steps(account: AccountResult, now: float, simple: bool) -> Table:
    """Return a row for each step: when it was last seen, how long it took, and its detail."""
    found = bare_table()
    for title in (msg("step"), msg("state"), msg("seen"), msg("took")):
        found.add_column(shown(title), no_wrap=True)
    found.add_column(shown(msg("detail")), overflow="fold", ratio=1)
    for step, seen in account.steps.items():
        said = Text(f"{glyph(seen.state, simple)} {word(seen.state)}", style(seen.state))
        when = (
            msg("never") if seen.at is None else msg("{ago}, {time}", ago=ago(now - seen.at), time=clock_time(seen.at))
        )
        took = "" if seen.took is None else duration(seen.took)
        detail = shown(seen.detail)
        found.add_row(step, said, shown(when), took, f"{seen.code} {detail}" if seen.code else detail)
    return found


def _next(standing: Standing, goes_on: bool) -> Sequence[str]:
    """Return the commands that a person would run next."""
    if any(not each.died for each in standing.going):
        return [msg("next: {command}    until the run has ended", command="event-bootstrap status --watch")]
    if standing.summary.result in (Result.LEFT, Result.UNKNOWN):
        return [msg("next: fix what is listed above, then run {command}", command="event-bootstrap sweep --apply")]
    if goes_on and standing.summary.result is Result.STOPPED:
        # What `night` says of the morning comes first; the sweep's turn is after the last evening.
        return []
    return readiness.next_lines(standing.about, standing.summary)


def documents(standing: Standing, now: float, also: Sequence[Document] = ()) -> list[Document]:
    """Return NDJSON documents: a header, the runs that have not ended, each account's latest visit, `also`, and at the
    end the summary.
    """
    teams = {(each.team, each.account_id): each.left for each in overview.of_standing(standing, now).teams}
    going: list[GoingDocument] = [
        {"type": "going", "run": each.run, "command": each.command, "actor": each.actor, "began": utc(each.began),
         "heard": utc(each.heard), "ended_accounts": each.done, "accounts": each.total, "died": each.died}
        for each in standing.going
    ]  # fmt: skip
    visits: list[VisitDocument] = [
        {"type": "visit", "team": team, "account_id": account_id, "run": each.run, "command": each.command,
         "actor": each.actor, "heard": utc(each.heard), "seconds": round(each.took, 3), "at_work": each.at_work,
         "left_seconds": _left_seconds(left := teams.get((team, account_id)), now),
         "undecided": list(left.undecided) if left else []}
        for (team, account_id), each in standing.latest.items()
    ]  # fmt: skip
    return [ndjson.header(standing.about), *going, *visits, *also, ndjson.summary_line(standing.summary)]


def _left_seconds(left: TimeLeft | None, now: float) -> int | None:
    return None if left is None or left.until is None else round(left.seconds(now))
