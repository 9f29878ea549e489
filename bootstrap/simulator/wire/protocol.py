"""Reads requests and writes answers in each service's protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.utils import parse_timestamp

from bootstrap.simulator.in_process import regions
from bootstrap.simulator.wire import constraints, xml
from bootstrap.simulator.wire.refusal import Refusal

_LOADING = threading.Lock()
_INVALID = {
    "cognito-idp": "InvalidParameterException", "logs": "InvalidParameterException", "cloudwatch": "ValidationError",
    "organizations": "InvalidInputException",
}  # fmt: skip
_IDS = frozenset({"x-amzn-requestid", "x-amz-request-id", "x-amz-id-2"})
_CONTENT = {
    "json": "application/x-amz-json-1.1", "rest-json": "application/json", "query": "text/xml",
    "ec2": "text/xml;charset=UTF-8",
}  # fmt: skip
_ROOTS = {
    "ListBucketsResponse": "ListAllMyBucketsResult", "ListObjectsV2Response": "ListBucketResult",
    "ListObjectVersionsResponse": "ListVersionsResult", "ListMultipartUploadsResponse": "ListMultipartUploadsResult",
    "ListPartsResponse": "ListPartsResult", "GetBucketCorsResponse": "CORSConfiguration",
    "CompleteMultipartUploadResponse": "CompleteMultipartUploadResult", "CopyObjectResponse": "CopyObjectResult",
    "CreateMultipartUploadResponse": "InitiateMultipartUploadResult", "DeleteObjectsResponse": "DeleteResult",
}  # fmt: skip
HttpAnswer = tuple[int, dict[str, str], bytes]
# Protocols whose requests say everything in their bodies.
_IN_BODY = frozenset({"json", "query", "ec2"})
_LONGEST_KEPT = 4096


@cache
def _load(service: str) -> Any:
    from moto.core.model import ServiceModel

    return ServiceModel(regions.loader().load_service_model(service, "service-2"), service)


def model(service: str) -> Any:
    """Return moto's version of botocore's model; it is large, so it is loaded once, under a lock."""
    with _LOADING:
        return _load(service)


@cache
def protocol_of(service: str) -> str:
    """Return the service's protocol, chosen as boto3 does."""
    from botocore.model import ServiceModel

    return str(ServiceModel(regions.loader().load_service_model(service, "service-2"), service).resolved_protocol)


def known(service: str, operation: str) -> bool:
    """Return True if the service's model has the operation."""
    return operation in model(service).operation_names


