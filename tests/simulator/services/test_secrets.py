"""Secrets and their values, as a host reads a database's password."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.simulated import Simulated


def test_a_secret_has_the_value_that_was_put_last_and_one_that_is_not_there_is_refused(aws: Simulated) -> None:
    """boto/boto3#2794: a secret without a value is not found, either."""
    client = aws.client("secretsmanager", aws.account())
    arn = client.create_secret(Name="db", SecretString="one")["ARN"]
    first = client.get_secret_value(SecretId="db")
    assert (first["ARN"], first["SecretString"], first["VersionStages"]) == (arn, "one", ["AWSCURRENT"])
    client.put_secret_value(SecretId=arn, SecretString="two")
    second = client.get_secret_value(SecretId=arn)
    assert second["SecretString"] == "two"
    assert second["VersionId"] != first["VersionId"]
    assert "SecretString" not in client.list_secrets()["SecretList"][0]
    client.create_secret(Name="empty")
    for name in ("other", "empty"):
        with pytest.raises(ClientError) as refused:
            client.get_secret_value(SecretId=name)
        assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
    with pytest.raises(ClientError) as taken:
        client.create_secret(Name="db", SecretString="x")
    assert taken.value.response["Error"]["Code"] == "ResourceExistsException"
