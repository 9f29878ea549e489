"""Whose credentials the operator runs the tool with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from bootstrap.event.roster.roster import TeamAccount


class Asking(Protocol):
    """A session, as far as this needs one."""

    account: TeamAccount

    def hub_client(self, service: str) -> Any: ...

    def once(self, key: str, fetch: Callable[[], str]) -> str: ...


def operator_account(session: Asking) -> str:
    """The id of the operator's own account. API: GetCallerIdentity, once a run, region and profile."""

    def fetch() -> str:
        return str(session.hub_client("sts").get_caller_identity()["Account"])

    return session.once(f"operator:{session.account.profile or ''}", fetch)
