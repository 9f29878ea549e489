"""The model registry: groups, and the packages in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bootstrap.simulator.services.sagemaker import resource_types
from bootstrap.simulator.services.sagemaker.resource_types import ResourceType, StoredResource, Transition, all_of
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


def _held(call: Call, group: StoredResource) -> str:
    name = group["params"]["ModelPackageGroupName"]
    inside = [
        one["arn"]
        for one in all_of(call, "ModelPackage").values()
        if one["params"].get("ModelPackageGroupName") == name
    ]
    return f"The model package group still holds {len(inside)} model package(s), as {inside[0]}." if inside else ""


def _check_name(call: Call) -> None:
    if "ModelPackageGroupName" in call.params:
        if "ModelPackageName" in call.params:
            raise Refusal(
                "ValidationException",
                "Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which "
                "one to use.",
            )
        resource_types.found(call, _GROUP)
    elif "ModelPackageName" not in call.params:
        raise Refusal("ValidationException", "Missing ARN.")


def _number(call: Call) -> dict[str, Any]:
    if "ModelPackageGroupName" not in call.params:
        return {"ModelPackageType": "Unversioned"}
    group = resource_types.found(call, _GROUP)
    name = group["params"]["ModelPackageGroupName"]
    version = group["versions"] = group.get("versions", 0) + 1
    package = {"ModelPackageName": f"{name}/{version}", "ModelPackageVersion": version}
    return {**package, "ModelPackageGroupName": name, "ModelPackageType": "Versioned"}


def _about(call: Call, package: StoredResource) -> dict[str, Any]:
    params = package["params"]
    versioned = params["ModelPackageType"] == "Versioned"
    return {
        # A package in a group has no name, only an ARN.
        "ModelPackageName": None if versioned else params["ModelPackageName"],
        "ModelApprovalStatus": params.get("ModelApprovalStatus", "PendingManualApproval" if versioned else None),
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
    }


def list_packages(call: Call) -> dict[str, Any]:
    """List packages; without a group or a type, only those outside groups."""
    asked = dict(call.params)
    kind = asked.pop("ModelPackageType", "Versioned" if "ModelPackageGroupName" in asked else "Unversioned")
    if kind != "Both":
        asked["ModelPackageType"] = kind
    return resource_types.list_all(_PACKAGE, replace(call, params=asked))


_GROUP = ResourceType(
    "ModelPackageGroup", "ListModelPackageGroups", "model-package-group", Transition("Completed", "Completed"), None,
    Transition("Deleting", "", (2, 10), ("Completed", "Failed", "DeleteFailed")), held=_held,
)  # fmt: skip
_PACKAGE = ResourceType(
    "ModelPackage", "ListModelPackages", "model-package", Transition("Pending", "Completed", (5, 20)), None,
    Transition("Deleting", "", (2, 10), ("Completed", "Failed")), check=_check_name, issue=_number, more=_about,
    filters={name: name for name in ("ModelPackageType", "ModelPackageGroupName")},
)  # fmt: skip
RESOURCE_TYPES = (_GROUP, _PACKAGE)
OPERATIONS = {"ListModelPackages": list_packages}
