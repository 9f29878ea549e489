"""Scalable targets and scaling policies that Application Auto Scaling keeps of an account and region."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.world.call import Call

DIMENSION = "sagemaker:variant:DesiredInstanceCount"


def all_of(call: Call) -> dict[str, dict[str, Any]]:
    """Return the registered targets by resource id."""
    return call.shelf("autoscaling.targets")


def policies(call: Call) -> dict[str, dict[str, Any]]:
    """Return the scaling policies by `key`."""
    return call.shelf("autoscaling.policies")


def key(resource: str, policy: str) -> str:
    """Return the key of a policy: its name is unique for a resource only."""
    return f"{resource} {policy}"


def registered(call: Call, prefix: str) -> list[str]:
    """Return the ids of registered targets that begin with `prefix`."""
    return [resource for resource in all_of(call) if resource.startswith(prefix)]


def resource_of(endpoint: str, variant: str) -> str:
    """Return the id under which a variant of an endpoint is registered."""
    return f"endpoint/{endpoint}/variant/{variant}"
