"""When the script of lab 1 points on to the organisers' page: where Ground Truth is likely closed, and only there."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

SCRIPT = Path(__file__).resolve().parents[2] / "labs" / "ground-truth" / "labelling_job.py"
MAY_BE_CLOSED = runpy.run_path(str(SCRIPT))["may_be_closed"]
DENIED = "User: arn:aws:sts::1:assumed-role/a/b is not authorized to perform: sagemaker:CreateLabelingJob"


@pytest.mark.parametrize(
    ("operation", "code", "message", "expected"),
    [
        ("CreateLabelingJob", "AccessDeniedException", "Ground Truth is no longer open to new customers.", True),
        ("CreateLabelingJob", "ValidationException", "not available to new customers", True),
        ("CreateLabelingJob", "AccessDeniedException", "This account has no access to this feature.", True),
        ("DescribeLabelingJob", "UnknownOperationException", "", True),
        ("DescribeWorkteam", "ValidationException", "Could not find the work team", True),
        ("CreateLabelingJob", "AccessDeniedException", DENIED, False),
        ("CreateLabelingJob", "ValidationException", "The manifest cannot be read", False),
        ("CreateLabelingJob", "ResourceInUse", "", False),
        ("CreateLabelingJob", "ResourceLimitExceeded", "", False),
        ("DescribeLabelingJob", "ExpiredTokenException", "The security token is expired", False),
        ("PutObject", "AccessDenied", "Access Denied", False),
    ],
)
def test_only_the_likely_closure_points_on(operation: str, code: str, message: str, expected: bool) -> None:
    assert MAY_BE_CLOSED(ClientError({"Error": {"Code": code, "Message": message}}, operation)) is expected


def test_no_credentials_are_no_closure() -> None:
    assert MAY_BE_CLOSED(NoCredentialsError()) is False
