"""The latest labelling job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.doctor.bucket import BucketSeen
from bootstrap.doctor.examination import Examination, Patient, Seen
from bootstrap.doctor.finding import Finding, Severity, fine, meaning
from bootstrap.doctor.training import failed
from bootstrap.errors import raw
from bootstrap.errors.message import msg
from bootstrap.steps.workforce import verdict as workforce_verdict

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession


def look(session: AccountSession, patient: Patient) -> Mapping[str, Any] | str | None:
    """Return DescribeLabelingJob of the newest job, None without one, or AWS's answer if the service is not offered."""
    client = session.client("sagemaker")
    try:
        found = client.list_labeling_jobs(SortBy="CreationTime", SortOrder="Descending", MaxResults=1)
    except ClientError as error:
        if not workforce_verdict.refuses(error):
            raise
        return raw(error)
    names = [each["LabelingJobName"] for each in found["LabelingJobSummaryList"]]
    shown: Mapping[str, Any] | None = client.describe_labeling_job(LabelingJobName=names[0]) if names else None
    return shown


def findings(patient: Patient, seen: Mapping[str, Any] | str | None, all_seen: Seen) -> Iterator[Finding]:
    if seen is None:
        yield fine("labelling", msg("no labelling job yet"))
        return
    if isinstance(seen, str):
        fix = patient.command("provision {} --step workforce")
        yield Finding(Severity.NOTE, "labelling", seen, "EB-313", meaning("EB-313"), fix, turn="AWS")
        return
    name, status = seen["LabelingJobName"], seen["LabelingJobStatus"]
    if status == "Failed":
        yield failed(patient, "labelling", name, str(seen.get("FailureReason", "")))
        return
    count = seen.get("LabelCounters", {})
    told = {
        "name": name,
        "status": status,
        "labelled": count.get("TotalLabeled", 0),
        "left": count.get("Unlabeled", 0),
    }
    bucket = all_seen.get("bucket")
    if status == "InProgress" and isinstance(bucket, BucketSeen) and not bucket.shown_in_browsers:
        words = msg(
            "latest labelling job {name}: {status}, {labelled} labelled, {left} left; "
            "workers cannot see its pictures, because the bucket has no CORS rule",
            **told,
        )
    else:
        words = msg("latest labelling job {name}: {status}, {labelled} labelled, {left} left", **told)
    yield fine("labelling", words)


EXAMINATION = Examination("labelling", look, findings, needs=("bucket",))
