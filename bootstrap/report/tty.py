"""Events -> a live view that folds itself to the terminal's height, what needs attention first."""

from __future__ import annotations

import atexit
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Group
from rich.live import Live
from rich.text import Text

from bootstrap.engine.outcomes import CleanEvent, Phase, RunPlan, StepResult, Summary
from bootstrap.engine.results import TROUBLE, Tally
from bootstrap.engine.states import Outcome
from bootstrap.errors.message import msg
from bootstrap.report import readiness, words
from bootstrap.report.terminal import terminal
from bootstrap.report.translations import shown
from bootstrap.report.words import ascii_only, duration, glyph, listed, style, word

# Seconds of real time between two drawings, however many events there are.
_REDRAW = 0.125
_SHOWN = (Phase.FAILED, Phase.WAITING, Phase.WORKING)
_BAR = 24
_WIDEST_NAME = 20
Key = tuple[str, str]


class LiveReport:
    """The live view on `err`; when the run has ended, the readiness table on `out`."""

    def __init__(
        self,
        out: TextIO,
        err: TextIO,
        calls: Callable[[], int] | None = None,
        footer: Callable[[Summary], Sequence[str]] | None = None,
    ) -> None:
        self._out, self._footer, self._calls = out, footer, calls
        self._console = terminal(err, force_terminal=True)
        self._simple = ascii_only(err)
        self._live: Live | None = None
        self._drawn = 0.0
        self._board = Tally(())
        self._plan: RunPlan | None = None

    def begin(self, plan: RunPlan, tally: Tally) -> None:
        self._plan, self._board = plan, tally
        # No refresh thread: the view is drawn at `tick`.
        self._live = Live(
            console=self._console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=True
        )
        self._live.start()
        # The view hides the cursor; a run that ends by an error must not leave it hidden.
        atexit.register(self._live.stop)
        self._draw(plan.began)

    def event(self, event: CleanEvent) -> None:
        """Do nothing: the next drawing shows the tally."""

    def tick(self, now: float) -> None:
        if time.monotonic() - self._drawn >= _REDRAW:
            self._draw(now)

    def end(self, summary: Summary) -> None:
        if self._live is not None:
            self._live.stop()
            atexit.unregister(self._live.stop)
        if self._plan is not None:
            readiness.write(self._out, self._plan, summary, self._footer)

    def _draw(self, now: float) -> None:
        self._drawn = time.monotonic()
        if self._live is not None and self._plan is not None:
            calls = self._calls() if self._calls else None
            height = self._console.size.height
            lines = view(self._plan, self._board, now, height, calls, self._simple)
            self._live.update(Group(*lines), refresh=True)


def view(
    plan: RunPlan, board: Tally, now: float, height: int, calls: int | None = None, simple: bool = False
) -> list[Text]:
    """At most `height` - 1 lines: a header, then failed, waiting and working accounts, then how many are not shown."""
    head = [_header(plan, now, calls), _counts(board, simple)]
    aside = _aside(board, simple)
    ordered = [key for phase in _SHOWN for key, each in board.phases.items() if each is phase]
    room = max(1, height - 1 - len(head) - len(aside))
    visible = ordered if len(ordered) <= room else ordered[: room - 1]
    width = min(_WIDEST_NAME, max((cell_len(key[0]) for key in visible), default=0))
    rows = [_row(board, key, now, width, simple) for key in visible]
    if len(visible) < len(ordered):
        rows.append(_more(board, ordered[len(visible) :]))
    return [*head, *rows, *aside]


def _line(*parts: str | tuple[str, str]) -> Text:
    # Cut, without an ellipsis: East Asian terminals draw it two cells wide, and the line would wrap.
    return Text.assemble(*parts, no_wrap=True, overflow="crop")


