"""The parts of the documents that are about accounts on hold."""

from __future__ import annotations

from typing import Literal

# Before Python 3.12 pydantic reads this one only.
from typing_extensions import TypedDict


class HoldDocument(TypedDict):
    """Why no command but look-ups changes an account, who decided that, and when."""

    reason: str
    actor: str
    since: str


class HeldAccountDocument(TypedDict):
    """An account on hold, as `hold` and `journal` list it."""

    type: Literal["hold"]
    team: str
    account_id: str
    reason: str
    actor: str
    since: str
