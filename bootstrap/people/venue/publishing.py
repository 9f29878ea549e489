"""Publishes an event's files for the host to a bucket of the operator's own account, and takes them away again.

The files come first, the list of them last: a host that reads the list finds all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import own_account
from bootstrap.aws.sessions import AccountSession
from bootstrap.errors import BadInput, Problem, Refused, code_of
from bootstrap.errors.message import answered, msg
from bootstrap.people.venue import manifest
from bootstrap.people.venue.manifest import PublishedEvent
from bootstrap.people.venue.place import BucketPlace
from bootstrap.reading import bounded
from bootstrap.reading.unreadable import Unreadable

_NO_BUCKET = "NoSuchBucket"
_DENIED = frozenset({"AccessDenied", "403"})
_JSON = "application/json"
_MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class PublishedDifference:
    """Changes to publish. `upload`: SHA-256 of contents; `stale`: keys of contents that no list names."""

    wanted: PublishedEvent
    published: PublishedEvent | None
    upload: tuple[str, ...]
    stale: tuple[str, ...]

    @property
    def same(self) -> bool:
        """True if the host would see nothing new."""
        return self.wanted == self.published and not self.upload

    @property
    def bytes_to_send(self) -> int:
        sizes = {each.sha256: each.size for each in self.wanted.files.values()}
        return sum(sizes[each] for each in self.upload)

    @property
    def changed(self) -> tuple[str, ...]:
        """Paths that are new or different."""
        before = self.published.files if self.published else {}
        return tuple(sorted(path for path, each in self.wanted.files.items() if before.get(path) != each))

    @property
    def gone(self) -> tuple[str, ...]:
        """Paths that the host will not see any more."""
        return tuple(sorted((self.published.files if self.published else {}).keys() - self.wanted.files.keys()))


class Publisher:
    """Compares and writes. Methods raise Refused: EB-763 for a bucket that refuses, or why AWS refuses every call.

    `kms_key`: a key of KMS to encrypt with, in place of S3's own.
    """

    def __init__(self, session: AccountSession, place: BucketPlace, kms_key: str | None = None) -> None:
        self._session, self._place = session, place
        self._encryption: dict[str, str] = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key}
            if kms_key
            else {"ServerSideEncryption": "AES256"}
        )

    def compare(self, event: str, contents: Mapping[str, bytes]) -> PublishedDifference:
        """Return what publishing these files would change. API: GetObject, ListObjectsV2.

        Raises BadInput: EB-764 if another event is published there, EB-768 for files that no host would take.
        """
        try:
            wanted = manifest.of(event, contents)
        except Unreadable as error:
            raise BadInput([Problem("EB-768", error.what, fix=error.fix or msg("Remove or shorten it"))]) from None
        published = self.published()
        if published and published.event != event:
            what = msg("the files of another event are there: {event}", event=published.event)
            fix = msg("Give each event a prefix of its own")
            raise BadInput([Problem("EB-764", what, str(self._place), fix=fix)])
        there = set(self._keys(self._place.contents))
        needed = {each.sha256 for each in wanted.files.values()}
        # Hosts may still be reading what the list before this one names.
        kept = needed | {each.sha256 for each in (published.files.values() if published else ())}
        upload = sorted(each for each in needed if self._place.key(each) not in there)
        stale = sorted(there - {self._place.key(each) for each in kept})
        return PublishedDifference(wanted, published, tuple(upload), tuple(stale))

    def published(self) -> PublishedEvent | None:
        """Return what is published; None if nothing is, or nothing that can be read. API: GetObject."""
        try:
            return manifest.parsed(
                bounded.s3_object(self._client, manifest.LARGEST, Bucket=self._place.bucket, Key=self._place.manifest)
            )
        except Unreadable:
            return None
        except ClientError as error:
            if aws_errors.no_object(error):
                return None
            raise self._refusal(error) from None

    def publish(self, difference: PublishedDifference, contents: Mapping[str, bytes]) -> None:
        """Write the contents, then the list; delete what no list names. Writes to AWS: PutObject, DeleteObjects."""
        by_digest = {each.sha256: contents[path] for path, each in difference.wanted.files.items()}
        for digest in difference.upload:
            self._put(self._place.key(digest), by_digest[digest], "application/octet-stream")
        if difference.wanted != difference.published:
            self._put(self._place.manifest, difference.wanted.text().encode(), _JSON)
        self._delete(list(difference.stale))

    def everything(self) -> list[str]:
        """Return the keys of all that is published. API: ListObjectsV2."""
        # The list first: without it no host takes the rest.
        found = self._keys(f"{self._place.prefix}/")
        return sorted(found, key=lambda key: (key != self._place.manifest, key))

    def withdraw(self, keys: list[str]) -> None:
        """Delete what is published. Writes to AWS: DeleteObjects."""
        self._delete(keys)

    @property
    def _client(self) -> Any:
        return self._session.client("s3")

    def _keys(self, prefix: str) -> list[str]:
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._place.bucket, Prefix=prefix)
            return [str(each["Key"]) for page in pages for each in page.get("Contents", ())]
        except ClientError as error:
            raise self._refusal(error) from None

    def _put(self, key: str, body: bytes, kind: str) -> None:
        try:
            self._client.put_object(Bucket=self._place.bucket, Key=key, Body=body, ContentType=kind, **self._encryption)
        except ClientError as error:
            raise self._refusal(error) from None

    def _delete(self, keys: list[str]) -> None:
        for at in range(0, len(keys), _MOST_AT_ONCE):
            some = [{"Key": each} for each in keys[at : at + _MOST_AT_ONCE]]
            try:
                answer = self._client.delete_objects(Bucket=self._place.bucket, Delete={"Objects": some, "Quiet": True})
            except ClientError as error:
                raise self._refusal(error) from None
            if failed := answer.get("Errors"):
                what = msg("{count} objects could not be deleted", count=len(failed))
                raise Refused("EB-763", answered(what, str(failed[0].get("Code", ""))))

    def _refusal(self, error: ClientError) -> Exception:
        return refusal(error, self._place, self._session)


def refusal(error: Exception, place: BucketPlace, session: AccountSession) -> Exception:
    """Return the error of a call of S3 as one that a person can act on (EB-763), or why AWS refuses every call."""
    if code_of(error) == _NO_BUCKET:
        return Refused("EB-763", msg("there is no bucket {bucket}", bucket=place.bucket))
    if code_of(error) in _DENIED:
        what = msg("the bucket {bucket} refuses account {account}", bucket=place.bucket, account=session.account_id)
        return Refused("EB-763", answered(what, code_of(error)))
    return own_account.refused(error, session.region)
