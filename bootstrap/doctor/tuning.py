"""The latest tuning job, and why its training jobs failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bootstrap.doctor import log_tail
from bootstrap.doctor.examination import Examination, Patient, Seen
from bootstrap.doctor.finding import Finding, fine
from bootstrap.doctor.training import failed
from bootstrap.errors.message import counted, msg

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession


@dataclass(frozen=True, slots=True)
class TuningSeen:
    """`shown`: DescribeHyperParameterTuningJob of the newest job; `child`: its newest training job that failed."""

    shown: Mapping[str, Any] | None
    child: Mapping[str, Any] | None = None
    log: tuple[str, ...] = ()


def look(session: AccountSession, patient: Patient) -> TuningSeen:
    """Read the newest tuning job, its newest failed training job and that one's log: up to five calls."""
    client = session.client("sagemaker")
    found = client.list_hyper_parameter_tuning_jobs(SortBy="CreationTime", SortOrder="Descending", MaxResults=1)
    names = [each["HyperParameterTuningJobName"] for each in found["HyperParameterTuningJobSummaries"]]
    if not names:
        return TuningSeen(None)
    shown = client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=names[0])
    if not any(shown["TrainingJobStatusCounters"].get(each) for each in ("NonRetryableError", "RetryableError")):
        return TuningSeen(shown)
    asked = {"HyperParameterTuningJobName": names[0], "StatusEquals": "Failed", "MaxResults": 1}
    listed = client.list_training_jobs_for_hyper_parameter_tuning_job(
        **asked, SortBy="CreationTime", SortOrder="Descending"
    )
    children = listed["TrainingJobSummaries"]
    log = log_tail.of_job(session, children[0]["TrainingJobName"]) if children else ()
    return TuningSeen(shown, children[0] if children else None, log)


def findings(patient: Patient, seen: TuningSeen, all_seen: Seen) -> Iterator[Finding]:
    if seen.shown is None:
        yield fine("tuning", msg("no tuning job yet"))
        return
    name, status = seen.shown["HyperParameterTuningJobName"], seen.shown["HyperParameterTuningJobStatus"]
    reason = str((seen.child or {}).get("FailureReason", "")) or str(seen.shown.get("FailureReason", ""))
    if status == "Failed" or seen.child:
        yield failed(patient, "tuning", name, reason, seen.log)
        return
    done = seen.shown["TrainingJobStatusCounters"].get("Completed", 0)
    words = counted(
        "latest tuning job {name}: {status}, {count} training job completed",
        "latest tuning job {name}: {status}, {count} training jobs completed",
        done,
        name=name,
        status=status,
    )
    yield fine("tuning", words)


EXAMINATION = Examination("tuning", look, findings)
