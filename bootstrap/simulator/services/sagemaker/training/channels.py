"""A training job's reads and writes in S3, with its role's permissions."""

from __future__ import annotations

import io
import tarfile
import zlib
from functools import lru_cache
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.services.s3 import buckets
from bootstrap.simulator.services.sagemaker.training import recordio
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_MODEL_FILES = ("image-classification-0001.params", "image-classification-symbol.json", "model-shapes.json")
_PARSED: dict[str, recordio.Records] = {}


class Failure(Exception):
    """The job fails; the text is its FailureReason."""


def check_source(call: Call, role: str, source: dict[str, Any]) -> None:
    """Raise Refusal unless the role may list the prefix and there is an object under it."""
    uri = source["S3Uri"]
    bucket, prefix = split(uri)
    found = buckets.keys_of(bucket, prefix, call.region)
    if not found or not iam.may(call, role, "s3:ListBucket", f"arn:{call.partition}:s3:::{bucket}"):
        raise Refusal(
            "ValidationException",
            f'No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure that the '
            f"bucket exists in the selected region ({call.region}), that objects exist under that S3 prefix, "
            f'and that the role "{role}" has "s3:ListBucket" permissions on bucket "{bucket}".',
        )


def records(call: Call, role: str, channel: dict[str, Any]) -> recordio.Records:
    """Return a channel's records. Raises Failure unless it has exactly one readable .rec file."""
    name, uri = channel["ChannelName"], channel["DataSource"]["S3DataSource"]["S3Uri"]
    bucket, prefix = split(uri)
    found = buckets.keys_of(bucket, prefix, call.region)
    packed = [key for key in found if key.endswith(".rec")]
    for key in packed:
        if not iam.may(call, role, "s3:GetObject", f"arn:{call.partition}:s3:::{bucket}/{key}"):
            raise Failure(f"ClientError: Data download failed:AccessDenied (403): cannot download s3://{bucket}/{key}")
    if len(packed) != 1:
        raise Failure(f"ClientError: Expected exactly one .rec file in the {name} channel, found {len(packed)}")
    try:
        return _parsed(call, bucket, packed[0])
    except ValueError as exc:
        raise Failure(f"ClientError: Unable to read the {name} channel: {exc}") from exc


def _parsed(call: Call, bucket: str, key: str) -> recordio.Records:
    """Return the parsed object, cached by ETag: most teams have the same file."""
    tag = call.aws("s3").head_object(Bucket=bucket, Key=key)["ETag"]
    if tag not in _PARSED:
        _PARSED[tag] = recordio.read(call.aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    return _PARSED[tag]


def write_model(call: Call, role: str, uri: str) -> None:
    """Write the model. Raises Failure if the role may not, or the bucket does not exist."""
    bucket, key = split(uri)
    said = "AccessDenied (403)"
    if iam.may(call, role, "s3:PutObject", f"arn:{call.partition}:s3:::{bucket}/{key}"):
        try:
            call.aws("s3").put_object(Bucket=bucket, Key=key, Body=model_archive())
            return
        except ClientError as exc:
            said = f"{exc.response['Error']['Code']} (404)"
    raise Failure(f"ClientError: Artifact upload failed:{said}: cannot upload to {uri}")


@lru_cache(maxsize=1)
def model_archive() -> bytes:
    """Return a model.tar.gz as the algorithm writes it, with made-up parameters."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in _MODEL_FILES:
            content = b"{}" if name.endswith(".json") else b"simulated parameters"
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def unpacks(call: Call, uri: str) -> bool:
    """Return True if the object is a tar.gz archive."""
    bucket, key = split(uri)
    body = call.aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return body == model_archive() or _is_archive(body)


def _is_archive(body: bytes) -> bool:
    try:
        with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as archive:
            archive.getnames()
    except (tarfile.TarError, OSError, EOFError, zlib.error):
        return False
    return True


def split(uri: str) -> tuple[str, str]:
    """s3://bucket/key -> (bucket, key)."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key
