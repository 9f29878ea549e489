"""AWS::SageMaker::NotebookInstance and its lifecycle configuration."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.cloudformation.kinds.kind import Made, Making, ResourceKind, exists, found
from bootstrap.simulator.services.cloudformation.stacks import LiveResource
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_CONFIG_NAME = "NotebookInstanceLifecycleConfigName"
_NAME = "NotebookInstanceName"
_FIXED = ("PlatformIdentifier", "DirectInternetAccess", "SubnetId", "SecurityGroupIds", "KmsKeyId")
_CHANGEABLE = ("InstanceType", "RoleArn", "VolumeSizeInGB", "RootAccess", "InstanceMetadataServiceConfiguration")


def _config(call: Call, name: str) -> dict[str, Any] | None:
    return found(call, "sagemaker", "DescribeNotebookInstanceLifecycleConfig", **{_CONFIG_NAME: name})


def _create_config(making: Making) -> Made:
    name = making.name(_CONFIG_NAME)
    if _config(making.call, name):
        raise exists(name, "AWS::SageMaker::NotebookInstanceLifecycleConfig")
    answer = making.invoke(
        "sagemaker", "CreateNotebookInstanceLifecycleConfig",
        **{_CONFIG_NAME: name}, **making.picked("OnCreate", "OnStart", "Tags"),
    )  # fmt: skip
    return Made(answer["NotebookInstanceLifecycleConfigArn"], {_CONFIG_NAME: name})


def _update_config(making: Making, live: LiveResource) -> bool:
    making.invoke(
        "sagemaker", "UpdateNotebookInstanceLifecycleConfig",
        **{_CONFIG_NAME: live.attributes[_CONFIG_NAME]}, **making.picked("OnCreate", "OnStart"),
    )  # fmt: skip
    return True


def _delete_config(call: Call, live: LiveResource) -> bool:
    name = live.attributes[_CONFIG_NAME]
    call.invoke("sagemaker", "DeleteNotebookInstanceLifecycleConfig", {_CONFIG_NAME: name})
    return True


def _actual_config(call: Call, live: LiveResource) -> dict[str, Any] | None:
    """Return {} if the configuration exists, else None; its scripts are not compared."""
    return {} if _config(call, live.attributes[_CONFIG_NAME]) else None


LIFECYCLE_CONFIG = ResourceKind(
    properties=frozenset({_CONFIG_NAME, "OnCreate", "OnStart", "Tags"}),
    create=_create_config,
    update=_update_config,
    delete=_delete_config,
    create_only=frozenset({_CONFIG_NAME}),
    named=_CONFIG_NAME,
    actual=_actual_config,
)


def _notebook(call: Call, name: str) -> dict[str, Any] | None:
    return found(call, "sagemaker", "DescribeNotebookInstance", NotebookInstanceName=name)


def _create(making: Making) -> Made:
    name = making.name(_NAME)
    if _notebook(making.call, name):
        raise exists(name, "AWS::SageMaker::NotebookInstance")
    answer = making.invoke(
        "sagemaker", "CreateNotebookInstance",
        NotebookInstanceName=name, **making.picked(*_FIXED, *_CHANGEABLE, "LifecycleConfigName", "Tags"),
    )  # fmt: skip
    return Made(answer["NotebookInstanceArn"], {_NAME: name})


def _settled(making: Making, live: LiveResource) -> bool:
    """Return True when the notebook is in service. Raises Refusal when it failed."""
    shown = _notebook(making.call, live.attributes[_NAME])
    status = shown["NotebookInstanceStatus"] if shown else "Failed"
    if status == "Failed":
        reason = (shown or {}).get("FailureReason", "the notebook instance is gone")
        raise Refusal("NotStabilized", f"Notebook instance {live.attributes[_NAME]} failed: {reason}")
    return bool(status == "InService")


def _update(making: Making, live: LiveResource) -> bool:
    """Stop, change and start the notebook, one step for each call."""
    name = live.attributes[_NAME]
    shown = _notebook(making.call, name)
    if shown is None:
        raise Refusal("NotFound", f"Notebook instance {name} was not found")
    wanted = making.picked(*_CHANGEABLE)
    config = making.properties.get("LifecycleConfigName")
    same = all(shown.get(key) == value for key, value in wanted.items()) and (
        shown.get("NotebookInstanceLifecycleConfigName") == config
    )
    status = shown["NotebookInstanceStatus"]
    if status == "InService" and same:
        return True
    if status == "InService":
        making.invoke("sagemaker", "StopNotebookInstance", NotebookInstanceName=name)
    elif status == "Stopped" and same:
        making.invoke("sagemaker", "StartNotebookInstance", NotebookInstanceName=name)
    elif status == "Stopped":
        other = {"LifecycleConfigName": config} if config else {"DisassociateLifecycleConfig": True}
        making.invoke("sagemaker", "UpdateNotebookInstance", NotebookInstanceName=name, **wanted, **other)
    return False


def _delete(call: Call, live: LiveResource) -> bool:
    name = live.attributes[_NAME]
    shown = _notebook(call, name)
    if shown is None:
        return True
    status = shown["NotebookInstanceStatus"]
    if status == "InService":
        call.invoke("sagemaker", "StopNotebookInstance", {_NAME: name})
    elif status in {"Stopped", "Failed"}:
        call.invoke("sagemaker", "DeleteNotebookInstance", {_NAME: name})
    return False


def _actual(call: Call, live: LiveResource) -> dict[str, Any] | None:
    shown = _notebook(call, live.attributes[_NAME])
    if shown is None:
        return None
    script = {"LifecycleConfigName": shown.get("NotebookInstanceLifecycleConfigName")}
    return {key: shown.get(key) for key in ("InstanceType", "RoleArn")} | script


NOTEBOOK = ResourceKind(
    properties=frozenset(_FIXED) | frozenset(_CHANGEABLE) | {_NAME, "LifecycleConfigName", "Tags"},
    required=frozenset({"InstanceType", "RoleArn"}),
    create=_create,
    settled=_settled,
    update=_update,
    delete=_delete,
    create_only=frozenset(_FIXED) | {_NAME},
    named=_NAME,
    actual=_actual,
)
