"""A run's tally -> the live view, which folds itself to the terminal: what needs a person first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TextIO

from bootstrap.engine.outcomes import CleanEvent, RunPlan, Summary
from bootstrap.engine.results import Tally
from bootstrap.report import panel, readiness
from bootstrap.report.full_screen import FullScreen, Line
from bootstrap.report.overview import RunOverviews
from bootstrap.report.reporter import Ending
from bootstrap.report.words import ascii_only


class LiveReport:
    """The live view on `err`, on its alternate screen; when the run has ended, the readiness table on `out`."""

    def __init__(
        self,
        out: TextIO,
        err: TextIO,
        calls: Callable[[], int] | None = None,
        footer: Callable[[Summary], Sequence[str]] | None = None,
        ending: Ending | None = None,
    ) -> None:
        self._out, self._calls = out, calls
        self._ending: Ending = ending or partial(readiness.write, footer=footer)
        self._screen = FullScreen(err)
        self._simple = ascii_only(err)
        self._plan: RunPlan | None = None
        self._found: RunOverviews | None = None

    def begin(self, plan: RunPlan, tally: Tally) -> None:
        self._plan, self._found = plan, RunOverviews(plan, tally)
        self._screen.open()
        self._draw(plan.began)

    def event(self, event: CleanEvent) -> None:
        """Do nothing: the next frame shows the tally."""

    def tick(self, now: float) -> None:
        if self._screen.due():
            self._draw(now)

    def end(self, summary: Summary) -> None:
        self._screen.close()
        if self._plan is not None:
            self._ending(self._out, self._plan, summary)

    def _draw(self, now: float) -> None:
        if self._found is None:
            return
        found = self._found
        calls = self._calls() if self._calls else None

        def lines(width: int, height: int) -> list[Line]:
            whole = found.at(now, calls)
            return panel.lines(whole, width, height, simple=self._simple, said=self._screen.said)

        self._screen.draw(lines)
