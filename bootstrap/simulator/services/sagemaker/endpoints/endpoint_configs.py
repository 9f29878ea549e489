"""Endpoint configurations: which models on which instances."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker import instances
from bootstrap.simulator.services.sagemaker.definitions import Definitions
from bootstrap.simulator.services.sagemaker.endpoints import models
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call, CallHandler

_NOT_SIMULATED = ("AsyncInferenceConfig", "ShadowProductionVariants", "ExplainerConfig")
_KEPT = ("ProductionVariants", "DataCaptureConfig", "KmsKeyId", "ExecutionRoleArn", "VpcConfig")
_CONFIGS = Definitions("EndpointConfig", "endpoint-config", "endpoint configuration", "EndpointConfigs", _KEPT)

found = _CONFIGS.found
view = _CONFIGS.view


def create(call: Call) -> dict[str, Any]:
    """Answer CreateEndpointConfig."""
    params = call.params
    _CONFIGS.check_new(call)
    for other in _NOT_SIMULATED:
        if other in params:
            raise Refusal("NotSimulated", f"{other} is not simulated")
    variants = [_variant(call, asked) for asked in params["ProductionVariants"]]
    if len({variant["VariantName"] for variant in variants}) != len(variants):
        raise Refusal("ValidationException", "Variant names must be unique.")
    return _CONFIGS.begin(call, ProductionVariants=variants)


def _variant(call: Call, asked: dict[str, Any]) -> dict[str, Any]:
    for other in ("ServerlessConfig", "ManagedInstanceScaling", "InstancePools"):
        if other in asked:
            raise Refusal("NotSimulated", f"ProductionVariants.{other} is not simulated")
    # A configuration without models, for inference components, must name the role itself.
    needed = ("InstanceType", "InitialInstanceCount", *(() if "ExecutionRoleArn" in call.params else ("ModelName",)))
    missing = [name for name in needed if not asked.get(name)]
    if missing:
        raise Refusal("ValidationException", f"ProductionVariants must have {', '.join(missing)}.")
    if "ModelName" in asked:
        models.found(call, asked["ModelName"])
    kind = asked["InstanceType"]
    if not instances.offered(kind, call.region):
        text = f"The requested resource endpoint/{kind} is not available in this region"
        raise Refusal("ValidationException", text)
    return {"InitialVariantWeight": 1.0, **asked}


OPERATIONS: dict[str, CallHandler] = {
    "CreateEndpointConfig": create,
    "DescribeEndpointConfig": _CONFIGS.describe,
    "ListEndpointConfigs": _CONFIGS.list_all,
    "DeleteEndpointConfig": _CONFIGS.delete,
}
