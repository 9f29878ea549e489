"""Where an event stands -> a table with causes and times, or one account step by step; for `status`."""

from __future__ import annotations

import sys
from typing import TextIO

from rich.table import Table
from rich.text import Text

from bootstrap.engine.outcomes import AccountResult, Result
from bootstrap.journal.standing import ORDER, Going, Standing
from bootstrap.report import json_documents, ndjson, problems, readiness
from bootstrap.report.words import ago, ascii_only, clock_time, duration, glyph, style, utc


def show(output: str, standing: Standing, now: float) -> None:
    """On stdout. `now` in epoch seconds."""
    if output == "json":
        for line in documents(standing):
            problems.print_to(sys.stdout, json_documents.dumps(line))
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
            to.print(Text(line), soft_wrap=True)
    readiness.put(stream, text.get())


def going_line(run: Going, now: float) -> Text:
    """A run that goes on: whose it is, how far, and since when it has said nothing."""
    words = f"{run.done}/{run.total} accounts ended, begun {ago(now - run.began)}, last word {ago(now - run.heard)}"
    told = Text.assemble(("now: ", "bold"), (run.command, "bold"), f" by {run.actor}: {words}")
    if run.died:
        told.append("; it has died: its leases have lapsed", style(Result.FAILED))
    elif run.silent(now):
        told.append("; it only waits, or it has died", style(Result.WAITING))
    return told


def last_line(standing: Standing, simple: bool) -> Text:
    """ "x car-day failed: 1 failed, 5 ready"."""
    found = standing.counts()
    worst = next(iter(found), Result.READY)
    counts = ", ".join(f"{number} {word.value}" for word, number in found.items())
    mark = f"{glyph(worst, simple)} {standing.about.event} {worst.value}"
    return Text.assemble((mark, f"bold {style(worst)}"), f": {counts}")


def _accounts(standing: Standing, now: float, simple: bool) -> Table:
    """What needs attention first."""
    found = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    found.add_column("team", no_wrap=True, overflow="ellipsis", max_width=24)
    found.add_column("result", no_wrap=True, min_width=9)
    found.add_column("steps", no_wrap=True)
    found.add_column("seen", no_wrap=True)
    found.add_column("took", no_wrap=True, justify="right")
    found.add_column("", overflow="fold", ratio=1)
    for account in sorted(standing.summary.accounts, key=lambda each: ORDER.index(standing.word(each))):
        word, latest = standing.word(account), standing.of(account)
        said = Text(f"{glyph(word, simple)} {word.value}", style(word))
        times = (ago(now - latest.heard), duration(latest.took)) if latest else ("never", "")
        found.add_row(account.team, said, readiness.marks(account, simple), *times, readiness.in_words(account))
    return found


def _steps(account: AccountResult, now: float, simple: bool) -> Table:
    """A row a step, with the time it was last seen, how long it took, and its line of detail."""
    found = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for title in ("step", "state", "seen", "took"):
        found.add_column(title, no_wrap=True)
    found.add_column("detail", overflow="fold", ratio=1)
    for step, seen in account.steps.items():
        word = Text(f"{glyph(seen.state, simple)} {seen.state.value}", style(seen.state))
        when = "never" if seen.at is None else f"{ago(now - seen.at)}, {clock_time(seen.at)}"
        took = "" if seen.took is None else duration(seen.took)
        found.add_row(step, word, when, took, f"{seen.code} {seen.detail}" if seen.code else seen.detail)
    return found


def _next(standing: Standing) -> list[str]:
    """The commands that a person would type next; none while a run is at it."""
    if any(not each.died for each in standing.going):
        return ["next: event-bootstrap status --watch    until the run has ended"]
    if standing.summary.result in (Result.LEFT, Result.UNKNOWN):
        return ["next: fix what is named above, then again: event-bootstrap sweep --apply"]
    return readiness.next_lines(standing.about, standing.summary)


def documents(standing: Standing) -> list[dict[str, object]]:
    """As NDJSON has it: a header, the runs that go on, each account's latest visit, the summary."""
    going = [
        {"type": "going", "run": each.run, "command": each.command, "actor": each.actor, "began": utc(each.began),
         "heard": utc(each.heard), "ended_accounts": each.done, "accounts": each.total, "died": each.died}
        for each in standing.going
    ]  # fmt: skip
    visits = [
        {"type": "visit", "team": team, "account_id": account_id, "run": each.run, "command": each.command,
         "actor": each.actor, "heard": utc(each.heard), "seconds": round(each.took, 3), "at_work": each.at_work}
        for (team, account_id), each in standing.latest.items()
    ]  # fmt: skip
    return [ndjson.header(standing.about), *going, *visits, ndjson.summary_line(standing.summary)]
