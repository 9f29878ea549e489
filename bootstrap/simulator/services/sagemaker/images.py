"""Studio images and their versions."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker import resource_types
from bootstrap.simulator.services.sagemaker.resource_types import ResourceType, StoredResource, Transition, all_of, code
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call, CallHandler

_STEADY = ("CREATED", "CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED")


def _forget_versions(call: Call, image: StoredResource) -> None:
    versions, name = all_of(call, "ImageVersion"), image["params"]["ImageName"]
    for key in [key for key, one in versions.items() if one["params"]["ImageName"] == name]:
        del versions[key]


def _check_image(call: Call) -> None:
    image = resource_types.found(call, _IMAGE)
    if image["status"] not in _STEADY:
        raise Refusal(code(call, "ResourceInUse"), f"The image {image['arn']} is {image['status']}.")


def _number(call: Call) -> dict[str, Any]:
    image = resource_types.found(call, _IMAGE)
    image["versions"] = image.get("versions", 0) + 1
    return {"Version": image["versions"]}


def _about(call: Call, version: StoredResource) -> dict[str, Any]:
    image = all_of(call, "Image")[version["params"]["ImageName"]]
    return {"ImageArn": image["arn"], "ContainerImage": version["params"]["BaseImage"]}


def _numbered(operation: CallHandler) -> CallHandler:
    def wrapper(call: Call) -> dict[str, Any]:
        if "Version" not in call.params:
            raise Refusal("NotSimulated", f"{call.operation} without a Version is not simulated")
        return operation(call)

    return wrapper


_IMAGE = ResourceType(
    "Image", "ListImages", "image", Transition("CREATING", "CREATED", (5, 20)), None,
    Transition("DELETING", "", (5, 20), _STEADY), gone=_forget_versions,
)  # fmt: skip
_VERSION = ResourceType(
    "ImageVersion", "ListImageVersions", "image-version", Transition("CREATING", "CREATED", (20, 60)), None,
    Transition("DELETING", "", (5, 20), _STEADY), ids=("ImageName", "Version"), check=_check_image, issue=_number,
    more=_about,
)  # fmt: skip
RESOURCE_TYPES = (_IMAGE, _VERSION)
OPERATIONS = {
    name: _numbered(one)
    for name, one in resource_types.operations(_VERSION).items()
    if name.startswith(("Describe", "Delete"))
}
