"""Lab 1 as it ends: a manifest of the prepared pictures, and the true labels as a labelling job would write them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bootstrap.aws.sessions import AccountSession
from bootstrap.errors import BadInput
from bootstrap.errors.message import counted, joined, msg
from bootstrap.event.names import Names
from bootstrap.people.finishing.pieces import Piece, PieceStanding
from bootstrap.people.labelling.agreement import LabelsInBucket
from bootstrap.people.labelling.bucket_files import MANIFEST, BucketFiles
from bootstrap.people.labelling.voting import PICTURES, Task
from bootstrap.steps.dataset import bucket as bucket_seen
from bootstrap.steps.dataset import comparison, contents, item, packing

# The name of a labelling job that no team gives. It stands in the path of the labels and in each of their lines.
JOB = comparison.ORGANISERS


def pieces(session: AccountSession, names: Names, again: bool) -> tuple[Piece, ...]:
    """Return the pieces of lab 1. API: ListObjectsV2, GetObject, HeadObject. Raises BadInput, Refused, and what a
    client raises."""
    seen = _Bucket.of(session, names.bucket)
    own, wrong = _own_task(session, names.bucket, seen)
    prepared = tuple({"source-ref": each} for each in seen.pictures)
    manifest = _manifest(seen, prepared, own, wrong, again)
    return manifest, _labels(session, seen, own or prepared, again)


@dataclass(frozen=True, slots=True)
class _Bucket:
    """A bucket's objects by key, as it lists them."""

    name: str
    objects: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, session: AccountSession, bucket: str) -> _Bucket:
        listed = bucket_seen.listing(session.client("s3"), bucket)
        return cls(bucket, {str(each["Key"]): each for each in listed})

    @property
    def pictures(self) -> tuple[str, ...]:
        """Addresses of the pictures that the tool put there to be labelled."""
        under = (key for key in self.objects if key.startswith(f"{contents.LABELLING}/"))
        return tuple(f"s3://{self.name}/{key}" for key in sorted(under) if key.lower().endswith(PICTURES))

    def has(self, key: str, body: bytes) -> bool:
        """Return True if the object is there with this content; with KMS it never seems so."""
        return key in self.objects and self.objects[key]["ETag"].strip('"') == item.md5(body)


def _own_task(
    session: AccountSession, bucket: str, seen: _Bucket
) -> tuple[tuple[Mapping[str, Any], ...] | None, str | None]:
    """Return the lines of the team's own manifest, or what is wrong with it; None for both if there is none."""
    if MANIFEST not in seen.objects:
        return None, None
    try:
        return BucketFiles(session, bucket, JOB).task(MANIFEST, 1).lines, None
    except BadInput as bad:
        return None, joined("; ", [each.what for each in bad.problems[:1]])


def _manifest(
    seen: _Bucket,
    prepared: Sequence[Mapping[str, Any]],
    own: Sequence[Mapping[str, Any]] | None,
    wrong: str | None,
    again: bool,
) -> Piece:
    lines = _number(prepared)
    body = _jsonlines(prepared)
    if not prepared:
        return Piece(MANIFEST, PieceStanding.IMPOSSIBLE, _not_prepared(f"{contents.LABELLING}/"))
    if own is not None or seen.has(MANIFEST, body):
        return Piece(
            MANIFEST, PieceStanding.THERE, counted("{count} picture", "{count} pictures", len(own or prepared))
        )
    if wrong is None:
        return Piece(MANIFEST, PieceStanding.MISSING, lines, body)
    if again:
        return Piece(MANIFEST, PieceStanding.MISSING, lines, body, replaces=True)
    said = msg("the team's own one cannot be used ({why}); --again replaces it", why=wrong)
    return Piece(MANIFEST, PieceStanding.TEAMS, said)


def _number(lines: Sequence[Mapping[str, Any]]) -> str:
    return counted("{count} picture", "{count} pictures", len(lines))


def _labels(session: AccountSession, seen: _Bucket, lines: Sequence[Mapping[str, Any]], again: bool) -> Piece:
    files = LabelsInBucket(session, seen.name)
    output = BucketFiles(session, seen.name, JOB).output
    if not again and output in seen.objects:
        return Piece(output, PieceStanding.THERE, msg("the true labels"))
    if not again and (job := _complete(files)):
        said = msg("the team has labelled its pictures itself ({job}); --again puts the true labels beside", job=job)
        return Piece(output, PieceStanding.TEAMS, said)
    truth = comparison.truth_of(files, (str(each["source-ref"]) for each in lines))
    if not truth:
        return Piece(output, PieceStanding.IMPOSSIBLE, _not_prepared(packing.ARCHIVE))
    classes = comparison.order(files) or sorted(set(truth.values()))
    known = [each for each in lines if truth.get(str(each["source-ref"])) in classes]
    made = str(seen.objects[packing.ARCHIVE]["LastModified"].strftime("%Y-%m-%dT%H:%M:%S.%f"))
    body = _jsonlines(_true(known, truth, classes, made))
    words = counted("the true label of {count} picture", "the true labels of {count} pictures", len(known))
    standing = PieceStanding.THERE if seen.has(output, body) else PieceStanding.MISSING
    return Piece(output, standing, words, body)


def _complete(files: LabelsInBucket) -> str:
    """Return the place of a job of the team's own that has labelled every picture; "" if there is none."""
    for job in comparison.jobs(files):
        found = comparison.of_job(files, job) if job != f"{comparison.LABELLED}{JOB}" else None
        if found is not None and found.labels and not found.unlabelled:
            return job
    return ""


def _true(
    lines: Sequence[Mapping[str, Any]], truth: Mapping[str, str], classes: Sequence[str], made: str
) -> Iterator[Mapping[str, Any]]:
    """Yield the lines of an output manifest. `made`: when the truth was put into the bucket."""
    attribute = Task(JOB, (), ()).attribute
    for line in lines:
        label = truth[str(line["source-ref"])]
        about = {
            "class-name": label,
            "confidence": 1.0,
            "type": "groundtruth/image-classification",
            "job-name": f"labeling-job/{JOB}",
            # Nobody of the team has looked at it.
            "human-annotated": "no",
            "creation-date": made,
        }
        yield {**line, attribute: classes.index(label), f"{attribute}-metadata": about}


def _jsonlines(rows: Sequence[Mapping[str, Any]] | Iterator[Mapping[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in rows).encode()


def _not_prepared(what: str) -> str:
    command = "event-bootstrap provision TEAM --step materials"
    return msg("{what} is not in the bucket; {command} puts it there", what=what, command=command)
