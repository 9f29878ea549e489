"""S3 in front of moto: bucket owners, access across accounts, and bucket policies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qs, unquote

from bootstrap.simulator.in_process import regions
from bootstrap.simulator.services.s3 import (
    bucket_policy,
    deletions,
    fillers,
    listings,
    locks,
    malformed,
    multipart,
    preconditions,
    states,
)
from bootstrap.simulator.wire import s3_request
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


def _policies(call: Call) -> dict[str, Any]:
    return call.account.shelf("bucket-policies")


def put_policy(call: Call) -> dict[str, Any]:
    """Store the policy here, not in moto, which would deny every call under a TLS-only policy."""
    bucket, policy = call.params["Bucket"], call.params["Policy"]
    if owner_of(bucket) != call.account_id:
        raise _no_such_bucket(bucket)
    arn = f"arn:{call.partition}:s3:::{bucket}"
    if not policy.startswith("{"):
        raise Refusal("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")
    try:
        if "Statement" not in json.loads(policy):
            raise Refusal("MalformedPolicy", "Missing required field Statement")
        for statement in json.loads(policy)["Statement"]:
            named = statement["Resource"]
            for one in named if isinstance(named, list) else [named]:
                if one != arn and not one.startswith(f"{arn}/"):
                    raise Refusal("MalformedPolicy", "Policy has invalid resource")
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal("MalformedPolicy", "This policy contains invalid Json") from error
    _policies(call)[bucket] = policy
    bucket_policy.set_to(call, bucket, policy)
    return {}


def get_policy(call: Call) -> dict[str, Any]:
    """Answer GetBucketPolicy."""
    bucket = call.params["Bucket"]
    _owner(bucket)
    policy = _policies(call).get(bucket)
    if policy is None:
        raise Refusal("NoSuchBucketPolicy", "The bucket policy does not exist", 404, BucketName=bucket)
    return {"Policy": policy}


def delete_policy(call: Call) -> dict[str, Any]:
    """Answer DeleteBucketPolicy."""
    bucket = call.params["Bucket"]
    _owner(bucket)
    if _policies(call).pop(bucket, None) is not None:
        bucket_policy.set_to(call, bucket, None)
    return {}


def holds(call: Call, bucket: str) -> bool:
    """Return True if the account's bucket has an object, an old version or a delete marker."""
    from moto.s3.models import s3_backends

    filler = fillers.of(call, call.account_id, bucket)
    made = s3_backends[call.account_id][call.partition].buckets.get(bucket)
    return bool(filler and filler.left) or (made is not None and bool(list(made.keys.values())))


def delete_bucket(call: Call) -> dict[str, Any]:
    """Delete the bucket and its policy."""
    bucket = call.params["Bucket"]
    filler = fillers.of(call, call.account_id, bucket)
    owner = _owner(bucket)
    held = preconditions.held_bucket(call, owner, bucket)
    if held.keys or (filler and filler.left):
        more = ". You must delete all versions in the bucket." if held.is_versioned else ""
        text = f"The bucket you tried to delete is not empty{more}"
        raise Refusal("BucketNotEmpty", text, 409, BucketName=bucket)
    call.moto()
    fillers.forget(call, call.account_id, bucket)
    _policies(call).pop(bucket, None)
    bucket_policy.forget(call, bucket)
    return {}


def _only_by_http(call: Call) -> dict[str, Any]:
    raise Refusal("NotSimulated", f"s3:{call.operation} from inside is not simulated")


OPERATIONS = {
    "DeleteObjects": _only_by_http,
    "ListBuckets": _only_by_http,
    "ListObjectVersions": _only_by_http,
    "DeleteBucket": delete_bucket,
    "DeleteBucketPolicy": delete_policy,
    "GetBucketPolicy": get_policy,
    **dict.fromkeys(listings.FIXED, _only_by_http),
    "GetObjectRetention": _only_by_http,
    "PutBucketPolicy": put_policy,
}


