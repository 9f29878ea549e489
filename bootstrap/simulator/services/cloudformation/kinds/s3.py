"""AWS::S3::*."""

from __future__ import annotations

import json
from typing import Any

from bootstrap.simulator.services.cloudformation.kinds.kind import Made, Making, ResourceKind, exists, found
from bootstrap.simulator.services.cloudformation.stacks import LiveResource
from bootstrap.simulator.services.s3.buckets import taken
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_GLOBAL_REGION = "us-east-1"


def _create(making: Making) -> Made:
    call, name = making.call, making.name("BucketName")
    if taken(call, name):
        raise exists(name, "AWS::S3::Bucket")
    params: dict[str, Any] = {"Bucket": name}
    if call.region != _GLOBAL_REGION:
        params["CreateBucketConfiguration"] = {"LocationConstraint": call.region}
    making.invoke("s3", "CreateBucket", **params)
    _configure(making, name, {})
    arn = f"arn:{call.partition}:s3:::{name}"
    return Made(name, {"Arn": arn, "DomainName": f"{name}.s3.amazonaws.com"})


def _update(making: Making, live: LiveResource) -> bool:
    _configure(making, live.physical_id, live.properties)
    return True


# Property -> the operation that sets it, its argument, and the operation that deletes it.
_CONFIGURATIONS: dict[str, tuple[str, str, str]] = {
    "PublicAccessBlockConfiguration": (
        "PutPublicAccessBlock", "PublicAccessBlockConfiguration", "DeletePublicAccessBlock",
    ),
    "BucketEncryption": ("PutBucketEncryption", "ServerSideEncryptionConfiguration", "DeleteBucketEncryption"),
    "OwnershipControls": ("PutBucketOwnershipControls", "OwnershipControls", "DeleteBucketOwnershipControls"),
    "LifecycleConfiguration": (
        "PutBucketLifecycleConfiguration", "LifecycleConfiguration", "DeleteBucketLifecycle",
    ),
    "CorsConfiguration": ("PutBucketCors", "CORSConfiguration", "DeleteBucketCors"),
    "Tags": ("PutBucketTagging", "Tagging", "DeleteBucketTagging"),
}  # fmt: skip


def _configure(making: Making, name: str, old: dict[str, Any]) -> None:
    for part, (put, argument, delete) in _CONFIGURATIONS.items():
        wanted = making.properties.get(part)
        if wanted == old.get(part):
            continue
        if wanted is None:
            making.invoke("s3", delete, Bucket=name)
        else:
            making.invoke("s3", put, **{"Bucket": name, argument: _as_api(part, wanted)})


def _as_api(part: str, wanted: Any) -> Any:
    if part == "Tags":
        return {"TagSet": wanted}
    if part == "BucketEncryption":
        rules = [
            {"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]}
            for rule in wanted["ServerSideEncryptionConfiguration"]
        ]
        return {"Rules": rules}
    if part == "CorsConfiguration":
        renamed = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds", "Id": "ID"}
        rules = [{renamed.get(key, key): value for key, value in rule.items()} for rule in wanted["CorsRules"]]
        return {"CORSRules": rules}
    if part == "LifecycleConfiguration":
        return {"Rules": [_lifecycle(rule) for rule in wanted["Rules"]]}
    return wanted


def _lifecycle(rule: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    for key, value in rule.items():
        if key == "Id":
            made["ID"] = value
        elif key == "ExpirationDate":
            made["Expiration"] = {"Date": value}
        elif key == "ExpirationInDays":
            made["Expiration"] = {"Days": value}
        elif key == "AbortIncompleteMultipartUpload":
            made[key] = value
        elif key not in {"Status", "Prefix"}:
            raise Refusal("InvalidRequest", f"extraneous key [{key}] is not permitted")
    return made


def _delete(call: Call, live: LiveResource) -> bool:
    call.invoke("s3", "DeleteBucket", {"Bucket": live.physical_id})
    return True


def _actual(call: Call, live: LiveResource) -> dict[str, Any] | None:
    """Return the bucket's actual CORS configuration; other properties are not compared."""
    name = live.physical_id
    if found(call, "s3", "HeadBucket", Bucket=name) is None:
        return None
    rules = found(call, "s3", "GetBucketCors", Bucket=name)
    if rules is None:
        return {"CorsConfiguration": None}
    wanted = live.properties.get("CorsConfiguration")
    same = wanted is not None and rules["CORSRules"] == _as_api("CorsConfiguration", wanted)["CORSRules"]
    return {"CorsConfiguration": wanted if same else {"CorsRules": rules["CORSRules"]}}


BUCKET = ResourceKind(
    properties=frozenset(_CONFIGURATIONS) | {"BucketName"},
    create=_create,
    update=_update,
    delete=_delete,
    create_only=frozenset({"BucketName"}),
    named="BucketName",
    actual=_actual,
)


def _put_policy(making: Making) -> Made:
    bucket = making.properties["Bucket"]
    making.invoke("s3", "PutBucketPolicy", Bucket=bucket, Policy=json.dumps(making.properties["PolicyDocument"]))
    return Made(bucket)


def _update_policy(making: Making, live: LiveResource) -> bool:
    _put_policy(making)
    return True


def _delete_policy(call: Call, live: LiveResource) -> bool:
    call.invoke("s3", "DeleteBucketPolicy", {"Bucket": live.physical_id})
    return True


def _actual_policy(call: Call, live: LiveResource) -> dict[str, Any] | None:
    answer = found(call, "s3", "GetBucketPolicy", Bucket=live.physical_id)
    return {"PolicyDocument": json.loads(answer["Policy"])} if answer else None


BUCKET_POLICY = ResourceKind(
    properties=frozenset({"Bucket", "PolicyDocument"}),
    required=frozenset({"Bucket", "PolicyDocument"}),
    create=_put_policy,
    update=_update_policy,
    delete=_delete_policy,
    create_only=frozenset({"Bucket"}),
    actual=_actual_policy,
)
