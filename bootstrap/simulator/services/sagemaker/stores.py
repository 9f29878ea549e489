"""What stands until somebody deletes it, and pins nothing: code repositories, feature groups, MLflow servers."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker.rows import Row, Thing, Turn
from bootstrap.simulator.world.call import Call

_RUNNING = ("Created", "Updated", "UpdateFailed", "Started", "StopFailed", "MaintenanceComplete", "MaintenanceFailed")
_IDLE = ("CreateFailed", "Stopped", "StartFailed", "DeleteFailed")


def _last_page(call: Call, group: Thing) -> dict[str, Any]:
    return {"NextToken": ""}


def _active(call: Call, server: Thing) -> dict[str, Any]:
    return {"IsActive": "Active" if server["status"] in _RUNNING else "Inactive"}


ROWS = (
    Row(
        "CodeRepository", "ListCodeRepositories", "code-repository", Turn("Active", "Active"), None, Turn("", ""),
    ),
    Row(
        "FeatureGroup", "ListFeatureGroups", "feature-group", Turn("Creating", "Created", (10, 60)), None,
        Turn("Deleting", "", (20, 120), ("Created", "CreateFailed", "DeleteFailed")), more=_last_page,
    ),
    Row(
        "MlflowTrackingServer", "ListMlflowTrackingServers", "mlflow-tracking-server",
        Turn("Creating", "Created", (1200, 1800)), Turn("Stopping", "Stopped", (300, 600), _RUNNING),
        Turn("Deleting", "", (300, 600), _RUNNING + _IDLE), stem="TrackingServer", more=_active,
    ),
)  # fmt: skip
