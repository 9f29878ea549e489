"""The model registry: groups, and the packages in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bootstrap.simulator.services.sagemaker import rows
from bootstrap.simulator.services.sagemaker.rows import Row, Thing, Turn, all_of
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


def _held(call: Call, group: Thing) -> str:
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
        rows.found(call, _GROUP)
    elif "ModelPackageName" not in call.params:
        raise Refusal("ValidationException", "Missing ARN.")


def _number(call: Call) -> dict[str, Any]:
    if "ModelPackageGroupName" not in call.params:
        return {"ModelPackageType": "Unversioned"}
    group = rows.found(call, _GROUP)
    name = group["params"]["ModelPackageGroupName"]
    version = group["versions"] = group.get("versions", 0) + 1
    package = {"ModelPackageName": f"{name}/{version}", "ModelPackageVersion": version}
    return {**package, "ModelPackageGroupName": name, "ModelPackageType": "Versioned"}


def _about(call: Call, package: Thing) -> dict[str, Any]:
    params = package["params"]
    versioned = params["ModelPackageType"] == "Versioned"
    return {
        # A package of a group is known by its ARN.
        "ModelPackageName": None if versioned else params["ModelPackageName"],
        "ModelApprovalStatus": params.get("ModelApprovalStatus", "PendingManualApproval" if versioned else None),
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
    }


def list_packages(call: Call) -> dict[str, Any]:
    """Without a group or a type, only those that are in no group."""
    asked = dict(call.params)
    kind = asked.pop("ModelPackageType", "Versioned" if "ModelPackageGroupName" in asked else "Unversioned")
    if kind != "Both":
        asked["ModelPackageType"] = kind
    return rows.list_all(_PACKAGE, replace(call, params=asked))


_GROUP = Row(
    "ModelPackageGroup", "ListModelPackageGroups", "model-package-group", Turn("Completed", "Completed"), None,
    Turn("Deleting", "", (2, 10), ("Completed", "Failed", "DeleteFailed")), held=_held,
)  # fmt: skip
_PACKAGE = Row(
    "ModelPackage", "ListModelPackages", "model-package", Turn("Pending", "Completed", (5, 20)), None,
    Turn("Deleting", "", (2, 10), ("Completed", "Failed")), check=_check_name, issue=_number, more=_about,
    filters={name: name for name in ("ModelPackageType", "ModelPackageGroupName")},
)  # fmt: skip
ROWS = (_GROUP, _PACKAGE)
OPERATIONS = {"ListModelPackages": list_packages}
