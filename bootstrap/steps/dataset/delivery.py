"""Uploads items to a bucket, in parts if they are large, or copies them from the organiser's bucket inside S3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.errors import raw
from bootstrap.errors.message import joined, msg
from bootstrap.event.names import MADE_BY
from bootstrap.steps.dataset.bucket import listing, marks
from bootstrap.steps.dataset.item import Item

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# CopyObject accepts no larger object.
_LARGEST_COPY = 5 * 1024**3
_PARTS_A_VISIT = 2


@dataclass(frozen=True, slots=True)
class Hub:
    """The organiser's own bucket and the items it must hold. `memo`: key under which a run notes that it is filled.

    The bucket must be in the operator's own account: bucket names are global, and each call names the expected owner.
    """

    bucket: str
    items: tuple[Item, ...]
    memo: str


@dataclass(frozen=True, slots=True)
class Sent:
    """Result of one slice. `unfinished`: the parts sent of a larger item; `refused`: why nothing was copied; or ""."""

    unfinished: str
    refused: str


def send(session: AccountSession, bucket: str, items: Sequence[Item], hub: Hub | None) -> Sent:
    """Upload or copy the items of one slice; of an item in parts, only as many as one visit has time for.

    Writes to AWS: as `put`, `put_parts` and `copy`.
    """
    client = session.client("s3")
    owner, refused = _stocked(session, hub) if hub is not None else ("", "")
    done: list[str] = []
    for item in items:
        # Only files are in the organiser's bucket; what is made for this team alone is not.
        if hub is not None and not refused and item.path:
            refused = copy(client, hub.bucket, owner, bucket, item)
            if not refused:
                continue
        if item.parts == 1:
            put(client, bucket, item)
        else:
            there = put_parts(client, bucket, item, _PARTS_A_VISIT)
            if there < item.parts:
                done.append(msg("{key}: part {number} of {total}", key=item.key, number=there, total=item.parts))
    return Sent(joined("; ", done), refused)


def put(client: Any, bucket: str, item: Item, key: str = "") -> None:
    """Upload an item of one part. Writes to AWS: PutObject. The body is bytes, so that a retry sends it whole."""
    client.put_object(
        Bucket=bucket,
        Key=key or item.key,
        Body=item.part(1),
        ContentType=item.content_type,
        Metadata=marks(item),
    )


def put_parts(client: Any, bucket: str, item: Item, most: int, key: str = "") -> int:
    """Upload up to `most` missing parts, complete the object if none is left; return how many parts are there.

    Continues an upload of the same content that an earlier run began. Writes to AWS: CreateMultipartUpload, UploadPart,
    CompleteMultipartUpload, AbortMultipartUpload; reads ListMultipartUploads, ListParts.
    """
    key = key or item.key
    upload, there = _upload(client, bucket, item, key)
    where = {"Bucket": bucket, "Key": key, "UploadId": upload}
    sent = 0
    for number, wanted in enumerate(item.sums, start=1):
        if there.get(number) == wanted:
            continue
        if sent >= most:
            return number - 1
        there[number] = client.upload_part(**where, PartNumber=number, Body=item.part(number))["ETag"].strip('"')
        sent += 1
        if there[number] != wanted:
            # With KMS the ETags differ, so the next visit could not tell which parts are sent: send all of them now.
            most = item.parts
    parts = [{"PartNumber": number, "ETag": there[number]} for number in range(1, item.parts + 1)]
    client.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    return item.parts


def copy(client: Any, hub_bucket: str, owner: str, bucket: str, item: Item) -> str:
    """Copy from the organiser's bucket; return "", or why it was not copied.

    The metadata is given anew: an object of the organiser's bucket may be wanted under several keys.

    Writes to AWS: CopyObject, with the team's credentials, which need s3:GetObject on the organiser's bucket.
    """
    if item.size > _LARGEST_COPY:
        return msg("{key} is larger than 5 GB, the most that S3 copies at once", key=item.key)
    try:
        client.copy_object(
            Bucket=bucket,
            Key=item.key,
            CopySource=f"{hub_bucket}/{hub_key(item)}",
            ExpectedSourceBucketOwner=owner,
            MetadataDirective="REPLACE",
            ContentType=item.content_type,
            Metadata=marks(item),
        )
    except ClientError as error:
        return raw(error)
    return ""


@dataclass(frozen=True, slots=True)
class _Owned:
    """An S3 client whose calls all name the account that must own the bucket."""

    client: Any
    owner: str

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return partial(getattr(self.client, method), ExpectedBucketOwner=self.owner)


def _stocked(session: AccountSession, hub: Hub) -> tuple[str, str]:
    """Fill the hub, once per run, region and profile. Return its owner, and "" or why it cannot be used."""

    def fetch() -> tuple[str, str]:
        try:
            owner = session.operator_account()
        except ClientError as error:
            return "", raw(error)
        return owner, stock(session.hub_client("s3"), hub, owner)

    return session.once(f"{hub.memo}:{session.account.profile or ''}", fetch)


def stock(operators: Any, hub: Hub, owner: str) -> str:
    """Upload the hub's items to its bucket in the account `owner`; return "", or why AWS refused.

    Keys are named by content, so that nothing is uploaded twice. Writes to AWS as the operator: as `put`, `put_parts`.
    """
    client = _Owned(operators, owner)
    try:
        there = {each["Key"]: each["Size"] for each in listing(client, hub.bucket, f"{MADE_BY}/")}
        for item in hub.items:
            if there.get(hub_key(item)) == item.size or item.size > _LARGEST_COPY:
                continue
            if item.parts == 1:
                put(client, hub.bucket, item, hub_key(item))
            else:
                put_parts(client, hub.bucket, item, item.parts, hub_key(item))
    except ClientError as error:
        elsewhere = aws_errors.denied(error) and not _is_own(operators, hub.bucket)
        if elsewhere:
            return msg("the bucket is not in your own account {account}: {answer}", account=owner, answer=raw(error))
        return raw(error)
    return ""


def _is_own(operators: Any, bucket: str) -> bool:
    """True if the bucket is the operator's, or AWS does not tell. API: ListBuckets.

    S3 gives the same error for a foreign bucket and a missing permission.
    """
    try:
        found = operators.list_buckets(Prefix=bucket).get("Buckets", [])
    except ClientError:
        return True
    return any(each["Name"] == bucket for each in found)


def hub_key(item: Item) -> str:
    """Return the item's key in the organiser's bucket."""
    return f"{MADE_BY}/{item.etag}/{PurePosixPath(item.key).name}"


def _upload(client: Any, bucket: str, item: Item, key: str) -> tuple[str, dict[int, str]]:
    """An upload of this item, and the ETags of its parts so far.

    An upload without parts, or with another package's, would give the object that package's metadata: it is aborted.
    """
    wanted = dict(enumerate(item.sums, start=1))
    for each in client.list_multipart_uploads(Bucket=bucket, Prefix=key).get("Uploads", []):
        if each["Key"] != key:
            continue
        where = {"Bucket": bucket, "Key": key, "UploadId": str(each["UploadId"])}
        there = dict(_parts(client, where))
        if there and there.items() <= wanted.items():
            return where["UploadId"], there
        client.abort_multipart_upload(**where)
    made = client.create_multipart_upload(Bucket=bucket, Key=key, ContentType=item.content_type, Metadata=marks(item))
    return str(made["UploadId"]), {}


def _parts(client: Any, where: dict[str, str]) -> Iterator[tuple[int, str]]:
    marker = 0
    while True:
        page = client.list_parts(**where, PartNumberMarker=marker)
        yield from ((each["PartNumber"], each["ETag"].strip('"')) for each in page.get("Parts", []))
        if not page.get("IsTruncated"):
            return
        marker = page["NextPartNumberMarker"]
