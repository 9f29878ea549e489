"""ECR: moto answers every operation; this is only the view."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.world.call import Call

OPERATIONS: dict[str, Any] = {}


def view(call: Call) -> list[str]:
    """View for the control address: the repositories."""
    from moto.ecr.models import ecr_backends

    return sorted(ecr_backends[call.account_id][call.region].repositories)


VIEWS = {"repositories": view}
