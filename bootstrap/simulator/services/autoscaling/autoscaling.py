"""Application Auto Scaling of SageMaker's endpoints. moto answers none of it, because times follow the simulated "
"clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bootstrap.simulator.services.autoscaling import activities, target_tracking, targets
from bootstrap.simulator.services.autoscaling.targets import DIMENSION
from bootstrap.simulator.services.cloudwatch import alarms
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call, CallHandler

_RESOURCE = re.compile(r"endpoint/([^/]+)/variant/([^/]+)")
_COMPONENT = re.compile(r"inference-component/([^/]+)")
_COPIES = "sagemaker:inference-component:DesiredCopyCount"
_BURSTABLE = ("ml.t2.", "ml.t3.", "ml.t4g.")
_ROLE = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
_LINKED = "sagemaker.application-autoscaling.amazonaws.com"


def register(call: Call) -> dict[str, Any]:
    """Answer RegisterScalableTarget."""
    resource = _resource(call)
    old = targets.all_of(call).get(resource)
    if component := _COMPONENT.fullmatch(resource):
        _check_component(call, component[1])
    else:
        _check_variant(call, resource)
    limits = {name: call.params.get(name, (old or {}).get(name)) for name in ("MinCapacity", "MaxCapacity")}
    low, high = limits["MinCapacity"], limits["MaxCapacity"]
    if low is None or high is None:
        text = "Both MinCapacity and MaxCapacity are required when registering a new scalable target."
        raise Refusal("ValidationException", text)
    if low > high:
        raise Refusal("ValidationException", "Maximum capacity cannot be less than minimum capacity")
    if low < 0 or high < 0:
        raise Refusal("ValidationException", "Capacity cannot be negative")
    role = _linked_role(call)
    made = old or {"arn": _arn(call), "created": call.now}
    targets.all_of(call)[resource] = {**made, **limits, "role": role}
    if component is None:
        target_tracking.fit(call, resource)
        target_tracking.watch(call, resource)
    return {"ScalableTargetARN": made["arn"]}


def _check_variant(call: Call, resource: str) -> None:
    """Check that the variant exists and can be scaled. AWS reads it with the caller's permissions."""
    found = _RESOURCE.fullmatch(resource)
    if found is None:
        text = "Unsupported resource: a resource id of sagemaker is endpoint/NAME/variant/NAME"
        raise Refusal("ValidationException", text)
    name, variant = found.groups()
    endpoint = call.invoke("sagemaker", "DescribeEndpoint", {"EndpointName": name})
    if endpoint["EndpointStatus"] != "InService":
        text = f"The endpoint {name} is {endpoint['EndpointStatus']}: it must be InService to register a variant."
        raise Refusal("ValidationException", text)
    asked = {"EndpointConfigName": endpoint["EndpointConfigName"]}
    config = call.invoke("sagemaker", "DescribeEndpointConfig", asked)
    kinds = {one["VariantName"]: one["InstanceType"] for one in config["ProductionVariants"]}
    if variant not in kinds:
        raise Refusal("ValidationException", f"Could not find the variant {variant} of the endpoint {name}.")
    if kinds[variant].startswith(_BURSTABLE):
        text = f"Auto scaling is not supported for burstable instances such as {kinds[variant]}."
        raise Refusal("ValidationException", text)


def _check_component(call: Call, name: str) -> None:
    found = call.invoke("sagemaker", "DescribeInferenceComponent", {"InferenceComponentName": name})
    if found["InferenceComponentStatus"] != "InService":
        text = f"The inference component {name} is {found['InferenceComponentStatus']}: it must be InService."
        raise Refusal("ValidationException", text)


def _linked_role(call: Call) -> str:
    """Return the service-linked role, if missing created with the caller's permissions; participants lack them."""
    client = call.aws("iam")
    try:
        return str(client.get_role(RoleName=_ROLE)["Role"]["Arn"])
    except client.exceptions.NoSuchEntityException:
        made = call.invoke("iam", "CreateServiceLinkedRole", {"AWSServiceName": _LINKED})
        return str(made["Role"]["Arn"])


def deregister(call: Call) -> dict[str, Any]:
    """Deregister the target and delete its scaling policies."""
    resource = _resource(call)
    _registered(call, resource)
    del targets.all_of(call)[resource]
    for policy in [one for one in targets.policies(call).values() if one["ResourceId"] == resource]:
        _forget(call, targets.key(resource, policy["PolicyName"]))
    return {}


def describe_targets(call: Call) -> dict[str, Any]:
    """Answer DescribeScalableTargets."""
    wanted = call.params.get("ResourceIds")
    found = [
        _target(resource, one) for resource, one in targets.all_of(call).items() if wanted is None or resource in wanted
    ]
    return {"ScalableTargets": found if _sagemaker(call) else []}


