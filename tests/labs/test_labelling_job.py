"""The script of lab 1: when it points on to the organisers' page, and how it reads the output manifest."""

from __future__ import annotations

import json
import runpy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

SCRIPT = Path(__file__).resolve().parents[2] / "labs" / "ground-truth" / "labelling_job.py"
RUN = runpy.run_path(str(SCRIPT))
MAY_BE_CLOSED, SHOW = RUN["may_be_closed"], RUN["show"]
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


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_line_of_the_output_ends_at_a_line_feed_only(capsys: pytest.CaptureFixture[str], ascii_only: bool) -> None:
    """The organisers' page writes what stands in the manifest as it is; Ground Truth escapes it."""
    row = {"source-ref": "s3://b/1.jpg", "note": "a\u2028b\x85c", f"{RUN['ATTRIBUTE']}-metadata": {"class-name": "suv"}}

    class S3:
        def get_object(self, **_: str) -> Any:
            return {"Body": BytesIO(f"{json.dumps(row, ensure_ascii=ascii_only)}\n".encode() * 2)}

    SHOW(S3(), "b", {"LabelingJobOutput": {"OutputDatasetS3Uri": "s3://b/output.manifest"}})
    assert "    2 suv" in capsys.readouterr().out
