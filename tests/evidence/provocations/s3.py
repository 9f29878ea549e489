"""Provocations of S3's rows."""

from __future__ import annotations

import json
from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount

Gone = tuple[str, Any]
_LATER = 11.0


def bucket(account: OneAccount, versioned: bool = False) -> tuple[Any, str]:
    """A client, and an empty bucket of the account."""
    s3, name = account.client("s3"), f"rows-{account.account_id}"
    place = {} if account.region == "us-east-1" else {"LocationConstraint": account.region}
    s3.create_bucket(Bucket=name, **({"CreateBucketConfiguration": place} if place else {}))
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return s3, name


def deny(s3: Any, name: str, *actions: str) -> None:
    """Put a policy that denies these actions to everybody."""
    place = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    statement = {"Effect": "Deny", "Principal": "*", "Action": list(actions), "Resource": place}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


@provokes("s3-03")
def no_such_key(account: OneAccount) -> Gone:
    s3, name = bucket(account)
    return "OK", s3.get_object(Bucket=name, Key="nobody")


@provokes("s3-04")
def head_of_no_key(account: OneAccount) -> Gone:
    s3, name = bucket(account)
    return "OK", s3.head_object(Bucket=name, Key="nobody")


@provokes("s3-05")
def no_policy(account: OneAccount) -> Gone:
    s3, name = bucket(account)
    return "OK", s3.get_bucket_policy(Bucket=name)


@provokes("s3-06")
def no_cors(account: OneAccount) -> Gone:
    s3, name = bucket(account)
    return "OK", s3.get_bucket_cors(Bucket=name)


@provokes("s3-07")
def another_owner_expected(account: OneAccount) -> Gone:
    s3, name = bucket(account)
    return "OK", s3.get_bucket_policy(Bucket=name, ExpectedBucketOwner="000000000000")


@provokes("s3-09")
def versions_left(account: OneAccount) -> Gone:
    s3, name = bucket(account, versioned=True)
    s3.put_object(Bucket=name, Key="a", Body=b"1")
    s3.delete_object(Bucket=name, Key="a")
    return "OK", s3.delete_bucket(Bucket=name)


@provokes("s3-13", region="us-west-1")
def own_bucket_again(account: OneAccount) -> Gone:
    _, name = bucket(account)
    return "OK", bucket(account)[0].head_bucket(Bucket=name)


@provokes("s3-15", region="us-west-1")
def no_constraint(account: OneAccount) -> Gone:
    return "OK", account.client("s3").create_bucket(Bucket=f"rows-{account.account_id}")


@provokes("s3-16")
def no_such_upload(account: OneAccount) -> Gone:
    s3, name = bucket(account)
    return "OK", s3.abort_multipart_upload(Bucket=name, Key="a", UploadId="nobody")


@provokes("s3-17")
def too_many_keys(account: OneAccount) -> Gone:
    s3, name = bucket(account)
    return "OK", s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": str(each)} for each in range(1001)]})


@provokes("s3-21")
def encrypted(account: OneAccount) -> Gone:
    s3, name = bucket(account)
    return "OK", s3.put_object(Bucket=name, Key="a", Body=b"1")


@provokes("s3-23")
def policy_just_gone(account: OneAccount) -> Gone:
    s3, name = bucket(account)
    deny(s3, name, "s3:DeleteBucket")
    account.pass_time(_LATER)
    s3.delete_bucket_policy(Bucket=name)
    return "OK", s3.delete_bucket(Bucket=name)


@provokes("s3-24")
def denied_keys(account: OneAccount) -> Gone:
    s3, name = bucket(account)
    s3.put_object(Bucket=name, Key="a", Body=b"1")
    deny(s3, name, "s3:DeleteObject")
    account.pass_time(_LATER)
    answer = s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "a"}]})
    [error] = answer["Errors"]
    return f"{error['Code']} (per key)", answer


@provokes("s3-25")
def a_policy_is_late(account: OneAccount) -> Gone:
    s3, name = bucket(account)
    deny(s3, name, "s3:ListBucket")
    s3.list_objects_v2(Bucket=name)
    account.pass_time(_LATER)
    try:
        s3.list_objects_v2(Bucket=name)
    except s3.exceptions.ClientError:
        answer = s3.delete_bucket_policy(Bucket=name)
    try:
        s3.list_objects_v2(Bucket=name)
    except s3.exceptions.ClientError:
        return "-", answer
    return "at once", answer


@provokes("s3-36")
def version_that_is_not_there(account: OneAccount) -> Gone:
    s3, name = bucket(account, versioned=True)
    s3.put_object(Bucket=name, Key="a", Body=b"1")
    wanted = [{"Key": key, "VersionId": "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"} for key in ("a", "b")]
    answer = s3.delete_objects(Bucket=name, Delete={"Objects": wanted})
    [code] = {each["Code"] for each in answer["Errors"]}
    return f"{code} (per key)", answer
