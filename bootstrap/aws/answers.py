"""Checks that an answer is AWS's: each is held against the service's protocol and the row of its operation.

A proxy, a hotspot or a filter may answer in place of AWS, and a cut body may look whole. botocore reads a page of HTML,
or half a JSON body, as an answer without any key: as an empty listing. Here it is NotAws, which is retried.

Sources: smithy.io/2.0/aws/protocols (content types, XML elements, request ids) and
docs.aws.amazon.com/AmazonS3/latest/API (elements, x-amz-request-id).
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError
from botocore.parsers import ResponseParserFactory

from bootstrap.aws import operations

_JSON = frozenset({"json", "rest-json"})
_TYPES = {
    True: frozenset({"application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/json"}),
    False: frozenset({"text/xml", "application/xml"}),
}
_MEDIA = {
    **dict.fromkeys(_TYPES[True], "JSON"),
    **dict.fromkeys(_TYPES[False], "XML"),
    "text/html": "HTML",
    "application/xhtml+xml": "HTML",
    "text/plain": "plain text",
    "": "no content type",
}
_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?\s*<([A-Za-z0-9]+)")
_ID_IN_XML = re.compile(rb"<[Rr]equestI[dD]>([^<>]{1,100})</")
_ERRORS = frozenset({b"ErrorResponse", b"Response", b"Error"})
# So many ids of requests are remembered, to know an answer that comes twice.
_REMEMBERED = 20_000
_HELD = "bootstrap.aws.answers"


class Why(StrEnum):
    """How it is known that AWS did not give this answer."""

    NO_REQUEST_ID = "without a request id"
    TYPE = "not the protocol's content type"
    FORM = "not the form of this operation's answer"
    UNREADABLE = "cut or garbled"
    KEY = "without a key that AWS always sends"
    UNPROVEN_KEY = "without a key that AWS should send"
    TWICE = "the answer to an earlier call"


class NotAws(BotoCoreError):
    """An answer that is not AWS's, or only a part of it. A later attempt may succeed.

    `media`: class of its content type; `length`: of the body in bytes, -1 if it was not read. Nothing of the body is
    kept: a cut answer of AssumeRole contains credentials.
    """

    fmt = "{call}: {fault} (HTTP {status}, {media}, {length} bytes)"

    def __init__(self, *, call: str, fault: Why, status: int, media: str, length: int) -> None:
        super().__init__(call=call, fault=fault, status=status, media=media, length=length)
        self.call, self.fault, self.status, self.media, self.length = call, fault, status, media, length


@dataclass(frozen=True, slots=True)
class _Expected:
    """The form of an operation's answer. `raw`: its body is no document; `root`: name of the outermost XML element."""

    call: str
    protocol: str
    needs: tuple[str, ...]
    proven: bool
    raw: bool
    root: bytes
    wrapper: bytes


def media_of(content_type: str) -> str:
    """Return the class of a content type, for people: "HTML". The type itself is somebody else's text."""
    return _MEDIA.get(content_type.partition(";")[0].strip().lower(), "another content type")


