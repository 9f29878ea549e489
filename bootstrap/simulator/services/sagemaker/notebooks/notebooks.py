"""Notebook instances: the operations and status changes."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from bootstrap.simulator.services.quotas.catalogue import TOTAL_NOTEBOOKS, usage_of
from bootstrap.simulator.services.sagemaker import existing, limits, listing, roles, tags
from bootstrap.simulator.services.sagemaker.notebooks import lifecycle
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal, held
from bootstrap.simulator.world.call import Call, CallHandler

_PLATFORM = "notebook-al2023-v1"
# The AL2023 images have no driver for these types.
_OLD_ACCELERATORS = ("p2", "p3", "p3dn", "inf1", "g3")
_IDLE = ("Stopped", "Failed")
_DEFAULTS = {
    "VolumeSizeInGB": 5,
    "RootAccess": "Enabled",
    "DirectInternetAccess": "Enabled",
    "PlatformIdentifier": _PLATFORM,
    "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "1"},
}
_CHANGEABLE = (
    "InstanceType", "RoleArn", "VolumeSizeInGB", "RootAccess", "LifecycleConfigName", "DefaultCodeRepository",
    "AdditionalCodeRepositories", "InstanceMetadataServiceConfiguration", "PlatformIdentifier", "IpAddressType",
)  # fmt: skip


def all_of(call: Call) -> dict[str, Any]:
    """Return the notebooks by name."""
    return call.shelf("sagemaker.notebooks")


def create(call: Call) -> dict[str, Any]:
    """Answer CreateNotebookInstance."""
    wanted = {**_DEFAULTS, **call.params}
    name = wanted["NotebookInstanceName"]
    arn = call.arn("sagemaker", f"notebook-instance/{name.lower()}")
    if name in all_of(call):
        raise Refusal("ValidationException", f"Cannot create a duplicate Notebook Instance ({arn})")
    _check(call, wanted)
    _check_limits(call, wanted["InstanceType"])
    wanted.pop("Tags", None)
    made = {"arn": arn, "name": name, "wanted": wanted, "status": "Pending"}
    all_of(call)[name] = {**made, "created": call.now, "modified": call.now}
    tags.begin(call, arn)
    _soon(call, name, "InService", call.scenario.notebooks.start_seconds)
    return {"NotebookInstanceArn": arn}


def describe(call: Call) -> dict[str, Any]:
    """Answer DescribeNotebookInstance."""
    found = _found(call)
    wanted = dict(found["wanted"])
    config = wanted.pop("LifecycleConfigName", None)
    wanted["SecurityGroups"] = wanted.pop("SecurityGroupIds", [])
    known = {"NotebookInstanceLifecycleConfigName": config} if config else {}
    if "failure" in found:
        known["FailureReason"] = found["failure"]
    return {**wanted, **_times(found), **known, "Url": _url(call, found)}


def list_all(call: Call) -> dict[str, Any]:
    """Answer ListNotebookInstances."""
    config = call.params.get("NotebookInstanceLifecycleConfigNameContains", "")
    shown = [_summary(call, found) for found in all_of(call).values()] + existing.summaries(call, call.operation)
    shown = [one for one in shown if config in one.get("NotebookInstanceLifecycleConfigName", "")]
    return listing.answer(
        call, "NotebookInstances", shown, "NotebookInstanceName", "NotebookInstanceStatus", usual_sort="Name"
    )


def start(call: Call) -> dict[str, Any]:
    """Answer StartNotebookInstance."""
    found = _in_state(call, ("Stopped", "Failed"), "Pending")
    _check_limits(call, found["wanted"]["InstanceType"])
    if call.account.count("notebook-start") <= call.scenario.notebooks.start_ignored:
        return {}
    _turn(call, found, "Pending")
    _soon(call, found["name"], "InService", call.scenario.notebooks.start_seconds)
    return {}


def stop(call: Call) -> dict[str, Any]:
    """Answer StopNotebookInstance."""
    found = _in_state(call, ("InService",), "Stopping")
    _turn(call, found, "Stopping")
    _soon(call, found["name"], "Stopped", call.scenario.notebooks.stop_seconds)
    return {}


def update(call: Call) -> dict[str, Any]:
    """Change a stopped notebook; its volume cannot become smaller."""
    found = _in_state(call, _IDLE, "Updating")
    asked = {key: value for key, value in call.params.items() if key in _CHANGEABLE}
    wanted = {**found["wanted"], **asked}
    if wanted["VolumeSizeInGB"] < found["wanted"]["VolumeSizeInGB"]:
        raise Refusal("ValidationException", "The volume size of a notebook instance cannot be decreased.")
    if call.params.get("DisassociateLifecycleConfig"):
        wanted.pop("LifecycleConfigName", None)
    if call.params.get("DisassociateDefaultCodeRepository"):
        wanted.pop("DefaultCodeRepository", None)
    _check(call, wanted)
    found["wanted"] = wanted
    _turn(call, found, "Updating")
    _soon(call, found["name"], "Stopped", call.scenario.notebooks.stop_seconds)
    return {}


def delete(call: Call) -> dict[str, Any]:
    """Answer DeleteNotebookInstance."""
    found = _in_state(call, _IDLE, "Deleting")
    _turn(call, found, "Deleting")
    seconds = call.draw(f"notebook:{found['name']}", call.scenario.notebooks.stop_seconds)
    call.later(call.now + seconds, partial(_vanish, found["name"]))
    return {}


def _check(call: Call, wanted: dict[str, Any]) -> None:
    platform, kind = wanted["PlatformIdentifier"], wanted["InstanceType"]
    if not platform.startswith("notebook-al2023-"):
        raise Refusal(
            "ValidationException",
            f"Creating new notebook instances with platform identifier {platform} is no longer supported. "
            f"Use {_PLATFORM}.",
        )
    if kind.split(".")[1] in _OLD_ACCELERATORS:
        raise Refusal("ValidationException", f"Instance type {kind} is not supported with platform {platform}.")
    config = wanted.get("LifecycleConfigName")
    if config and config not in lifecycle.all_of(call):
        raise Refusal("ValidationException", f"Notebook Instance Lifecycle Config {config} does not exist.")
    roles.check(call, wanted["RoleArn"])


def _check_limits(call: Call, kind: str) -> None:
    running = [found["wanted"]["InstanceType"] for found in all_of(call).values() if found["status"] not in _IDLE]
    limits.check(call, usage_of(kind, "notebook instance"), running.count(kind))
    limits.check(call, TOTAL_NOTEBOOKS, len(running))


def _found(call: Call) -> dict[str, Any]:
    return held(all_of(call), call.params["NotebookInstanceName"], Refusal("ValidationException", "RecordNotFound"))


def _in_state(call: Call, allowed: Collection[str], to: str) -> dict[str, Any]:
    found = _found(call)
    if found["status"] not in allowed:
        raise Refusal(
            "ValidationException",
            f"Status ({found['status']}) not in ([{', '.join(allowed)}]). Unable to transition to ({to}) for "
            f"Notebook Instance ({found['arn']})",
        )
    return found


def _turn(call: Call, found: dict[str, Any], status: str) -> None:
    found.update(status=status, modified=call.now)


def _soon(call: Call, name: str, status: str, seconds: tuple[float, float]) -> None:
    call.later(call.now + call.draw(f"notebook:{name}", seconds), partial(_arrive, name, status))


def _arrive(name: str, status: str, call: Call) -> None:
    found, said = all_of(call)[name], call.scenario.notebooks
    found.pop("failure", None)
    late = lifecycle.overrun(call, found) if status == "InService" else None
    if late:
        found["failure"], status = late, "Failed"
    elif status == "InService" and said.failure:
        times = said.failure_times
        if times is None or call.account.count("notebook-failure") <= times:
            found["failure"], status = said.failure, "Failed"
    if found["status"] == "Stopping":
        lifecycle.closed(call, found)
    _turn(call, found, status)
    if status == "InService":
        lifecycle.ran(call, found)


def _vanish(name: str, call: Call) -> None:
    tags.forget(call, all_of(call).pop(name)["arn"])


def _url(call: Call, found: dict[str, Any]) -> str:
    suffix = "com.cn" if call.partition == "aws-cn" else "aws"
    return f"{found['name'].lower()}-{call.account_id[-4:]}.notebook.{call.region}.sagemaker.{suffix}"


def _times(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "NotebookInstanceName": found["name"],
        "NotebookInstanceArn": found["arn"],
        "NotebookInstanceStatus": found["status"],
        "CreationTime": moment(found["created"]),
        "LastModifiedTime": moment(found["modified"]),
    }


def _summary(call: Call, found: dict[str, Any]) -> dict[str, Any]:
    config = found["wanted"].get("LifecycleConfigName")
    known = {"NotebookInstanceLifecycleConfigName": config} if config else {}
    return {**_times(found), **known, "Url": _url(call, found), "InstanceType": found["wanted"]["InstanceType"]}


def view(call: Call) -> list[dict[str, Any]]:
    """View for the control address: the notebooks."""
    return list(all_of(call).values())


OPERATIONS: dict[str, CallHandler] = {
    "CreateNotebookInstance": create,
    "DescribeNotebookInstance": describe,
    "ListNotebookInstances": list_all,
    "StartNotebookInstance": start,
    "StopNotebookInstance": stop,
    "UpdateNotebookInstance": update,
    "DeleteNotebookInstance": delete,
}
