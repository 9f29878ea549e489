"""Models."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.services.s3 import buckets
from bootstrap.simulator.services.sagemaker import roles
from bootstrap.simulator.services.sagemaker.definitions import Definitions
from bootstrap.simulator.services.sagemaker.training import channels, image_classification
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call, CallHandler

_KEPT = ("PrimaryContainer", "ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation")
_MODELS = Definitions("Model", "model", "model", "Models", _KEPT)

found = _MODELS.found
view = _MODELS.view


def create(call: Call) -> dict[str, Any]:
    """Answer CreateModel."""
    params = call.params
    _MODELS.check_new(call)
    for other in ("Containers", "InferenceExecutionConfig"):
        if other in params:
            raise Refusal("NotSimulated", f"{other} is not simulated")
    for needed in ("PrimaryContainer", "ExecutionRoleArn"):
        if needed not in params:
            raise Refusal("ValidationException", f"{needed} is required.")
    roles.check(call, params["ExecutionRoleArn"])
    _check_image(call, params["PrimaryContainer"].get("Image", ""))
    _check_data(call, params["PrimaryContainer"].get("ModelDataUrl", ""))
    return _MODELS.begin(call)


def _check_image(call: Call, image: str) -> None:
    address, _, tag = image.partition(":")
    if address != image_classification.image(call.region, call.partition) or tag not in ("1", "latest"):
        raise Refusal("ValidationException", f"Requested image {image} not found.")


def _check_data(call: Call, uri: str) -> None:
    if not in_s3(call, uri):
        raise Refusal("ValidationException", f"Could not find model data at {uri}.")
    role = call.params["ExecutionRoleArn"]
    if not iam.may(call, role, "s3:GetObject", f"arn:{call.partition}:s3:::{uri.removeprefix('s3://')}"):
        raise Refusal(
            "ValidationException",
            f'Could not access model data at {uri}. Please ensure that the role "{role}" exists and that its trust '
            'relationship policy allows the action "sts:AssumeRole" for the service principal '
            '"sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" permissions and that the '
            f"object is located in {call.region}.",
        )


def in_s3(call: Call, uri: str) -> bool:
    """Return True if the URI is an existing object in S3."""
    bucket, key = channels.split(uri)
    return uri.startswith("s3://") and key in buckets.keys_of(bucket, key, call.region)


OPERATIONS: dict[str, CallHandler] = {
    "CreateModel": create,
    "DescribeModel": _MODELS.describe,
    "ListModels": _MODELS.list_all,
    "DeleteModel": _MODELS.delete,
}
