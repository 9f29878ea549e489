"""Tags of SageMaker resources, by ARN."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bootstrap.simulator.wire.refusal import Refusal, held
from bootstrap.simulator.world import denials
from bootstrap.simulator.world.call import Call, CallHandler


def begin(call: Call, arn: str, given: Iterable[dict[str, str]] | None = None) -> None:
    """Store a new resource's tags: those `given`, else those of the Create call."""
    _shelf(call)[arn] = _plain(call.params.get("Tags", ()) if given is None else given)


def checked(operation: CallHandler) -> CallHandler:
    """Wrap a Create operation: with tags, the caller also needs sagemaker:AddTags."""

    def wrapper(call: Call) -> dict[str, Any]:
        if call.params.get("Tags"):
            denials.deny(call, "sagemaker:AddTags", "*")
        return operation(call)

    return wrapper


def of(call: Call, arn: str) -> dict[str, str]:
    """Return a resource's tags."""
    found: dict[str, str] = _shelf(call).get(arn, {})
    return found


def forget(call: Call, arn: str) -> None:
    """Drop a deleted resource's tags."""
    _shelf(call).pop(arn, None)


def list_tags(call: Call) -> dict[str, Any]:
    """Answer ListTags."""
    return {"Tags": _listed(_of(call))}


def add_tags(call: Call) -> dict[str, Any]:
    """Answer AddTags."""
    found = _of(call)
    found.update(_plain(call.params["Tags"]))
    return {"Tags": _listed(found)}


def delete_tags(call: Call) -> dict[str, Any]:
    """Answer DeleteTags."""
    for key in call.params["TagKeys"]:
        _of(call).pop(key, None)
    return {}


def _of(call: Call) -> dict[str, str]:
    arn = call.params["ResourceArn"]
    return held(_shelf(call), arn, Refusal("ValidationException", f"Resource {arn} does not exist"))


def _shelf(call: Call) -> dict[str, Any]:
    return call.shelf("sagemaker.tags")


def _plain(tags: Iterable[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


def _listed(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


OPERATIONS = {"ListTags": list_tags, "AddTags": add_tags, "DeleteTags": delete_tags}
