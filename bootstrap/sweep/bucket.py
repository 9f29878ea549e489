"""Empty a bucket of versions, delete markers and unfinished uploads, then delete it; one slice a call.

| what keeps a version                   | what is done                                                              |
|----------------------------------------|---------------------------------------------------------------------------|
| a key that XML cannot carry            | DeleteObject by itself: there the key is in the URI                       |
| retention in governance mode           | deleted again with the bypass, only in a bucket with object lock          |
| a legal hold                           | lifted, then deleted again                                                |
| retention in compliance mode           | final: EB-506 with the date, before which nobody can delete it            |
| a denial by the caller's policies, or  | final: EB-506 with AWS's own words, which say whose policy it is          |
| by the organization's                  |                                                                           |
| any other denial                       | tried again for two minutes: a deleted bucket policy denies some longer   |
| any other error of a key               | tried again later; the other keys go                                      |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals
from bootstrap.aws.kinds import Thing
from bootstrap.aws.reasons import Denier, denier, denier_in
from bootstrap.errors import Refused, code_of, message_of, raw
from bootstrap.errors.message import counted, msg
from bootstrap.sweep.finality import Final, Lapsing

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# Each page has a thousand versions, and takes one listing and one deletion.
_PAGES_A_CALL = 20
_AT_ONCE = 8
# Objects that are asked for their lock, to name its date; each takes a call.
_LOOKED_AT = 3
# https://www.w3.org/TR/xml/#charsets: what an XML document cannot hold, not even as a reference.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Version = dict[str, str]


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version that S3 kept. `words`: key and reason; `lasting`: no later try can delete it; `lapsing`: it is denied,
    perhaps by the policy that was deleted."""

    words: str
    lasting: bool = False
    lapsing: bool = False