def _header(plan: RunPlan, now: float, calls: int | None) -> Text:
    time = duration(now - plan.began)
    said: list[str] = [words.accounts(len(plan.accounts))]
    said.append(msg("{time} virtual", time=time) if plan.scenario else time)
    if calls is not None:
        said.append(words.calls(calls))
    if plan.scenario:
        said.append(msg("scenario {scenario}", scenario=plan.scenario))
    return _line((f"{plan.command} {plan.event}", "bold"), *(f"  {shown(each)}" for each in said))


def _counts(board: Tally, simple: bool) -> Text:
    """Return a bar of the accounts that are done or failed, and how many are in each phase; failures come early."""
    total = max(1, len(board.phases))
    done, failed = (_BAR * board.tally[phase] // total for phase in (Phase.DONE, Phase.FAILED))
    parts = [("#" * done, style(Phase.DONE)), ("x" * failed, style(Phase.FAILED))]
    parts.append(("-" * (_BAR - done - failed), "dim"))
    parts.extend(
        (f"  {glyph(phase, simple)} {words.tallied({phase: board.tally[phase]})}", style(phase))
        for phase in (Phase.DONE, Phase.FAILED, Phase.WAITING, Phase.WORKING, Phase.QUEUED)
        if board.tally[phase] or phase is Phase.DONE
    )
    return _line(*parts)


def _row(board: Tally, key: Key, now: float, width: int, simple: bool) -> Text:
    step, seen = _telling(board, key)
    steps = board.steps(key)
    ended = sum(each.settled for each in steps.values())
    code = f" {seen.code}" if seen.code else ""
    since = "" if seen.settled or seen.began is None else f" {duration(now - seen.began)}"
    return _line(
        (glyph(seen.state, simple), style(seen.state)),
        f" {set_cell_size(key[0], width)} {ended:>2}/{board.size(key)}  {step} ",
        (f"{word(seen.state)}{code}{since}", style(seen.state)),
        f"  {shown(seen.detail)}",
    )


def _telling(board: Tally, key: Key) -> tuple[str, StepResult]:
    """Return the step that says most about an account: one that failed, else the one that began first."""
    steps, phase = board.steps(key), board.phases[key]
    if phase is Phase.FAILED:
        counted = [each for each in steps.items() if each[0] in board.counted(key)]
        for state in (Outcome.FAILED, Outcome.BLOCKED, Outcome.SKIPPED):
            for step, seen in counted:
                if seen.state is state:
                    return step, seen
    going = [each for each in steps.items() if not each[1].settled]
    if not going:
        waiting = [each for each in steps.items() if each[1].state is Outcome.WAITING]
        return waiting[0] if waiting else (board.latest[key].step, steps[board.latest[key].step])
    return min(going, key=lambda each: (each[1].state is Outcome.WAITING) is not (phase is Phase.WAITING))


def _more(board: Tally, hidden: Sequence[Key]) -> Text:
    found = Counter(board.phases[key] for key in hidden)
    parts = [
        msg("{number} more {state}", number=found[phase], state=words.message(phase))
        for phase in _SHOWN
        if found[phase]
    ]
    return _line((f"... {listed(parts)}", "dim"))


def _aside(board: Tally, simple: bool) -> list[Text]:
    """Return one line for steps of optional labs that failed or are blocked: no account's result depends on them."""
    found = Counter(_optional_troubles(board))
    if not found:
        return []
    parts = [
        msg("{step} {state} in {teams}", step=step, state=words.message(state), teams=words.teams(number))
        for (step, state), number in found.items()
    ]
    line = shown(msg("optional: {steps}", steps=listed(parts)))
    return [_line((f"{glyph(Outcome.BLOCKED, simple)} {line}", style(Outcome.BLOCKED)))]


def _optional_troubles(board: Tally) -> Iterator[tuple[str, Outcome]]:
    for key in board.phases:
        for step, seen in board.steps(key).items():
            if seen.state in TROUBLE - {Outcome.SKIPPED} and step not in board.counted(key):
                yield step, seen.state
