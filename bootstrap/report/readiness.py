"""A summary -> the readiness table, each cause once, and what to do next; for provision, plan and status."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TextIO

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bootstrap.engine.outcomes import AccountResult, Cause, Result, RunPlan, Summary
from bootstrap.engine.results import noted, planned
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.errors.message import Message, counted, joined, msg, some
from bootstrap.report import forecast, removals, words
from bootstrap.report.terminal import bare_table, writing
from bootstrap.report.translations import shown
from bootstrap.report.words import ascii_only, clauses, duration, explanation, glyph, style, tallied, word

# Beyond this the ready teams are counted, not listed; the HTML page and --output json hold them all.
_MOST_ROWS = 100
_ORDER = tuple(reversed(Result))
# After an evening, when the event is over.
_SEE_LEFT = msg("next: {command}    when the event is over: what it left", command="event-bootstrap sweep")
FAILED = "event-bootstrap provision --failed"
# With which a run leaves an account on hold alone.
_ON_HOLD = "EB-735"
_AFTER_THE_OTHER = msg("next: run the same command again when the other run has ended")
_NOTHING_NEXT = frozenset({RunKind.REHEARSE, RunKind.QUOTAS, RunKind.QUOTA_REQUESTS, RunKind.QUOTA_CASES})
_FINE = (Outcome.READY, Outcome.CHANGED, Outcome.PLANNED)


def write(
    stream: TextIO,
    plan: RunPlan,
    summary: Summary,
    footer: Callable[[Summary], Sequence[str]] | None = None,
    *,
    plain: bool = False,
) -> None:
    """Write everything about the end of a run."""
    simple = ascii_only(stream)
    with writing(stream, plain) as to:
        to.print()
        told, aside = _told(summary)
        to.print(table(told, simple=simple, aside=aside))
        to.print(legend(told, simple))
        for each in [*planned_block(plan, summary), *removals.blocks(removals.rows_of(summary))]:
            to.print(each)
        for each in [*cause_blocks(summary, simple), *noted_block(summary)]:
            to.print(each)
        for each in forecast.blocks(summary.forecast) if summary.forecast else ():
            to.print(each)
        to.print()
        if summary.interrupted:
            to.print(Text(shown(interruption(summary))))
        to.print(last_line(plan, summary, simple))
        for line in next_lines(plan, summary) if footer is None else footer(summary):
            to.print(Text(line), soft_wrap=True)


def _told(summary: Summary) -> tuple[list[AccountResult], list[Message]]:
    """Return the accounts of which the run has something to tell, and how many others there are, in words."""
    elsewhere = [each for each in summary.accounts if each.result is Result.ELSEWHERE]
    unbegun = [each for each in summary.accounts if summary.interrupted and not each.begun]
    told = [each for each in summary.accounts if each not in elsewhere and each not in unbegun]
    aside = []
    held = [each for each in elsewhere if _on_hold(each)]
    if held:
        aside.append(counted("{count:,} team: on hold", "{count:,} teams: on hold", len(held)))
    if others := len(elsewhere) - len(held):
        aside.append(counted("{count:,} team: in another run", "{count:,} teams: in another run", others))
    if unbegun:
        aside.append(counted("{count:,} team: not begun", "{count:,} teams: not begun", len(unbegun)))
    return told, aside


def table(accounts: Sequence[AccountResult], *, simple: bool = False, aside: Sequence[Message] = ()) -> Table:
    """Return a row for each team: result, a mark for each step, and in words what is not ready; failures first.

    `aside`: lines about teams that have no row.
    """
    rows = sorted(accounts, key=lambda each: _ORDER.index(each.result))
    visible = rows if len(rows) <= _MOST_ROWS else _worth_showing(rows)
    found = bare_table()
    found.add_column(shown(msg("team")), no_wrap=True, overflow="ellipsis", max_width=24)
    found.add_column(shown(msg("result")), no_wrap=True, min_width=9)
    found.add_column(shown(msg("steps")), no_wrap=True)
    found.add_column("", overflow="fold", ratio=1)
    for account in visible:
        result = Text(f"{glyph(account.result, simple)} {word(account.result)}", style(account.result))
        found.add_row(account.team, result, marks(account, simple), in_words(account))
    if hidden := len(rows) - len(visible):
        found.add_row("...", shown(counted("{count:,} more team: ready", "{count:,} more teams: ready", hidden)), "")
    for line in aside:
        found.add_row("...", shown(line), "")
    return found


def _worth_showing(rows: Sequence[AccountResult]) -> list[AccountResult]:
    troubled = [each for each in rows if each.result is not Result.READY]
    return [*troubled, *rows[len(troubled) : max(_MOST_ROWS, len(troubled))]]


def marks(account: AccountResult, simple: bool = False) -> Text:
    """Return a glyph for each step, in the order of the plan."""
    found = Text()
    for seen in account.steps.values():
        found.append(glyph(seen.state, simple), style(seen.state))
    return found


def in_words(account: AccountResult) -> str:
    """Return the steps that are not ready, by state; "3 ready, 10 changed" where all are. A hold comes first."""
    found = _in_words(account)
    return shown(joined("; ", (account.hold.words, found))) if account.hold else found


def _in_words(account: AccountResult) -> str:
    states = Counter(seen.state for seen in account.steps.values())
    parts: list[str] = []
    for state in (Outcome.FAILED, Outcome.BLOCKED, Outcome.WORKING, Outcome.WAITING):
        named = [_named(step, account) for step, seen in account.steps.items() if seen.state is state]
        if named:
            parts.append(msg("{state}: {steps}", state=words.message(state), steps=some(named, 3)))
    if states[Outcome.SKIPPED]:
        parts.append(tallied({Outcome.SKIPPED: states[Outcome.SKIPPED]}))
    return shown(clauses(parts)) if parts else tallied({state: states[state] for state in _FINE if states[state]})


def _named(step: str, account: AccountResult) -> str:
    code = account.steps[step].code
    name = f"{step} {code}" if code else step
    return name if step in account.counted else msg("{step} (optional)", step=name)


def legend(accounts: Sequence[AccountResult], simple: bool) -> Text:
    """Return what the marks mean, and which step each place stands for."""
    present = {seen.state for account in accounts for seen in account.steps.values()}
    signs = "  ".join(f"{glyph(state, simple)} {word(state)}" for state in Outcome if state in present)
    orders = list(dict.fromkeys(tuple(account.steps) for account in accounts))
    if len(orders) != 1 or not orders[0]:
        return Text(signs, "dim")
    steps = shown(msg("steps, left to right: {steps}", steps=", ".join(orders[0])))
    return Text(f"{signs}\n{steps}", "dim")


def doer(plan: RunPlan) -> str:
    """Return the command that makes the changes that this one only planned."""
    return plan.kind.doer.value


def planned_block(plan: RunPlan, summary: Summary) -> list[Padding]:
    """Return what provision or a sweep would do: each change once, with its teams."""
    return _listed(msg("{command} would", command=doer(plan)), planned(summary.accounts))


def noted_block(summary: Summary) -> list[Padding]:
    """Return what a person should know although the step is ready: each sentence once, with its teams."""
    return _listed(msg("worth knowing"), noted(summary.accounts))


def _listed(title: Message, changes: Sequence[Cause]) -> list[Padding]:
    if not changes:
        return []
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for each in changes[:_MOST_ROWS]:
        grid.add_row(
            Text(f"  {each.steps[0]}", style(each.state)), f"{shown(each.detail)}  ({shown(some(each.teams, 6))})"
        )
    if len(changes) > _MOST_ROWS:
        more = msg("{number} more; --output json lists them all", number=len(changes) - _MOST_ROWS)
        grid.add_row("  ...", shown(more))
    return [Padding(Text(shown(title), "bold"), (1, 0, 0, 0)), Padding(grid, 0)]


def cause_blocks(summary: Summary, simple: bool = False) -> list[Padding]:
    """Return each cause once, with its teams; causes that concern only optional labs come last, under a heading."""
    found = [_block(each, simple) for each in summary.causes if each.required]
    aside = [_block(each, simple) for each in summary.causes if not each.required]
    if aside:
        title = msg("affects only optional labs: {labs}", labs=some(sorted(summary.optional)))
        found.append(Padding(Text(shown(title), "bold"), (1, 0, 0, 0)))
    return found + aside


def _block(cause: Cause, simple: bool) -> Padding:
    known = explanation(cause.code)
    named = msg("{teams}: {names}", teams=words.teams(len(cause.teams)), names=some(cause.teams))
    title = Text.assemble(
        (f"{glyph(cause.state, simple)} {word(cause.state)}", style(cause.state)),
        f" {cause.code}" if cause.code else "",
        f" {known.title}" if known else "",
        f"  {shown(named)}",
    )
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    rows: list[tuple[str, str]] = [(msg("step"), ", ".join(cause.steps)), *_found(cause)]
    if known:
        rows += [(msg("fix"), known.fix), (msg("more"), f"event-bootstrap explain {cause.code}")]
    for name, text in rows:
        grid.add_row(f"  {shown(name)}", shown(text))
    both = Table.grid()
    both.add_column(overflow="fold", ratio=1)
    both.add_row(title)
    both.add_row(grid)
    return Padding(both, (1, 0, 0, 0))


def _found(cause: Cause) -> list[tuple[str, str]]:
    """Return each thing that was found, with its teams if there are several; of many the first, and how many more."""
    if len(cause.said) < 2:
        return [(msg("found"), cause.detail)]
    rows: list[tuple[str, str]] = []
    for each in cause.said[: words.MOST_SAID]:
        who = some(each.teams, 6)
        if len(cause.steps) > 1:
            who = msg("{steps} of {teams}", steps=", ".join(each.steps), teams=who)
        rows.append(("" if rows else msg("found"), msg("{who}: {found}", who=who, found=each.detail)))
    if (more := len(cause.said) - words.MOST_SAID) > 0:
        rows.append(("", msg("{number} more; --output json lists them all", number=more)))
    return rows


def interruption(summary: Summary) -> Message:
    """Return what an interrupted run has finished, begun and not begun."""
    done = [each for each in summary.accounts if each.finished]
    begun = [each for each in summary.accounts if each.begun and not each.finished]
    rest = len(summary.accounts) - len(done) - len(begun)
    said: list[str] = [msg("{accounts} finished", accounts=words.accounts(len(done)))]
    if begun:
        said.append(msg("begun and not finished: {teams}", teams=some([_where(each) for each in begun])))
    if rest:
        said.append(msg("{accounts} not begun", accounts=words.accounts(rest)))
    return msg("interrupted: {what}; what it has not looked at stays as it was known", what=joined("; ", said))


def _where(account: AccountResult) -> str:
    """Return the team, and at which steps it was being changed or waited for."""
    at = [step for step, seen in account.steps.items() if seen.code == "EB-392"]
    return msg("{team} (interrupted at {steps})", team=account.team, steps=", ".join(at)) if at else account.team


def last_line(plan: RunPlan, summary: Summary, simple: bool) -> Text:
    """Return "✓ car-day ready: 6 ready in 9:12, 1,148 API calls"."""
    result = msg("interrupted") if summary.interrupted else words.message(summary.result)
    counts = Counter(each.result for each in summary.accounts if each.begun or not summary.interrupted)
    told: str = tallied({each: counts[each] for each in Result if counts[each]}) or msg("nothing begun")
    if summary.seconds and plan.scenario:
        told = msg("{counts} in {time} of virtual time", counts=told, time=duration(summary.seconds))
    elif summary.seconds:
        told = msg("{counts} in {time}", counts=told, time=duration(summary.seconds))
    if summary.api_calls:
        calls = counted("{count:,} API call", "{count:,} API calls", summary.api_calls)
        told = msg("{result}, {calls}", result=told, calls=calls)
    if plan.whole:
        mark = msg("{event} {result}", event=plan.event, result=result)
    else:
        mark = msg("{event}, chosen steps only: {result}", event=plan.event, result=result)
    end = f"{glyph(summary.result, simple)} {shown(mark)}"
    return Text.assemble((end, f"bold {style(summary.result)}"), shown(msg(": {told}", told=told)))


def next_lines(plan: RunPlan, summary: Summary) -> list[str]:
    """Return the commands that a person would run next; none after a rehearsal or when all is ready."""
    return [shown(line) for line in next_messages(plan, summary)]


def next_messages(plan: RunPlan, summary: Summary) -> list[Message]:
    """Return them as messages, for a page in both languages."""
    if plan.scenario or plan.kind in _NOTHING_NEXT:
        return []
    if plan.kind.sweeps or summary.result is Result.STOPPED:
        return _after_sweep(plan, summary)
    if summary.result is Result.PLANNED:
        return [msg("next: {command}", command="event-bootstrap provision")]
    if summary.interrupted:
        return _after_interruption(plan)
    if plan.kind is RunKind.PLAN and summary.result is not Result.READY:
        return [msg("next: fix what is listed above, then run {command}", command="event-bootstrap plan")]
    if summary.result is Result.FAILED:
        return _after_failure(plan, summary)
    if summary.result is Result.WAITING:
        return [msg("next: {command}    later; it continues from here", command=FAILED)]
    return _after_the_other(summary) if summary.result is Result.ELSEWHERE else []


def _after_the_other(summary: Summary) -> list[Message]:
    alone = [each for each in summary.accounts if each.result is Result.ELSEWHERE]
    held = [shlex.quote(each.team) for each in alone if _on_hold(each)]
    release = msg("next: {command}    once whoever put it on hold agrees",
                  command=f"event-bootstrap release {' '.join(held)}")  # fmt: skip
    return [*([_AFTER_THE_OTHER] if len(held) < len(alone) else []), *([release] if held else [])]


def _on_hold(account: AccountResult) -> bool:
    return any(seen.code == _ON_HOLD for seen in account.steps.values())


def _after_failure(plan: RunPlan, summary: Summary) -> list[Message]:
    team = shlex.quote(next(each.team for each in summary.accounts if each.result is Result.FAILED))
    again = " --again" if any(each.again for each in summary.causes) else ""
    if plan.kind is RunKind.STATUS and len(summary.accounts) == 1:
        look = msg("next: {command}    what AWS shows now", command=f"event-bootstrap plan {team}")
    else:
        look = msg("next: {command}    one account, step by step", command=f"event-bootstrap status {team}")
    return [look, msg("      {command}    once fixed", command=f"{FAILED}{again}")]


def _after_interruption(plan: RunPlan) -> list[Message]:
    """Return how to go on: a run that only looks for what is not ready would leave out what was not looked at."""
    if plan.kind is RunKind.PROVISION and plan.whole:
        return [msg("next: {command}    continues where this run stopped", command="event-bootstrap provision")]
    return [msg("next: run the same command again; it continues where this run stopped")]


def _after_sweep(plan: RunPlan, summary: Summary) -> list[Message]:
    if summary.interrupted:
        return _after_interruption(plan)
    if summary.result is Result.ELSEWHERE:
        return _after_the_other(summary)
    if summary.result is Result.STOPPED or (plan.kind is RunKind.STOP_APPLY and summary.result is Result.READY):
        return [_SEE_LEFT]
    if summary.result in (Result.CLEAN, Result.READY):
        return []
    if summary.result is Result.PLANNED:
        return [msg("next: {command}", command=f"event-bootstrap {doer(plan)}")]
    return [msg("next: fix what is listed above, then run the same command again; it continues where it stopped")]
