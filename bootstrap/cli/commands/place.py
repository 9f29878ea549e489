"""The place of a run: its clock, its way to AWS, its name.

`run.real_place` makes it for AWS and the real clock, `rehearse.virtual_place` for a simulated AWS and virtual time. The
journal is `Choice.journal_path`, opened in `reported.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bootstrap.aws.guard import Access
from bootstrap.cli.commands.forecast import Outlook
from bootstrap.engine.clock import Clock
from bootstrap.engine.queue import Queue
from bootstrap.engine.states import StepEvent
from bootstrap.event.event import Event


@dataclass(frozen=True, slots=True)
class Place:
    """Clock, access and identity of a run. `drive` runs a queue to its end and returns False if it was interrupted.

    `shared`: other operators may write there too, so an account is leased before it is written to. `beside`: data is
    packed beside the visits of a run in real time that only reads. `outlook`: input for a rehearsal's forecast.

    `told`: changes an event before it is shown (a rehearsal leaves out ports).
    """

    access: Access
    clock: Clock
    drive: Callable[[Queue, Callable[[float], None]], bool]
    run: str
    actor: str
    scenario: str | None = None
    shared: bool = False
    beside: bool = False
    outlook: Outlook | None = None
    told: Callable[[StepEvent], StepEvent] = lambda event: event


class Placed(Protocol):
    """Makes the place of a run. `jobs`: accounts at the same time."""

    def __call__(self, event: Event, write: bool, jobs: int) -> Place: ...
