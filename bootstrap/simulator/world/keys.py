"""Access keys -> who holds them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls. `expires`: epoch seconds; `token` is the session token that must come with the key.

    Of a role: `chained`, by whom it was assumed was a role's session itself; `longest`, its MaxSessionDuration.
    """

    account_id: str
    arn: str
    secret: str
    hub: bool = False
    token: str | None = None
    expires: float | None = None
    chained: bool = False
    longest: int = 3600


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a sign-in token stands for: whose session it opens, and until when; the token itself is good until `good`.

    Times are in epoch seconds.
    """

    holder: Principal
    good: float
    ends: float


class Keys:
    """The one table; moto's own look-up is a linear scan and takes unknown keys."""

    def __init__(self) -> None:
        self._held: dict[str, Principal] = {}

    def add(self, key: str, principal: Principal) -> None:
        self._held[key] = principal

    def find(self, key: str, token: str | None) -> Principal | None:
        """None: AWS does not know this key, or not with this token."""
        principal = self._held.get(key)
        return principal if principal and principal.token == token else None