def put_policy(call: Call) -> dict[str, Any]:
    """Answer PutScalingPolicy."""
    resource, params = _resource(call), call.params
    _registered(call, resource)
    kind = params.get("PolicyType", "StepScaling")
    given = params.get(f"{kind}PolicyConfiguration")
    if kind not in {"TargetTrackingScaling", "StepScaling"} or given is None:
        raise Refusal("NotSimulated", f"scaling policies of the type {kind} are not simulated")
    tracks = kind == "TargetTrackingScaling"
    metrics = ("PredefinedMetricSpecification", "CustomizedMetricSpecification")
    if tracks and sum(metric in given for metric in metrics) != 1:
        raise Refusal("ValidationException", "Exactly one metric specification is required.")
    name = params["PolicyName"]
    old = targets.policies(call).get(targets.key(resource, name))
    arn = call.arn(
        "autoscaling", f"scalingPolicy:{call.token('policy', 32)}:resource/sagemaker/{resource}:policyName/{name}"
    )
    made = {
        "PolicyARN": old["PolicyARN"] if old else arn,
        "PolicyName": name,
        "ServiceNamespace": "sagemaker",
        "ResourceId": resource,
        "ScalableDimension": _dimension(resource),
        "PolicyType": kind,
        f"{kind}PolicyConfiguration": given,
        "CreationTime": old["CreationTime"] if old else moment(call.now),
        "Alarms": old["Alarms"] if old else [],
    }
    if tracks:
        made["Alarms"] = alarms.track(call, resource, made["Alarms"], target_tracking.shape(resource, made))
    targets.policies(call)[targets.key(resource, name)] = made
    target_tracking.watch(call, resource)
    return {"PolicyARN": made["PolicyARN"], "Alarms": made["Alarms"]}


def delete_policy(call: Call) -> dict[str, Any]:
    """Answer DeleteScalingPolicy."""
    resource, name = _resource(call), call.params["PolicyName"]
    if targets.key(resource, name) not in targets.policies(call):
        text = f"No scaling policy found for service namespace: sagemaker, resource ID: {resource}, "
        raise Refusal("ObjectNotFoundException", f"{text}scalable dimension: {_dimension(resource)}: {name}")
    _forget(call, targets.key(resource, name))
    return {}


def _forget(call: Call, key: str) -> None:
    """Delete the policy and its alarms."""
    alarms.forget(call, [one["AlarmName"] for one in targets.policies(call).pop(key)["Alarms"]])


def describe_policies(call: Call) -> dict[str, Any]:
    """Answer DescribeScalingPolicies."""
    resource, names = call.params.get("ResourceId"), call.params.get("PolicyNames")
    found = [
        one
        for one in targets.policies(call).values()
        if resource in (None, one["ResourceId"]) and (not names or one["PolicyName"] in names)
    ]
    return {"ScalingPolicies": found if _sagemaker(call) else []}


def describe_activities(call: Call) -> dict[str, Any]:
    """List scaling activities, newest first."""
    resource = call.params.get("ResourceId")
    for named in {one["ResourceId"] for one in activities.all_of(call).values()}:
        activities.settle(call, named)
    found = [one for one in activities.all_of(call).values() if resource in (None, one["ResourceId"])]
    return {"ScalingActivities": found[::-1] if _sagemaker(call) else []}


def _sagemaker(call: Call) -> bool:
    return bool(call.params["ServiceNamespace"] == "sagemaker")


def _resource(call: Call) -> str:
    resource = str(call.params["ResourceId"])
    if not _sagemaker(call) or call.params["ScalableDimension"] != _dimension(resource):
        raise Refusal("NotSimulated", f"only {_dimension(resource)} is simulated for this resource")
    return resource


def _dimension(resource: str) -> str:
    return _COPIES if _COMPONENT.fullmatch(resource) else DIMENSION


def _registered(call: Call, resource: str) -> None:
    if resource not in targets.all_of(call):
        raise Refusal(
            "ObjectNotFoundException",
            f"No scalable target registered for service namespace: sagemaker, resource ID: {resource}, scalable "
            f"dimension: {_dimension(resource)}",
        )


def _target(resource: str, target: dict[str, Any]) -> dict[str, Any]:
    return {
        "ServiceNamespace": "sagemaker",
        "ResourceId": resource,
        "ScalableDimension": _dimension(resource),
        "MinCapacity": target["MinCapacity"],
        "MaxCapacity": target["MaxCapacity"],
        "RoleARN": target["role"],
        "CreationTime": moment(target["created"]),
        "ScalableTargetARN": target["arn"],
    }


def _arn(call: Call) -> str:
    return call.arn("application-autoscaling", f"scalable-target/{call.token('target', 32)}")


def view(call: Call) -> list[dict[str, Any]]:
    """View for the control address: the registered targets."""
    return [_target(resource, one) for resource, one in targets.all_of(call).items()]


OPERATIONS: dict[str, CallHandler] = {
    "RegisterScalableTarget": register,
    "DeregisterScalableTarget": deregister,
    "DescribeScalableTargets": describe_targets,
    "PutScalingPolicy": put_policy,
    "DeleteScalingPolicy": delete_policy,
    "DescribeScalingPolicies": describe_policies,
    "DescribeScalingActivities": describe_activities,
}
VIEWS: dict[str, Callable[[Call], Any]] = {"scalable_targets": view}
