"""A session policy and the role's own policies: a session may do what both allow."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.event.names import Names
from tests.simulated import Simulated, as_keys
from tests.simulator.http.test_signin import assume, with_roles
from tests.templates import given

JOB = "labelled/cars/"


def policy(names: Names, prefix: str = JOB, **more: Any) -> str:
    bucket = f"arn:{names.partition}:s3:::{names.bucket}"
    files = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"{bucket}/{prefix}*"}
    seen = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket}
    return json.dumps({"Version": "2012-10-17", "Statement": [files | more, seen]})


@pytest.fixture(scope="module")
def names(aws: Simulated) -> Names:
    made = with_roles(aws, given.event())
    s3 = aws.client("s3", made.account_id)
    s3.create_bucket(Bucket=made.bucket, CreateBucketConfiguration={"LocationConstraint": made.region})
    return made


def client(aws: Simulated, names: Names, service: str = "s3", **more: Any) -> Any:
    sts = aws.client("sts", names.account_id)
    return aws.raw(service, **as_keys(assume(sts, names, names.labelling_role, **more)))


def put(s3: Any, names: Names, key: str) -> None:
    s3.put_object(Bucket=names.bucket, Key=key, Body=b"{}")


def test_one_job_s_files_are_written_and_no_other_s(aws: Simulated, names: Names) -> None:
    s3 = client(aws, names, Policy=policy(names))
    put(s3, names, f"{JOB}votes.json")
    assert s3.list_objects_v2(Bucket=names.bucket)["KeyCount"] == 1
    assert s3.get_object(Bucket=names.bucket, Key=f"{JOB}votes.json")["Body"].read() == b"{}"
    for key in ("labelled/lorries/votes.json", "labelling/car.jpg"):
        with pytest.raises(ClientError, match="no session policy allows the s3:PutObject action"):
            put(s3, names, key)
    with pytest.raises(ClientError, match="no session policy allows the s3:DeleteObject action"):
        s3.delete_object(Bucket=names.bucket, Key=f"{JOB}votes.json")


def test_a_session_policy_gives_nothing_that_the_role_has_not(aws: Simulated, names: Names) -> None:
    wide = client(aws, names, Policy=policy(names, "", Action="s3:*"))
    put(wide, names, "labelled/lorries/votes.json")
    with pytest.raises(ClientError, match="no identity-based policy allows the s3:PutObject action"):
        put(wide, names, "train/train.rec")


def test_it_opens_no_other_service_and_everybody_may_ask_who_they_are(aws: Simulated, names: Names) -> None:
    with pytest.raises(ClientError, match="no session policy allows the sagemaker:ListModels action"):
        client(aws, names, "sagemaker", Policy=policy(names)).list_models()
    assert client(aws, names, "sts", Policy=policy(names)).get_caller_identity()["Account"] == names.account_id


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"Action": "sagemaker:ListModels"}, "a session policy with sagemaker:ListModels is not simulated"),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, "a session policy with Condition is not simulated"),
        ({"Effect": "Perhaps"}, "Syntax errors in policy"),
        ({"Sid": "x" * 2048}, "less than or equal to 2048"),
    ],
)
def test_what_is_not_simulated_is_named(aws: Simulated, names: Names, more: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientError, match=said):
        client(aws, names, Policy=policy(names, **more))
