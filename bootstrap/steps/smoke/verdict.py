"""Situations of the smoke jobs, by what SageMaker shows, with verdict and code of each."""

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
from bootstrap.errors.message import marked as _
from bootstrap.errors.message import msg

METRIC = "validation:accuracy"
_WORDS = 240
_WAITS_FOR_INSTANCES = frozenset({"Starting", "Pending", "LaunchingMLInstances"})


class SmokeSituation(StrEnum):
    """Situation of an account's smoke jobs: the result so far, or what to do next."""

    PROVEN = "proven"
    NO_METRIC = "completed without the metric"
    METRIC_TO_COME = "completed, metric not shown yet"
    NO_MODEL = "completed without a model"
    PEAK_LEFT = "a job of --peak runs that nobody stops"
    PEAK_STOPPING = "a job of --peak is stopping"
    RUNNING = "running"
    STARTING_LONG = "no capacity so far"
    STOPPING = "stopping"
    TO_START = "to be started"
    TO_START_AFTER = "to be started, after a failure in an earlier run"
    OUTDATED = "to be started, because what is wanted has changed"
    NEXT_TYPE = "next type"
    ONCE_MORE = "once more"
    NO_CAPACITY = "no capacity"
    NO_QUOTA = "no quota"
    QUOTA_TO_REQUEST = "quota of another type to be requested"
    QUOTA_TO_COME = "quota of another type requested"
    ROLE = "role error"
    IMAGE = "image error"
    DATA = "data error"
    PARAMETERS = "hyper-parameter error"
    TOO_SLOW = "too slow"
    STOPPED = "stopped by hand"
    AWS = "AWS error"
    UNKNOWN = "unknown failure"


@dataclass(frozen=True, slots=True)
class SmokeRow:
    """Verdict, code and words of a situation.

    `words` has the places {job}, {kind}, {why} and {metric}; "": the situation's `why` is the whole detail.
    """

    verdict: Verdict
    code: str | None
    words: str


_TODO, _WAITING, _BLOCKED = Verdict.TODO, Verdict.WAITING, Verdict.BLOCKED
S = SmokeSituation

TABLE: Mapping[SmokeSituation, SmokeRow] = {
    S.PROVEN: SmokeRow(Verdict.READY, None, ""),
    S.NO_METRIC: SmokeRow(_BLOCKED, "EB-347", _("smoke job {job} reported no {metric}")),
    S.METRIC_TO_COME: SmokeRow(_WAITING, None, _("smoke job {job} is completed but shows no {metric} yet")),
    S.NO_MODEL: SmokeRow(_BLOCKED, "EB-348", _("smoke job {job} wrote no model: {why}")),
    S.PEAK_LEFT: SmokeRow(_TODO, None, _("stop {job}, which an interrupted run with --peak left")),
    S.PEAK_STOPPING: SmokeRow(_WAITING, None, _("{job} of an interrupted run with --peak is stopping")),
    S.RUNNING: SmokeRow(_WAITING, None, _("smoke job on {kind}: {why}")),
    S.STARTING_LONG: SmokeRow(_TODO, None, _("stop the smoke job on {kind}: {why}")),
    S.STOPPING: SmokeRow(_WAITING, None, _("smoke job on {kind} is stopping")),
    S.TO_START: SmokeRow(_TODO, None, _("start a smoke job on {kind}")),
    S.TO_START_AFTER: SmokeRow(_TODO, None, _("start a smoke job on {kind} (the last one failed: {why})")),
    S.OUTDATED: SmokeRow(_TODO, None, _("start a smoke job on {kind}; {job} is no proof any more: {why}")),
    S.NEXT_TYPE: SmokeRow(_TODO, None, _("start a smoke job on {kind}: {why}")),
    S.ONCE_MORE: SmokeRow(_TODO, None, _("start the smoke job on {kind} again: {why}")),
    S.NO_CAPACITY: SmokeRow(
        _BLOCKED, "EB-340", _("AWS has no capacity: {why}; run again later, or name other types in event.yaml")
    ),
    S.NO_QUOTA: SmokeRow(_BLOCKED, "EB-341", _("no quota for a training job: {why}; see the step quotas:training")),
    S.QUOTA_TO_REQUEST: SmokeRow(_TODO, None, _("AWS starts no job on {kind}; quotas of other types: {why}")),
    # The code is that of the quota.
    S.QUOTA_TO_COME: SmokeRow(_WAITING, None, _("AWS starts no job on {kind}; waiting for another type: {why}")),
    S.ROLE: SmokeRow(_BLOCKED, "EB-342", _("smoke job {job}: training role error: {why}")),
    S.IMAGE: SmokeRow(_BLOCKED, "EB-343", _("smoke job {job}: error of the algorithm's image: {why}")),
    S.DATA: SmokeRow(_BLOCKED, "EB-344", _("smoke job {job}: data error: {why}")),
    S.PARAMETERS: SmokeRow(_BLOCKED, "EB-345", _("smoke job {job}: hyper-parameter error: {why}")),
    S.TOO_SLOW: SmokeRow(_BLOCKED, "EB-346", _("smoke job {job} exceeded its maximum runtime and was stopped")),
    S.STOPPED: SmokeRow(_BLOCKED, "EB-350", _("smoke job {job} was stopped by hand")),
    S.AWS: SmokeRow(_BLOCKED, "EB-349", _("smoke job {job} failed inside AWS: {why}")),
    S.UNKNOWN: SmokeRow(_BLOCKED, "EB-351", _("smoke job {job} failed: {why}")),
}

