"""S3 in front of moto: names of operations, whose bucket it is, who may."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qs

from bootstrap.simulator.in_process import regions
from bootstrap.simulator.services.s3 import bucket_policy, deletions, fillers, listings
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_BUCKET = {
    "versioning": "BucketVersioning", "policy": "BucketPolicy", "policyStatus": "BucketPolicyStatus",
    "cors": "BucketCors", "lifecycle": "BucketLifecycleConfiguration", "encryption": "BucketEncryption",
    "publicAccessBlock": "PublicAccessBlock", "ownershipControls": "BucketOwnershipControls",
    "tagging": "BucketTagging", "location": "BucketLocation", "acl": "BucketAcl",
    "logging": "BucketLogging", "website": "BucketWebsite", "notification": "BucketNotificationConfiguration",
    "replication": "BucketReplication", "object-lock": "ObjectLockConfiguration",
}  # fmt: skip
_LISTS = {"uploads": "ListMultipartUploads", "versions": "ListObjectVersions"}
_PLAIN = {
    "list-type", "prefix", "delimiter", "continuation-token", "start-after", "max-keys", "encoding-type",
    "marker", "fetch-owner", "key-marker", "version-id-marker", "upload-id-marker", "max-uploads", "max-buckets",
    "bucket-region", "versionId", "partNumber", "uploadId", "uploads", "versions", "delete", "tagging", "x-id",
    "max-parts", "part-number-marker", "retention", "legal-hold",
} | set(_BUCKET)  # fmt: skip
_LOCKS = {"retention": "PutObjectRetention", "legal-hold": "PutObjectLegalHold"}
_VERBS = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}


def split(path: str) -> tuple[str, str]:
    """/bucket/key -> bucket, key."""
    bucket, _, key = path.lstrip("/").partition("/")
    return bucket, key


def operation(method: str, path: str, query: str, headers: Mapping[str, str]) -> str:
    """Raises Refusal for what nobody calls."""
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
            return _VERBS[method] + name
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
    if locks := [name for query, name in _LOCKS.items() if query in asked]:
        return locks[0] if method == "PUT" else None
    if "tagging" in asked:
        return f"{_VERBS.get(method, 'Get')}ObjectTagging"
    put = "CopyObject" if copied else "PutObject"
    return {"GET": "GetObject", "HEAD": "HeadObject", "PUT": put, "DELETE": "DeleteObject"}.get(method)


def _policies(call: Call) -> dict[str, Any]:
    return call.account.shelf("bucket-policies")


def put_policy(call: Call) -> dict[str, Any]:
    """Kept here and not in moto, which would deny everything to everybody under a TLS-only policy."""
    bucket, policy = call.params["Bucket"], call.params["Policy"]
    if owner_of(bucket) != call.account_id:
        raise Refusal("NoSuchBucket", "The specified bucket does not exist", 404)
    arn = f"arn:{call.partition}:s3:::{bucket}"
    try:
        for statement in json.loads(policy)["Statement"]:
            named = statement["Resource"]
            for one in named if isinstance(named, list) else [named]:
                if one != arn and not one.startswith(f"{arn}/"):
                    raise Refusal("MalformedPolicy", "Policy has invalid resource")
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal("MalformedPolicy", "This policy contains invalid Json") from error
    _policies(call)[bucket] = policy
    return {}


def get_policy(call: Call) -> dict[str, Any]:
    policy = _policies(call).get(call.params["Bucket"])
    if policy is None:
        raise Refusal("NoSuchBucketPolicy", "The bucket policy does not exist", 404)
    return {"Policy": policy}


def delete_policy(call: Call) -> dict[str, Any]:
    _policies(call).pop(call.params["Bucket"], None)
    return {}


def delete_bucket(call: Call) -> dict[str, Any]:
    """Its policy goes with it."""
    bucket = call.params["Bucket"]
    filler = fillers.of(call, call.account_id, bucket)
    if filler and filler.left:
        raise Refusal("BucketNotEmpty", "The bucket you tried to delete is not empty", 409)
    call.moto()
    fillers.forget(call, call.account_id, bucket)
    return delete_policy(call)


def _only_by_http(call: Call) -> dict[str, Any]:
    raise Refusal("NotSimulated", f"s3:{call.operation} from inside is not simulated")


OPERATIONS = {
    "DeleteObjects": _only_by_http,
    "ListBuckets": _only_by_http,
    "ListObjectVersions": _only_by_http,
    "DeleteBucket": delete_bucket,
    "DeleteBucketPolicy": delete_policy,
    "GetBucketPolicy": get_policy,
    "PutBucketPolicy": put_policy,
}


def own(call: Call, path: str, query: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
    """Run one of OPERATIONS for a request of HTTP: status and body."""
    bucket = split(path)[0]
    call.params["Bucket"] = bucket
    asked = {key: values[0] for key, values in parse_qs(query).items()}
    if call.operation == "ListBuckets":
        return 200, listings.buckets(call, asked)
    if call.operation == "ListObjectVersions":
        return 200, listings.versions(call, _owner(bucket), bucket, asked)
    if call.operation == "DeleteObjects":
        return 200, deletions.delete_objects(call, _owner(bucket), bucket, headers, body)
    if call.operation == "PutBucketPolicy":
        call.params["Policy"] = body.decode()
    answer = OPERATIONS[call.operation](call)
    return (200, answer["Policy"].encode()) if answer else (204, b"")


def _owner(bucket: str) -> str:
    owner = owner_of(bucket)
    if owner is None:
        raise Refusal("NoSuchBucket", "The specified bucket does not exist", 404)
    return owner


def taken(call: Call, bucket: str) -> bool:
    """Somebody has the bucket already: an account of this world, or a stranger of the scenario."""
    return owner_of(bucket) is not None or _strange(call, bucket)


def _strange(call: Call, bucket: str) -> bool:
    return any(fnmatchcase(bucket, glob) for glob in call.scenario.buckets.taken)


def owner_of(bucket: str) -> str | None:
    """Bucket names are global: the account that has this one."""
    from moto.s3.models import s3_backends

    found = s3_backends.bucket_accounts.get(bucket)
    return found[1] if found else None


def keys_of(bucket: str, prefix: str, region: str) -> list[str]:
    """What lies under the prefix, in order; [] when there is no such bucket in the region."""
    from moto.s3.models import FakeDeleteMarker, s3_backends

    owner, partition = owner_of(bucket), regions.partition_of(region)
    held = s3_backends[owner][partition].buckets.get(bucket) if owner else None
    if held is None or held.region_name != region:
        return []
    found = ((name, key) for name, key in held.keys.items() if name.startswith(prefix))
    return sorted(name for name, key in found if not isinstance(key, FakeDeleteMarker))


def guard(call: Call, path: str, headers: Mapping[str, str]) -> None:
    """What moto lets pass: other people's buckets, ExpectedBucketOwner. Raises Refusal."""
    bucket, key = split(path)
    if not bucket:
        return
    if _strange(call, bucket):
        if call.operation == "CreateBucket":
            raise Refusal("BucketAlreadyExists", "The requested bucket name is not available.", 409)
        raise Refusal("AccessDenied", "Access Denied", 403)
    owner = owner_of(bucket)
    expected = headers.get("x-amz-expected-bucket-owner")
    if owner is None or call.operation == "CreateBucket":
        return
    if expected and expected != owner:
        raise Refusal("AccessDenied", "Access Denied", 403)
    _may(call, owner)
    policy = call.world.accounts[owner].shelf("bucket-policies").get(bucket)
    if policy:
        bucket_policy.check(call, policy, bucket, key)
    source = headers.get("x-amz-copy-source")
    if source:
        _may_copy(call, source, headers.get("x-amz-source-expected-bucket-owner"))


def _may(call: Call, owner: str, reading: bool | None = None) -> None:
    if owner == call.account_id:
        return
    reads = call.operation.startswith(("Get", "Head", "List")) if reading is None else reading
    if not (reads and owner == call.world.hub_id and call.scenario.hub.readable):
        raise Refusal("AccessDenied", "Access Denied", 403)


def _may_copy(call: Call, source: str, expected: str | None) -> None:
    bucket, _ = split(source)
    owner = owner_of(bucket)
    if owner is None:
        raise Refusal("NoSuchBucket", "The specified bucket does not exist", 404)
    if expected and expected != owner:
        raise Refusal("AccessDenied", "Access Denied", 403)
    _may(call, owner, reading=True)


VIEWS = listings.VIEWS
