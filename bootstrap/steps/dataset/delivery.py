"""Items -> objects in a bucket: put, in parts, or copied from the organiser's bucket inside S3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.sessions import AccountSession
from bootstrap.errors import raw
from bootstrap.event.names import MADE_BY
from bootstrap.steps.dataset.bucket import MARK, listing
from bootstrap.steps.dataset.item import Item

# CopyObject takes no larger object.
_LARGEST_COPY = 5 * 1024**3
_PARTS_A_VISIT = 2


@dataclass(frozen=True, slots=True)
class Hub:
    """The organiser's own bucket, and what it is to hold; `memo` stands for both in the run's memory.

    It must be the operator's own account's: names of buckets are global, and each call says whose is meant.
    """

    bucket: str
    items: tuple[Item, ...]
    memo: str


@dataclass(frozen=True, slots=True)
class Sent:
    """`unfinished` names the parts that went of a larger item; `refused` says why nothing was copied."""

    unfinished: str
    refused: str


def send(session: AccountSession, bucket: str, items: Sequence[Item], hub: Hub | None) -> Sent:
    """Items of one slice; an item of several parts goes as far as one visit takes it."""
    client = session.client("s3")
    owner, refused = _stocked(session, hub) if hub is not None else ("", "")
    done: list[str] = []
    for item in items:
        # What is made for this team alone is in no other bucket.
        if hub is not None and not refused and item.path:
            refused = copy(client, hub.bucket, owner, bucket, item)
            if not refused:
                continue
        if item.parts == 1:
            put(client, bucket, item)
        else:
            there = put_parts(client, bucket, item, _PARTS_A_VISIT)
            done += [f"{item.key} part {there} of {item.parts}"] if there < item.parts else []
    return Sent("; ".join(done), refused)


def put(client: Any, bucket: str, item: Item, key: str = "") -> None:
    """API: PutObject; an item of one part only. The body is bytes, so that a second attempt sends it whole."""
    client.put_object(
        Bucket=bucket,
        Key=key or item.key,
        Body=item.part(1),
        ContentType=item.content_type,
        Metadata={MARK: item.etag},
    )


def put_parts(client: Any, bucket: str, item: Item, most: int, key: str = "") -> int:
    """Up to `most` parts that are missing, then completes; answers how many parts are there: all when done.

    What an earlier run began of the same content is gone on with. API: ListMultipartUploads, ListParts,
    AbortMultipartUpload, CreateMultipartUpload, UploadPart, CompleteMultipartUpload.
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
            # Encrypted with KMS, whose ETags would tell the next visit nothing: all parts go in this one.
            most = item.parts
    parts = [{"PartNumber": number, "ETag": there[number]} for number in range(1, item.parts + 1)]
    client.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    return item.parts


def copy(client: Any, hub_bucket: str, owner: str, bucket: str, item: Item) -> str:
    """Copy from the organiser's bucket; answers "" or why AWS refused. Mark and content type come along.

    API: CopyObject, with the team's credentials, which need s3:GetObject on the organiser's bucket.
    """
    if item.size > _LARGEST_COPY:
        return f"{item.key} is larger than the 5 GB that S3 copies at once"
    try:
        client.copy_object(
            Bucket=bucket,
            Key=item.key,
            CopySource=f"{hub_bucket}/{hub_key(item)}",
            ExpectedSourceBucketOwner=owner,
        )
    except ClientError as error:
        return raw(error)
    return ""


@dataclass(frozen=True, slots=True)
class _Owned:
    """An S3 client of which each call names the account that the bucket must be of."""

    client: Any
    owner: str

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return partial(getattr(self.client, method), ExpectedBucketOwner=self.owner)


def _stocked(session: AccountSession, hub: Hub) -> tuple[str, str]:
    """The hub's owner, and "" or why the hub cannot be used; once a run and region, for each operator's profile."""

    def fetch() -> tuple[str, str]:
        try:
            owner = session.operator_account()
        except ClientError as error:
            return "", raw(error)
        return owner, stock(session.hub_client("s3"), hub, owner)

    return session.once(f"{hub.memo}:{session.account.profile or ''}", fetch)


def stock(operators: Any, hub: Hub, owner: str) -> str:
    """All of the hub's items in the bucket of the account `owner`; answers "" or why AWS refused.

    Keys are named by content, so that nothing is put twice. API: as `put` and `put_parts`, as the operator.
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
        return f"it is not in your own account {owner}: {raw(error)}" if elsewhere else raw(error)
    return ""


def _is_own(operators: Any, bucket: str) -> bool:
    """A foreign bucket and a missing permission answer alike. True where AWS does not say. API: ListBuckets."""
    try:
        found = operators.list_buckets(Prefix=bucket).get("Buckets", [])
    except ClientError:
        return True
    return any(each["Name"] == bucket for each in found)


def hub_key(item: Item) -> str:
    return f"{MADE_BY}/{item.etag}/{PurePosixPath(item.key).name}"


def _upload(client: Any, bucket: str, item: Item, key: str) -> tuple[str, dict[int, str]]:
    """An upload of this very item, and the ETags of the parts that are there.

    One that holds nothing, or another package's parts, would give the object that package's mark: it is ended.
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
    made = client.create_multipart_upload(
        Bucket=bucket, Key=key, ContentType=item.content_type, Metadata={MARK: item.etag}
    )
    return str(made["UploadId"]), {}


def _parts(client: Any, where: dict[str, str]) -> Iterator[tuple[int, str]]:
    marker = 0
    while True:
        page = client.list_parts(**where, PartNumberMarker=marker)
        yield from ((each["PartNumber"], each["ETag"].strip('"')) for each in page.get("Parts", []))
        if not page.get("IsTruncated"):
            return
        marker = page["NextPartNumberMarker"]
