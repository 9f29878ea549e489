"""Requests that S3 refuses whatever is in the bucket: digests, names, numbers and headers that cannot be.

moto takes most of it. Codes and words are those of localstack's AWS-validated snapshots.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from urllib.parse import parse_qs, parse_qsl

from bootstrap.simulator.wire import protocol
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_ACCOUNT = re.compile(r"[0-9]{12}")
# docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ALGORITHMS = ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")
# Bytes of each checksum, and how to compute it; None: nothing here can.
_SUMS: dict[str, tuple[int, Callable[[bytes], bytes] | None]] = {
    "crc32": (4, lambda body: zlib.crc32(body).to_bytes(4, "big")),
    "crc32c": (4, None),
    "crc64nvme": (8, None),
    "sha1": (20, lambda body: hashlib.sha1(body, usedforsecurity=False).digest()),
    "sha256": (32, lambda body: hashlib.sha256(body).digest()),
}
_GRANTEE = re.compile(r'\s*(id|uri|emailAddress)="?[^"]+"?')
_MODE, _UNTIL = "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"


def check_owner(headers: Mapping[str, str]) -> None:
    """Raise Refusal for an ExpectedBucketOwner that is no account id."""
    owner = headers.get("x-amz-expected-bucket-owner")
    if owner is not None and not _ACCOUNT.fullmatch(owner):
        text = f"The value of the expected bucket owner parameter must be an AWS Account ID... [{owner}]"
        raise Refusal("InvalidBucketOwnerAWSAccountID", text, value=owner)


def check_name(bucket: str) -> None:
    """Raise Refusal for the name of a new bucket that cannot be one."""
    if not _BUCKET.fullmatch(bucket):
        raise Refusal("InvalidBucketName", "The specified bucket is not valid.", BucketName=bucket)


def check(call: Call, query: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raise Refusal for what cannot be in the query, the headers or the body."""
    asked = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
    if call.operation.startswith("List") and asked.get("encoding-type", "url") != "url":
        raise _argument("Invalid Encoding Method specified in Request", "encoding-type", asked["encoding-type"])
    if call.operation == "UploadPart":
        _check_number(asked["partNumber"])
    if call.operation in {"PutObject", "UploadPart"} and "x-amz-trailer" not in headers:
        _check_digest(headers, body)
        _check_sums(headers, body)
    if call.operation in {"PutObject", "CopyObject", "CreateMultipartUpload"}:
        _check_lock(headers)
        _check_tags(headers.get("x-amz-tagging", ""))
    _check_acl(headers)
    algorithm = headers.get("x-amz-checksum-algorithm", "CRC32")
    if call.operation == "CreateMultipartUpload" and algorithm.upper() not in _ALGORITHMS:
        text = (
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
            f"[{', '.join(_ALGORITHMS)}]"
        )
        raise Refusal("InvalidRequest", text)
    source = headers.get("x-amz-copy-source")
    if source is not None and "/" not in source.lstrip("/"):
        raise _argument("Invalid copy source object key", "x-amz-copy-source", "x-amz-copy-source")


def _argument(text: str, name: str, value: str) -> Refusal:
    return Refusal("InvalidArgument", text, ArgumentName=name, ArgumentValue=value)


def _check_number(number: str) -> None:
    if not number.isdigit() or not 1 <= int(number) <= 10_000:
        text = "Part number must be an integer between 1 and 10000, inclusive"
        raise _argument(text, "partNumber", number)


def _check_digest(headers: Mapping[str, str], body: bytes) -> None:
    said = headers.get("content-md5")
    if said is None:
        return
    digest = _decoded(said)
    if len(digest) != 16:
        raise Refusal("InvalidDigest", "The Content-MD5 you specified was invalid.")
    if digest != hashlib.md5(body, usedforsecurity=False).digest():
        raise Refusal("BadDigest", "The Content-MD5 you specified did not match what we received.")


def _check_sums(headers: Mapping[str, str], body: bytes) -> None:
    for name, (length, compute) in _SUMS.items():
        said = headers.get(f"x-amz-checksum-{name}")
        if said is None:
            continue
        decoded = _decoded(said)
        if len(decoded) != length:
            raise Refusal("InvalidRequest", f"Value for x-amz-checksum-{name} header is invalid.")
        if compute and decoded != compute(body):
            raise Refusal("BadDigest", f"The {name.upper()} you specified did not match the calculated checksum.")


def _decoded(said: str) -> bytes:
    try:
        return base64.b64decode(said, validate=True)
    except binascii.Error:
        return b""


def _check_lock(headers: Mapping[str, str]) -> None:
    mode = headers.get(_MODE)
    if (mode is None) != (_UNTIL not in headers):
        text = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"
        raise _argument(text, _UNTIL if mode else _MODE, "")
    if mode not in {None, "GOVERNANCE", "COMPLIANCE"}:
        raise _argument("Unknown wormMode directive.", _MODE, str(mode))


def _check_acl(headers: Mapping[str, str]) -> None:
    acl = headers.get("x-amz-acl")
    if acl is not None and acl not in _canned():
        raise _argument("", "x-amz-acl", acl)
    for name, value in headers.items():
        if name.startswith("x-amz-grant-") and not _GRANTEE.match(value):
            raise _argument("Argument format not recognized", name, value)


@cache
def _canned() -> frozenset[str]:
    """Return the canned ACLs of buckets and objects."""
    model = protocol.model("s3")
    return frozenset((*model.shape_for("BucketCannedACL").enum, *model.shape_for("ObjectCannedACL").enum))


def _check_tags(tagging: str) -> None:
    keys = Counter(key for key, _ in parse_qsl(tagging, keep_blank_values=True))
    if any(count > 1 for count in keys.values()):
        text = (
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag "
            "name duplicates."
        )
        raise _argument(text, "x-amz-tagging", tagging)
