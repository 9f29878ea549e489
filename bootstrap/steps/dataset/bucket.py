"""A bucket as S3 shows it: its objects, how they differ from the wanted ones, and why S3 refuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.errors import Refused, code_of, raw
from bootstrap.errors.message import msg
from bootstrap.event.names import MADE_BY
from bootstrap.steps.dataset.item import Item

# Metadata of every object that the tool uploads: the ETag that it would have without KMS.
MARK = f"{MADE_BY}-etag"

_GONE = frozenset({"NoSuchBucket"})
_ELSEWHERE = frozenset(
    {"PermanentRedirect", "301", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
)


@dataclass(frozen=True, slots=True)
class BucketDifference:
    """Objects that a bucket lacks, and objects that differ from the wanted ones."""

    missing: tuple[Item, ...]
    changed: tuple[Item, ...]


def compare(client: Any, bucket: str, wanted: Sequence[Item]) -> BucketDifference:
    """Return how the bucket differs from `wanted`.

    API: ListObjectsV2, usually one page; HeadObject for objects with the right size and another ETag.
    """
    keys = {each.key for each in wanted}
    shown = {
        each["Key"]: (each["Size"], each["ETag"].strip('"'))
        for each in listing(client, bucket, last=max(keys, default=""))
        if each["Key"] in keys
    }
    unlike = [each for each in wanted if each.key in shown and shown[each.key] != (each.size, each.etag)]
    return BucketDifference(
        missing=tuple(each for each in wanted if each.key not in shown),
        changed=tuple(each for each in unlike if shown[each.key][0] != each.size or not _marked(client, bucket, each)),
    )


def listing(client: Any, bucket: str, prefix: str = "", last: str = "") -> Iterator[dict[str, Any]]:
    """Yield every object in the order of keys; read no page after the one that has `last`. API: ListObjectsV2."""
    asked = {"Bucket": bucket, "Prefix": prefix}
    while True:
        page = client.list_objects_v2(**asked)
        found = page.get("Contents", [])
        yield from found
        if not page.get("IsTruncated") or (last and found and found[-1]["Key"] >= last):
            return
        asked["ContinuationToken"] = page["NextContinuationToken"]


def refusal(client: Any, bucket: str, error: ClientError) -> Refused | None:
    """Return what an error of S3 means for the team's bucket; None if it is not about the bucket.

    Each call names the expected owner, so that S3 gives the same error for a foreign bucket and a missing permission.
    The account's list of buckets tells them apart. API: ListBuckets, for denials only.
    """
    if code_of(error) in _GONE:
        return Refused("EB-290", msg("bucket {bucket} no longer exists; create its stack again", bucket=bucket))
    if code_of(error) in _ELSEWHERE:
        return Refused("EB-293", msg("bucket {bucket} is in another region than its name says", bucket=bucket))
    if not aws_errors.denied(error) or aws_errors.denied_by_organization(error):
        return None
    try:
        own = client.list_buckets(Prefix=bucket).get("Buckets", [])
    except ClientError as other:
        unknown = msg(
            "AWS denies access to bucket {bucket}: {answer}; its owner cannot be determined ({code})",
            bucket=bucket,
            answer=raw(error),
            code=code_of(other),
        )
        return Refused("EB-291", unknown)
    if any(each["Name"] == bucket for each in own):
        denied = msg(
            "AWS denies access to bucket {bucket}: {answer}; check the access role and the bucket's policy",
            bucket=bucket,
            answer=raw(error),
        )
        return Refused("EB-291", denied)
    return Refused(
        "EB-292", msg("bucket {bucket} belongs to another account; choose another event name", bucket=bucket)
    )


def _marked(client: Any, bucket: str, item: Item) -> bool:
    """True if the object is our upload. With KMS, and for copies of objects in parts, its ETag differs all the same."""
    found = client.head_object(Bucket=bucket, Key=item.key).get("Metadata", {})
    return bool(found.get(MARK) == item.etag)