def own(call: Call, path: str, query: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
    """Answer an HTTP request to one of OPERATIONS; return status and body."""
    bucket, key = s3_request.split(path)
    call.params["Bucket"] = bucket
    asked = {key: values[0] for key, values in parse_qs(query).items()}
    if call.operation == "ListBuckets":
        return 200, listings.buckets(call, asked)
    if call.operation == "ListObjectVersions":
        return 200, listings.versions(call, _owner(bucket), bucket, asked)
    if call.operation == "DeleteObjects":
        return 200, deletions.delete_objects(call, _owner(bucket), bucket, headers, body)
    if call.operation == "GetObjectRetention":
        return 200, locks.retention(call, _owner(bucket), bucket, unquote(key), asked.get("versionId", ""))
    if call.operation in listings.FIXED:
        _owner(bucket)
        return 200, listings.FIXED[call.operation]
    if call.operation == "PutBucketPolicy":
        call.params["Policy"] = body.decode()
    answer = OPERATIONS[call.operation](call)
    return (200, answer["Policy"].encode()) if answer else (204, b"")


def _owner(bucket: str) -> str:
    owner = owner_of(bucket)
    if owner is None:
        raise _no_such_bucket(bucket)
    return owner


def _no_such_bucket(bucket: str) -> Refusal:
    return Refusal("NoSuchBucket", "The specified bucket does not exist", 404, BucketName=bucket)


def taken(call: Call, bucket: str) -> bool:
    """Return True if an account of this world, or another AWS customer of the scenario, has the bucket."""
    return owner_of(bucket) is not None or _strange(call, bucket)


def _strange(call: Call, bucket: str) -> bool:
    return any(fnmatchcase(bucket, glob) for glob in call.scenario.buckets.taken)


def owner_of(bucket: str) -> str | None:
    """Return the account that has the bucket; bucket names are global. None if there is no such bucket."""
    from moto.s3.models import s3_backends

    found = s3_backends.bucket_accounts.get(bucket)
    return found[1] if found else None


def keys_of(bucket: str, prefix: str, region: str) -> list[str]:
    """Return the keys under the prefix, sorted; [] if the region has no such bucket."""
    from moto.s3.models import FakeDeleteMarker, s3_backends

    owner, partition = owner_of(bucket), regions.partition_of(region)
    held = s3_backends[owner][partition].buckets.get(bucket) if owner else None
    if held is None or held.region_name != region:
        return []
    found = ((name, key) for name, key in held.keys.items() if name.startswith(prefix))
    return sorted(name for name, key in found if not isinstance(key, FakeDeleteMarker))


def guard(call: Call, path: str, query: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raise Refusal for what moto would allow: buckets of other accounts, a wrong ExpectedBucketOwner."""
    bucket, key = s3_request.split(path)
    if not bucket:
        return
    malformed.check_owner(headers)
    if call.operation == "CreateBucket":
        malformed.check_name(bucket)
    if _strange(call, bucket):
        if call.operation == "CreateBucket":
            text = (
                "The requested bucket name is not available. The bucket namespace is shared by all users of the "
                "system. Please select a different name and try again"
            )
            raise Refusal("BucketAlreadyExists", text, 409, BucketName=bucket)
        raise Refusal("AccessDenied", "Access Denied", 403)
    owner = owner_of(bucket)
    expected = headers.get("x-amz-expected-bucket-owner")
    if owner is None or call.operation == "CreateBucket":
        return
    if expected and expected != owner:
        raise Refusal("AccessDenied", "Access Denied", 403)
    _may(call, owner)
    locks.check_bypass(call, owner, bucket, headers)
    policy = bucket_policy.in_force(call, call.world.accounts[owner], bucket)
    # DeleteObjects says for each key what denies it.
    if policy and call.operation != "DeleteObjects":
        bucket_policy.check(call, policy, bucket, key, preconditions.version(query))
    malformed.check(call, query, headers, body)
    preconditions.check(call, owner, bucket, key, query, headers)
    held = preconditions.held_bucket(call, owner, bucket)
    multipart.check(call, held, key, query, body)
    states.check(call, held, key, query, headers)
    source = headers.get("x-amz-copy-source")
    if source:
        _may_copy(call, source, headers.get("x-amz-source-expected-bucket-owner"))
        states.check_source(_held(call, s3_request.split(source)[0]), source, headers)


def _held(call: Call, bucket: str) -> Any:
    return preconditions.held_bucket(call, _owner(bucket), bucket)


def _may(call: Call, owner: str, reading: bool | None = None) -> None:
    if owner == call.account_id:
        return
    reads = call.operation.startswith(("Get", "Head", "List")) if reading is None else reading
    if not (reads and owner == call.world.hub_id and call.scenario.hub.readable):
        raise Refusal("AccessDenied", "Access Denied", 403)


def _may_copy(call: Call, source: str, expected: str | None) -> None:
    bucket, _ = s3_request.split(source)
    owner = owner_of(bucket)
    if owner is None:
        raise _no_such_bucket(bucket)
    if expected and expected != owner:
        raise Refusal("AccessDenied", "Access Denied", 403)
    _may(call, owner, reading=True)


VIEWS = listings.VIEWS
