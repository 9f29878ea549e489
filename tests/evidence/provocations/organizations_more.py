"""Places in an organization, and haste, for the rows of AWS Organizations."""

from __future__ import annotations

from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount

_HASTE = (
    "AWS Organizations can't complete your request because another request is already in progress. Try again later."
)
_HASTE_TOO = "You have sent too many requests in too short a period of time. Try again later."


def _haste(message: str) -> list[dict[str, Any]]:
    return [{"service": "organizations", "code": "TooManyRequestsException", "message": message}]


@provokes("org-1", organization={"standing": "none"})
def ask_without_an_organization(account: OneAccount) -> tuple[str, Any]:
    """The account is in no organization."""
    return "OK", account.client("organizations").describe_organization()


@provokes("org-4", organization={"standing": "management"}, faults=_haste(_HASTE))
def list_accounts_in_haste(account: OneAccount) -> tuple[str, Any]:
    """Others of the organization ask at the same time."""
    return "OK", account.client("organizations").list_accounts()


@provokes("org-5", organization={"standing": "management"}, faults=_haste(_HASTE_TOO))
def list_roots_in_haste(account: OneAccount) -> tuple[str, Any]:
    """Many calls in a short time."""
    return "OK", account.client("organizations").list_roots()


@provokes("org-6", organization={"standing": "management"})
def list_units_where_there_are_none(account: OneAccount) -> tuple[str, Any]:
    """The innermost unit has none below it."""
    return "OK", account.client("organizations").list_organizational_units_for_parent(ParentId="ou-evnt-33334444")
