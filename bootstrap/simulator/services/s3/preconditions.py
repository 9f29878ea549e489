"""Checks of S3's that moto does not make: version ids, uploads, conditional writes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from bootstrap.simulator.services.s3 import fillers
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

# AWS's own have 32 characters; moto's are UUIDs.
_VERSION = re.compile(r"null|[\w.-]{12,}")
_NOT_MET = "At least one of the pre-conditions you specified did not hold"
_OF_UPLOADS = ("CompleteMultipartUpload", "UploadPart", "UploadPartCopy")
# A copy of an object to itself must name one of these, or replace its metadata.
_CHANGES = (
    "x-amz-storage-class", "x-amz-website-redirect-location", "x-amz-server-side-encryption",
    "x-amz-checksum-algorithm",
)  # fmt: skip
_CONDITIONAL = ("PutObject", "CompleteMultipartUpload", "CopyObject")


def version(query: str) -> str:
    """Return the version that the request names, "" if none."""
    return parse_qs(query).get("versionId", [""])[0]


def check(call: Call, owner: str, bucket: str, key: str, query: str, headers: Mapping[str, str]) -> None:
    """Raise Refusal for a version id that cannot be one, an unknown upload, a condition that does not hold."""
    held, named = held_bucket(call, owner, bucket), version(query)
    if named and (not _VERSION.fullmatch(named) or (named != "null" and not held.is_versioned)):
        text = "Invalid version id specified"
        raise Refusal("InvalidArgument", text, ArgumentName="versionId", ArgumentValue=named)
    upload = parse_qs(query).get("uploadId", [""])[0]
    if call.operation in _OF_UPLOADS and upload not in held.multiparts:
        text = (
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted "
            "or completed."
        )
        raise Refusal("NoSuchUpload", text, 404, UploadId=upload)
    if (
        call.operation == "CopyObject"
        and unquote(headers["x-amz-copy-source"]).lstrip("/") == f"{bucket}/{unquote(key)}"
    ):
        _check_change(held, headers)
    if call.operation == "DeleteObject" and (etag := headers.get("if-match")):
        _check_etag(held.keys.get(unquote(key)), unquote(key), etag)
    wanted = headers.get("if-none-match") if call.operation in _CONDITIONAL else None
    if wanted not in (None, "*"):
        text = "A header you provided implies functionality that is not implemented"
        raise Refusal("NotImplemented", text, 501, Header="If-None-Match")
    if wanted and hasattr(held.keys.get(unquote(key)), "size"):
        raise Refusal("PreconditionFailed", _NOT_MET, 412, Condition="If-None-Match")


def _check_etag(found: Any, key: str, etag: str) -> None:
    if not hasattr(found, "etag"):
        raise Refusal("NoSuchKey", "The specified key does not exist.", 404, Key=key)
    if etag != "*" and etag.strip('"') != found.etag.strip('"'):
        raise Refusal("PreconditionFailed", _NOT_MET, 412, Condition="If-Match")


def _check_change(held: Any, headers: Mapping[str, str]) -> None:
    if headers.get("x-amz-metadata-directive") == "REPLACE" or any(each in headers for each in _CHANGES):
        return
    if not vars(held).get("encryption"):
        text = (
            "This copy request is illegal because it is trying to copy an object to itself without changing the "
            "object's metadata, storage class, website redirect location or encryption attributes."
        )
        raise Refusal("InvalidRequest", text)


def held_bucket(call: Call, owner: str, bucket: str) -> Any:
    """Return moto's bucket."""
    from moto.s3.models import s3_backends

    return s3_backends[owner][call.partition].buckets[bucket]


def has_version(call: Call, owner: str, bucket: str, key: str, version: str) -> bool:
    """Return True if the key has the version. "null" counts as there: a deletion of it is no error."""
    if version == "null":
        return True
    filler = fillers.of(call, owner, bucket)
    if filler and version.startswith(fillers.VERSION):
        return True
    held = held_bucket(call, owner, bucket)
    return any(str(each.version_id) == version for each in held.keys.getlist(key, []))
