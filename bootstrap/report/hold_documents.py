"""The parts of the documents that are about accounts on hold."""

from __future__ import annotations

from typing import Literal

# Before Python 3.12 pydantic reads this one only.
from typing_extensions import TypedDict

from bootstrap.engine.hold import Hold
from bootstrap.report.words import utc


class HoldDocument(TypedDict):
    """The reason why no command but look-ups touches an account, who decided that, and when."""

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


class ReleasedDocument(TypedDict):
    """An account that `release` has released. `hold`: what it was."""

    type: Literal["released"]
    team: str
    account_id: str
    hold: HoldDocument


def hold_of(hold: Hold) -> HoldDocument:
    return {"reason": hold.reason, "actor": hold.actor, "since": utc(hold.since)}
