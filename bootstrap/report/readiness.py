"""A summary -> the readiness table, the causes said once, and what to do next; for provision, plan and status."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bootstrap.engine.outcomes import AccountResult, Cause, Result, RunPlan, Summary
from bootstrap.engine.results import planned
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.report import forecast
from bootstrap.report.words import ascii_only, count, duration, explanation, glyph, some, style

# What a pipe or a log holds well on one line.
_PLAIN_WIDTH = 120
# Beyond this the ready teams are counted, not listed; the HTML page and --output json hold them all.
_MOST_ROWS = 100
_ORDER = tuple(reversed(Result))
_NOTHING_NEXT = frozenset({RunKind.REHEARSE, RunKind.QUOTAS, RunKind.QUOTA_REQUESTS})
_FINE = (Outcome.READY, Outcome.CHANGED, Outcome.PLANNED)


def console(stream: TextIO, plain: bool = False) -> Console:
    """A rich console; NO_COLOR is honoured by rich, and a stream that is no terminal gets no colours."""
    if not stream.isatty():
        return Console(file=stream, width=_PLAIN_WIDTH, color_system=None, highlight=False)
    return Console(file=stream, color_system=None if plain else "auto", highlight=False)


def write(
    stream: TextIO,
    plan: RunPlan,
    summary: Summary,
    footer: Callable[[Summary], Sequence[str]] | None = None,
    *,
    plain: bool = False,
) -> None:
    """Write everything about the end of a run."""
    to = console(stream, plain)
    simple = ascii_only(stream)
    with to.capture() as text:
        to.print()
        to.print(table(summary.accounts, simple=simple))
        to.print(legend(summary.accounts, simple))
        for each in [*planned_block(plan, summary), *cause_blocks(summary, simple)]:
            to.print(each)
        for each in forecast.blocks(summary.forecast) if summary.forecast else ():
            to.print(each)
        to.print()
        to.print(_last_line(plan, summary, simple))
        for line in next_lines(plan, summary) if footer is None else footer(summary):
            to.print(Text(line), soft_wrap=True)
    put(stream, text.get())


def put(stream: TextIO, text: str) -> None:
    """Tables fill their lines with spaces, which a log would keep."""
    stream.write("".join(f"{line.rstrip()}\n" for line in text.splitlines()))
    stream.flush()


def table(accounts: Sequence[AccountResult], *, simple: bool = False) -> Table:
    """Teams x result, a mark a step, and in words what is not ready; what needs attention first."""
    rows = sorted(accounts, key=lambda each: _ORDER.index(each.result))
    shown = rows if len(rows) <= _MOST_ROWS else _worth_showing(rows)
    found = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    found.add_column("team", no_wrap=True, overflow="ellipsis", max_width=24)
    found.add_column("result", no_wrap=True, min_width=9)
    found.add_column("steps", no_wrap=True)
    found.add_column("", overflow="fold", ratio=1)
    for account in shown:
        word = Text(f"{glyph(account.result, simple)} {account.result.value}", style(account.result))
        found.add_row(account.team, word, marks(account, simple), in_words(account))
    if len(shown) < len(rows):
        found.add_row("...", f"{count(len(rows) - len(shown), 'more team')}: ready", "")
    return found


def _worth_showing(rows: Sequence[AccountResult]) -> list[AccountResult]:
    troubled = [each for each in rows if each.result is not Result.READY]
    return [*troubled, *rows[len(troubled) : max(_MOST_ROWS, len(troubled))]]


def marks(account: AccountResult, simple: bool = False) -> Text:
    """A glyph a step, in the order of the plan."""
    found = Text()
    for seen in account.steps.values():
        found.append(glyph(seen.state, simple), style(seen.state))
    return found


def in_words(account: AccountResult) -> str:
    """By name what is not as wanted; "3 ready, 10 changed" when all is."""
    states = Counter(seen.state for seen in account.steps.values())
    words = []
    for state in (Outcome.FAILED, Outcome.BLOCKED, Outcome.WORKING, Outcome.WAITING):
        named = [_named(step, account) for step, seen in account.steps.items() if seen.state is state]
        if named:
            words.append(f"{state.value}: {some(tuple(named), 3)}")
    if states[Outcome.SKIPPED]:
        words.append(f"{states[Outcome.SKIPPED]} skipped")
    return ", ".join(words or [f"{states[state]} {state.value}" for state in _FINE if states[state]])


def _named(step: str, account: AccountResult) -> str:
    code = account.steps[step].code
    optional = "" if step in account.counted else " (optional)"
    return f"{step} {code}{optional}" if code else f"{step}{optional}"


def legend(accounts: Sequence[AccountResult], simple: bool) -> Text:
    """What the marks mean, and which step each place is."""
    present = {seen.state for account in accounts for seen in account.steps.values()}
    signs = "  ".join(f"{glyph(state, simple)} {state.value}" for state in Outcome if state in present)
    orders = list(dict.fromkeys(tuple(account.steps) for account in accounts))
    steps = f"\nsteps, left to right: {', '.join(orders[0])}" if len(orders) == 1 and orders[0] else ""
    return Text(signs + steps, "dim")


def doer(plan: RunPlan) -> str:
    """The command that does what this one only looked at."""
    return plan.kind.doer.value


def planned_block(plan: RunPlan, summary: Summary) -> list[Padding]:
    """What provision or a sweep would do: the same change once, with its teams."""
    changes = planned(summary.accounts)
    if not changes:
        return []
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for each in changes[:_MOST_ROWS]:
        grid.add_row(Text(f"  {each.steps[0]}", style(each.state)), f"{each.detail}  ({some(each.teams, 6)})")
    if len(changes) > _MOST_ROWS:
        grid.add_row("  ...", f"{len(changes) - _MOST_ROWS} more; --output json has them all")
    return [Padding(Text(f"{doer(plan)} would", "bold"), (1, 0, 0, 0)), Padding(grid, 0)]


def cause_blocks(summary: Summary, simple: bool = False) -> list[Padding]:
    """The same cause once, with its teams; what only optional labs suffer from comes last, under a heading."""
    found = [_block(each, simple) for each in summary.causes if each.required]
    aside = [_block(each, simple) for each in summary.causes if not each.required]
    if aside:
        names = some(tuple(sorted(summary.optional)))
        found.append(Padding(Text(f"not needed for ready (optional: {names})", "bold"), (1, 0, 0, 0)))
    return found + aside


def _block(cause: Cause, simple: bool) -> Padding:
    known = explanation(cause.code)
    title = Text.assemble(
        (f"{glyph(cause.state, simple)} {cause.state.value}", style(cause.state)),
        f" {cause.code}" if cause.code else "",
        f" {known.title}" if known else "",
        f"  {count(len(cause.teams), 'team')}: {some(cause.teams)}",
    )
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    grid.add_row("  step", ", ".join(cause.steps))
    grid.add_row("  found", cause.detail)
    if known:
        grid.add_row("  fix", known.fix)
        grid.add_row("  more", f"event-bootstrap explain {cause.code}")
    both = Table.grid()
    both.add_column(overflow="fold", ratio=1)
    both.add_row(title)
    both.add_row(grid)
    return Padding(both, (1, 0, 0, 0))


def _last_line(plan: RunPlan, summary: Summary, simple: bool) -> Text:
    result = "interrupted" if summary.interrupted else summary.result.value
    counts = ", ".join(f"{number} {each.value}" for each, number in summary.counts.items())
    time = f"{duration(summary.seconds)}{' of virtual time' if plan.scenario else ''}"
    words = [f": {counts}"]
    if summary.seconds:
        words.append(f" in {time}")
    if summary.api_calls:
        words.append(f", {count(summary.api_calls, 'API call')}")
    part = "" if plan.whole else ", chosen steps only:"
    mark = f"{glyph(summary.result, simple)} {plan.event}{part} {result}"
    return Text.assemble((mark, f"bold {style(summary.result)}"), "".join(words))


def next_lines(plan: RunPlan, summary: Summary) -> list[str]:
    """The commands that a person would type next; none after a rehearsal or when all is well."""
    if plan.scenario or plan.kind in _NOTHING_NEXT:
        return []
    if plan.kind.sweeps:
        return _after_sweep(plan, summary)
    if summary.result is Result.PLANNED:
        return ["next: event-bootstrap provision"]
    if summary.interrupted:
        return ["next: event-bootstrap provision --failed    goes on where this run stopped"]
    if plan.kind is RunKind.PLAN and summary.result is not Result.READY:
        return ["next: fix what is named above, then: event-bootstrap plan"]
    if summary.result is Result.FAILED:
        team = shlex.quote(next(each.team for each in summary.accounts if each.result is Result.FAILED))
        alone = plan.kind is RunKind.STATUS and len(summary.accounts) == 1
        again = " --again" if any(each.again for each in summary.causes) else ""
        look = f"plan {team}    what AWS shows now" if alone else f"status {team}    one account, step by step"
        return [f"next: event-bootstrap {look}", f"      event-bootstrap provision --failed{again}    once fixed"]
    if summary.result is Result.WAITING:
        return ["next: event-bootstrap provision --failed    later; it goes on from here"]
    return []


def _after_sweep(plan: RunPlan, summary: Summary) -> list[str]:
    if summary.result in (Result.CLEAN, Result.READY):
        return []
    if summary.result is Result.PLANNED:
        return [f"next: event-bootstrap {doer(plan)}"]
    return ["next: fix what is named above, then the same command again; it goes on where it stopped"]
