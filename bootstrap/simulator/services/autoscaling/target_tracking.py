"""Target tracking of invocations per instance: each minute two alarms are evaluated, and their policy acts."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from bootstrap.simulator.services.autoscaling import activities, targets
from bootstrap.simulator.services.cloudwatch import alarms, invocations
from bootstrap.simulator.world.call import Call

Values = list[float | None]

_METRIC = "SageMakerVariantInvocationsPerInstance"
_MINUTE = 60
# The alarms that AWS makes: more than the target for 3 datapoints, less than 90 % of it for 15.
_HIGH, _LOW, _SHARE = 3, 15, 0.9
_USUAL_COOLDOWN = 300


def policy_of(call: Call, resource: str) -> dict[str, Any] | None:
    """Return the resource's policy if it tracks the invocations per instance, else None."""
    for policy in targets.policies(call).values():
        given = policy.get("TargetTrackingScalingPolicyConfiguration", {})
        if policy["ResourceId"] == resource and _tracks(resource, given):
            return policy
    return None


def _tracks(resource: str, given: dict[str, Any]) -> bool:
    metric = given.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
    return bool(metric == _METRIC) and resource.startswith("endpoint/")


def shape(resource: str, policy: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the high and the low alarm of a policy are about."""
    given = policy["TargetTrackingScalingPolicyConfiguration"]
    about: dict[str, Any] = {
        "AlarmDescription": f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy['PolicyARN']}.",
        "AlarmActions": [policy["PolicyARN"]],
    }
    if _tracks(resource, given):
        _, endpoint, _, variant = resource.split("/")
        about |= {
            "Namespace": invocations.NAMESPACE, "MetricName": "InvocationsPerInstance", "Statistic": "Sum",
            "Dimensions": invocations.dimensions(endpoint, variant), "Period": _MINUTE,
        }  # fmt: skip
    high = {"EvaluationPeriods": _HIGH, "ComparisonOperator": "GreaterThanThreshold", "Threshold": given["TargetValue"]}
    low = {
        "EvaluationPeriods": _LOW, "ComparisonOperator": "LessThanThreshold", "Threshold": _SHARE * given["TargetValue"]
    }  # fmt: skip
    return about | high, about | low


def fit(call: Call, resource: str) -> None:
    """Bring the variant within the bounds of its target, if it is outside."""
    _, endpoint, _, variant = resource.split("/")
    target, have = targets.all_of(call)[resource], _instances(call, endpoint, variant)
    for bound, outside in (("minimum", have < target["MinCapacity"]), ("maximum", have > target["MaxCapacity"])):
        if outside:
            wanted = target[f"{bound[:3].capitalize()}Capacity"]
            activities.begin(call, endpoint, variant, wanted, f"{bound} capacity was set to {wanted}")


def invoked(call: Call, endpoint: str, variant: str) -> None:
    """Evaluate the alarms from the end of this minute on, if a policy has any."""
    watch(call, targets.resource_of(endpoint, variant))


def watch(call: Call, resource: str) -> None:
    """Evaluate the alarms at the end of each minute from now on, as long as there is something to be evaluated."""
    watched, minute = _watched(call), int(call.now // _MINUTE) + 1
    if resource in watched or resource not in targets.all_of(call) or policy_of(call, resource) is None:
        return
    if any(value is not None for value in _values(call, resource, minute)):
        watched[resource] = True
        _later(call, resource, minute)


def _values(call: Call, resource: str, minute: int) -> Values:
    """Return what was measured in the minutes before `minute`, latest first."""
    _, endpoint, _, variant = resource.split("/")
    return invocations.minutes(call, "InvocationsPerInstance", endpoint, variant, minute, _LOW)


def _later(call: Call, resource: str, minute: int) -> None:
    at = minute * _MINUTE + call.scenario.endpoints.alarm_lag_seconds
    call.later(at, partial(_look, resource, minute))


def _look(resource: str, minute: int, call: Call) -> None:
    """Evaluate the alarms by the minutes before `minute`, and let the policy act."""
    policy, target = policy_of(call, resource), targets.all_of(call).get(resource)
    if policy is None or target is None:
        del _watched(call)[resource]
        return
    _, endpoint, _, variant = resource.split("/")
    values = _values(call, resource, minute)
    idle = call.scenario.endpoints.idle_scales_in
    have, alarm = _instances(call, endpoint, variant), _evaluate(call, policy, values, idle)
    if alarm and have and _may_act(call, resource, policy, alarm):
        wanted = _wanted(policy, target, values, have)
        if wanted > have if alarm == "High" else wanted < have:
            named = policy["Alarms"][alarm == "Low"]["AlarmName"]
            cause = f"monitor alarm {named} in state ALARM triggered policy {policy['PolicyName']}"
            target[alarm] = activities.begin(call, endpoint, variant, wanted, cause)
    if any(value is not None for value in values) or (idle and have > target["MinCapacity"]):
        _later(call, resource, minute + 1)
    else:
        del _watched(call)[resource]


def _evaluate(call: Call, policy: dict[str, Any], values: Values, idle: bool) -> str | None:
    """Set the states of both alarms; return "High" or "Low" if one of them is in ALARM. `values`: latest first."""
    target = policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
    if idle:
        values = [value or 0.0 for value in values]
    fired = None
    for named, (side, periods, above, threshold) in zip(
        policy["Alarms"], (("High", _HIGH, True, target), ("Low", _LOW, False, _SHARE * target)), strict=True
    ):
        seen = [value for value in values[:periods] if value is not None]
        crossed = [value for value in seen if (value > threshold if above else value < threshold)]
        state = "INSUFFICIENT_DATA" if not seen else "OK"
        # AWS: a policy does not take missing data for low utilization.
        if len(crossed) == periods:
            state, fired = "ALARM", side
        alarms.turn(call, named["AlarmName"], state, f"{len(crossed)} of {periods} datapoints crossed {threshold:g}")
    return fired


def _may_act(call: Call, resource: str, policy: dict[str, Any], alarm: str) -> bool:
    """Return False while a change is in progress, in the policy's cooldown, or if it may not scale in."""
    given, target = policy["TargetTrackingScalingPolicyConfiguration"], targets.all_of(call)[resource]
    if activities.settle(call, resource) or _status(call, resource) != "InService":
        return False
    if alarm == "Low" and given.get("DisableScaleIn"):
        return False
    cooldown = given.get("ScaleOutCooldown" if alarm == "High" else "ScaleInCooldown", _USUAL_COOLDOWN)
    last = target.get(alarm)
    return last is None or call.now >= last["EndTime"].timestamp() + cooldown


def _wanted(policy: dict[str, Any], target: dict[str, Any], values: Values, have: int) -> int:
    """Return the instances for the load of the latest minute, within the target's bounds."""
    value = policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
    wanted = math.ceil(have * (values[0] or 0.0) / value)
    return int(max(target["MinCapacity"], min(wanted, target["MaxCapacity"])))


def _status(call: Call, resource: str) -> str:
    endpoint = call.shelf("sagemaker.endpoints").get(resource.split("/")[1])
    return str(endpoint["status"]) if endpoint else ""


def _instances(call: Call, endpoint: str, variant: str) -> int:
    """Return the variant's instances that run; 0 if there is no such endpoint."""
    found = call.shelf("sagemaker.endpoints").get(endpoint, {"variants": []})
    return next((int(one["count"]) for one in found["variants"] if one["name"] == variant), 0)


def _watched(call: Call) -> dict[str, bool]:
    return call.shelf("autoscaling.watched")
