"""One leftover: what a participant makes, by part of the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bootstrap.simulator.participants.participant import Participant

Act = Callable[[Participant], None]

PARTS = ("before", "opens", "noon", "closes")


def _nothing(who: Participant) -> None:
    """Do nothing in this part of the day."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """One leftover. `kinds`: what exists after all parts have been played, with hours between the parts."""

    kinds: tuple[str, ...]
    opens: Act = _nothing
    noon: Act = _nothing
    closes: Act = _nothing
    before: Act = _nothing

    def act(self, part: str) -> Act:
        found: Act = getattr(self, part)
        return found

    def acts(self, part: str) -> bool:
        return self.act(part) is not _nothing
