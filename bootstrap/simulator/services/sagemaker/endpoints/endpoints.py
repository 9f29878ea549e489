"""Endpoints: the operations."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.autoscaling import targets
from bootstrap.simulator.services.sagemaker import existing, listing, tags
from bootstrap.simulator.services.sagemaker.endpoints import endpoint_configs, endpoint_life, endpoint_rules
from bootstrap.simulator.services.sagemaker.endpoints.endpoint_life import Endpoint, Variant
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call, CallHandler


def create(call: Call) -> dict[str, Any]:
    """Answer CreateEndpoint."""
    name = call.params["EndpointName"]
    arn = call.arn("sagemaker", f"endpoint/{name.lower()}")
    if name in endpoint_life.all_of(call):
        raise Refusal("ValidationException", f'Cannot create already existing endpoint "{arn}".')
    _refuse_deployment(call)
    config = endpoint_configs.found(call, call.params["EndpointConfigName"])
    variants = endpoint_life.variants_of(call, config)
    endpoint_rules.check_limits(call, name, variants)
    tags.begin(call, arn)
    endpoint_life.begin(call, name, arn, config["name"], variants)
    return {"EndpointArn": arn}


def describe(call: Call) -> dict[str, Any]:
    """Answer DescribeEndpoint."""
    endpoint = endpoint_rules.found(call, call.params["EndpointName"])
    answer = {**_usual(endpoint), "EndpointConfigName": endpoint["config"]}
    if endpoint["variants"]:
        wanted = {variant["name"]: variant for variant in endpoint["wanted"]}
        answer["ProductionVariants"] = [_summary(one, wanted.get(one["name"], one)) for one in endpoint["variants"]]
    if endpoint["failure"]:
        answer["FailureReason"] = endpoint["failure"]
    return answer


def list_all(call: Call) -> dict[str, Any]:
    """Answer ListEndpoints."""
    here = [_usual(endpoint) for endpoint in endpoint_life.all_of(call).values()]
    shown = here + existing.summaries(call, call.operation)
    return listing.answer(call, "Endpoints", shown, "EndpointName", "EndpointStatus")


def update(call: Call) -> dict[str, Any]:
    """Answer UpdateEndpoint."""
    endpoint = endpoint_rules.found(call, call.params["EndpointName"])
    _refuse_deployment(call)
    endpoint_rules.settled(endpoint, "update", ("InService",))
    config = endpoint_configs.found(call, call.params["EndpointConfigName"])
    variants = endpoint_life.variants_of(call, config)
    if call.params.get("RetainAllVariantProperties"):
        running = {variant["name"]: variant for variant in endpoint["variants"]}
        variants = [one | _sizes(running.get(one["name"], one)) for one in variants]
    endpoint_rules.check_registered(call, endpoint, variants)
    endpoint_rules.check_limits(call, endpoint["name"], variants)
    endpoint_life.update(call, endpoint, config["name"], variants)
    return {"EndpointArn": endpoint["arn"]}


def resize(call: Call) -> dict[str, Any]:
    """Answer UpdateEndpointWeightsAndCapacities."""
    endpoint = endpoint_rules.found(call, call.params["EndpointName"])
    endpoint_rules.settled(endpoint, "update", ("InService",))
    asked = {one["VariantName"]: one for one in call.params["DesiredWeightsAndCapacities"]}
    unknown = asked.keys() - {variant["name"] for variant in endpoint["variants"]}
    if unknown:
        text = f'Could not find variant(s) "[{", ".join(sorted(unknown))}]" of endpoint "{endpoint["arn"]}".'
        raise Refusal("ValidationException", text)
    variants = [_resized(variant, asked.get(variant["name"], {})) for variant in endpoint["variants"]]
    endpoint_rules.check_limits(call, endpoint["name"], variants)
    endpoint_life.update(call, endpoint, endpoint["config"], variants)
    return {"EndpointArn": endpoint["arn"]}


def delete(call: Call) -> dict[str, Any]:
    """Answer DeleteEndpoint."""
    endpoint = endpoint_rules.found(call, call.params["EndpointName"])
    endpoint_rules.settled(endpoint, "delete", ("InService", "Failed"))
    endpoint_rules.check_free(call, endpoint)
    # AWS uses the caller's permissions: without DeregisterScalableTarget the endpoint cannot be deleted.
    for resource in targets.registered(call, f"endpoint/{endpoint['name']}/"):
        target = {"ServiceNamespace": "sagemaker", "ResourceId": resource, "ScalableDimension": targets.DIMENSION}
        _deregister(call, target)
    endpoint_life.end(call, endpoint)
    return {}


def _deregister(call: Call, target: dict[str, str]) -> None:
    try:
        call.invoke("application-autoscaling", "DeregisterScalableTarget", target)
    except Refusal as refusal:
        if refusal.code != "AccessDeniedException":
            raise
        text = (
            "An Application AutoScaling scalable target exists for a variant being deleted, and the IAM identity used "
            "to invoke DeleteEndpoint does not have application-autoscaling:DeregisterScalableTarget permission"
        )
        raise Refusal("AccessDeniedException", f"{text}. {refusal.message}") from refusal


def _refuse_deployment(call: Call) -> None:
    for other in ("DeploymentConfig", "ExcludeRetainedVariantProperties", "RetainDeploymentConfig"):
        if call.params.get(other):
            raise Refusal("NotSimulated", f"{other} is not simulated")


def _sizes(variant: Variant) -> Variant:
    return {"count": variant["count"], "weight": variant["weight"]}


def _resized(variant: Variant, asked: dict[str, Any]) -> Variant:
    count, weight = asked.get("DesiredInstanceCount"), asked.get("DesiredWeight")
    return variant | {
        "count": variant["count"] if count is None else count,
        "weight": variant["weight"] if weight is None else weight,
    }


def _usual(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "EndpointName": endpoint["name"],
        "EndpointArn": endpoint["arn"],
        "EndpointStatus": endpoint["status"],
        "CreationTime": moment(endpoint["created"]),
        "LastModifiedTime": moment(endpoint["modified"]),
    }


def _summary(running: Variant, wanted: Variant) -> dict[str, Any]:
    return {
        "VariantName": running["name"],
        **_images(running),
        "CurrentWeight": running["weight"],
        "DesiredWeight": wanted["weight"],
        "CurrentInstanceCount": running["count"],
        "DesiredInstanceCount": wanted["count"],
    }


def _images(variant: Variant) -> dict[str, Any]:
    image = variant.get("Image")
    return {"DeployedImages": [{"SpecifiedImage": image, "ResolvedImage": image}]} if image else {}


def view(call: Call) -> list[dict[str, Any]]:
    """View for the control address: the endpoints."""
    return list(endpoint_life.all_of(call).values())


OPERATIONS: dict[str, CallHandler] = {
    "CreateEndpoint": create,
    "DescribeEndpoint": describe,
    "ListEndpoints": list_all,
    "UpdateEndpoint": update,
    "UpdateEndpointWeightsAndCapacities": resize,
    "DeleteEndpoint": delete,
}
