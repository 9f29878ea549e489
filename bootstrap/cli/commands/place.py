"""Where and when a run happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bootstrap.aws.guard import Access
from bootstrap.cli.commands.forecast import Outlook
from bootstrap.engine.clock import Clock
from bootstrap.engine.queue import Queue
from bootstrap.engine.states import StepEvent


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a run happens. `drive` runs a board to its end; False: it was interrupted.

    `outlook`: what a rehearsal's forecast is about. `told`: an event as it is to be told of there. `shared`: other
    operators may write there too, so that each account is worked on by one at a time.
    """

    access: Access
    clock: Clock
    drive: Callable[[Queue, Callable[[float], None]], bool]
    run: str
    actor: str
    scenario: str | None = None
    shared: bool = False
    outlook: Outlook | None = None
    told: Callable[[StepEvent], StepEvent] = lambda event: event
