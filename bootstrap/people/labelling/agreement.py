"""A team's labels against the truth, both read from its bucket. `steps.dataset.comparison` compares."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.sessions import AccountSession
from bootstrap.errors import Refused
from bootstrap.errors.message import msg
from bootstrap.reading import bounded, json_text
from bootstrap.reading.unreadable import Unreadable
from bootstrap.steps.dataset import bucket as bucket_seen
from bootstrap.steps.dataset import comparison
from bootstrap.steps.dataset.comparison import LabelComparison

# A hundred thousand lines of a manifest.
_LARGEST = 32 * bounded.MIB
# Ground Truth takes pictures up to 40 MB.
_LARGEST_PICTURE = 40 * bounded.MIB
# A page that compares more would keep its readers waiting.
_MOST_PICTURES = 500


@dataclass(frozen=True, slots=True)
class TeamAgreement:
    """One job's labels. `final`: none is missing or can change. `comparison`: None before, and without the truth."""

    job: str
    labelled: int
    total: int
    final: bool
    comparison: LabelComparison | None


def found(session: AccountSession, bucket: str, job: str = "") -> TeamAgreement | None:
    """Return how the labels of the job agree with the truth, without `job` those of the latest one that has any.

    None without an output manifest. The truth is not read before the labels are final.
    API: ListObjectsV2, GetObject for each picture. Raises Refused (EB-607), and what a client raises.
    """
    files = LabelsInBucket(session.beside(), bucket)
    there = [each for each in comparison.jobs(files) if not job or each == f"{comparison.LABELLED}{job}"]
    labels = comparison.of_job(files, there[-1]) if there else None
    if labels is None:
        return None
    labelled, total = len(labels.labels), len(labels.labels) + len(labels.unlabelled)
    compared = None
    if labels.final and total <= _MOST_PICTURES:
        truth = comparison.truth_of(files, labels.labels)
        if truth:
            compared = comparison.compare(labels.labels, truth, labels.answers, comparison.order(files))
    return TeamAgreement(labels.job, labelled, total, labels.final, compared)


def picture(session: AccountSession, bucket: str, address: str, most: int = _LARGEST_PICTURE) -> bytes | None:
    """Return a picture by its s3:// address; None if it is not there. API: GetObject.

    Raises Refused (EB-607) for one of more than `most` bytes.
    """
    return LabelsInBucket(session, bucket).picture(address, most)


@dataclass(frozen=True, slots=True)
class LabelsInBucket:
    """Files of a team's bucket that `comparison` reads."""

    session: AccountSession
    bucket: str

    @property
    def _client(self) -> Any:
        return self.session.client("s3")

    def keys(self, prefix: str) -> Sequence[str]:
        listed = sorted(bucket_seen.listing(self._client, self.bucket, prefix), key=lambda each: each["LastModified"])
        return [str(each["Key"]) for each in listed]

    def rows(self, key: str) -> Sequence[Mapping[str, Any]] | None:
        data = self._data(key, _LARGEST)
        if data is None:
            return None
        try:
            lines = list(json_text.lines(json_text.utf8(data)))
        except Unreadable as error:
            raise self._unreadable(key, error) from None
        return [each.value for each in lines if isinstance(each.value, Mapping)]

    def document(self, key: str) -> Any:
        data = self._data(key, _LARGEST)
        try:
            return None if data is None else json_text.parsed(data)
        except Unreadable as error:
            raise self._unreadable(key, error) from None

    def fingerprint(self, address: str) -> tuple[int, int] | None:
        data = self.picture(address)
        return None if data is None else (len(data), zlib.crc32(data))

    def picture(self, address: str, most: int = _LARGEST_PICTURE) -> bytes | None:
        key = address.removeprefix(f"s3://{self.bucket}/")
        return self._data(key, most) if key != address else None

    def archive(self, key: str) -> BinaryIO | None:
        client, where = self._client, {"Bucket": self.bucket, "Key": key}
        try:
            size = client.head_object(**where)["ContentLength"]
        except ClientError as error:
            if aws_errors.no_object(error):
                return None
            raise

        def part(start: int, end: int) -> bytes:
            answer = client.get_object(**where, Range=f"bytes={start}-{end - 1}")
            with closing(answer["Body"]) as body:
                return bounded.stream(body, end - start)

        return comparison.ObjectInParts(size, part).buffered

    def _data(self, key: str, most: int) -> bytes | None:
        """Return an object's bytes; None if there is none. Raises Refused (EB-607) for one that is too large."""
        try:
            return bounded.s3_object(self._client, most, Bucket=self.bucket, Key=key)
        except ClientError as error:
            if aws_errors.no_object(error):
                return None
            raise
        except Unreadable as error:
            raise self._unreadable(key, error) from None

    def _unreadable(self, key: str, error: Unreadable) -> Refused:
        return Refused("EB-607", msg("s3://{bucket}/{key} {reason}", bucket=self.bucket, key=key, reason=error.what))
