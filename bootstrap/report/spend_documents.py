"""The parts of the document that `spend --output json` writes."""

from __future__ import annotations

from typing import Literal, NotRequired

# Before Python 3.12 pydantic reads this one only.
from typing_extensions import TypedDict

from bootstrap.report.hold_documents import HoldDocument


class BilledDocument(TypedDict):
    """Something that is billed by the hour. `since`: when that began; null if it has not, or that is unknown."""

    kind: str
    name: str
    machines: str
    since: str | None
    usd_per_hour: float | None
    """Null if prices.yaml has no price."""


class SpendDocument(TypedDict):
    """Things that run in a team's account, and what they cost. A line for each account of each look."""

    type: Literal["spend"]
    team: str
    account_id: str
    at: str | None
    """Time of the figures; null if the account could not be read yet."""
    running: list[BilledDocument]
    usd_per_hour: float
    """Sum of the known prices."""
    usd_today: float
    """Since the day began, in the event's time zone; of known prices."""
    limit: float | None
    over: bool
    unpriced: int
    """Number of things of today whose price is unknown."""
    unlisted: dict[str, str]
    """Kinds that could not be listed, and why."""
    code: str | None
    """Error with which the account could not be read in this look."""
    detail: str | None
    hold: NotRequired[HoldDocument]
    """The account is on hold."""
