"""Finds out what a completed smoke job proves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.errors import code_of
from bootstrap.errors.message import msg
from bootstrap.steps.smoke import verdict as smoke_verdict
from bootstrap.steps.smoke.request import Smoke
from bootstrap.steps.smoke.verdict import Job, SmokeSituation

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# Seconds after its end in which a completed job may show no metric yet. AWS documents no limit.
_METRIC_LATE = 300.0
_NO_OBJECT = frozenset({"404", "NoSuchKey", "NotFound", "NoSuchBucket"})


@dataclass(frozen=True, slots=True)
class SmokeFound:
    """The situation found, and the job that comes next.

    `kind`: the instance type of the next job, or of the present one; `tried`: types that must not come next;
    `code`: of the cause, if it is not the situation's own.
    """

    situation: SmokeSituation
    why: str = ""
    job: str = ""
    kind: str = ""
    tried: tuple[str, ...] = ()
    number: int = 1
    facts: Mapping[str, Any] = field(default_factory=dict)
    code: str | None = None


def describe(session: AccountSession, name: str) -> Mapping[str, Any]:
    """Return what AWS shows of one job. API: DescribeTrainingJob."""
    shown: Mapping[str, Any] = session.client("sagemaker").describe_training_job(TrainingJobName=name)
    return shown


def outdated(job: Job, shown: Mapping[str, Any], smoke: Smoke) -> str:
    """Return why a completed job proves nothing of what is wanted today, as a message; "" if it does.

    `shown`: the job as DescribeTrainingJob shows it.
    """
    if job.kind not in smoke.kinds:
        return msg("event.yaml does not name {type}", type=job.kind)
    if shown["OutputDataConfig"]["S3OutputPath"] != smoke.output:
        return msg("it trained with other data")
    return ""


def _times(shown: Mapping[str, Any]) -> dict[str, float]:
    """Return when the job held its instance, as AWS says it, in epoch seconds."""
    names = {"began": "TrainingStartTime", "ended": "TrainingEndTime"}
    return {key: shown[name].timestamp() for key, name in names.items() if shown.get(name)}


def proven(session: AccountSession, job: Job, shown: Mapping[str, Any], ranked: Sequence[str]) -> SmokeFound:
    """Return what a completed job proves. `shown`: the job as DescribeTrainingJob shows it; `ranked`: the wanted types,
    best first. API: HeadObject.

    The model is looked up in S3: SageMaker shows its address even if it wrote nothing there.
    """
    reached = smoke_verdict.accuracy(shown)
    if reached is None:
        late = session.now() - (job.ended or job.created) > _METRIC_LATE
        return SmokeFound(SmokeSituation.NO_METRIC if late else SmokeSituation.METRIC_TO_COME, "", job.name, job.kind)
    place = str(shown["ModelArtifacts"]["S3ModelArtifacts"])
    bucket, _, key = place.removeprefix("s3://").partition("/")
    try:
        session.client("s3").head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if code_of(error) not in _NO_OBJECT:
            raise
        return SmokeFound(SmokeSituation.NO_MODEL, place, job.name, job.kind)
    seconds = int(shown.get("TrainingTimeInSeconds", 0))
    places = {
        "type": job.kind,
        "metric": smoke_verdict.METRIC,
        "reached": f"{reached:.2f}",
        "minutes": seconds // 60,
        "seconds": seconds % 60,
    }
    if job.kind in ranked[:1]:
        why = msg("trained on {type}: {metric} {reached} in {minutes} min {seconds} s", **places)
    else:
        why = msg(
            "trained on {type} instead of {best}: {metric} {reached} in {minutes} min {seconds} s",
            best=ranked[0],
            **places,
        )
    facts = {"instance_type": job.kind, "accuracy": round(reached, 4), "seconds": seconds, "job": job.name}
    facts |= _times(shown)
    return SmokeFound(SmokeSituation.PROVEN, why, job.name, job.kind, facts=facts)
