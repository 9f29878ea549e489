"""Listings of resources that the simulator cannot create: they show only those that the scenario names."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from botocore.model import OperationModel, ServiceModel, Shape

from bootstrap.simulator.in_process import regions
from bootstrap.simulator.services.sagemaker import listing
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.world.call import Call, CallHandler

# 1 January 2020: older than any event.
_MADE = 1_577_836_800.0


def operations(apart_from: frozenset[str]) -> dict[str, CallHandler]:
    """Return an operation for each listing that needs no parameter and is not in `apart_from`."""
    names = (name for name in _model().operation_names if name.startswith("List") and name not in apart_from)
    return {name: partial(_list, name) for name in names if _is_plain(_model().operation_model(name))}


def summaries(call: Call, operation: str) -> list[dict[str, Any]]:
    """Return the scenario's existing resources: name, required members, and status."""
    shape = element(operation)[1]
    names = call.scenario.existing.sagemaker.get(operation.removeprefix("List"), ())
    wanted = {_name_member(shape), *shape.required_members}
    shown = [one for one in shape.members if one in wanted or one.endswith("Status")]
    return [{one: made_up(call, operation, one, shape.members[one], name) for one in shown} for name in names]


def _list(operation: str, call: Call) -> dict[str, Any]:
    key, shape = element(operation)
    return listing.answer(call, key, summaries(call, operation), _name_member(shape))


@cache
def _model() -> ServiceModel:
    return ServiceModel(regions.loader().load_service_model("sagemaker", "service-2"))


def _is_plain(described: OperationModel) -> bool:
    # Every List operation of SageMaker has an input and an output shape.
    takes: Any = described.input_shape
    gives: Any = described.output_shape
    lists = [shape for shape in gives.members.values() if shape.type_name == "list"]
    return not takes.required_members and [shape.member.type_name for shape in lists] == ["structure"]


@cache
def element(operation: str) -> tuple[str, Any]:
    """Return the output member that holds the list, and the shape of its elements."""
    gives: Any = _model().operation_model(operation).output_shape
    return next((key, shape.member) for key, shape in gives.members.items() if shape.type_name == "list")


def _name_member(shape: Any) -> str:
    return next((one for one in shape.members if one.endswith("Name")), "")


def made_up(call: Call, operation: str, member: str, shape: Shape, name: str) -> Any:
    """Return a made-up value for a required member that nothing else provides."""
    kind: str = shape.type_name
    if kind == "timestamp":
        return moment(_MADE)
    if kind == "string":
        enum = getattr(shape, "enum", None)
        if enum:
            return next((good for good in ("InService", "Completed", "Active") if good in enum), enum[0])
        kebab = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in operation[4:].rstrip("s"))
        return call.arn("sagemaker", f"{kebab.lstrip('-')}/{name.lower()}") if member.endswith("Arn") else name
    if kind == "structure":
        members = getattr(shape, "members", {})
        needed = getattr(shape, "required_members", [])
        return {one: made_up(call, operation, one, members[one], name) for one in needed}
    return {"list": [], "map": {}, "boolean": False}.get(kind, 0)
