"""Checks the XML of S3's requests against botocore's model, as S3 does against its schema before it looks further."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from xml.etree import ElementTree

from bootstrap.simulator.wire import protocol
from bootstrap.simulator.wire.refusal import Refusal

_NUMBERS = {"integer", "long"}
_GRANT = "x-amz-grant-"


def check(operation: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raise Refusal if the operation takes XML and this is none that fits the model."""
    shape = _payload(operation)
    if shape is None:
        return
    if not body.strip():
        _check_missing(operation, headers)
        return
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise malformed() from error
    if not _fits(root, shape):
        raise malformed()


def _check_missing(operation: str, headers: Mapping[str, str]) -> None:
    if operation == "CreateBucket":
        return
    if not operation.endswith("Acl"):
        raise Refusal("MissingRequestBodyError", "Request Body is empty")
    if not any(name == "x-amz-acl" or name.startswith(_GRANT) for name in headers):
        raise Refusal("MissingSecurityHeader", "Your request was missing a required header")


def malformed() -> Refusal:
    """Return S3's refusal of XML that does not fit its schema."""
    text = "The XML you provided was not well-formed or did not validate against our published schema"
    return Refusal("MalformedXML", text)


@cache
def _payload(operation: str) -> Any:
    """Return the shape that the body holds; None if it is no XML."""
    shape = protocol.model("s3").operation_model(operation).input_shape
    name = shape.serialization.get("payload") if shape else None
    if name is None or shape.members[name].type_name != "structure":
        return None
    return shape.members[name]


def _fits(node: ElementTree.Element, shape: Any) -> bool:
    kind = shape.type_name
    if kind == "structure":
        return all(_member(node, name, inner, name in shape.required_members) for name, inner in shape.members.items())
    if kind == "list":
        return all(_fits(each, shape.member) for each in node)
    text = (node.text or "").strip()
    if kind in _NUMBERS:
        return text.lstrip("-").isdigit()
    # S3 has words of its own for a wrong location constraint.
    allowed = None if shape.name == "BucketLocationConstraint" else getattr(shape, "enum", None)
    if shape.name == "ObjectKey" and not text:
        return False
    return not allowed or text in allowed


def _member(node: ElementTree.Element, name: str, shape: Any, required: bool) -> bool:
    told = shape.serialization
    if told.get("xmlAttribute"):
        return True
    flat = shape.type_name == "list" and told.get("flattened")
    wanted = told.get("name", name)
    if flat:
        wanted = shape.member.serialization.get("name", wanted) if "name" not in told else wanted
    found = [each for each in node if each.tag.rpartition("}")[2] == wanted]
    if not found:
        return not required
    return all(_fits(each, shape.member if flat else shape) for each in found)
