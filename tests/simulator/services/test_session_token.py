"""GetSessionToken: an IAM user's session, which an MFA code opens once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from tests.simulated import ROLE, Simulated, as_keys, running

SERIAL = "arn:aws:iam::999999999999:mfa/lin"


@pytest.fixture(scope="module")
def aws() -> Iterator[Simulated]:
    with running() as simulated:
        yield simulated


def test_a_session_assumes_roles_and_a_code_counts_once(aws: Simulated) -> None:
    hub = aws.hub("sts")
    given = hub.get_session_token(SerialNumber=SERIAL, TokenCode="123456", DurationSeconds=43_200)["Credentials"]
    as_user = aws.raw("sts", **as_keys(given))
    assert as_user.get_caller_identity()["Arn"] == hub.get_caller_identity()["Arn"]
    for account in (aws.account(), aws.account()):
        as_user.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{ROLE}", RoleSessionName="xx")
    with pytest.raises(ClientError, match="invalid MFA one time pass code"):
        hub.get_session_token(SerialNumber=SERIAL, TokenCode="123456")
    role = f"arn:aws:iam::{aws.account()}:role/{ROLE}"
    with pytest.raises(ClientError, match="invalid MFA one time pass code"):
        hub.assume_role(RoleArn=role, RoleSessionName="xx", SerialNumber=SERIAL, TokenCode="123456")
    with pytest.raises(ClientError, match="must provide both MFA serial number"):
        hub.get_session_token(SerialNumber=SERIAL)


def test_a_role_gets_no_session_token(aws: Simulated) -> None:
    with pytest.raises(ClientError, match="Cannot call GetSessionToken with session credentials"):
        aws.client("sts", aws.account()).get_session_token()


def test_a_session_ends(aws: Simulated) -> None:
    given = aws.hub("sts").get_session_token(DurationSeconds=900)["Credentials"]
    aws.advance(901)
    with pytest.raises(ClientError) as refused:
        aws.raw("sts", **as_keys(given)).get_caller_identity()
    assert refused.value.response["Error"]["Code"] == "ExpiredToken"
