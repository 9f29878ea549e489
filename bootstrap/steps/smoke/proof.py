"""What one look at the smoke jobs saw, and what a completed one proves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws.sessions import AccountSession
from bootstrap.errors import code_of
from bootstrap.steps.smoke import verdict as smoke_verdict
from bootstrap.steps.smoke.verdict import Job, SmokeSituation

# How long after its end a completed job may show no metrics yet; AWS promises nothing about it.
_METRIC_LATE = 300.0
_NO_OBJECT = frozenset({"404", "NoSuchKey", "NotFound", "NoSuchBucket"})


@dataclass(frozen=True, slots=True)
class SmokeFound:
    """`kind`: the next job's type, or the present one's; `tried`: types that are not to follow it."""

    situation: SmokeSituation
    why: str = ""
    job: str = ""
    kind: str = ""
    tried: tuple[str, ...] = ()
    number: int = 1
    facts: Mapping[str, Any] = field(default_factory=dict)


def describe(session: AccountSession, name: str) -> Mapping[str, Any]:
    shown: Mapping[str, Any] = session.client("sagemaker").describe_training_job(TrainingJobName=name)
    return shown


def proven(session: AccountSession, job: Job, ranked: Sequence[str]) -> SmokeFound:
    """What a completed job proves; `ranked`: the wanted types, best first. Three calls with the listing.

    SageMaker names the model's place even if nothing was written there.
    """
    shown = describe(session, job.name)
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
    fallen = "" if job.kind in ranked[:1] else f", fallen back from {ranked[0]}"
    why = f"trained on {job.kind}{fallen}: {smoke_verdict.METRIC} {reached:.2f} in {seconds // 60} min {seconds % 60} s"
    facts = {"instance_type": job.kind, "accuracy": round(reached, 4), "seconds": seconds, "job": job.name}
    return SmokeFound(SmokeSituation.PROVEN, why, job.name, job.kind, facts=facts)
