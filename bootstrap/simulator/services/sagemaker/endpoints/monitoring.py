"""Monitoring schedules. They must be deleted before their endpoint. Their processing jobs are not simulated."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker import roles
from bootstrap.simulator.services.sagemaker.endpoints import endpoint_rules
from bootstrap.simulator.services.sagemaker.resource_types import ResourceType, Transition
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


def _watched(call: Call) -> dict[str, Any]:
    """Return the name of the schedule's endpoint, if it has one. Raises Refusal."""
    for source in _definition(call)["MonitoringInputs"]:
        if "EndpointInput" in source:
            return {"EndpointName": source["EndpointInput"]["EndpointName"]}
    return {}


def _definition(call: Call) -> dict[str, Any]:
    config: dict[str, Any] = call.params["MonitoringScheduleConfig"]
    if "MonitoringJobDefinition" not in config:
        raise Refusal("NotSimulated", "schedules without a MonitoringJobDefinition of their own are not simulated")
    inner: dict[str, Any] = config["MonitoringJobDefinition"]
    return inner


def _check(call: Call) -> None:
    roles.check(call, _definition(call)["RoleArn"])
    watched = _watched(call)
    if watched:
        endpoint_rules.found(call, watched["EndpointName"])


# A schedule that is being stopped or deleted is Pending: AWS has no other status for it.
RESOURCE_TYPES = (
    ResourceType(
        "MonitoringSchedule", "ListMonitoringSchedules", "monitoring-schedule",
        Transition("Pending", "Scheduled", (20, 90)), Transition("Pending", "Stopped", (10, 60), ("Scheduled",)),
        Transition("Pending", "", (10, 60), ("Scheduled", "Stopped", "Failed")),
        filters={"EndpointName": "EndpointName"}, check=_check, issue=_watched,
    ),
)  # fmt: skip
