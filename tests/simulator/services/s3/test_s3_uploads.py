"""A plain upload, which goes past moto's parsing, makes the same object as one that moto parses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.simulated import REGION, ROLE, Simulated, as_keys, running

BUCKET = "uploads-{}"
PLAIN, PARSED = "data/a.csv", "data/a b.csv"


@pytest.fixture(scope="module")
def aws() -> Iterator[Simulated]:
    with running() as simulated:
        yield simulated


@pytest.fixture
def s3(aws: Simulated) -> Any:
    """A client that sends no checksums, as the tool's, and its account's bucket."""
    account = aws.account()
    role = f"arn:aws:iam::{account}:role/{ROLE}"
    keys = as_keys(aws.hub("sts").assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"])
    config = Config(request_checksum_calculation="when_required", s3={"addressing_style": "path"})
    client: Any = boto3.client("s3", region_name=REGION, endpoint_url=aws.url, config=config, **keys)
    client.create_bucket(Bucket=BUCKET.format(account), CreateBucketConfiguration={"LocationConstraint": REGION})
    return client, BUCKET.format(account)


def shown(client: Any, bucket: str, key: str) -> dict[str, Any]:
    found = client.get_object(Bucket=bucket, Key=key)
    kept = ("ETag", "ContentType", "ContentLength", "Metadata", "ServerSideEncryption", "TagCount", "VersionId")
    return {name: found[name] for name in kept if name in found} | {"body": found["Body"].read()}


@pytest.mark.parametrize("versions", [False, True])
def test_an_object_is_the_same_either_way(s3: Any, versions: bool) -> None:
    client, bucket = s3
    if versions:
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for key in (PLAIN, PARSED):
        for body in (b"first", b"second"):
            made = client.put_object(Bucket=bucket, Key=key, Body=body, ContentType="text/csv", Metadata={"mark": "1"})
        assert made["ETag"] == client.head_object(Bucket=bucket, Key=key)["ETag"]
        assert ("VersionId" in made) == versions
    plain, parsed = (shown(client, bucket, key) for key in (PLAIN, PARSED))
    assert plain.pop("VersionId", "") != parsed.pop("VersionId", "") or not versions
    assert plain == parsed
    assert (plain["body"], plain["ContentType"], plain["Metadata"]) == (b"second", "text/csv", {"mark": "1"})
    assert [each["Key"] for each in client.list_objects_v2(Bucket=bucket)["Contents"]] == [PARSED, PLAIN]


def test_without_a_type_or_marks_and_over_an_object_with_tags(s3: Any) -> None:
    client, bucket = s3
    for key in (PLAIN, PARSED):
        client.put_object(Bucket=bucket, Key=key, Body=b"1", Metadata={"mark": "1"}, Tagging="a=b")
        assert shown(client, bucket, key)["TagCount"] == 1
        client.put_object(Bucket=bucket, Key=key, Body=b"2")
    assert shown(client, bucket, PLAIN) == shown(client, bucket, PARSED)
    assert "TagCount" not in shown(client, bucket, PLAIN)


def test_a_bucket_that_is_not_there_is_refused(s3: Any) -> None:
    client, bucket = s3
    with pytest.raises(client.exceptions.NoSuchBucket):
        client.put_object(Bucket=f"{bucket}-x", Key=PLAIN, Body=b"1")
