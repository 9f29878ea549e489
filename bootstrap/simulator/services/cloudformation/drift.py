"""Drift: how a stack's resources differ from the template, for change sets that revert it."""

from __future__ import annotations

from copy import copy
from typing import Any

from bootstrap.simulator.services.cloudformation import stacks
from bootstrap.simulator.services.cloudformation.kinds import KINDS
from bootstrap.simulator.services.cloudformation.stacks import LiveResource, Stack, StoredChangeSet
from bootstrap.simulator.services.cloudformation.values import Scope
from bootstrap.simulator.world.call import Call

IN_SYNC, MODIFIED, DELETED, UNSUPPORTED = "IN_SYNC", "MODIFIED", "DELETED", "UNSUPPORTED"


def status(call: Call, asked: LiveResource) -> str:
    """Return DescribeChangeSet's ResourceDriftStatus. Only properties that `actual` returns are compared."""
    actual = KINDS[asked.type].actual
    if actual is None:
        return UNSUPPORTED
    found = actual(call, asked)
    if found is None:
        return DELETED
    return MODIFIED if any(asked.properties.get(key) != value for key, value in found.items()) else IN_SYNC


def _asked(call: Call, stack: Stack, made: StoredChangeSet) -> dict[str, LiveResource]:
    """Return the stack's resources with the properties that the change set's template gives them."""
    scope = Scope(call, stack, made.template, made.parameters)
    found = {}
    for name, live in stack.resources.items():
        if name in made.template.resources:
            found[name] = copy(live)
            found[name].properties = scope.resolve(made.template.resources[name].properties)
    return found


def face(call: Call, stack: Stack, made: StoredChangeSet) -> None:
    """Set the stack's records to the actual state, so that an update recreates and corrects resources."""
    for name, asked in _asked(call, stack, made).items():
        state = status(call, asked)
        if state == DELETED:
            del stack.resources[name]
        elif state == MODIFIED:
            faced = copy(stack.resources[name])
            faced.properties = _as_they_are(call, asked)
            stack.resources[name] = faced


def _as_they_are(call: Call, asked: LiveResource) -> dict[str, Any]:
    actual = KINDS[asked.type].actual
    found = (actual(call, asked) if actual else None) or {}
    return {key: value for key, value in {**asked.properties, **found}.items() if value is not None}


def shown(call: Call, stack: Stack, made: StoredChangeSet) -> list[dict[str, Any]]:
    """Return the changes with each resource's drift status, and the changes that revert drift.

    Unverified: a deleted resource shows as Add. AWS says only that it is created again.
    """
    found = {one["ResourceChange"]["LogicalResourceId"]: one for one in made.changes}
    for name, live in _asked(call, stack, made).items():
        state = status(call, live)
        if name not in found and state in (DELETED, MODIFIED):
            gone = state == DELETED
            action, replacement = ("Add", "") if gone else ("Modify", "False")
            resource = made.template.resources[name]
            found[name] = stacks.change(action, name, resource, "" if gone else live.physical_id, replacement)
        if name in found:
            found[name]["ResourceChange"]["ResourceDriftStatus"] = state
    return list(found.values())
