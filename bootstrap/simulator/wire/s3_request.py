"""Reads S3 requests: bucket and key of a path, and the operation."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from bootstrap.simulator.wire.refusal import Refusal

_BUCKET = {
    "versioning": "BucketVersioning", "policy": "BucketPolicy", "policyStatus": "BucketPolicyStatus",
    "cors": "BucketCors", "lifecycle": "BucketLifecycleConfiguration", "encryption": "BucketEncryption",
    "publicAccessBlock": "PublicAccessBlock", "ownershipControls": "BucketOwnershipControls",
    "tagging": "BucketTagging", "location": "BucketLocation", "acl": "BucketAcl",
    "logging": "BucketLogging", "website": "BucketWebsite", "notification": "BucketNotificationConfiguration",
    "replication": "BucketReplication", "accelerate": "BucketAccelerateConfiguration",
    "requestPayment": "BucketRequestPayment", "object-lock": "ObjectLockConfiguration",
}  # fmt: skip
# Named otherwise than the operations that read and write the same.
_DELETES = {"lifecycle": "DeleteBucketLifecycle"}
_LISTS = {
    "uploads": "ListMultipartUploads", "versions": "ListObjectVersions",
    "inventory": "ListBucketInventoryConfigurations",
}  # fmt: skip
_PLAIN = {
    "list-type", "prefix", "delimiter", "continuation-token", "start-after", "max-keys", "encoding-type",
    "marker", "fetch-owner", "key-marker", "version-id-marker", "upload-id-marker", "max-uploads", "max-buckets",
    "bucket-region", "versionId", "partNumber", "uploadId", "uploads", "versions", "delete", "tagging", "x-id",
    "max-parts", "part-number-marker", "retention", "legal-hold",
} | set(_BUCKET) | set(_LISTS)  # fmt: skip
_LOCKS = {
    ("PUT", "retention"): "PutObjectRetention", ("PUT", "legal-hold"): "PutObjectLegalHold",
    ("GET", "retention"): "GetObjectRetention",
}  # fmt: skip
_VERBS = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}


def split(path: str) -> tuple[str, str]:
    """Split /bucket/key into bucket and key."""
    bucket, _, key = path.lstrip("/").partition("/")
    return bucket, key


def operation(method: str, path: str, query: str, headers: Mapping[str, str]) -> str:
    """Return the operation's name. Raises Refusal for one that is not simulated."""
    bucket, key = split(path)
    asked = parse_qs(query, keep_blank_values=True)
    if not bucket:
        return "ListBuckets"
    name = _of_object(method, asked, headers) if key else _of_bucket(method, asked)
    strange = [one for one in asked if one not in _PLAIN and not one.startswith("response-")]
    if name is None or strange:
        raise Refusal("NotSimulated", f"S3 {method} {sorted(asked)} is not simulated")
    return name


def _of_bucket(method: str, asked: Mapping[str, object]) -> str | None:
    for query, name in _LISTS.items():
        if query in asked and method == "GET":
            return name
    for query, name in _BUCKET.items():
        if query in asked and method in _VERBS:
            special = _DELETES.get(query) if method == "DELETE" else None
            return special or _VERBS[method] + name
    if method == "POST" and "delete" in asked:
        return "DeleteObjects"
    listing = "ListObjectsV2" if "list-type" in asked else "ListObjects"
    return {"GET": listing, "HEAD": "HeadBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}.get(method)


def _of_object(method: str, asked: Mapping[str, object], headers: Mapping[str, str]) -> str | None:
    copied = "x-amz-copy-source" in headers
    if "uploadId" in asked:
        part = "UploadPartCopy" if copied else "UploadPart"
        return {
            "PUT": part, "POST": "CompleteMultipartUpload", "DELETE": "AbortMultipartUpload", "GET": "ListParts",
        }.get(method)  # fmt: skip
    if method == "POST":
        return "CreateMultipartUpload" if "uploads" in asked else None
    if locks := [query for query in ("retention", "legal-hold") if query in asked]:
        return _LOCKS.get((method, locks[0]))
    if "tagging" in asked:
        return f"{_VERBS.get(method, 'Get')}ObjectTagging"
    put = "CopyObject" if copied else "PutObject"
    return {"GET": "GetObject", "HEAD": "HeadObject", "PUT": put, "DELETE": "DeleteObject"}.get(method)