# What follows a failed job: the next type, the same type once more, or nothing.
NEXT, ONCE, NEVER = "next", "once", "never"


@dataclass(frozen=True, slots=True)
class JobFailure:
    """Consequences of a failed job.

    `then`: what follows the failed job; `end`: the situation once nothing is left to try.
    """

    end: SmokeSituation
    then: str


CAPACITY = JobFailure(S.NO_CAPACITY, NEXT)
NOT_OFFERED = JobFailure(S.NO_QUOTA, NEXT)
_TOO_SLOW = JobFailure(S.TOO_SLOW, NEVER)
_STOPPED = JobFailure(S.STOPPED, ONCE)

CAUSES: Mapping[JobReason, JobFailure] = {
    JobReason.CAPACITY: CAPACITY,
    JobReason.NOT_OFFERED: NOT_OFFERED,
    JobReason.LIMIT: NOT_OFFERED,
    JobReason.AWS: JobFailure(S.AWS, ONCE),
    JobReason.IMAGE: JobFailure(S.IMAGE, NEVER),
    # IAM needs some time until a new role can be used everywhere, so the job is retried once.
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
        """True if the job may be waiting for its instances. The listing does not show more."""
        return not self.secondary or self.secondary in _WAITS_FOR_INSTANCES

    @property
    def period(self) -> str:
        """When the job existed, as a message."""
        begin, end = (_clock(each) for each in (self.created, self.ended or self.created))
        return msg("{type} from {begin} to {end} UTC", type=self.kind, begin=begin, end=end)


def jobs_of(summaries: Sequence[Mapping[str, Any]], prefix: str, kinds: Sequence[str]) -> list[Job]:
    """Return the smoke jobs of a listing, newest first. Jobs with other names are left out."""
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
    """Return an instance type as job names contain it: "ml-g5-xlarge"."""
    return kind.replace(".", "-")


def failure(shown: Mapping[str, Any]) -> tuple[JobFailure, str]:
    """Return why a job did not succeed, and AWS's reason or a message, from DescribeTrainingJob."""
    reason = clean(str(shown.get("FailureReason", "")))[:_WORDS]
    if shown["TrainingJobStatus"] == "Failed":
        return cause_of(reason), reason or msg("no reason given")
    if shown.get("SecondaryStatus") == "MaxRuntimeExceeded":
        return _TOO_SLOW, msg("maximum runtime exceeded")
    steps = {each["Status"] for each in shown.get("SecondaryStatusTransitions", [])}
    if steps & {"Downloading", "Training", "Uploading"}:
        return _STOPPED, msg("stopped by hand")
    return CAPACITY, msg("no capacity within the time set")


def waits_for_instances(shown: Mapping[str, Any]) -> bool:
    """Return True if the job has no instances yet. Only a starting job's last status message tells."""
    steps = shown.get("SecondaryStatusTransitions") or [{}]
    launched = reasons.has_instances(str(steps[-1].get("StatusMessage", "")))
    return shown.get("SecondaryStatus") in _WAITS_FOR_INSTANCES and not launched


def accuracy(shown: Mapping[str, Any]) -> float | None:
    """Return the final value of the metric; None if the job shows none."""
    found = shown.get("FinalMetricDataList", [])
    return next((float(each["Value"]) for each in found if each["MetricName"] == METRIC), None)


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M")
