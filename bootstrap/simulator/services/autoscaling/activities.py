"""Scaling activities: what Application Auto Scaling changed, why, and whether SageMaker has done it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bootstrap.simulator.services.autoscaling import targets
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

Activity = dict[str, Any]

_ROLE = "assumed-role/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint/AutoScaling-UpdateDesiredCapacity"


def all_of(call: Call) -> dict[str, Activity]:
    """Return the activities by id, oldest first."""
    return call.shelf("autoscaling.activities")


def begin(call: Call, endpoint: str, variant: str, wanted: int, cause: str) -> Activity:
    """Ask SageMaker for another number of instances; a refusal shows only in the activity. Return the activity."""
    activity: Activity = {
        "ActivityId": call.uuid("activity"),
        "ServiceNamespace": "sagemaker",
        "ResourceId": targets.resource_of(endpoint, variant),
        "ScalableDimension": targets.DIMENSION,
        "Description": f"Setting desired instance count to {wanted}.",
        "Cause": cause,
        "StartTime": moment(call.now),
        "StatusCode": "InProgress",
        "StatusMessage": f"Successfully set desired instance count to {wanted}. "
        "Waiting for change to be fulfilled by sagemaker.",
    }
    asked = [{"VariantName": variant, "DesiredInstanceCount": wanted}]
    params = {"EndpointName": endpoint, "DesiredWeightsAndCapacities": asked}
    try:
        _as_the_service(call).invoke("sagemaker", "UpdateEndpointWeightsAndCapacities", params)
    except Refusal as refusal:
        text = f"Failed to set desired instance count to {wanted}. Reason: {refusal.message}"
        activity |= {"StatusCode": "Failed", "StatusMessage": text, "EndTime": moment(call.now)}
    all_of(call)[activity["ActivityId"]] = activity
    return activity


def _as_the_service(call: Call) -> Call:
    """Return the call as the service-linked role makes it, whoever caused it."""
    return replace(call, service="application-autoscaling", caller=call.arn("sts", _ROLE, region=""))


def settle(call: Call, resource: str) -> Activity | None:
    """End the resource's activity if SageMaker has done it; return the one that is still in progress.

    An endpoint returns to InService when it has its instances, or again its old ones.
    """
    mine = [one for one in all_of(call).values() if one["ResourceId"] == resource and one["StatusCode"] == "InProgress"]
    if not mine:
        return None
    endpoint = call.shelf("sagemaker.endpoints").get(resource.split("/")[1])
    if endpoint is not None and endpoint["status"] == "Updating":
        return mine[-1]
    for one in mine:
        _end(call, one, endpoint)
    return None


def _end(call: Call, activity: Activity, endpoint: dict[str, Any] | None) -> None:
    begun = activity["StatusMessage"].removesuffix("Waiting for change to be fulfilled by sagemaker.")
    if endpoint is None or endpoint["status"] != "InService" or endpoint["failure"]:
        said, end = ("Unfulfilled", "Change was not fulfilled by sagemaker."), call.now
    else:
        said, end = ("Successful", "Change successfully fulfilled by sagemaker."), endpoint["modified"]
    activity |= {"StatusCode": said[0], "StatusMessage": f"{begun}{said[1]}", "EndTime": moment(end)}
