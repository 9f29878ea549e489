"""Models: what an endpoint runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bootstrap.simulator import iam, s3
from bootstrap.simulator.call import Call, Refusal
from bootstrap.simulator.protocol import moment
from bootstrap.simulator.sagemaker import channels, existing, image_classification, listing, roles, tags

Model = dict[str, Any]

_SHOWN = ("PrimaryContainer", "ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation")


def all_of(call: Call) -> dict[str, Model]:
    return call.shelf("sagemaker.models")


def found(call: Call, name: str) -> Model:
    """Raises Refusal; the model declares no error for it, AWS sends a ValidationException."""
    try:
        model: Model = all_of(call)[name]
    except KeyError as exc:
        raise Refusal("ValidationException", f'Could not find model "{_arn(call, name)}".') from exc
    return model


def create(call: Call) -> dict[str, Any]:
    params = call.params
    name = params["ModelName"]
    arn = _arn(call, name)
    if name in all_of(call):
        raise Refusal("ValidationException", f'Cannot create already existing model "{arn}".')
    for other in ("Containers", "InferenceExecutionConfig"):
        if other in params:
            raise Refusal("NotSimulated", f"{other} is not simulated")
    for needed in ("PrimaryContainer", "ExecutionRoleArn"):
        if needed not in params:
            raise Refusal("ValidationException", f"{needed} is required.")
    roles.check(call, params["ExecutionRoleArn"])
    _check_image(call, params["PrimaryContainer"].get("Image", ""))
    _check_data(call, params["PrimaryContainer"].get("ModelDataUrl", ""))
    shown = {key: value for key, value in params.items() if key in _SHOWN}
    all_of(call)[name] = {"name": name, "arn": arn, "created": call.now, "params": shown}
    tags.begin(call, arn)
    return {"ModelArn": arn}


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
    bucket, key = channels.split(uri)
    return uri.startswith("s3://") and key in s3.keys_of(bucket, key, call.region)


def describe(call: Call) -> dict[str, Any]:
    model = found(call, call.params["ModelName"])
    return {**model["params"], **_usual(model)}


def list_all(call: Call) -> dict[str, Any]:
    shown = [_usual(model) for model in all_of(call).values()] + existing.summaries(call, call.operation)
    return listing.answer(call, "Models", shown, "ModelName")


def delete(call: Call) -> dict[str, Any]:
    """AWS lets go of a model that endpoints still use."""
    model = found(call, call.params["ModelName"])
    del all_of(call)[model["name"]]
    tags.forget(call, model["arn"])
    return {}


def _arn(call: Call, name: str) -> str:
    return call.arn("sagemaker", f"model/{name.lower()}")


def _usual(model: Model) -> dict[str, Any]:
    return {"ModelName": model["name"], "ModelArn": model["arn"], "CreationTime": moment(model["created"])}


OPERATIONS: dict[str, Callable[[Call], dict[str, Any]]] = {
    "CreateModel": create,
    "DescribeModel": describe,
    "ListModels": list_all,
    "DeleteModel": delete,
}
