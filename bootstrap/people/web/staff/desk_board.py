"""Raised hands and notices for the desk, which shows them beside the standing; it notices when they change."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from bootstrap.event.inputs import Inputs
from bootstrap.journal.venue.hands import HandEnd, RaisedHand
from bootstrap.people.hands.queue import HandQueue
from bootstrap.people.web.site import Site
from bootstrap.sweep.spending import day_of


class DeskBoard:
    """Hands and notices as the server's one reader saw them last; each page is made of it. Calls no database itself
    but for what has ended."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._seen: tuple[object, ...] = ("",)

    @property
    def queue(self) -> HandQueue | None:
        """The queue; None before the first look."""
        return self._site.hands.latest

    def changed(self) -> bool:
        """Return True if what the desk shows of hands, notices and the event's files is not what it was at the last
        call."""
        found = self.queue
        seen: tuple[object, ...] = (self._site.trouble(),)
        if found is not None:
            hands = tuple((each.hand, each.late) for each in found.hands)
            seen += (hands, found.proposals, found.notices, found.times.answered, found.times.lowered)
        changed, self._seen = seen != self._seen, seen
        return changed

    def raised(self) -> frozenset[str]:
        """Return the account ids of teams with a raised hand: where a team is now, also if it was moved since."""
        found = self.queue
        teams = {each.hand.team for each in found.hands} if found else set()
        accounts = self._site.files.inputs.accounts
        return frozenset(each.account_id for each in accounts if each.team in teams and not each.out_of_use)


def today(hands: Sequence[RaisedHand], inputs: Inputs, now: float) -> list[RaisedHand]:
    """Return the hands that ended today, the latest first."""
    began = day_of(inputs.event, now).timestamp()
    ended = [each for each in hands if each.answered is not None and each.answered >= began]
    return sorted(ended, key=lambda each: each.answered or 0.0, reverse=True)


def answered(hands: Sequence[RaisedHand]) -> list[float]:
    """Return the seconds until each hand was answered, by a person or a notice."""
    return [each.answered - each.raised for each in hands
            if each.answered is not None and each.how != HandEnd.LOWERED]  # fmt: skip


def middle(seconds: Sequence[float]) -> float | None:
    """Return the median; None of nothing."""
    return median(seconds) if seconds else None
