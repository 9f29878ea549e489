"""The documents that `status` writes between its header and its summary."""

from __future__ import annotations

from typing import Literal

# Before Python 3.12 pydantic reads this one only.
from typing_extensions import TypedDict


class GoingDocument(TypedDict):
    """A run that has not ended."""

    type: Literal["going"]
    run: str
    command: str
    actor: str
    began: str
    heard: str
    """Time of its last entry in the journal."""
    ended_accounts: int
    accounts: int
    died: bool


class VisitDocument(TypedDict):
    """The latest run that visited an account. `left_seconds`: while it is at work there, how long it still takes, as
    far as that can be told; `undecided`: the steps that wait for a decision of AWS."""

    type: Literal["visit"]
    team: str
    account_id: str
    run: str
    command: str
    actor: str
    heard: str
    seconds: float
    at_work: bool
    left_seconds: int | None
    undecided: list[str]


class NightDocument(TypedDict):
    """Accounts in which notebooks are stopped on purpose."""

    type: Literal["night"]
    stopped: list[str]
    """Teams whose accounts `sweep --apply --stop-only` stopped."""
    waiting: list[str]
    """Teams whose notebooks wait for the morning."""
    due: list[str]
    """Teams of these whose morning has begun: `provision` starts their notebooks."""
    until: str | None
    """The next morning, with the offset of the schedule; null after the last."""
    usd_per_day: float | None
    """Cost of the notebooks' volumes, which are billed while stopped; null if no price is known."""


class ReminderDocument(TypedDict):
    """Something to do that is due, or late."""

    type: Literal["reminder"]
    duty: str
    at: str
    """When, with the offset of the schedule."""
    days: int
    """From today; negative: days late."""
    what: str
    why: str
    command: str
