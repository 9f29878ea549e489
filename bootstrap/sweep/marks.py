"""What tells one object of an account from every other, in a plan and in the sweep that carries it out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bootstrap.aws.kinds import Thing

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

LOG_GROUP = "log group"


def mark(session: AccountSession, kind: str, name: str, created: float | None = None) -> str:
    """Return a digest that tells this one object from every other, also from a later one of the same name.

    `created`: epoch seconds, if AWS never changes that date.
    """
    told = [session.account_id, session.region, kind, name, "" if created is None else f"{created:.3f}"]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:32]


def mark_of(session: AccountSession, thing: Thing) -> str:
    """Return the thing's digest. A log group is told by its name alone: AWS creates a deleted one again."""
    by_date = thing.kind.lasting and thing.kind.name != LOG_GROUP
    return mark(session, thing.kind.name, thing.name, thing.created if by_date else None)
