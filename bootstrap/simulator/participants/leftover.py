"""One leftover: what a participant makes, by part of the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bootstrap.simulator.participants.clients import CONSOLE
from bootstrap.simulator.participants.participant import Participant

Act = Callable[[Participant], None]

PARTS = ("before", "opens", "noon", "closes", "by hand")


def _nothing(who: Participant) -> None:
    """Do nothing in this part of the day."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """One leftover. `kinds`: what exists after all parts have been played, with hours between the parts.

    `session`: "ROLE/SESSION" of who makes it; `stays`: no sweep can remove it, so it is made only if its kinds are
    asked for; `by_hand`: how a person removes it, whatever of it is there.
    """

    kinds: tuple[str, ...]
    opens: Act = _nothing
    noon: Act = _nothing
    closes: Act = _nothing
    before: Act = _nothing
    by_hand: Act = _nothing
    session: str = CONSOLE
    stays: bool = False

    def act(self, part: str) -> Act:
        """Return what the participant does in the part of the day."""
        found: Act = getattr(self, part.replace(" ", "_"))
        return found

    def acts(self, part: str) -> bool:
        """Return True if the participant does anything in the part of the day."""
        return self.act(part) is not _nothing
