"""Empty a bucket of versions, delete markers and unfinished uploads, then delete it; one slice a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from bootstrap.aws.kinds import Thing
from bootstrap.errors import Refused
from bootstrap.errors.message import counted

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# Each page has a thousand versions, and takes one listing and one deletion.
_PAGES_A_CALL = 20
_AT_ONCE = 8


def delete(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """Empty and delete the bucket; return True if it is not empty yet and needs another call. Writes to AWS.

    API: DeleteBucketPolicy (a policy may deny the next calls), ListObjectVersions, DeleteObjects, ListMultipartUploads,
    AbortMultipartUpload, DeleteBucket. Raises Refused EB-506 for versions that S3 keeps although it answers 200.
    Memory: eight pages of a thousand versions.
    """
    bucket = things[0].name
    client = session.in_region(str(things[0].shown.get("BucketRegion") or session.region)).client("s3")
    client.delete_bucket_policy(Bucket=bucket)
    pages = _pages(client, bucket)
    # Deleting takes longer than listing: some deletions run while the next page is listed.
    deletions = (partial(_deleted, client, bucket, page) for page in islice(pages, _PAGES_A_CALL))
    kept = [each for found in session.each(deletions, _AT_ONCE) for each in found]
    if kept:
        said = counted(
            "S3 did not delete {count} version: {first}",
            "S3 did not delete {count} versions, first: {first}",
            len(kept),
            first=kept[0],
        )
        raise Refused("EB-506", said)
    if next(pages, None) is not None:
        return True
    _abort_uploads(client, bucket)
    client.delete_bucket(Bucket=bucket)
    return False


def _pages(client: Any, bucket: str) -> Iterator[list[dict[str, str]]]:
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        if found:
            yield [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]


def _deleted(client: Any, bucket: str, versions: list[dict[str, str]]) -> list[str]:
    """Delete the versions; return what S3 kept, and why. Governance retention is bypassed; compliance cannot be."""
    left = _errors(client, bucket, versions)
    if any(each["Code"] == "AccessDenied" for each in left):
        again = [{"Key": each["Key"], "VersionId": each.get("VersionId", "null")} for each in left]
        left = _errors(client, bucket, again, BypassGovernanceRetention=True)
    return [f"{each.get('Key')}: {each.get('Code')} {each.get('Message', '')}".strip() for each in left]


def _errors(client: Any, bucket: str, versions: list[dict[str, str]], **how: bool) -> list[dict[str, str]]:
    answer: Any = client.delete_objects(Bucket=bucket, Delete={"Objects": versions, "Quiet": True}, **how)
    return list(answer.get("Errors", ()))


def _abort_uploads(client: Any, bucket: str) -> None:
    """Abort unfinished uploads. They do not prevent deleting the bucket, but S3 bills them if the bucket stays."""
    for page in client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
        for each in page.get("Uploads", ()):
            client.abort_multipart_upload(Bucket=bucket, Key=each["Key"], UploadId=each["UploadId"])
