"""Access keys, and the principals that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Principal:
    """A principal. `expires`: epoch seconds; `token`: the session token that must come with the key.

    For a role session: `chained` if a role session assumed the role; `longest`: the role's MaxSessionDuration;
    `policy`: the statements of its session policy.
    """

    account_id: str
    arn: str
    secret: str
    hub: bool = False
    token: str | None = None
    expires: float | None = None
    chained: bool = False
    longest: int = 3600
    policy: tuple[dict[str, Any], ...] | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A sign-in token's content: the session's holder and end. The token itself is valid until `good`.

    Times are in epoch seconds.
    """

    holder: Principal
    good: float
    ends: float


class Keys:
    """The table of access keys. moto's own lookup scans all roles and accepts unknown keys."""

    def __init__(self) -> None:
        self._held: dict[str, Principal] = {}

    def add(self, key: str, principal: Principal) -> None:
        """Register an access key."""
        self._held[key] = principal

    def find(self, key: str, token: str | None) -> Principal | None:
        """Return the principal; None if the key is unknown or the token does not match."""
        principal = self._held.get(key)
        return principal if principal and principal.token == token else None
