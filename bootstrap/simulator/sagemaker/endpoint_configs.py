"""Endpoint configurations: which models on which instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bootstrap.simulator.call import Call, Refusal
from bootstrap.simulator.protocol import moment
from bootstrap.simulator.sagemaker import existing, instances, listing, models, tags

Config = dict[str, Any]

_NOT_SIMULATED = ("AsyncInferenceConfig", "ShadowProductionVariants", "ExplainerConfig")
_SHOWN = ("ProductionVariants", "DataCaptureConfig", "KmsKeyId", "ExecutionRoleArn", "VpcConfig")


def all_of(call: Call) -> dict[str, Config]:
    return call.shelf("sagemaker.endpoint-configs")


def found(call: Call, name: str) -> Config:
    """Raises Refusal; the model declares no error for it, AWS sends a ValidationException."""
    try:
        config: Config = all_of(call)[name]
    except KeyError as exc:
        text = f'Could not find endpoint configuration "{_arn(call, name)}".'
        raise Refusal("ValidationException", text) from exc
    return config


def create(call: Call) -> dict[str, Any]:
    params = call.params
    name = params["EndpointConfigName"]
    arn = _arn(call, name)
    if name in all_of(call):
        raise Refusal("ValidationException", f'Cannot create already existing endpoint configuration "{arn}".')
    for other in _NOT_SIMULATED:
        if other in params:
            raise Refusal("NotSimulated", f"{other} is not simulated")
    variants = [_variant(call, asked) for asked in params["ProductionVariants"]]
    if len({variant["VariantName"] for variant in variants}) != len(variants):
        raise Refusal("ValidationException", "Variant names must be unique.")
    shown = {key: value for key, value in params.items() if key in _SHOWN} | {"ProductionVariants": variants}
    all_of(call)[name] = {"name": name, "arn": arn, "created": call.now, "params": shown}
    tags.begin(call, arn)
    return {"EndpointConfigArn": arn}


def _variant(call: Call, asked: dict[str, Any]) -> dict[str, Any]:
    for other in ("ServerlessConfig", "ManagedInstanceScaling", "InstancePools"):
        if other in asked:
            raise Refusal("NotSimulated", f"ProductionVariants.{other} is not simulated")
    missing = [name for name in ("ModelName", "InstanceType", "InitialInstanceCount") if not asked.get(name)]
    if missing:
        raise Refusal("ValidationException", f"ProductionVariants must have {', '.join(missing)}.")
    models.found(call, asked["ModelName"])
    kind = asked["InstanceType"]
    if not instances.offered(kind, call.region):
        text = f"The requested resource endpoint/{kind} is not available in this region"
        raise Refusal("ValidationException", text)
    return {"InitialVariantWeight": 1.0, **asked}


def describe(call: Call) -> dict[str, Any]:
    config = found(call, call.params["EndpointConfigName"])
    return {**config["params"], **_usual(config)}


def list_all(call: Call) -> dict[str, Any]:
    shown = [_usual(config) for config in all_of(call).values()] + existing.summaries(call, call.operation)
    return listing.answer(call, "EndpointConfigs", shown, "EndpointConfigName")


def delete(call: Call) -> dict[str, Any]:
    """AWS only advises against it while an endpoint lives."""
    config = found(call, call.params["EndpointConfigName"])
    del all_of(call)[config["name"]]
    tags.forget(call, config["arn"])
    return {}


def _arn(call: Call, name: str) -> str:
    return call.arn("sagemaker", f"endpoint-config/{name.lower()}")


def _usual(config: Config) -> dict[str, Any]:
    return {
        "EndpointConfigName": config["name"],
        "EndpointConfigArn": config["arn"],
        "CreationTime": moment(config["created"]),
    }


OPERATIONS: dict[str, Callable[[Call], dict[str, Any]]] = {
    "CreateEndpointConfig": create,
    "DescribeEndpointConfig": describe,
    "ListEndpointConfigs": list_all,
    "DeleteEndpointConfig": delete,
}
