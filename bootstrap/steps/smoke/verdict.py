"""What SageMaker says of the smoke jobs -> situation -> verdict and code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bootstrap.aws import reasons
from bootstrap.aws.reasons import JobReason
from bootstrap.engine.states import Verdict
from bootstrap.errors import clean

METRIC = "validation:accuracy"
_WORDS = 240
_WAITS_FOR_INSTANCES = frozenset({"Starting", "Pending", "LaunchingMLInstances"})


class SmokeSituation(StrEnum):
    PROVEN = "proven"
    NO_METRIC = "completed without the metric"
    METRIC_TO_COME = "completed, metric not shown yet"
    NO_MODEL = "completed without a model"
    RUNNING = "running"
    STARTING_LONG = "no capacity so far"
    STOPPING = "stopping"
    TO_START = "to be started"
    NEXT_TYPE = "next type"
    ONCE_MORE = "once more"
    NO_CAPACITY = "no capacity"
    NO_QUOTA = "no quota"
    ROLE = "role at fault"
    IMAGE = "image at fault"
    DATA = "data at fault"
    PARAMETERS = "hyper-parameters at fault"
    TOO_SLOW = "too slow"
    STOPPED = "stopped by hand"
    AWS = "AWS at fault"
    UNKNOWN = "unknown failure"


@dataclass(frozen=True, slots=True)
class SmokeRow:
    verdict: Verdict
    code: str | None
    words: str


_TODO, _WAITING, _BLOCKED = Verdict.TODO, Verdict.WAITING, Verdict.BLOCKED
S = SmokeSituation

TABLE: Mapping[SmokeSituation, SmokeRow] = {
    S.PROVEN: SmokeRow(Verdict.READY, None, "{why}"),
    S.NO_METRIC: SmokeRow(_BLOCKED, "EB-347", "smoke job {job} reported no " + METRIC),
    S.METRIC_TO_COME: SmokeRow(_WAITING, None, "smoke job {job} is completed and shows no " + METRIC + " yet"),
    S.NO_MODEL: SmokeRow(_BLOCKED, "EB-348", "smoke job {job} wrote no model: {why}"),
    S.RUNNING: SmokeRow(_WAITING, None, "smoke job on {kind}: {why}"),
    S.STARTING_LONG: SmokeRow(_TODO, None, "stop the smoke job on {kind}: {why}"),
    S.STOPPING: SmokeRow(_WAITING, None, "smoke job on {kind} is being stopped"),
    S.TO_START: SmokeRow(_TODO, None, "start a smoke job on {kind}{why}"),
    S.NEXT_TYPE: SmokeRow(_TODO, None, "start a smoke job on {kind}: {why}"),
    S.ONCE_MORE: SmokeRow(_TODO, None, "start the smoke job on {kind} once more: {why}"),
    S.NO_CAPACITY: SmokeRow(_BLOCKED, "EB-340", "AWS has no capacity: {why}; run again later, or rank other types"),
    S.NO_QUOTA: SmokeRow(_BLOCKED, "EB-341", "no quota for a training job: {why}; see the step quotas:training"),
    S.ROLE: SmokeRow(_BLOCKED, "EB-342", "smoke job {job}: the training role is at fault: {why}"),
    S.IMAGE: SmokeRow(_BLOCKED, "EB-343", "smoke job {job}: the algorithm's image is at fault: {why}"),
    S.DATA: SmokeRow(_BLOCKED, "EB-344", "smoke job {job}: the data is at fault: {why}"),
    S.PARAMETERS: SmokeRow(_BLOCKED, "EB-345", "smoke job {job}: the hyper-parameters are at fault: {why}"),
    S.TOO_SLOW: SmokeRow(_BLOCKED, "EB-346", "smoke job {job} was stopped after its longest runtime"),
    S.STOPPED: SmokeRow(_BLOCKED, "EB-350", "smoke job {job} was stopped by somebody"),
    S.AWS: SmokeRow(_BLOCKED, "EB-349", "smoke job {job} failed inside AWS: {why}"),
    S.UNKNOWN: SmokeRow(_BLOCKED, "EB-351", "smoke job {job} failed: {why}"),
}

# What a try that failed leads to: the next type, one more try of the same type, or nothing.
NEXT, ONCE, NEVER = "next", "once", "never"


@dataclass(frozen=True, slots=True)
class JobFailure:
    """`end` is the situation once there is nothing more to try."""

    end: SmokeSituation
    then: str


CAPACITY = JobFailure(S.NO_CAPACITY, NEXT)
NOT_OFFERED = JobFailure(S.NO_QUOTA, NEXT)
_TOO_SLOW = JobFailure(S.TOO_SLOW, NEVER)
_STOPPED = JobFailure(S.STOPPED, ONCE)

CAUSES: Mapping[JobReason, JobFailure] = {
    JobReason.CAPACITY: CAPACITY,
    JobReason.NOT_OFFERED: NOT_OFFERED,
    JobReason.AWS: JobFailure(S.AWS, ONCE),
    JobReason.IMAGE: JobFailure(S.IMAGE, NEVER),
    # A role that was made a moment ago does not work everywhere yet: one more try.
    JobReason.ROLE: JobFailure(S.ROLE, ONCE),
    JobReason.PARAMETERS: JobFailure(S.PARAMETERS, NEVER),
    JobReason.DATA: JobFailure(S.DATA, NEVER),
    JobReason.UNKNOWN: JobFailure(S.UNKNOWN, NEVER),
}


def cause_of(reason: str) -> JobFailure:
    """Return what a job's FailureReason, or the refusal to start it, leads to."""
    return CAUSES[reasons.job_reason(reason)]