class Answers(ResponseParserFactory):
    """Holds the answers that reach the clients of some sessions. One for a run: it knows an answer that comes twice."""

    def __init__(self) -> None:
        super().__init__()
        self._expected: dict[tuple[str, str], _Expected | None] = {}
        self._ids: dict[str, None] = {}
        self._lock = threading.Lock()

    def watch(self, session: Any) -> None:
        """Hold every answer to clients of the botocore session that are created from now on."""
        session.register_component("response_parser_factory", self)
        session.register("before-parse", self.hold)

    def create_parser(self, protocol_name: str) -> Any:
        """Return botocore's parser, whose own exceptions contain the whole body, behind one that raises NotAws."""
        return _Parser(super().create_parser(protocol_name))

    def hold(self, operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        """Handle botocore's `before-parse`. Raises NotAws for an answer that is not AWS's."""
        key = (operation_model.service_model.service_name, operation_model.name)
        if key not in self._expected:
            self._expected[key] = _expected(operation_model)
        expected = self._expected[key]
        if expected is None:
            return
        response_dict["context"][_HELD] = expected
        answered = response_dict["status_code"] < 300
        wrong = _wrong_answer(expected, response_dict) if answered else _wrong_error(expected, response_dict)
        if wrong := wrong or self._wrong_id(expected, response_dict):
            if hasattr(response_dict["body"], "close"):
                response_dict["body"].close()
            raise _not_aws(response_dict, wrong)

    def _wrong_id(self, expected: _Expected, response: dict[str, Any]) -> Why | None:
        found = _request_id(expected, response)
        if not found:
            return Why.NO_REQUEST_ID
        with self._lock:
            if found in self._ids:
                return Why.TWICE
            self._ids[found] = None
            if len(self._ids) > _REMEMBERED:
                del self._ids[next(iter(self._ids))]
        return None


class _Parser:
    """botocore's parser; what it cannot read, and what lacks a key, is NotAws."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def parse(self, response: dict[str, Any], shape: Any) -> Any:
        """Return the parsed answer. Raises NotAws."""
        try:
            parsed = self._inner.parse(response, shape)
        except Exception:
            parsed = None
        if parsed is None:
            # Outside of the handler: the exception of botocore, with the body in its text, is not the context.
            raise _not_aws(response, Why.UNREADABLE)
        expected: _Expected | None = response.get("context", {}).get(_HELD)
        if expected and response["status_code"] < 300 and any(key not in parsed for key in expected.needs):
            raise _not_aws(response, Why.KEY if expected.proven else Why.UNPROVEN_KEY)
        return parsed


def _expected(model: Any) -> _Expected | None:
    """None for operations of botocore itself, such as those that sign an operator in."""
    row = operations.row(model.service_model.service_name, model.name)
    if row is None:
        return None
    protocol, shape = str(model.service_model.resolved_protocol), model.output_shape
    payload = shape.members.get(shape.serialization.get("payload", "")) if shape else None
    root = row.root or ("" if protocol == "rest-xml" else f"{model.name}Response")
    wrapper = shape.serialization.get("resultWrapper", "") if shape else ""
    return _Expected(
        f"{row.service}:{row.name}",
        protocol,
        (*row.sends, *(shape.required_members if shape else ())),
        row.proven,
        payload is not None and payload.type_name in {"blob", "string"},
        root.encode(),
        f"<{wrapper}".encode() if wrapper and protocol == "query" else b"",
    )


def _wrong_answer(expected: _Expected, response: dict[str, Any]) -> Why | None:
    body = response["body"]
    if expected.raw:
        return None
    if not body:
        # What must be in it is missed after parsing; XML always has its outermost element.
        return Why.FORM if expected.root and expected.protocol not in _JSON else None
    in_json = expected.protocol in _JSON
    if _content_type(response) not in _TYPES[in_json]:
        return Why.TYPE
    if in_json:
        return _wrong_json(body, parsed_later=bool(expected.needs))
    found = _ROOT.match(body)
    return None if found and found[1] == expected.root and expected.wrapper in body else Why.FORM


def _wrong_json(body: bytes, parsed_later: bool) -> Why | None:
    if body[:64].lstrip()[:1] != b"{":
        return Why.FORM
    if body[-64:].rstrip()[-1:] != b"}":
        return Why.UNREADABLE
    # A key that is found after parsing shows that the whole body was JSON.
    return None if parsed_later or isinstance(_json(body), dict) else Why.UNREADABLE


def _wrong_error(expected: _Expected, response: dict[str, Any]) -> Why | None:
    """A refusal is AWS's only in AWS's form: a proxy's 403 is no denial, and its 404 does not mean "not there"."""
    body = response["body"]
    if expected.protocol not in _JSON:
        if not body:
            return None if expected.protocol == "rest-xml" else Why.FORM
        found = _ROOT.match(body)
        return None if found and found[1] in _ERRORS else Why.FORM
    if response["headers"].get("x-amzn-errortype") or response["status_code"] >= 500:
        # AWS's servers answer some internal errors in another form, but with a request id.
        return None
    told = _json(body)
    return None if isinstance(told, dict) and ("__type" in told or "code" in told) else Why.FORM


def _request_id(expected: _Expected, response: dict[str, Any]) -> str:
    headers = response["headers"]
    found = headers.get("x-amzn-requestid") or headers.get("x-amz-request-id")
    if found or expected.protocol not in {"query", "ec2"}:
        return str(found or "")
    inside = _ID_IN_XML.search(response["body"])
    return inside[1].decode("latin-1") if inside else ""


def _content_type(response: dict[str, Any]) -> str:
    return str(response["headers"].get("content-type", "")).partition(";")[0].strip().lower()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _not_aws(response: dict[str, Any], why: Why) -> NotAws:
    body, context = response["body"], response.get("context", {})
    expected: _Expected | None = context.get(_HELD)
    return NotAws(
        call=expected.call if expected else str(context.get("operation_name", "")),
        fault=why,
        status=int(response["status_code"]),
        media=media_of(str(response["headers"].get("content-type", ""))),
        length=len(body) if isinstance(body, bytes) else -1,
    )
