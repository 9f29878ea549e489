"""What botocore's models say of an operation that an organiser names in a file: no client and no session is needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from bootstrap.aws import operations


def services() -> list[str]:
    """Return the services of which the tool may read something."""
    return sorted({each.service for each in operations.OPERATIONS if each.reads and each.service != "signin"})


def readable(service: str) -> list[str]:
    """Return the operations of the service by which the tool may read."""
    return sorted(each.name for each in operations.of_service(service).values() if each.reads)


def method(operation: str) -> str:
    """Return the name of a client's method for an operation."""
    return xform_name(operation)


def takes(service: str, operation: str) -> list[str]:
    """Return the names of the operation's parameters."""
    shape = _model(service).operation_model(operation).input_shape
    return sorted(shape.members) if shape else []


def gives(service: str, operation: str) -> list[str]:
    """Return the keys of the operation's answer."""
    shape = _model(service).operation_model(operation).output_shape
    return sorted(shape.members) if shape else []


def misfit(service: str, operation: str, parameters: Mapping[str, Any]) -> str:
    """Return what is wrong with the parameters, as botocore says it on one line; "" if AWS would take them."""
    shape = _model(service).operation_model(operation).input_shape
    if shape is None:
        return ""
    report = ParamValidator().validate(dict(parameters), shape)
    return "; ".join(line.strip() for line in report.generate_report().splitlines()) if report.has_errors() else ""


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(_LOADER.load_service_model(service, "service-2"), service)


_LOADER = Loader()
