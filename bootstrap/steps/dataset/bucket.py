"""A bucket as S3 shows it: its objects, how they differ from the wanted ones, and why S3 refuses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.errors import Refused, code_of, raw
from bootstrap.errors.message import msg
from bootstrap.event.names import MADE_BY
from bootstrap.steps.dataset.item import Item

# Metadata of every object that the tool uploads: the ETag that it would have without KMS.
MARK = f"{MADE_BY}-etag"
# Metadata of the same: the key that the tool gave it, for a team's copy of it has the same metadata.
KEY = f"{MADE_BY}-key"
# Objects that are looked at one by one, for they may be the tool's.
_MOST_LOOKED_AT = 100

_GONE = frozenset({"NoSuchBucket"})
_ELSEWHERE = frozenset(
    {"PermanentRedirect", "301", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
)


@dataclass(frozen=True, slots=True)
class BucketDifference:
    """Objects that a bucket lacks, and objects that differ from the wanted ones.

    `stale`: keys that are not wanted, of objects that the tool uploaded and nobody changed. `unknown`: number of other
    objects that were too many to be looked at.
    """

    missing: tuple[Item, ...]
    changed: tuple[Item, ...]
    stale: tuple[str, ...] = ()
    unknown: int = 0


def marks(item: Item) -> dict[str, str]:
    """Return the metadata by which an uploaded object is known to be the tool's."""
    return {MARK: item.etag, KEY: quote(item.key)}


def compare(
    client: Any, bucket: str, wanted: Sequence[Item], known: Collection[str] = (), folders: tuple[str, ...] = ()
) -> BucketDifference:
    """Return how the bucket differs from `wanted`. `known`, `folders`: keys, and beginnings of keys, that the tool may
    have uploaded for an earlier event.yaml.

    API: ListObjectsV2, usually one page; HeadObject for objects with the right size and another ETag, and for those
    that may be stale.
    """
    keys = {each.key for each in wanted}
    listed = {
        each["Key"]: (each["Size"], each["ETag"].strip('"'))
        for each in listing(client, bucket, last=max((*keys, *known), default=""))
        if each["Key"] in keys or each["Key"] in known or each["Key"].startswith(folders)
    }
    shown = {key: each for key, each in listed.items() if key in keys}
    others = [key for key in listed if key not in keys]
    unlike = [each for each in wanted if each.key in shown and shown[each.key] != (each.size, each.etag)]
    return BucketDifference(
        missing=tuple(each for each in wanted if each.key not in shown),
        changed=tuple(each for each in unlike if shown[each.key][0] != each.size or not _marked(client, bucket, each)),
        stale=tuple(each for each in others[:_MOST_LOOKED_AT] if _unchanged(client, bucket, each, listed[each][1])),
        unknown=len(others[_MOST_LOOKED_AT:]),
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


def _unchanged(client: Any, bucket: str, key: str, etag: str) -> bool:
    """True if the object is as the tool uploaded it under this key. An upload of an older version does not tell."""
    try:
        found = client.head_object(Bucket=bucket, Key=key).get("Metadata", {})
    except ClientError as error:
        if not aws_errors.no_object(error):
            raise
        return False
    return bool(found.get(MARK) == etag and found.get(KEY) == quote(key))


def _marked(client: Any, bucket: str, item: Item) -> bool:
    """True if the object is our upload. With KMS, and for copies of objects in parts, its ETag differs all the same."""
    found = client.head_object(Bucket=bucket, Key=item.key).get("Metadata", {})
    return bool(found.get(MARK) == item.etag)