def parse(
    service: str, operation: str, headers: Mapping[str, str], body: bytes, in_path: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the parameters of a json, query, ec2 or rest-json request, validated. Raises Refusal."""
    if protocol_of(service) in _IN_BODY and len(body) <= _LONGEST_KEPT and not in_path:
        # The same listings come from every account.
        return deepcopy(_parsed(service, operation, body))
    return _read(service, operation, headers, body, in_path or {})


@lru_cache(maxsize=4096)
def _parsed(service: str, operation: str, body: bytes) -> dict[str, Any]:
    return _read(service, operation, {}, body, {})


def _read(
    service: str, operation: str, headers: Mapping[str, str], body: bytes, in_path: Mapping[str, str]
) -> dict[str, Any]:
    from moto.core.parse import PROTOCOL_PARSERS
    from werkzeug.datastructures import Headers, MultiDict

    described = model(service).operation_model(operation)
    values: Any = MultiDict(in_path)
    if protocol_of(service) in {"query", "ec2"}:
        values = MultiDict(parse_qsl(body.decode(), keep_blank_values=True))
    # moto's own makes times without a zone, which compare with no other and depend on this machine's zone.
    parser = PROTOCOL_PARSERS[protocol_of(service)](described, timestamp_parser=_utc)
    asked = {
        "body": body, "headers": Headers(dict(headers)), "method": "POST", "url_params": dict(in_path),
        "url_path": "/", "values": values,
    }  # fmt: skip
    try:
        params = parser.parse(asked)
    except (AttributeError, TypeError, ValueError) as error:
        if protocol_of(service) != "json":
            raise
        raise Refusal("SerializationException", "STRING_VALUE can not be converted to an Integer") from error
    # moto's parser makes an empty list of one that the address does not have.
    made = {key: value for key, value in dict(params or {}).items() if value != [] or not _in_query(described, key)}
    check_input(service, operation, made)
    return made


def _utc(told: Any) -> datetime:
    return parse_timestamp(told).astimezone(UTC)


def _in_query(described: Any, member: str) -> bool:
    return bool(described.input_shape.members[member].serialization.get("location") == "querystring")


def check_input(service: str, operation: str, params: dict[str, Any]) -> None:
    """Raise Refusal, worded as AWS does, if a parameter does not fit the model."""
    shape = model(service).operation_model(operation).input_shape
    if shape is None:
        return
    found = constraints.violations(params, shape)
    if protocol_of(service) == "json" and (
        unread := [each for each in found if isinstance(each, constraints.WrongType)]
    ):
        raise Refusal("SerializationException", unread[0])
    if found:
        many = "s" if len(found) > 1 else ""
        text = f"{len(found)} validation error{many} detected: {'; '.join(found)}"
        raise Refusal(_invalid(service, found), text)


def _invalid(service: str, found: list[str]) -> str:
    if service == "ec2":
        return "MissingParameter" if isinstance(found[0], constraints.Missing) else "InvalidParameterValue"
    usual = "ValidationError" if protocol_of(service) == "query" else "ValidationException"
    return _INVALID.get(service, usual)


def check_output(service: str, operation: str, answer: dict[str, Any]) -> None:
    """Raise AssertionError if AWS could not give this answer, which is a bug of the simulator."""
    shape = model(service).operation_model(operation).output_shape
    if shape is None:
        wrong = [f"{operation} answers nothing, not {answer}"] if answer else []
    else:
        wrong = constraints.violations(answer, shape, output=True)
    if wrong:
        raise AssertionError(f"{service}:{operation} cannot answer this: {'; '.join(wrong)}")


def of_model(service: str, operation: str, body: bytes) -> bytes:
    """Return moto's JSON answer without members that are null, or that the model does not have: AWS sends neither."""
    shape = model(service).operation_model(operation).output_shape
    return json.dumps(_pruned(json.loads(body), shape)).encode() if shape and body else body


def _pruned(value: Any, shape: Any) -> Any:
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {each.serialization.get("name", name): each for name, each in shape.members.items()}
        return {name: _pruned(each, names[name]) for name, each in value.items() if name in names and each is not None}
    if shape.type_name == "list" and isinstance(value, list):
        return [_pruned(each, shape.member) for each in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: _pruned(each, shape.value) for name, each in value.items() if each is not None}
    return value


def serialize(service: str, operation: str, answer: dict[str, Any], request_id: str) -> HttpAnswer:
    """Return the answer as HTTP status, headers and body."""
    from moto.core.serialize import SerializationContext

    check_output(service, operation, answer)
    described = model(service).operation_model(operation)
    made = _serializer(service)(described, context=SerializationContext(request_id)).serialize(answer)
    headers = {"x-amzn-requestid": request_id} | {k: str(v) for k, v in made["headers"].items()}
    body = made["body"]
    return made["status_code"], headers, body.encode() if isinstance(body, str) else body


@cache
def _serializer(service: str) -> Any:
    """Return moto's serializer, made cheaper.

    Moto's builds an object and a path for each member that it looks for, and writes XML by events.
    """
    from moto.core.serialize import EC2Serializer, QuerySerializer, get_serializer_class
    from moto.core.utils import get_value

    def value(self: Any, held: Any, key: str, shape: Any) -> Any:
        return held.get(key) if type(held) is dict else get_value(held, key, None)

    usual = get_serializer_class(service, protocol_of(service))
    made: dict[str, Any] = {"get_value": value}
    if usual in (QuerySerializer, EC2Serializer):
        made["_serialize_body"] = lambda self, body: xml.document(body, prolog=usual is EC2Serializer)
    return type(f"Plain{usual.__name__}", (usual,), made)


def dressed(service: str, answer: HttpAnswer, request_id: str) -> HttpAnswer:
    """Return the answer with the headers that AWS sends with each: content type of the protocol, request id.

    moto sends HTML's content type where its handler names none, and not everywhere an id.
    """
    status, headers, body = answer
    kept = {name: value for name, value in headers.items() if name.lower() not in _IDS}
    if service == "s3":
        kept |= {"x-amz-request-id": request_id, "x-amz-id-2": request_id}
        # An object has a date and its own content type, whatever is in it.
        if body.startswith(b"<") and not any(name.lower() == "last-modified" for name in kept):
            kept, body = _typed(kept, "application/xml"), _with_root(body)
    else:
        kept = {"x-amzn-RequestId": request_id} | kept
        kept = _typed(kept, _CONTENT[protocol_of(service)]) if service != "sagemaker-runtime" else kept
    return status, kept, body


def _with_root(body: bytes) -> bytes:
    """Return S3's XML with the outermost element that AWS sends: moto names some after the operation."""
    for name, root in _ROOTS.items():
        if f"<{name}>".encode() in body[:200]:
            return body.replace(f"<{name}>".encode(), f"<{root}>".encode()).replace(
                f"</{name}>".encode(), f"</{root}>".encode()
            )
    return body


def _typed(headers: dict[str, str], content_type: str) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() != "content-type"} | {
        "Content-Type": content_type
    }


def moment(epoch: float) -> datetime:
    """Convert epoch seconds to the datetime that an answer contains."""
    return datetime.fromtimestamp(epoch, UTC)


def refuse(service: str, refusal: Refusal, request_id: str, head: bool = False) -> HttpAnswer:
    """Return the error answer in the service's protocol; `head`: without a body."""
    headers = {"x-amzn-requestid": request_id}
    protocol = protocol_of(service)
    if protocol in {"json", "rest-json"}:
        body = json.dumps({"__type": refusal.code, "message": refusal.message}).encode()
        headers |= {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": refusal.code}
        return refusal.status, headers, body
    code, message = escape(refusal.code), escape(refusal.message)
    if protocol == "rest-xml":
        more = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in refusal.elements.items())
        text = (
            f"<Error><Code>{code}</Code><Message>{message}</Message>{more}<RequestId>{request_id}</RequestId></Error>"
        )
    elif protocol == "ec2":
        error = f"<Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
        text = f"<Response>{error}<RequestID>{request_id}</RequestID></Response>"
    else:
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    headers["Content-Type"] = "text/xml"
    return refusal.status, headers, b"" if head else text.encode()