@dataclass(frozen=True, slots=True)
class Job:
    """A smoke job as the listing shows it; times in epoch seconds."""

    name: str
    number: int
    kind: str
    status: str
    created: float
    ended: float | None
    secondary: str

    @property
    def may_wait(self) -> bool:
        """It may be waiting for its instances: the listing does not say more."""
        return not self.secondary or self.secondary in _WAITS_FOR_INSTANCES

    @property
    def period(self) -> str:
        begin, end = (_clock(each) for each in (self.created, self.ended or self.created))
        return f"{self.kind} from {begin} to {end} UTC"


def jobs_of(summaries: Sequence[Mapping[str, Any]], prefix: str, kinds: Sequence[str]) -> list[Job]:
    """The smoke jobs of a listing, newest first; a name that only holds the prefix somewhere is not one."""
    by_tail = {tail(each): each for each in kinds}
    found = []
    for each in summaries:
        match = re.fullmatch(re.escape(prefix) + r"(\d+)-(.+)", each["TrainingJobName"])
        if match:
            end = each.get("TrainingEndTime")
            found.append(
                Job(
                    each["TrainingJobName"],
                    int(match[1]),
                    by_tail.get(match[2], match[2]),
                    each["TrainingJobStatus"],
                    each["CreationTime"].timestamp(),
                    end.timestamp() if end else None,
                    str(each.get("SecondaryStatus", "")),
                )
            )
    return sorted(found, key=lambda each: (each.created, each.number), reverse=True)


def tail(kind: str) -> str:
    return kind.replace(".", "-")


def failure(shown: Mapping[str, Any]) -> tuple[JobFailure, str]:
    """Why a job that ended without success did so, from DescribeTrainingJob."""
    reason = clean(str(shown.get("FailureReason", "")))[:_WORDS]
    if shown["TrainingJobStatus"] == "Failed":
        return cause_of(reason), reason or "no reason given"
    if shown.get("SecondaryStatus") == "MaxRuntimeExceeded":
        return _TOO_SLOW, "longest runtime exceeded"
    steps = {each["Status"] for each in shown.get("SecondaryStatusTransitions", [])}
    if steps & {"Downloading", "Training", "Uploading"}:
        return _STOPPED, "somebody stopped it"
    return CAPACITY, "no capacity within the time set"


def waits_for_instances(shown: Mapping[str, Any]) -> bool:
    """The machines are not there yet: of a job that "starts" only the last message tells."""
    steps = shown.get("SecondaryStatusTransitions") or [{}]
    launched = reasons.has_instances(str(steps[-1].get("StatusMessage", "")))
    return shown.get("SecondaryStatus") in _WAITS_FOR_INSTANCES and not launched


def accuracy(shown: Mapping[str, Any]) -> float | None:
    found = shown.get("FinalMetricDataList", [])
    return next((float(each["Value"]) for each in found if each["MetricName"] == METRIC), None)


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M")
