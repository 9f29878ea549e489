"""Refusals for what stands at a key: delete markers, parts, locks, and a copy's source that changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_NO_LOCKS = "Bucket is missing Object Lock Configuration"


def check(call: Call, held: Any, key: str, query: str, headers: Mapping[str, str]) -> None:
    """Raise Refusal for an operation that the state of the key, or of one of its versions, does not admit."""
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    found = _version(held, unquote(key), asked.get("versionId", ""))
    if call.operation == "GetObject":
        _check_reading(found, asked)
    if call.operation in {"PutObjectLegalHold", "GetObjectRetention"} and not held.object_lock_enabled:
        raise Refusal("InvalidRequest", _NO_LOCKS)
    if call.operation == "PutObjectLegalHold" and found is None:
        raise Refusal("NoSuchKey", "The specified key does not exist.", 404, Key=unquote(key))
    if call.operation == "DeleteObject" and "versionId" in asked and hasattr(found, "is_locked"):
        bypass = headers.get("x-amz-bypass-governance-retention", "").lower() == "true"
        if found.is_locked(bypass):
            raise Refusal("AccessDenied", "Access Denied because object protected by object lock.", 403)


def check_source(held: Any, source: str, headers: Mapping[str, str]) -> None:
    """Raise Refusal for a copy of a delete marker, or of a source that does not meet its conditions. `held`: bucket."""
    path, _, query = source.lstrip("/").partition("?")
    named = parse_qs(query).get("versionId", [""])[0]
    found = _version(held, unquote(path.partition("/")[2]), named)
    if found is None:
        return
    if named and not hasattr(found, "etag"):
        text = "The source of a copy request may not specifically refer to a delete marker by version id."
        raise Refusal("InvalidRequest", text)
    etag = getattr(found, "etag", "").strip('"')
    wanted, unwanted = (headers.get(f"x-amz-copy-source-if-{each}match") for each in ("", "none-"))
    if (wanted and wanted.strip('"') not in {etag, "*"}) or (unwanted and unwanted.strip('"') == etag):
        text = "At least one of the pre-conditions you specified did not hold"
        raise Refusal("PreconditionFailed", text, 412, Condition="x-amz-copy-source-If-Match")


def _check_reading(found: Any, asked: Mapping[str, str]) -> None:
    if found is not None and "versionId" in asked and not hasattr(found, "etag"):
        text = "The specified method is not allowed against this resource."
        raise Refusal("MethodNotAllowed", text, 405, Method="GET", ResourceType="DeleteMarker")
    number = int(asked.get("partNumber", "1"))
    if hasattr(found, "etag") and number > len(getattr(found.multipart, "partlist", None) or [1]):
        text = "The requested partnumber is not satisfiable"
        raise Refusal("InvalidPartNumber", text, 416, PartNumberRequested=str(number))


def _version(held: Any, key: str, named: str) -> Any:
    """Return the version, the newest if none is named; None if there is none."""
    versions = held.keys.getlist(key, [])
    fitting = [each for each in versions if not named or str(each.version_id) == named]
    return fitting[-1] if fitting else None
