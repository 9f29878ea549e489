"""The document of a reminder, as `status --output json` prints it."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


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
