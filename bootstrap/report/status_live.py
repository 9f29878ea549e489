"""The standing of an event -> a view that stays on the terminal, folded to its height; for `status --watch`."""

from __future__ import annotations

import atexit
from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Group
from rich.live import Live
from rich.text import Text

from bootstrap.engine.outcomes import AccountResult, Cause, Result
from bootstrap.errors.message import counted, msg
from bootstrap.journal.standing import ORDER, Stale, Standing, Word
from bootstrap.report import readiness, status_table, words
from bootstrap.report.terminal import terminal
from bootstrap.report.translations import shown
from bootstrap.report.words import ago, ascii_only, clock_time, duration, glyph, listed, style

_WELL = (Result.READY, Result.CLEAN)
_WIDEST_NAME, _WIDEST_WORD = 20, 8
# Causes get at most one line in three; the accounts get the rest.
_CAUSES_PART = 3
_NO_JOURNAL = msg("the journal cannot be read")
_NO_FILES = msg("event.yaml or accounts.csv cannot be read")


class StatusView:
    """Draws on `stream`, a terminal. `stop` shows the cursor again."""

    def __init__(self, stream: TextIO) -> None:
        self._console = terminal(stream, force_terminal=True)
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
    """Return at most `height` - 1 lines: a header, running runs, causes, accounts that are not ready or clean, and
    how many of them have no line."""
    head = [_header(standing, now), status_table.last_line(standing, simple)]
    head += [status_table.going_line(each, now) for each in standing.going[: max(1, height // 4)]]
    room = max(1, height - 1 - len(head))
    causes = [_cause(each, simple) for each in standing.summary.causes]
    causes = _folded(causes, room // _CAUSES_PART)
    ordered = sorted(standing.summary.accounts, key=lambda each: ORDER.index(standing.word(each)))
    listed_ones = [each for each in ordered if standing.word(each) not in _WELL]
    room -= len(causes)
    rows = listed_ones if len(listed_ones) <= room else listed_ones[: max(0, room - 1)]
    width = min(_WIDEST_NAME, max((cell_len(each.team) for each in rows), default=0))
    lines = [*head, *causes, *(_row(standing, each, now, width, simple) for each in rows)]
    if len(rows) < len(listed_ones):
        lines.append(_more(standing, listed_ones[len(rows) :]))
    return [_cut(each) for each in lines]


def _cut(line: Text) -> Text:
    # Without an ellipsis: East Asian terminals draw it two cells wide, and the line would wrap.
    line.no_wrap, line.overflow = True, "crop"
    return line


def _folded(causes: list[Text], most: int) -> list[Text]:
    if len(causes) <= most:
        return causes
    more = counted("... {count} more cause", "... {count} more causes", len(causes) - max(0, most - 1))
    return [*causes[: max(0, most - 1)], Text(shown(more), "dim")] if most else []


def _header(standing: Standing, now: float) -> Text:
    accounts = shown(words.accounts(len(standing.summary.accounts)))
    title = (f"status {standing.about.event}", "bold")
    header = Text.assemble(title, f"  {accounts}  {clock_time(now)}")
    if standing.stale is Stale.JOURNAL:
        header.append(f"  {shown(_NO_JOURNAL)}", "bold red")
    if standing.stale is Stale.FILES:
        header.append(f"  {shown(_NO_FILES)}", "bold red")
    return header


def _cause(cause: Cause, simple: bool) -> Text:
    """Return one line: what, in how many teams, and what AWS or the step said."""
    teams, steps = words.teams(len(cause.teams)), ", ".join(cause.steps)
    said = (
        msg("{teams}: {steps}", teams=teams, steps=steps)
        if cause.required
        else msg("{teams}, optional: {steps}", teams=teams, steps=steps)
    )
    mark = f"{glyph(cause.state, simple)} {words.word(cause.state)}{f' {cause.code}' if cause.code else ''}"
    return Text.assemble((mark, style(cause.state)), f"  {shown(said)}  {shown(cause.detail)}")


def _row(standing: Standing, account: AccountResult, now: float, width: int, simple: bool) -> Text:
    state, latest = standing.word(account), standing.of(account)
    times = msg("never checked")
    if latest:
        times = msg("{ago}, took {time}", ago=ago(now - latest.heard), time=duration(latest.took))
    name, word = set_cell_size(account.team, width), set_cell_size(words.word(state), _WIDEST_WORD)
    return Text.assemble(
        (f"{glyph(state, simple)} {name} {word}", style(state)),
        " ",
        readiness.marks(account, simple),
        f"  {shown(times)}  {readiness.in_words(account) if latest else ''}",
    )


def _more(standing: Standing, hidden: Sequence[AccountResult]) -> Text:
    found: Counter[Word] = Counter(standing.word(each) for each in hidden)
    parts = (
        msg("{number} more {state}", number=found[word], state=words.message(word)) for word in ORDER if found[word]
    )
    return Text(f"... {listed(parts)}", "dim")
