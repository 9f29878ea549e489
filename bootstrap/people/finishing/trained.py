"""Lab 2 as it is before the endpoint: pictures as RecordIO, and a trained model: that of the account's smoke job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.sessions import AccountSession
from bootstrap.errors.message import msg
from bootstrap.event.names import Names
from bootstrap.people.finishing.pieces import MARK, Piece, PieceStanding
from bootstrap.reading import bounded, json_text
from bootstrap.reading.unreadable import Unreadable
from bootstrap.steps.dataset import packing
from bootstrap.steps.smoke import proof
from bootstrap.steps.smoke import verdict as smoke_verdict

MODEL = "notebook/model/model.tar.gz"
_LISTED = 100
_LARGEST = bounded.MIB


def pieces(session: AccountSession, names: Names, again: bool) -> tuple[Piece, ...]:
    """Return the pieces of lab 2. API: HeadObject, ListObjectsV2, ListTrainingJobs, DescribeTrainingJob. Raises what a
    client raises."""
    packed = (_packed(session, names, part, again) for part in (packing.TRAIN, packing.VALIDATION))
    return *packed, _model(session, names)


def _packed(session: AccountSession, names: Names, part: str, again: bool) -> Piece:
    """Return the piece of one channel. The algorithm wants one file a channel, so it is never put beside another."""
    key, words = f"notebook/{part}", msg("a copy of {source}", source=part)
    source, there = _head(session, names, part), _head(session, names, key)
    if source is None:
        command = "event-bootstrap provision TEAM --step materials"
        said = msg("{what} is not in the bucket; {command} puts it there", what=part, command=command)
        return Piece(key, PieceStanding.IMPOSSIBLE, said)
    if there is None:
        return Piece(key, PieceStanding.MISSING, words, source=part)
    if MARK in there.get("Metadata", {}) or _same(there, source):
        return Piece(key, PieceStanding.THERE, words)
    if again:
        return Piece(key, PieceStanding.MISSING, words, source=part, replaces=True)
    return Piece(key, PieceStanding.TEAMS, msg("the team has packed its own; --again replaces it"))


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["ETag"] == other["ETag"] and one["ContentLength"] == other["ContentLength"])


def _model(session: AccountSession, names: Names) -> Piece:
    there = _head(session, names, MODEL)
    if there is not None:
        return Piece(MODEL, PieceStanding.THERE, msg("a trained model"))
    found = _trained(session, names)
    if found is None:
        command = "event-bootstrap provision TEAM --step smoke --again"
        said = msg("no smoke job has left a model of these classes here; {command} trains one", command=command)
        return Piece(MODEL, PieceStanding.IMPOSSIBLE, said)
    return Piece(MODEL, PieceStanding.MISSING, found.words, source=found.key)


@dataclass(frozen=True, slots=True)
class _Trained:
    key: str
    words: str


def _trained(session: AccountSession, names: Names) -> _Trained | None:
    """Return the model of the latest completed smoke job that is there and knows as many classes as the data."""
    listed = session.client("sagemaker").list_training_jobs(
        NameContains=names.smoke_prefix, SortBy="CreationTime", SortOrder="Descending", MaxResults=_LISTED,
        StatusEquals="Completed",
    )  # fmt: skip
    classes = _classes(session, names)
    for job in smoke_verdict.jobs_of(listed["TrainingJobSummaries"], names.smoke_prefix, ()):
        shown = proof.describe(session, job.name)
        bucket, _, key = str(shown["ModelArtifacts"]["S3ModelArtifacts"]).removeprefix("s3://").partition("/")
        fits = classes is None or shown.get("HyperParameters", {}).get("num_classes") == str(classes)
        if bucket == names.bucket and fits and _head(session, names, key) is not None:
            reached = smoke_verdict.accuracy(shown)
            if reached is None:
                return _Trained(key, msg("the model that {job} has trained", job=job.name))
            said = msg("the model that {job} has trained: right about {share} % of the pictures kept aside",
                       job=job.name, share=f"{100 * reached:.0f}")  # fmt: skip
            return _Trained(key, said)
    return None


def _classes(session: AccountSession, names: Names) -> int | None:
    """Return the number of classes of the prepared data; None if it cannot be read."""
    client = session.client("s3")
    try:
        body = bounded.s3_object(client, _LARGEST, Bucket=names.bucket, Key=packing.CLASSES)
    except ClientError as error:
        if not aws_errors.no_object(error):
            raise
        return None
    except Unreadable:
        return None
    try:
        found = json_text.mapping(json_text.utf8(body)).get("num_classes")
    except Unreadable:
        return None
    return found if isinstance(found, int) else None


def _head(session: AccountSession, names: Names, key: str) -> Mapping[str, Any] | None:
    """Return what S3 says of the object; None if there is none. API: HeadObject."""
    try:
        found: Mapping[str, Any] = session.client("s3").head_object(Bucket=names.bucket, Key=key)
    except ClientError as error:
        if not aws_errors.no_object(error):
            raise
        return None
    return found
