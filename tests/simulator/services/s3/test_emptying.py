"""Emptying a bucket: versions, markers, uploads, locks, many keys; cleanup.md section 3, S3."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused


@pytest.fixture
def account(aws: Simulated) -> OneAccount:
    return open_account(aws)


def versioned(account: OneAccount, name: str = "versions", **params: Any) -> tuple[Any, str]:
    s3, bucket = account.client("s3"), f"{name}-{account.account_id}"
    s3.create_bucket(Bucket=bucket, **params)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return s3, bucket


def page(s3: Any, bucket: str, **params: Any) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    found = s3.list_object_versions(Bucket=bucket, **params)
    both = [*found.get("Versions", ()), *found.get("DeleteMarkers", ())]
    return sorted((one["Key"], one["VersionId"]) for one in both), found


def delete(s3: Any, bucket: str, found: list[tuple[str, str]], **params: Any) -> dict[str, Any]:
    objects = [{"Key": key, "VersionId": version} for key, version in found]
    answer: dict[str, Any] = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True}, **params)
    return answer


def test_versions_and_markers_come_by_pages_without_loss(account: OneAccount) -> None:
    """cleanup.md section 1.1: who pages by KeyMarker alone loses the rest of the key."""
    s3, bucket = versioned(account)
    put = [
        (key, s3.put_object(Bucket=bucket, Key=key, Body=b"x")["VersionId"])
        for key in ("a b", "c/車", "zz")
        for _ in range(3)
    ]
    put.append(("c/車", s3.delete_object(Bucket=bucket, Key="c/車")["VersionId"]))
    seen: list[tuple[str, str]] = []
    markers: dict[str, str] = {}
    while True:
        found, answer = page(s3, bucket, MaxKeys=2, **markers)
        seen += found
        if not answer["IsTruncated"]:
            break
        markers = {"KeyMarker": answer["NextKeyMarker"], "VersionIdMarker": answer["NextVersionIdMarker"]}
    assert sorted(seen) == sorted(put)
    assert [key for key, _ in page(s3, bucket, KeyMarker="c/車")[0]] == ["zz"] * 3
    latest = [one["VersionId"] for one in s3.list_object_versions(Bucket=bucket, Prefix="a")["Versions"]]
    assert latest == [version for key, version in reversed(put) if key == "a b"]
    [marker] = s3.list_object_versions(Bucket=bucket)["DeleteMarkers"]
    assert (marker["Key"], marker["IsLatest"]) == ("c/車", True)
    with refused("InvalidArgument"):
        s3.list_object_versions(Bucket=bucket, VersionIdMarker=put[0][1])


def test_a_listing_goes_on_where_versions_were_deleted_meanwhile(account: OneAccount) -> None:
    s3, bucket = versioned(account)
    for key in ("a", "b"):
        for _ in range(3):
            s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    first, answer = page(s3, bucket, MaxKeys=4)
    delete(s3, bucket, first)
    markers = {"KeyMarker": answer["NextKeyMarker"], "VersionIdMarker": answer["NextVersionIdMarker"]}
    rest, _ = page(s3, bucket, **markers)
    assert [key for key, _ in rest] == ["b", "b"]
    delete(s3, bucket, rest)
    s3.delete_bucket(Bucket=bucket)


def test_at_most_a_thousand_keys_are_deleted_at_once(account: OneAccount) -> None:
    """cleanup.md section 3: 1000 keys."""
    s3, bucket = versioned(account)
    with refused("MalformedXML"):
        delete(s3, bucket, [("a", "v")] * 1001)


def test_a_suspended_bucket_still_holds_its_versions(account: OneAccount) -> None:
    """cleanup.md section 3: delete by VersionId always (suspended buckets still hold versions)."""
    s3, bucket = versioned(account)
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.delete_object(Bucket=bucket, Key="a")
    with refused("BucketNotEmpty"):
        s3.delete_bucket(Bucket=bucket)
    [first, second] = page(s3, bucket)[0]
    delete(s3, bucket, [first])
    assert page(s3, bucket)[0] == [second]
    delete(s3, bucket, [second])
    s3.delete_bucket(Bucket=bucket)


def test_an_unfinished_upload_is_listed_until_it_is_aborted_and_keeps_no_bucket(account: OneAccount) -> None:
    """cleanup.md section 3: uploads block only directory buckets, but cost money."""
    s3, bucket = versioned(account)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="model")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="model", UploadId=upload, PartNumber=1, Body=b"x")
    [shown] = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert (shown["Key"], shown["UploadId"]) == ("model", upload)
    s3.abort_multipart_upload(Bucket=bucket, Key="model", UploadId=upload)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    s3.create_multipart_upload(Bucket=bucket, Key="model")
    s3.delete_bucket(Bucket=bucket)


def test_a_policy_that_denies_deletion_goes_first(account: OneAccount) -> None:
    """cleanup.md section 3: a bucket policy may carry Deny: delete it first."""
    s3, bucket = versioned(account)
    place = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    deny = {"Effect": "Deny", "Principal": "*", "Action": ["s3:DeleteBucket", "s3:DeleteObject*"], "Resource": place}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    account.pass_time(10)
    with refused("AccessDenied", "explicit deny"):
        s3.delete_bucket(Bucket=bucket)
    [(key, version)] = page(s3, bucket)[0]
    [error] = delete(s3, bucket, [(key, version)])["Errors"]
    assert (error["Key"], error["VersionId"], error["Code"]) == (key, version, "AccessDenied")
    assert "s3:DeleteObjectVersion" in error["Message"]
    s3.delete_bucket_policy(Bucket=bucket, ExpectedBucketOwner=account.account_id)
    with refused("AccessDenied"):
        s3.delete_bucket(Bucket=bucket, ExpectedBucketOwner="000000000000")
    # It denies some seconds longer.
    assert "Errors" in delete(s3, bucket, [(key, version)])
    account.pass_time(10)
    assert "Errors" not in delete(s3, bucket, [(key, version)])
    s3.delete_bucket(Bucket=bucket)


def test_a_policy_counts_when_the_scenario_says(aws: Simulated) -> None:
    """cleanup.md section 3: a bucket policy is deleted first."""
    account = open_account(aws, buckets={"policy_seconds": [60, 60]})
    s3, bucket = versioned(account)
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:List*", "Resource": f"arn:aws:s3:::{bucket}"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"]
    account.pass_time(59)
    s3.list_object_versions(Bucket=bucket)
    account.pass_time(1)
    with refused("AccessDenied", "s3:ListBucketVersions"):
        s3.list_object_versions(Bucket=bucket)
    # Its deletion, made now, does not overtake a later one's.
    s3.delete_bucket_policy(Bucket=bucket)
    account.pass_time(59)
    with refused("AccessDenied"):
        s3.list_objects_v2(Bucket=bucket)
    account.pass_time(1)
    s3.list_objects_v2(Bucket=bucket)


def test_a_version_that_is_not_there_is_an_error_of_its_key(account: OneAccount) -> None:
    """cleanup.md section 3: an error per key."""
    s3, bucket = versioned(account)
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    [(key, version)] = page(s3, bucket)[0]
    [error] = delete(s3, bucket, [(key, "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"), (key, version)])["Errors"]
    assert (error["Code"], error["VersionId"]) == ("NoSuchVersion", "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD")
    assert page(s3, bucket)[0] == []
    with refused("InvalidArgument", "Invalid version id specified"):
        s3.get_object(Bucket=bucket, Key=key, VersionId="no")


def test_moto_s_answers_come_with_status_and_elements(account: OneAccount) -> None:
    """aws.md section 9.4: clients read BucketName, Key and UploadId."""
    s3, bucket = versioned(account)
    part = {"Bucket": bucket, "Key": "a", "PartNumber": 1, "Body": b""}
    wanted: dict[str, tuple[int, dict[str, str], Callable[[], Any]]] = {
        "NoSuchTagSet": (404, {"BucketName": bucket}, lambda: s3.get_bucket_tagging(Bucket=bucket)),
        "NoSuchLifecycleConfiguration": (
            404, {"BucketName": bucket}, lambda: s3.get_bucket_lifecycle_configuration(Bucket=bucket),
        ),
        "NoSuchKey": (404, {"Key": "no"}, lambda: s3.get_object(Bucket=bucket, Key="no")),
        "NoSuchUpload": (404, {"UploadId": "no"}, lambda: s3.upload_part(**part, UploadId="no")),
    }  # fmt: skip
    for code, (status, elements, ask) in wanted.items():
        with pytest.raises(ClientError) as caught:
            ask()
        said = caught.value.response
        assert (said["Error"]["Code"], said["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
        assert elements.items() <= said["Error"].items()


def test_a_write_on_condition_that_there_is_no_object(account: OneAccount) -> None:
    """aws.md section 9.4."""
    s3, bucket = versioned(account)
    s3.put_object(Bucket=bucket, Key="a", Body=b"1", IfNoneMatch="*")
    with refused("PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="a", Body=b"2", IfNoneMatch="*")


def test_a_locked_version_gives_way_only_to_who_bypasses_governance(account: OneAccount) -> None:
    """cleanup.md section 3: object lock: BypassGovernanceRetention; compliance mode: impossible."""
    s3, bucket = versioned(account, "locked", ObjectLockEnabledForBucket=True)
    until = datetime.fromtimestamp(account.aws.now(), UTC) + timedelta(days=9)
    for key, mode in (("g", "GOVERNANCE"), ("c", "COMPLIANCE")):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x", ObjectLockMode=mode, ObjectLockRetainUntilDate=until)
    found, _ = page(s3, bucket)
    errors = delete(s3, bucket, found)["Errors"]
    assert sorted((one["Key"], one["VersionId"]) for one in errors) == found
    assert {one["Code"] for one in errors} == {"AccessDenied"}
    [left] = delete(s3, bucket, found, BypassGovernanceRetention=True)["Errors"]
    assert (left["Key"], page(s3, bucket)[0]) == ("c", found[:1])


def test_a_filled_bucket_is_emptied_by_pages(aws: Simulated) -> None:
    account = open_account(aws, buckets={"filler": {"full-*": 4000}})
    s3, bucket = versioned(account, "full")
    for key in ("data", "model"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 2
    with refused("BucketNotEmpty"):
        s3.delete_bucket(Bucket=bucket)
    sizes, kinds = [], set()
    for found in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        kinds |= {key for key in ("Versions", "DeleteMarkers") if found.get(key)}
        both = [(one["Key"], one["VersionId"]) for key in kinds for one in found.get(key, ())]
        assert "Errors" not in delete(s3, bucket, both)
        sizes.append(len(both))
    assert (sizes, kinds) == ([1000, 1000, 1000, 1000, 2], {"Versions", "DeleteMarkers"})
    assert aws.state(account.account_id)["filler"] == {bucket: 0}
    s3.delete_bucket(Bucket=bucket)
    s3.create_bucket(Bucket=bucket)
    assert page(s3, bucket)[0] == []


def test_the_latest_of_a_filled_key_is_what_is_left_of_it(aws: Simulated) -> None:
    account = open_account(aws, buckets={"filler": {"full-*": 3}})
    s3, bucket = versioned(account, "full")
    [marker] = s3.list_object_versions(Bucket=bucket)["DeleteMarkers"]
    assert marker["IsLatest"]
    delete(s3, bucket, [(marker["Key"], marker["VersionId"])])
    left = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert [one["IsLatest"] for one in left] == [True, False]


def test_buckets_come_by_pages_with_their_regions(aws: Simulated) -> None:
    """cleanup.md section 3: ListBuckets is paginated and gives the region."""
    account = open_account(aws)
    s3 = account.client("s3")
    names = [f"{place}-{account.account_id}" for place in "abc"]
    s3.create_bucket(Bucket=names[0])
    for name in names[1:]:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    pages = s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 2})
    shown = [[(one["Name"], one["BucketRegion"]) for one in each["Buckets"]] for each in pages]
    assert shown == [[(names[0], "us-east-1"), (names[1], "eu-west-1")], [(names[2], "eu-west-1")]]
    assert [one["Name"] for one in s3.list_buckets(BucketRegion="eu-west-1")["Buckets"]] == names[1:]
    made = s3.list_buckets()["Buckets"][0]["CreationDate"].timestamp()
    assert abs(made - aws.now()) < 2
