"""Botocore's models, which all sessions share; for an operation that an organiser names no session is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.exceptions import DataNotFoundError, ParamValidationError
from botocore.handlers import validate_bucket_name
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from bootstrap.aws import operations
from bootstrap.errors.message import joined, msg
from bootstrap.event.suggest import did_you_mean


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
    """Return the keys of the operation's answer; of a listing that comes in pages, those that all pages have together.

    KeyCount, of one page, is none of these.
    """
    shape = _model(service).operation_model(operation).output_shape
    known = set(shape.members) if shape else set()
    paged = _paged(service, operation)
    return sorted(known & paged if paged else known)


def lists(service: str, operation: str) -> list[str]:
    """Return the keys of a paged operation's answer that hold lists. S3 leaves out a list that is empty."""
    shape = _model(service).operation_model(operation).output_shape
    paged = _paged(service, operation)
    return [
        name for name in sorted(paged) if shape and name in shape.members and shape.members[name].type_name == "list"
    ]


def of_a_page(service: str, operation: str) -> list[str]:
    """Return the keys of a paged operation's answer that are of one page only."""
    shape = _model(service).operation_model(operation).output_shape
    return sorted(set(shape.members) - set(gives(service, operation))) if shape else []


def misfit(service: str, operation: str, parameters: Mapping[str, Any]) -> str:
    """Return what is wrong with the parameters, as botocore says it on one line; "" if AWS would take them.

    botocore itself checks neither what a text may be nor the largest number.
    """
    shape = _model(service).operation_model(operation).input_shape
    if shape is None:
        return ""
    report = ParamValidator().validate(dict(parameters), shape)
    if report.has_errors():
        return "; ".join(line.strip() for line in report.generate_report().splitlines())
    try:
        validate_bucket_name(dict(parameters))
    except ParamValidationError as error:
        return str(error.kwargs["report"])
    return joined("; ", list(_beyond(parameters, shape, "")))


def _beyond(value: Any, shape: Any, name: str) -> Iterator[str]:
    if shape.type_name == "structure":
        for key, each in value.items():
            yield from _beyond(each, shape.members[key], key)
    elif shape.type_name == "list":
        for each in value:
            yield from _beyond(each, shape.member, name)
    elif isinstance(value, str) and shape.metadata.get("enum") and value not in shape.enum:
        what = msg("{name} is `{found}`, which is none of: {known}",
                   name=name, found=value[:60], known=", ".join(shape.enum))  # fmt: skip
        yield did_you_mean(what, value, shape.enum)
    elif isinstance(value, int) and not isinstance(value, bool) and value > shape.metadata.get("max", value):
        yield msg("{name} is {found}, more than {most}", name=name, found=value, most=shape.metadata["max"])


def _paged(service: str, operation: str) -> set[str]:
    """The keys that botocore gathers from all pages; none if the operation has no pages."""
    try:
        pages = loader().load_service_model(service, "paginators-1")["pagination"].get(operation, {})
    except DataNotFoundError:
        return set()
    named = [pages.get("result_key", ()), pages.get("non_aggregate_keys", ())]
    flat = [name for each in named for name in ([each] if isinstance(each, str) else each)]
    return {name.partition(".")[0] for name in flat}


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(loader().load_service_model(service, "service-2"), service)


@cache
def loader() -> Loader:
    """Return the loader of botocore's data that this process shares: parsing the models again costs 0.5 s of CPU."""
    return Loader()
