"""The interface of every view of a run, and several views as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TextIO

from bootstrap.engine.outcomes import CleanEvent, RunPlan, Summary
from bootstrap.engine.results import Tally
from bootstrap.errors import bug
from bootstrap.errors.message import msg


class Reporter(Protocol):
    """One view. Calls never overlap; `now` is in epoch seconds of the run's clock."""

    def begin(self, plan: RunPlan, tally: Tally) -> None:
        """`tally` changes during the run: each event is counted in it before `event` is called with it."""

    def event(self, event: CleanEvent) -> None: ...

    def tick(self, now: float) -> None:
        """Called a few times a second; in virtual time, after each visit."""

    def end(self, summary: Summary) -> None: ...


class Ending(Protocol):
    """Writes the end of a run for people. `plain`: without colours."""

    def __call__(self, stream: TextIO, plan: RunPlan, summary: Summary, *, plain: bool = False) -> None: ...


class Reporters:
    """Several views as one, the one that people read first. A view that raises is left out; the run goes on.

    `troubles` holds the errors of such views; `unseen`: the first one is left out.
    """

    def __init__(self, reporters: Sequence[Reporter]) -> None:
        self._reporters = list(reporters)
        self._first = next(iter(reporters), None)
        self.troubles: list[str] = []
        self.unseen = False

    def begin(self, plan: RunPlan, tally: Tally) -> None:
        self._each(lambda reporter: reporter.begin(plan, tally))

    def event(self, event: CleanEvent) -> None:
        self._each(lambda reporter: reporter.event(event))

    def tick(self, now: float) -> None:
        self._each(lambda reporter: reporter.tick(now))

    def end(self, summary: Summary) -> None:
        self._each(lambda reporter: reporter.end(summary))

    def _each(self, tell: Callable[[Reporter], None]) -> None:
        for reporter in tuple(self._reporters):
            try:
                tell(reporter)
            except Exception as error:
                self.unseen |= reporter is self._first
                self._reporters.remove(reporter)
                # The reader of our output (head, less) has ended: no error.
                if not isinstance(error, BrokenPipeError):
                    self.troubles.append(msg("{kind}: {reason}", kind=type(reporter).__name__, reason=bug(error)))
