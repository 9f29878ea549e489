"""The standing of an event -> a table with causes and times, or one account step by step; for `status`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from rich.table import Table
from rich.text import Text

from bootstrap.engine.outcomes import AccountResult, Result
from bootstrap.errors.message import msg
from bootstrap.journal.standing import ORDER, Going, Standing
from bootstrap.report import ndjson, problems, readiness, words
from bootstrap.report.documents import Document, GoingDocument, VisitDocument, dumps
from bootstrap.report.translations import shown
from bootstrap.report.words import ago, ascii_only, clock_time, duration, glyph, style, tallied, utc, word


def show(output: str, standing: Standing, now: float) -> None:
    """Write the standing on stdout. `now` in epoch seconds."""
    if output == "json":
        for line in documents(standing):
            problems.print_to(sys.stdout, dumps(line))
        return
    write(sys.stdout, standing, now, plain=output == "plain")


def write(stream: TextIO, standing: Standing, now: float, *, plain: bool = False) -> None:
    to, simple = readiness.console(stream, plain), ascii_only(stream)
    accounts = standing.summary.accounts
    with to.capture() as text:
        to.print()
        for each in standing.going:
            to.print(going_line(each, now))
        if len(accounts) == 1:
            to.print(_steps(accounts[0], now, simple))
            to.print()
        to.print(_accounts(standing, now, simple))
        to.print(readiness.legend(accounts, simple))
        for block in readiness.cause_blocks(standing.summary, simple):
            to.print(block)
        to.print()
        to.print(last_line(standing, simple))
        for line in _next(standing):
            to.print(Text(shown(line)), soft_wrap=True)
    readiness.put(stream, text.get())


def going_line(run: Going, now: float) -> Text:
    """Return a run that has not ended: whose it is, how far it is, and when it last wrote to the journal."""
    line, warning = words.going(run, now)
    told = Text(shown(line))
    told.highlight_words([run.command], "bold")
    if warning is not None:
        told.append(shown(warning), style(Result.FAILED if run.died else Result.WAITING))
    return told


def last_line(standing: Standing, simple: bool) -> Text:
    """Return "x car-day failed: 1 failed, 5 ready"."""
    found = standing.counts()
    worst = next(iter(found), Result.READY)
    mark = shown(msg("{event} {result}", event=standing.about.event, result=words.message(worst)))
    counts = shown(msg(": {told}", told=tallied(found)))
    return Text.assemble((f"{glyph(worst, simple)} {mark}", f"bold {style(worst)}"), counts)


def _accounts(standing: Standing, now: float, simple: bool) -> Table:
    """Return a row for each account; what needs attention comes first."""
    found = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    found.add_column(shown(msg("team")), no_wrap=True, overflow="ellipsis", max_width=24)
    found.add_column(shown(msg("result")), no_wrap=True, min_width=9)
    found.add_column(shown(msg("steps")), no_wrap=True)
    found.add_column(shown(msg("seen")), no_wrap=True)
    found.add_column(shown(msg("took")), no_wrap=True, justify="right")
    found.add_column("", overflow="fold", ratio=1)
    for account in sorted(standing.summary.accounts, key=lambda each: ORDER.index(standing.word(each))):
        state, latest = standing.word(account), standing.of(account)
        said = Text(f"{glyph(state, simple)} {word(state)}", style(state))
        when = shown(ago(now - latest.heard) if latest else msg("never"))
        times = (when, duration(latest.took) if latest else "")
        found.add_row(account.team, said, readiness.marks(account, simple), *times, readiness.in_words(account))
    return found


def _steps(account: AccountResult, now: float, simple: bool) -> Table:
    """Return a row for each step: when it was last seen, how long it took, and its detail."""
    found = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
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


def _next(standing: Standing) -> Sequence[str]:
    """Return the commands that a person would run next."""
    if any(not each.died for each in standing.going):
        return [msg("next: {command}    until the run has ended", command="event-bootstrap status --watch")]
    if standing.summary.result in (Result.LEFT, Result.UNKNOWN):
        return [msg("next: fix what is listed above, then run {command}", command="event-bootstrap sweep --apply")]
    return readiness.next_lines(standing.about, standing.summary)


def documents(standing: Standing) -> list[Document]:
    """Return NDJSON documents: a header, the runs that have not ended, each account's latest visit, the summary."""
    going: list[GoingDocument] = [
        {"type": "going", "run": each.run, "command": each.command, "actor": each.actor, "began": utc(each.began),
         "heard": utc(each.heard), "ended_accounts": each.done, "accounts": each.total, "died": each.died}
        for each in standing.going
    ]  # fmt: skip
    visits: list[VisitDocument] = [
        {"type": "visit", "team": team, "account_id": account_id, "run": each.run, "command": each.command,
         "actor": each.actor, "heard": utc(each.heard), "seconds": round(each.took, 3), "at_work": each.at_work}
        for (team, account_id), each in standing.latest.items()
    ]  # fmt: skip
    return [ndjson.header(standing.about), *going, *visits, ndjson.summary_line(standing.summary)]
