"""What brings about the situations of S3's rows."""

from __future__ import annotations

from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount


def bucket(account: OneAccount) -> tuple[Any, str]:
    """A client, and an empty bucket of the account."""
    s3, name = account.client("s3"), f"rows-{account.account_id}"
    s3.create_bucket(Bucket=name)
    return s3, name


@provokes("s3-03")
def no_such_key(account: OneAccount) -> tuple[str, Any]:
    s3, name = bucket(account)
    return "OK", s3.get_object(Bucket=name, Key="nobody")
