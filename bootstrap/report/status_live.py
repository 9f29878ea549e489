"""Where an event stands -> a view that stays on the terminal, folded to its height; for `status --watch`."""

from __future__ import annotations

import atexit
from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from bootstrap.engine.outcomes import AccountResult, Cause, Result
from bootstrap.journal.standing import ORDER, Stale, Standing, Word
from bootstrap.report import readiness, status_table
from bootstrap.report.words import ago, ascii_only, clock_time, count, duration, glyph, style

_WELL = (Result.READY, Result.CLEAN)
_WIDEST_NAME = 20
# Of a terminal's lines causes may have this part; the accounts have the rest.
_CAUSES_PART = 3


class StatusView:
    """Draws on `stream`, a terminal; `stop` gives the cursor back."""

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream, highlight=False, force_terminal=True)
        self._simple = ascii_only(stream)
        self._live = Live(console=self._console, auto_refresh=False, redirect_stdout=False, redirect_stderr=True)
        self._live.start()
        atexit.register(self._live.stop)

    def show(self, standing: Standing, now: float) -> None:
        lines = view(standing, now, self._console.size.height, self._simple)
        self._live.update(Group(*lines), refresh=True)

    def stop(self) -> None:
        self._live.stop()
        atexit.unregister(self._live.stop)


def view(standing: Standing, now: float, height: int, simple: bool = False) -> list[Text]:
    """At most `height` - 1 lines: a header, runs that go on, causes, accounts that are not well, how many are not
    shown."""
    head = [_header(standing, now), status_table.last_line(standing, simple)]
    head += [status_table.going_line(each, now) for each in standing.going[: max(1, height // 4)]]
    room = max(1, height - 1 - len(head))
    causes = [_cause(each, simple) for each in standing.summary.causes]
    causes = _folded(causes, room // _CAUSES_PART, "more causes")
    ordered = sorted(standing.summary.accounts, key=lambda each: ORDER.index(standing.word(each)))
    shown = [each for each in ordered if standing.word(each) not in _WELL]
    room -= len(causes)
    rows = shown if len(shown) <= room else shown[: max(0, room - 1)]
    width = min(_WIDEST_NAME, max((cell_len(each.team) for each in rows), default=0))
    lines = [*head, *causes, *(_row(standing, each, now, width, simple) for each in rows)]
    if len(rows) < len(shown):
        lines.append(_more(standing, shown[len(rows) :]))
    return [_cut(each) for each in lines]


def _cut(line: Text) -> Text:
    # Without an ellipsis: East Asian terminals draw it two cells wide, and the line would wrap.
    line.no_wrap, line.overflow = True, "crop"
    return line


def _folded(lines: list[Text], most: int, more: str) -> list[Text]:
    if len(lines) <= most:
        return lines
    return [*lines[: max(0, most - 1)], Text(f"... {len(lines) - max(0, most - 1)} {more}", "dim")] if most else []


def _header(standing: Standing, now: float) -> Text:
    accounts = count(len(standing.summary.accounts), "account")
    stale = {Stale.JOURNAL: "  the journal cannot be read", Stale.FILES: "  event.yaml or accounts.csv cannot be read"}
    title = (f"status {standing.about.event}", "bold")
    return Text.assemble(title, f"  {accounts}  {clock_time(now)}", (stale.get(standing.stale, ""), "bold red"))


def _cause(cause: Cause, simple: bool) -> Text:
    """One line: what, in how many teams, and what AWS or the step said."""
    optional = "" if cause.required else ", optional"
    words = f"  {count(len(cause.teams), 'team')}{optional}: {', '.join(cause.steps)}  {cause.detail}"
    mark = f"{glyph(cause.state, simple)} {cause.state.value}{f' {cause.code}' if cause.code else ''}"
    return Text.assemble((mark, style(cause.state)), words)


def _row(standing: Standing, account: AccountResult, now: float, width: int, simple: bool) -> Text:
    word, latest = standing.word(account), standing.of(account)
    times = f"{ago(now - latest.heard)}, took {duration(latest.took)}" if latest else "never looked at"
    return Text.assemble(
        (f"{glyph(word, simple)} {set_cell_size(account.team, width)} {word.value:<8}", style(word)),
        " ",
        readiness.marks(account, simple),
        f"  {times}  {readiness.in_words(account) if latest else ''}",
    )


def _more(standing: Standing, hidden: Sequence[AccountResult]) -> Text:
    found: Counter[Word] = Counter(standing.word(each) for each in hidden)
    return Text(f"... {', '.join(f'{found[word]} more {word.value}' for word in ORDER if found[word])}", "dim")