def delete(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """Empty and delete the bucket; return True if it is not empty yet and needs another call. Writes to AWS.

    API: DeleteBucketPolicy (a policy may deny the next calls), ListObjectVersions, DeleteObjects, DeleteObject,
    GetObjectLockConfiguration, PutObjectLegalHold, GetObjectRetention, ListMultipartUploads, AbortMultipartUpload,
    DeleteBucket. Raises Refused EB-506 for versions that S3 keeps, Final if no later try can delete them.
    Memory: eight pages of a thousand versions.
    """
    client = session.in_region(str(things[0].shown.get("BucketRegion") or session.region)).client("s3")
    _drop_policy(client, things[0].name)
    try:
        return _delete(session, client, things[0].name)
    except ClientError as error:
        if aws_errors.denied(error) and denier(error) is Denier.UNSAID:
            raise Lapsing("EB-506", raw(error)) from error
        raise


def _delete(session: AccountSession, client: Any, bucket: str) -> bool:
    pages = _pages(client, bucket)
    emptying = _Emptying(client, bucket)
    # Deleting takes longer than listing: some deletions run while the next page is listed.
    deletions = (partial(emptying.delete, page) for page in islice(pages, _PAGES_A_CALL))
    kept = [each for found in session.each(deletions, _AT_ONCE) for each in found]
    if kept:
        # The next call would list the same versions first: what is behind them is deleted in this one.
        kept += [each for page in pages for each in emptying.delete(page)]
        _abort_uploads(client, bucket)
        _refuse(kept)
    if next(pages, None) is not None:
        return True
    _abort_uploads(client, bucket)
    client.delete_bucket(Bucket=bucket)
    return False


def _refuse(kept: Sequence[KeptVersion]) -> None:
    """Raise what keeps the bucket: final only if every version is kept for good."""
    lasting = all(each.lasting for each in kept)
    first = next((each for each in kept if each.lasting), kept[0])
    said = counted(
        "S3 did not delete {count} version: {first}",
        "S3 did not delete {count} versions, first: {first}",
        len(kept),
        first=first.words,
    )
    if lasting:
        raise Final("EB-506", said)
    raise Lapsing("EB-506", said) if all(each.lasting or each.lapsing for each in kept) else Refused("EB-506", said)


def _drop_policy(client: Any, bucket: str) -> None:
    """Delete the bucket's policy. If that is denied, the versions may go all the same."""
    try:
        client.delete_bucket_policy(Bucket=bucket)
    except ClientError as error:
        if not aws_errors.denied(error):
            raise


def _pages(client: Any, bucket: str) -> Iterator[list[Version]]:
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        if found:
            yield [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]


@dataclass(slots=True)
class _Emptying:
    """Deletes versions of one bucket. `_locks`: whether the bucket has object lock, once it was asked."""

    client: Any
    bucket: str
    _locks: bool | None = None

    def delete(self, versions: Sequence[Version]) -> list[KeptVersion]:
        """Delete the versions; return what S3 kept, and why."""
        together = [each for each in versions if not _NOT_XML.search(each["Key"])]
        alone = [each for each in versions if _NOT_XML.search(each["Key"])]
        errors = [*self._together(together), *(error for each in alone for error in self._alone(each))]
        if any(each["Code"] == "AccessDenied" for each in errors) and self._has_locks():
            errors = self._unlocked(errors)
        return [self._kept(error, place < _LOOKED_AT) for place, error in enumerate(errors)]

    def _unlocked(self, errors: list[Version]) -> list[Version]:
        """Delete again what a lock may keep: first past governance mode, then without legal holds."""
        others = [each for each in errors if each["Code"] != "AccessDenied"]
        left = self._again([each for each in errors if each["Code"] == "AccessDenied"])
        lifted = [self._lift(each) for each in left]
        if any(lifted):
            left = self._again(left)
        return [*others, *left]

    def _again(self, errors: Sequence[Version]) -> list[Version]:
        found = [{"Key": each["Key"], "VersionId": each.get("VersionId", "null")} for each in errors]
        together = [each for each in found if not _NOT_XML.search(each["Key"])]
        alone = [each for each in found if _NOT_XML.search(each["Key"])]
        how = {"BypassGovernanceRetention": True}
        return [*self._together(together, **how), *(error for each in alone for error in self._alone(each, **how))]

    def _together(self, versions: Sequence[Version], **how: bool) -> list[Version]:
        if not versions:
            return []
        asked = {"Objects": list(versions), "Quiet": True}
        answer: Any = self.client.delete_objects(Bucket=self.bucket, Delete=asked, **how)
        # A version that a lost answer, or somebody else, deleted before is not kept.
        return [each for each in answer.get("Errors", ()) if each["Code"] != "NoSuchVersion"]

    def _alone(self, version: Version, **how: bool) -> Iterator[Version]:
        try:
            self.client.delete_object(Bucket=self.bucket, **version, **how)
        except ClientError as error:
            if refusals.says_nothing(error):
                raise
            yield {**version, "Code": code_of(error), "Message": message_of(error)}

    def _has_locks(self) -> bool:
        """Ask once whether the bucket has object lock. S3 refuses the bypass in a bucket without it."""
        if self._locks is None:
            try:
                answer: Any = self.client.get_object_lock_configuration(Bucket=self.bucket)
                self._locks = answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"
            except ClientError as error:
                if refusals.says_nothing(error):
                    raise
                self._locks = False
        return self._locks

    def _lift(self, version: Version) -> bool:
        """Lift the version's legal hold; return False if that is refused."""
        named = {"Key": version["Key"], "VersionId": version.get("VersionId", "null")}
        try:
            self.client.put_object_legal_hold(Bucket=self.bucket, **named, LegalHold={"Status": "OFF"})
        except ClientError as error:
            if refusals.says_nothing(error):
                raise
            return False
        return True

    def _kept(self, error: Version, look: bool) -> KeptVersion:
        key, code = error.get("Key", ""), error.get("Code", "")
        if code != "AccessDenied":
            return KeptVersion(f"{key}: {code} {error.get('Message', '')}".strip())
        if look and self._locks and (until := self._complies(error)):
            return KeptVersion(
                msg("{key}: locked in compliance mode; nobody can delete it before {date}", key=key, date=until),
                lasting=True,
            )
        words = f"{key}: {code} {error.get('Message', '')}".strip()
        said = denier_in(str(error.get("Message", ""))) is not Denier.UNSAID
        # AWS names policies of the caller and of the organization; the rest may be the bucket's own, or a lock.
        return KeptVersion(words, lasting=said or self._locks is True, lapsing=not said)

    def _complies(self, version: Version) -> str:
        """Return the date until which compliance mode keeps the version; "" if it is not that."""
        named = {"Key": version["Key"], "VersionId": version.get("VersionId", "null")}
        try:
            answer: Any = self.client.get_object_retention(Bucket=self.bucket, **named)
        except ClientError as error:
            if refusals.says_nothing(error):
                raise
            return ""
        found = answer.get("Retention", {})
        return f"{found['RetainUntilDate']:%Y-%m-%d %H:%M UTC}" if found.get("Mode") == "COMPLIANCE" else ""


def _abort_uploads(client: Any, bucket: str) -> None:
    """Abort unfinished uploads. They do not prevent deleting the bucket, but S3 bills them if the bucket stays.

    Keys come URL-encoded: XML cannot carry each of them. An aborted upload is not listed again.
    """
    aborted: set[tuple[str, str]] = set()
    while True:
        page = client.list_multipart_uploads(Bucket=bucket, EncodingType="url")
        new = [each for each in page.get("Uploads", ()) if (each["Key"], each["UploadId"]) not in aborted]
        for each in new:
            key = unquote_plus(each["Key"]) if page.get("EncodingType") == "url" else each["Key"]
            client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=each["UploadId"])
            aborted.add((each["Key"], each["UploadId"]))
        if not new or not page.get("IsTruncated"):
            return
