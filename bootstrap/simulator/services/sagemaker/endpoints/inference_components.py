"""Inference components: models on an endpoint whose variants have none. They must be deleted before the endpoint."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker.endpoints import endpoint_rules, models
from bootstrap.simulator.services.sagemaker.endpoints.endpoint_life import Variant
from bootstrap.simulator.services.sagemaker.resource_types import ResourceType, StoredResource, Transition
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_SPECIFIED = ("ModelName", "BaseInferenceComponentName", "ComputeResourceRequirements", "StartupParameters")


def _variant(call: Call) -> Variant:
    endpoint = endpoint_rules.found(call, call.params["EndpointName"])
    endpoint_rules.settled(endpoint, "update", ("InService",))
    asked = call.params.get("VariantName")
    for variant in endpoint["variants"]:
        if asked in (None, variant["name"]):
            return dict(variant)
    raise Refusal("ValidationException", f"Could not find variant {asked} of endpoint {endpoint['arn']}.")


def _check(call: Call) -> None:
    if "ModelDataUrl" in _variant(call):
        raise Refusal("ValidationException", "The variants of the endpoint have models of their own.")
    specification = call.params.get("Specification", {})
    if "ModelName" not in specification:
        raise Refusal("NotSimulated", "inference components without Specification.ModelName are not simulated")
    models.found(call, specification["ModelName"])


def _issue(call: Call) -> dict[str, Any]:
    return {"VariantName": _variant(call)["name"]}


def _about(call: Call, component: StoredResource) -> dict[str, Any]:
    params = component["params"]
    copies = params.get("RuntimeConfig", {}).get("CopyCount", 1)
    running = copies if component["status"] == "InService" else 0
    return {
        "EndpointArn": call.arn("sagemaker", f"endpoint/{params['EndpointName'].lower()}"),
        "RuntimeConfig": {"DesiredCopyCount": copies, "CurrentCopyCount": running},
        "Specification": {key: value for key, value in params["Specification"].items() if key in _SPECIFIED},
    }


RESOURCE_TYPES = (
    ResourceType(
        "InferenceComponent", "ListInferenceComponents", "inference-component",
        Transition("Creating", "InService", (60, 300)), None,
        Transition("Deleting", "", (20, 120), ("InService", "Failed")),
        filters={"EndpointNameEquals": "EndpointName", "VariantNameEquals": "VariantName"},
        check=_check, issue=_issue, more=_about,
    ),
)  # fmt: skip
