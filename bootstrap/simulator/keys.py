"""Access keys -> who holds them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls. `expires`: epoch seconds; `token` is the session token that must come with the key."""

    account_id: str
    arn: str
    secret: str
    hub: bool = False
    token: str | None = None
    expires: float | None = None


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
