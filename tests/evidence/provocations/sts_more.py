"""Sessions of roles for the rows of STS."""

from __future__ import annotations

import json
from typing import Any

import boto3

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount


@provokes("sts-106")
def chain_for_two_hours(account: OneAccount) -> tuple[str, Any]:
    """A role's session assumes the same role again, and asks for two hours."""
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = account.client("iam")
    arn = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust, MaxSessionDuration=43_200)["Role"]["Arn"]
    account.pass_time(60)
    held = account.client("sts").assume_role(RoleArn=arn, RoleSessionName="first")["Credentials"]
    second = boto3.client(
        "sts",
        region_name=account.region,
        endpoint_url=account.aws.url,
        aws_access_key_id=held["AccessKeyId"],
        aws_secret_access_key=held["SecretAccessKey"],
        aws_session_token=held["SessionToken"],
    )
    return "OK", second.assume_role(RoleArn=arn, RoleSessionName="second", DurationSeconds=7200)
