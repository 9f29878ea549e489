"""Target tracking under load: adds instances after three minutes above the target; never removes any."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from bootstrap.simulator.services.autoscaling import autoscaling
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_METRIC = "SageMakerVariantInvocationsPerInstance"
# The alarm that AWS makes evaluates three periods of a minute.
_MINUTES = 3
_USUAL_COOLDOWN = 300


def invoked(call: Call, endpoint: str, variant: str) -> None:
    """Count an invocation; the alarm is evaluated at the end of its minute."""
    resource = f"endpoint/{endpoint}/variant/{variant}"
    if not autoscaling.registered(call, resource):
        return
    load = _load(call, resource)
    minute = int(call.now // 60)
    if minute not in load:
        call.later((minute + 1) * 60, partial(_look, endpoint, variant))
    load[minute] = load.get(minute, 0) + 1


def _look(endpoint: str, variant: str, call: Call) -> None:
    resource = f"endpoint/{endpoint}/variant/{variant}"
    target, policy = autoscaling.tracked(call, resource)
    tracking = policy.get("TargetTrackingScalingPolicyConfiguration", {})
    if tracking.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType") != _METRIC:
        return
    found = call.shelf("sagemaker.endpoints").get(endpoint, {"status": "Deleting"})
    cooldown = tracking.get("ScaleOutCooldown", _USUAL_COOLDOWN)
    if found["status"] != "InService" or call.now < target.get("scaled", 0) + cooldown:
        return
    have = next(one["count"] for one in found["variants"] if one["name"] == variant)
    now = int(call.now // 60)
    rates = [_load(call, resource).get(now - back, 0) / have for back in range(1, _MINUTES + 1)]
    if min(rates) <= tracking["TargetValue"] or have >= target["MaxCapacity"]:
        return
    wanted = min(math.ceil(have * rates[0] / tracking["TargetValue"]), target["MaxCapacity"])
    target["scaled"] = call.now
    _scale(call, endpoint, variant, wanted, policy["PolicyName"])


def _scale(call: Call, endpoint: str, variant: str, wanted: int, policy: str) -> None:
    """Change the instance count and record the activity; a failure shows only in DescribeScalingActivities."""
    asked = [{"VariantName": variant, "DesiredInstanceCount": wanted}]
    activity: dict[str, Any] = {
        "ActivityId": call.token("activity", 32),
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{endpoint}/variant/{variant}",
        "ScalableDimension": autoscaling.DIMENSION,
        "Description": f"Setting desired instance count to {wanted}.",
        "Cause": f"monitor alarm of policy {policy} in state ALARM triggered policy {policy}",
        "StartTime": moment(call.now),
    }
    try:
        params = {"EndpointName": endpoint, "DesiredWeightsAndCapacities": asked}
        call.invoke("sagemaker", "UpdateEndpointWeightsAndCapacities", params)
        activity |= {
            "StatusCode": "Successful",
            "StatusMessage": f"Successfully set desired instance count to {wanted}.",
        }
    except Refusal as refusal:
        text = f"Failed to set desired instance count to {wanted}. Reason: {refusal.message}"
        activity |= {"StatusCode": "Failed", "StatusMessage": text}
    autoscaling.record(call, activity | {"EndTime": moment(call.now)})


def _load(call: Call, resource: str) -> dict[int, int]:
    """Return the variant's invocations by minute."""
    made: dict[int, int] = call.shelf("autoscaling.load").setdefault(resource, {})
    return made
