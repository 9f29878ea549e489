"""Items -> objects in a bucket: put, in parts, or copied from the organiser's bucket inside S3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.cars.bucket import MARK, listing
from bootstrap.cars.item import Item
from bootstrap.errors import raw
from bootstrap.names import MADE_BY
from bootstrap.sessions import AccountSession

# CopyObject takes no larger object.
_LARGEST_COPY = 5 * 1024**3
_PARTS_A_VISIT = 2


@dataclass(frozen=True, slots=True)
class Hub:
    """The organiser's own bucket, and what it is to hold; `memo` stands for both in the run's memory."""

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
    refused = "" if hub is None else session.once(hub.memo, lambda: stock(session.hub_client("s3"), hub))
    done: list[str] = []
    for item in items:
        # What is made for this team alone is in no other bucket.
        if hub is not None and not refused and item.path:
            refused = copy(client, hub.bucket, bucket, item)
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

    What an earlier run began is gone on with. API: ListMultipartUploads, CreateMultipartUpload, ListParts,
    UploadPart, CompleteMultipartUpload.
    """
    key = key or item.key
    where = {"Bucket": bucket, "Key": key, "UploadId": _upload(client, bucket, item, key)}
    there = dict(_parts(client, where))
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


def copy(client: Any, hub_bucket: str, bucket: str, item: Item) -> str:
    """Copy from the organiser's bucket; answers "" or why AWS refused. Mark and content type come along.

    API: CopyObject, with the team's credentials, which need s3:GetObject on the organiser's bucket.
    """
    if item.size > _LARGEST_COPY:
        return f"{item.key} is larger than the 5 GB that S3 copies at once"
    try:
        client.copy_object(Bucket=bucket, Key=item.key, CopySource=f"{hub_bucket}/{hub_key(item)}")
    except ClientError as error:
        return raw(error)
    return ""


def stock(client: Any, hub: Hub) -> str:
    """All of the hub's items in the organiser's bucket; answers "" or why AWS refused.

    Keys are named by content, so that nothing is put twice. API: as `put` and `put_parts`, as the operator.
    """
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
        return raw(error)
    return ""


def hub_key(item: Item) -> str:
    return f"{MADE_BY}/{item.etag}/{PurePosixPath(item.key).name}"


def _upload(client: Any, bucket: str, item: Item, key: str) -> str:
    begun = client.list_multipart_uploads(Bucket=bucket, Prefix=key).get("Uploads", [])
    for each in begun:
        if each["Key"] == key:
            return str(each["UploadId"])
    made = client.create_multipart_upload(
        Bucket=bucket, Key=key, ContentType=item.content_type, Metadata={MARK: item.etag}
    )
    return str(made["UploadId"])


def _parts(client: Any, where: dict[str, str]) -> Iterator[tuple[int, str]]:
    marker = 0
    while True:
        page = client.list_parts(**where, PartNumberMarker=marker)
        yield from ((each["PartNumber"], each["ETag"].strip('"')) for each in page.get("Parts", []))
        if not page.get("IsTruncated"):
            return
        marker = page["NextPartNumberMarker"]
