"""Code repositories, feature groups and MLflow servers, which no other resource depends on."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker.resource_types import ResourceType, StoredResource, Transition
from bootstrap.simulator.world.call import Call

_RUNNING = ("Created", "Updated", "UpdateFailed", "Started", "StopFailed", "MaintenanceComplete", "MaintenanceFailed")
_IDLE = ("CreateFailed", "Stopped", "StartFailed", "DeleteFailed")


def _last_page(call: Call, group: StoredResource) -> dict[str, Any]:
    return {"NextToken": ""}


def _active(call: Call, server: StoredResource) -> dict[str, Any]:
    return {"IsActive": "Active" if server["status"] in _RUNNING else "Inactive"}


RESOURCE_TYPES = (
    ResourceType(
        "CodeRepository", "ListCodeRepositories", "code-repository", Transition("Active", "Active"), None,
        Transition("", ""),
    ),
    ResourceType(
        "FeatureGroup", "ListFeatureGroups", "feature-group", Transition("Creating", "Created", (10, 60)), None,
        Transition("Deleting", "", (20, 120), ("Created", "CreateFailed", "DeleteFailed")), more=_last_page,
    ),
    ResourceType(
        "MlflowTrackingServer", "ListMlflowTrackingServers", "mlflow-tracking-server",
        Transition("Creating", "Created", (1200, 1800)), Transition("Stopping", "Stopped", (300, 600), _RUNNING),
        Transition("Deleting", "", (300, 600), _RUNNING + _IDLE), stem="TrackingServer", more=_active,
    ),
)  # fmt: skip
