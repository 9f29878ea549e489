"""Evaluates bucket policies. moto ignores conditions, so a policy on `aws:SecureTransport` would deny everything.

A policy that is put or deleted counts some seconds later: S3 changes a bucket's configuration asynchronously.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.accounts import AccountState
from bootstrap.simulator.world.call import Call

# Condition keys that hold for every request: on AWS botocore uses TLS.
_TRUE_HERE = {"aws:SecureTransport": "true"}
# Operations that need another action than the one of their name (Service Authorization Reference, "Amazon S3").
_ACTIONS = {
    "ListObjects": "ListBucket", "ListObjectsV2": "ListBucket", "HeadBucket": "ListBucket",
    "ListObjectVersions": "ListBucketVersions", "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListParts": "ListMultipartUploadParts", "HeadObject": "GetObject",
    "CopyObject": "PutObject", "CreateMultipartUpload": "PutObject", "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject", "CompleteMultipartUpload": "PutObject",
    "GetBucketCors": "GetBucketCORS", "PutBucketCors": "PutBucketCORS", "DeleteBucketCors": "PutBucketCORS",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration", "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock", "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls", "DeleteBucketTagging": "PutBucketTagging",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration", "PutBucketReplication": "PutReplicationConfiguration",
}  # fmt: skip
# Actions with another name for a version: s3:GetObjectVersion, s3:DeleteObjectVersionTagging.
_OF_VERSIONS = ("GetObject", "DeleteObject", "GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging")


def set_to(call: Call, bucket: str, policy: str | None) -> None:
    """Note what the bucket's policy is; None: it has none. It counts after the scenario's seconds."""
    kept = call.account.shelf("bucket-policies-in-force").setdefault(bucket, [])
    since = call.now + call.draw(f"policy:{bucket}", call.scenario.buckets.policy_seconds)
    kept.append((max([since, *(each for each, _ in kept)]), policy))


def forget(call: Call, bucket: str) -> None:
    """Forget the policies of a bucket that is gone."""
    call.account.shelf("bucket-policies-in-force").pop(bucket, None)


def in_force(call: Call, owner: AccountState, bucket: str) -> str | None:
    """Return the policy that counts now; None if none does."""
    kept = owner.shelf("bucket-policies-in-force").get(bucket, ())
    found: str | None = None
    for since, policy in kept:
        found = policy if since <= call.now else found
    return found


def check(call: Call, policy: str, bucket: str, key: str, version: str = "") -> None:
    """Raise Refusal if a statement denies the call to everybody."""
    if refusal := denial(call, policy, action_of(call.operation, version), bucket, key):
        raise refusal


def action_of(operation: str, version: str = "") -> str:
    """Return the action that the operation needs on its own bucket or key: "s3:ListBucket"."""
    name = _ACTIONS.get(operation, operation)
    return _of_version(name) if version else f"s3:{name}"


def denial(call: Call, policy: str, action: str, bucket: str, key: str) -> Refusal | None:
    """Return the refusal if a statement denies the action to everybody."""
    resource = f"arn:{call.partition}:s3:::{bucket}" + (f"/{key}" if key else "")
    for statement in json.loads(policy)["Statement"]:
        if statement["Effect"] == "Deny" and _meant(statement, action, resource):
            text = (
                f'User: {call.caller} is not authorized to perform: {action} on resource: "{resource}" '
                "with an explicit deny in a resource-based policy"
            )
            return Refusal("AccessDenied", text, 403)
    return None


def _of_version(name: str) -> str:
    if name not in _OF_VERSIONS:
        return f"s3:{name}"
    verb, _, rest = name.partition("Object")
    return f"s3:{verb}ObjectVersion{rest}"


def _meant(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    everybody = statement["Principal"] in ("*", {"AWS": "*"})
    acts = any(fnmatchcase(action.lower(), each.lower()) for each in _list(statement["Action"]))
    stands = any(fnmatchcase(resource, each) for each in _list(statement["Resource"]))
    return everybody and acts and stands and _holds(statement.get("Condition", {}))


def _holds(condition: Mapping[str, Mapping[str, Any]]) -> bool:
    for operator, wanted in condition.items():
        for key, value in wanted.items():
            if operator != "Bool" or key not in _TRUE_HERE:
                raise Refusal("NotSimulated", f"a bucket policy's condition {operator} {key} is not simulated")
            if _TRUE_HERE[key] not in [str(each).lower() for each in _list(value)]:
                return False
    return True


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
