"""A bucket as S3 shows it: what is in it, what differs from what is wanted, and why it refuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.errors import Refused, code_of, raw
from bootstrap.event.names import MADE_BY
from bootstrap.steps.dataset.item import Item

# Metadata of every object that the tool puts: its ETag as it would be without KMS.
MARK = f"{MADE_BY}-etag"

_GONE = frozenset({"NoSuchBucket"})
_ELSEWHERE = frozenset(
    {"PermanentRedirect", "301", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
)


@dataclass(frozen=True, slots=True)
class BucketDifference:
    """What differs between a bucket and what is wanted in it."""

    missing: tuple[Item, ...]
    changed: tuple[Item, ...]


def compare(client: Any, bucket: str, wanted: Sequence[Item]) -> BucketDifference:
    """API: ListObjectsV2, one page as a rule; HeadObject where the size is right and the ETag is not."""
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
    """Every object, in the order of keys; beyond `last` no further page is asked for. API: ListObjectsV2."""
    asked = {"Bucket": bucket, "Prefix": prefix}
    while True:
        page = client.list_objects_v2(**asked)
        found = page.get("Contents", [])
        yield from found
        if not page.get("IsTruncated") or (last and found and found[-1]["Key"] >= last):
            return
        asked["ContinuationToken"] = page["NextContinuationToken"]


def refusal(client: Any, bucket: str, error: ClientError) -> Refused | None:
    """What an answer of S3 about the team's bucket means; None for what is no matter of the bucket.

    A foreign bucket and a missing permission answer alike, because each call names the owner that is expected;
    the account's own list of buckets tells them apart. API: ListBuckets, for denials only.
    """
    if code_of(error) in _GONE:
        return Refused("EB-290", f"bucket {bucket} does not exist any more; make its stack again")
    if code_of(error) in _ELSEWHERE:
        return Refused("EB-293", f"bucket {bucket} is in another region than its name says")
    if not aws_errors.denied(error) or aws_errors.denied_by_organization(error):
        return None
    try:
        own = client.list_buckets(Prefix=bucket).get("Buckets", [])
    except ClientError as other:
        doubt = f"whether it is this account's cannot be seen ({code_of(other)})"
        return Refused("EB-291", f"bucket {bucket} refuses: {raw(error)}; {doubt}")
    if any(each["Name"] == bucket for each in own):
        return Refused(
            "EB-291", f"bucket {bucket} refuses: {raw(error)}; check the access role and the bucket's policy"
        )
    return Refused("EB-292", f"bucket {bucket} is in another account's hands; choose another event name")


def _marked(client: Any, bucket: str, item: Item) -> bool:
    """With KMS, and for copies of objects in parts, the ETag is another although the content is ours."""
    found = client.head_object(Bucket=bucket, Key=item.key).get("Metadata", {})
    return bool(found.get(MARK) == item.etag)
