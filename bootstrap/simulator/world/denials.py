"""Permissions that the scenario denies, and AWS's messages for it."""

from __future__ import annotations

from fnmatch import fnmatchcase

from bootstrap.simulator.scenarios.service_parts import Denial
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_BECAUSE: dict[Denial, str] = {
    "permission": "because no identity-based policy allows the {action} action",
    "organization": "with an explicit deny in a service control policy",
}


def by_whom(call: Call, operation: str) -> Denial | None:
    """Return what denies "service:Operation" in the scenario, or None."""
    return next((by for glob, by in call.scenario.access.denied.items() if fnmatchcase(operation, glob)), None)


def deny(call: Call, action: str, resource: str) -> None:
    """Raise Refusal if a further permission that the operation needs is denied, as services with JSON word it."""
    by = by_whom(call, action)
    if by:
        raise Refusal("AccessDeniedException", words(call, by, action, resource))


def words(call: Call, by: Denial, action: str, resource: str) -> str:
    """Return AWS's message for a denied action."""
    because = _BECAUSE[by].format(action=action)
    return f"User: {call.caller} is not authorized to perform: {action} on resource: {resource} {because}"
