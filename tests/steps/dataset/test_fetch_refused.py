"""A source in S3 that is refused for a cause that every call has."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from bootstrap.errors import BadInput
from bootstrap.steps.dataset import fetch
from bootstrap.steps.dataset.progress import silent
from tests.steps.dataset.test_fetch import Bucket, codes


@pytest.mark.parametrize(
    ("code", "message", "named"),
    [
        ("AccessDenied", "x is not authorized with an explicit deny in a resource control policy", "EB-373"),
        ("RequestTimeTooSkewed", "The difference is too large.", "EB-212"),
        ("ExpiredToken", "The provided token has expired.", "EB-374"),
        ("SignatureDoesNotMatch", "The request signature we calculated does not match", "EB-213"),
    ],
)
def test_a_cause_that_every_call_has_is_named_for_a_source_too(
    tmp_path: Path, code: str, message: str, named: str
) -> None:
    error = ClientError({"Error": {"Code": code, "Message": message}}, "HeadObject")
    with pytest.raises(BadInput) as caught:
        fetch.from_s3("s3://my-bucket/a/cars.zip", tmp_path, silent, lambda: Bucket(b"", passing=[error]))
    assert codes(caught) == [named]
    assert message in str(caught.value)
