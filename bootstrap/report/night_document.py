"""The document of what is stopped on purpose, as `status --output json` prints it."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


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
    """Of the notebooks' volumes, which are billed on; null if no price is known."""
