"""What one participant leaves behind, in the parts of the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bootstrap.simulator.participants.participant import Participant

Act = Callable[[Participant], None]

PARTS = ("before", "opens", "noon", "closes")


def _nothing(who: Participant) -> None:
    """This part of the day leaves nothing."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """`kinds`: what is left when all parts have been played; hours lie between the parts."""

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
