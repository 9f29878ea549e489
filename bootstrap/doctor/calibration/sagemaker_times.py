"""Durations of notebook, jobs, endpoints and workforce, and reasons of failures, as SageMaker dates them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons
from bootstrap.aws.reasons import JobReason, StackReason, SupportReason, WorkforceRefusal
from bootstrap.doctor import log_tail
from bootstrap.doctor.calibration.redaction import redacted
from bootstrap.doctor.calibration.seen import Noted, Subject, before_the_look, epoch
from bootstrap.doctor.calibration.stack_times import NOTEBOOK, StackHistory
from bootstrap.doctor.calibration.trail_events import TrailEvent
from bootstrap.errors import code_of
from bootstrap.errors.message import counted, msg
from bootstrap.steps.workforce.step import STARTING

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_MOST = 40
_METRIC = "validation:accuracy"
_LIFECYCLE_LONGEST = 300.0
# Dates of one change that two services tell may differ by so much.
_TOGETHER = 15.0


def notebook(session: AccountSession, subject: Subject, stacks: Sequence[StackHistory]) -> Iterator[Noted]:
    """Yield what the team's notebook tells. API: DescribeNotebookInstance, GetLogEvents."""
    name = subject.names.notebook
    try:
        shown = session.client("sagemaker").describe_notebook_instance(NotebookInstanceName=name)
    except ClientError as error:
        if not reasons.notebook_is_gone(error):
            raise
        shown = {}
    made = [found for each in stacks if (found := each.resource(NOTEBOOK, "CREATE_IN_PROGRESS", "CREATE_COMPLETE"))]
    created, changed = epoch(shown, "CreationTime"), epoch(shown, "LastModifiedTime")
    status = shown.get("NotebookInstanceStatus")
    for began, ended in made:
        exact = (
            status == "InService"
            and created is not None
            and changed is not None
            and abs(created - began) <= _TOGETHER
            and changed <= ended + _TOGETHER
        )
        if exact and created is not None and changed is not None:
            yield Noted("notebooks.start_seconds", msg("CreationTime and LastModifiedTime"), seconds=changed - created)
        else:
            yield Noted("notebooks.start_seconds", msg("stack events"), seconds=ended - began, rough=True)
    yield from _moves(subject, name, status, changed)
    failed = [
        each.reason
        for stack in stacks
        for each in stack.steps
        if each.kind == NOTEBOOK and each.status == "CREATE_FAILED" and not reasons.is_consequence(each.reason)
    ]
    told = [str(shown["FailureReason"])] if shown.get("FailureReason") else []
    if any(reasons.support_reason(each) is SupportReason.SCRIPT_TOO_LONG for each in (*told, *failed)):
        words = msg("AWS stopped a start script after 5 minutes")
        yield Noted("notebooks.script_seconds", words, value=_LIFECYCLE_LONGEST + 1)
    elif told:
        yield Noted("notebooks.failure", msg("the notebook's FailureReason"), value=redacted(told[0]))
        yield Noted("notebooks.failure_times", msg("the notebook's FailureReason"), value=None)
    elif shown:
        yield Noted("notebooks.failure", msg("the notebook started"), value=None)
    if shown and (seconds := _script(session, name)) is not None:
        yield Noted("notebooks.script_seconds", msg("first and last line of the start script's log"), value=seconds)


def _moves(subject: Subject, name: str, status: Any, changed: float | None) -> Iterator[Noted]:
    if subject.trail is None or changed is None:
        return
    calls = sorted(
        (each.at, operation)
        for operation in ("StartNotebookInstance", "StopNotebookInstance")
        for each in subject.trail.of(operation, notebookInstanceName=name)
        if not each.refused
    )
    starts = [operation for _, operation in calls]
    if "StartNotebookInstance" in starts:
        again = sum(one == other == "StartNotebookInstance" for one, other in pairwise(starts))
        words = msg("{operation} in CloudTrail's history, and LastModifiedTime", operation="StartNotebookInstance")
        yield Noted("notebooks.start_ignored", words, value=again)
    for operation, arrived, key in (
        ("StartNotebookInstance", "InService", "notebooks.start_seconds"),
        ("StopNotebookInstance", "Stopped", "notebooks.stop_seconds"),
    ):
        last = subject.trail.last(operation, notebookInstanceName=name)
        if last is not None and status == arrived and changed > last.at:
            words = msg("{operation} in CloudTrail's history, and LastModifiedTime", operation=operation)
            yield Noted(key, words, seconds=changed - last.at)


def _script(session: AccountSession, name: str) -> float | None:
    """Return how long the start script wrote its log; None without a log of several moments. API: GetLogEvents."""
    client, spans = session.client("logs"), []
    for hook in ("OnCreate", "OnStart"):
        asked = {"logGroupName": log_tail.NOTEBOOKS, "logStreamName": f"{name}/LifecycleConfig{hook}"}
        try:
            events = client.get_log_events(**asked, limit=1000)["events"]
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            continue
        times = [int(each["timestamp"]) / 1000 for each in events]
        spans.append(max(times) - min(times) if times else 0.0)
    return max(spans) if spans and max(spans) > 0 else None


def training(session: AccountSession, subject: Subject) -> Iterator[Noted]:
    """Yield what training jobs tell, the tool's own first. API: ListTrainingJobs, DescribeTrainingJob for up to 40."""
    client = session.client("sagemaker")
    listed = client.list_training_jobs(SortBy="CreationTime", SortOrder="Descending", MaxResults=100)
    names = [str(each["TrainingJobName"]) for each in listed["TrainingJobSummaries"]][:_MOST]
    tasks = [partial(_job, session.beside(), name) for name in names]
    jobs = list(session.each(tasks, most=10))
    smoke = [each for each in jobs if str(each["TrainingJobName"]).startswith(subject.names.smoke_prefix)]
    done = [each for each in smoke if each["TrainingJobStatus"] == "Completed"]
    done = done or [each for each in jobs if each["TrainingJobStatus"] == "Completed"]
    for job in done:
        began, ended = epoch(job, "CreationTime"), epoch(job, "TrainingEndTime")
        if began is not None and ended is not None:
            yield Noted("training.seconds", msg("CreationTime and TrainingEndTime of jobs"), seconds=ended - began)
    for job in jobs:
        if (stopped := _stopping(job)) is not None:
            yield Noted("training.stop_seconds", msg("secondary status transitions of jobs"), seconds=stopped)
        for metric in job.get("FinalMetricDataList", ()):
            if metric.get("MetricName") == _METRIC:
                words = msg("final metrics of jobs")
                yield Noted("training.accuracy", words, seconds=round(float(metric["Value"]), 4))
    yield from _capacity(jobs)
    yield from _failures(jobs)
    yield from _refused(subject, jobs)


def _job(session: AccountSession, name: str) -> Mapping[str, Any]:
    shown: Mapping[str, Any] = session.client("sagemaker").describe_training_job(TrainingJobName=name)
    return shown


def _stopping(job: Mapping[str, Any]) -> float | None:
    for each in job.get("SecondaryStatusTransitions", ()):
        began, ended = epoch(each, "StartTime"), epoch(each, "EndTime")
        if each.get("Status") == "Stopping" and began is not None and ended is not None:
            return ended - began
    return None


def _kind(job: Mapping[str, Any]) -> str:
    return str(job.get("ResourceConfig", {}).get("InstanceType", ""))


def _waited(job: Mapping[str, Any]) -> bool:
    """Return True if the job waited for capacity and never began to train."""
    steps = job.get("SecondaryStatusTransitions", ())
    said = any(reasons.waits_for_capacity(str(each.get("StatusMessage", ""))) for each in steps)
    failed = reasons.job_reason(str(job.get("FailureReason", ""))) is JobReason.CAPACITY
    return "TrainingStartTime" not in job and (said or (bool(job.get("FailureReason")) and failed))


def _capacity(jobs: Sequence[Mapping[str, Any]]) -> Iterator[Noted]:
    waited = [each for each in jobs if _waited(each)]
    started = {_kind(each) for each in jobs if "TrainingStartTime" in each}
    kinds = sorted({_kind(each) for each in waited} - started)
    if jobs:
        words = counted("{count} training job", "{count} training jobs", len(jobs))
        yield Noted("training.no_capacity", words, value=kinds)
    if not kinds:
        return
    failed = [each for each in waited if each["TrainingJobStatus"] == "Failed"]
    words = msg("jobs that got no capacity")
    yield Noted("training.no_capacity_ends", words, value="failed" if failed else "never")
    for each in failed:
        began, ended = epoch(each, "CreationTime"), epoch(each, "TrainingEndTime")
        if began is not None and ended is not None:
            yield Noted("training.no_capacity_seconds", words, seconds=ended - began)


def _failures(jobs: Sequence[Mapping[str, Any]]) -> Iterator[Noted]:
    oldest_first = sorted(jobs, key=lambda each: each["CreationTime"])
    failed = [each for each in oldest_first if each["TrainingJobStatus"] == "Failed" and not _waited(each)]
    why = Counter(redacted(str(each.get("FailureReason", ""))) for each in failed)
    words = counted("{count} failed training job", "{count} failed training jobs", len(failed))
    if not why:
        if jobs:
            yield Noted("training.failure", words, value=None)
        return
    (reason, times), *_ = why.most_common(1)
    later = any(each["TrainingJobStatus"] == "Completed" for each in oldest_first)
    yield Noted("training.failure", words, value=reason)
    yield Noted("training.failure_times", words, value=times if later else None)


def _refused(subject: Subject, jobs: Iterable[Mapping[str, Any]]) -> Iterator[Noted]:
    """Yield the types that AWS no longer offers, from refusals of CreateTrainingJob."""
    if subject.trail is None:
        return
    retired: dict[str, str] = {}
    words = msg("refusals of CreateTrainingJob in CloudTrail's history")
    for each in subject.trail.of("CreateTrainingJob"):
        config = each.params.get("resourceConfig")
        kind = str(config.get("instanceType", "")) if isinstance(config, Mapping) else ""
        gone = each.refused and reasons.job_reason(each.words) is JobReason.NOT_OFFERED
        # A quota that is used up is named by its limit; a type that is gone is not.
        if gone and kind and reasons.named_limit(each.words) is None:
            retired[kind] = reasons.type_refusal(each.words)
    for kind in {_kind(each) for each in jobs}:
        retired.pop(kind, None)
    if retired:
        yield Noted("training.retired", words, value=sorted(retired))
        yield Noted("training.retired_answer", words, value=next(iter(retired.values())))


def roles(subject: Subject, stacks: Sequence[StackHistory]) -> Iterator[Noted]:
    """Yield how long a new role did not work: from its creation until CreateTrainingJob was no longer refused."""
    if subject.trail is None:
        return
    tried = [(each.at, _role_refused(each)) for each in subject.trail.of("CreateTrainingJob")]
    tried += [each for stack in stacks for each in _notebooks(stack)]
    for stack in stacks:
        made = [each.at for each in stack.steps if each.kind == "AWS::IAM::Role" and each.status == "CREATE_COMPLETE"]
        if not made:
            continue
        refused = [at for at, too_new in tried if too_new and at >= min(made)]
        taken = [at for at, too_new in tried if not too_new and refused and at > max(refused)]
        if taken:
            words = msg("the last use of a new role that AWS refused, and the first one that it took")
            yield Noted(
                "iam.role_ready_seconds", words, seconds=(max(refused) + min(taken)) / 2 - min(made), rough=True
            )


def _notebooks(stack: StackHistory) -> Iterator[tuple[float, bool]]:
    """Yield when a stack made a notebook, and whether it failed because the role was too new."""
    asked = 0.0
    for each in stack.steps:
        if each.kind != NOTEBOOK:
            continue
        if each.status == "CREATE_IN_PROGRESS":
            asked = each.at
        elif each.status == "CREATE_COMPLETE":
            yield asked, False
        elif each.status == "CREATE_FAILED" and reasons.stack_reason(each.reason) is StackReason.ROLE_TOO_NEW:
            yield asked, True


def _role_refused(event: TrailEvent) -> bool:
    return event.refused and reasons.job_reason(event.words) is JobReason.ROLE


def endpoints(session: AccountSession, subject: Subject) -> Iterator[Noted]:
    """Yield what the endpoints tell that are in service. API: ListEndpoints, which has all the dates."""
    client = session.client("sagemaker")
    listed = client.list_endpoints(SortBy="CreationTime", SortOrder="Descending", MaxResults=100)["Endpoints"]
    for each in listed[:_MOST]:
        created, changed = epoch(each, "CreationTime"), epoch(each, "LastModifiedTime")
        if each["EndpointStatus"] != "InService" or created is None or changed is None or created < _since(subject):
            continue
        if changed <= created:
            # One that began before the dates were kept, or that AWS made in some other way.
            continue
        trail, name = subject.trail, str(each["EndpointName"])
        updates = [
            found.at
            for operation in ("UpdateEndpoint", "UpdateEndpointWeightsAndCapacities")
            for found in (trail.of(operation, endpointName=name) if trail else ())
            if not found.refused
        ]
        if updates:
            words = msg("UpdateEndpoint in CloudTrail's history, and LastModifiedTime")
            yield Noted("endpoints.update_seconds", words, seconds=changed - max(updates))
        else:
            words = msg("CreationTime and LastModifiedTime of endpoints")
            yield Noted("endpoints.start_seconds", words, seconds=changed - created)


def _since(subject: Subject) -> float:
    return 0.0 if subject.trail is None else subject.trail.since


def workforce(session: AccountSession, subject: Subject) -> Iterator[Noted]:
    """Yield what workforce and work teams tell. API: ListWorkforces, ListWorkteams."""
    client = session.client("sagemaker")
    shut: dict[str, str] = {}
    forces = _listed(client.list_workforces, shut).get("Workforces", ())
    teams = _listed(client.list_workteams, shut).get("Workteams", ())
    yield from _shut_out(shut, ("CreateWorkforce", *shut))
    if "ListWorkforces" not in shut:
        oidc = any("OidcConfig" in each for each in forces)
        yield Noted("workforce.oidc", msg("ListWorkforces"), value=oidc)
    yield from _closed(subject, forces)
    for each in forces:
        if each.get("FailureReason"):
            yield Noted(
                "workforce.failure", msg("the workforce's FailureReason"), value=redacted(each["FailureReason"])
            )
        created, changed = epoch(each, "CreateDate"), epoch(each, "LastUpdatedDate")
        joined_at = [at for team in teams if (at := epoch(team, "CreateDate")) is not None]
        if created is None or not joined_at or min(joined_at) < created:
            continue
        if changed is not None and created < changed <= min(joined_at):
            words = msg("CreateDate and LastUpdatedDate of the workforce")
            yield Noted("workforce.start_seconds", words, seconds=changed - created)
        else:
            words = msg(
                "CreateDate of workforce and work team, less half of the {pause} s between two looks of provision",
                pause=f"{STARTING:.0f}",
            )
            seen_after = min(joined_at) - created
            yield Noted("workforce.start_seconds", words, seconds=before_the_look(seen_after, STARTING), rough=True)


def _listed(ask: Callable[..., Mapping[str, Any]], shut: dict[str, str]) -> Mapping[str, Any]:
    """Return the listing; {} if AWS refuses it as it refuses who may not use Ground Truth: `shut` gets the code."""
    try:
        return ask(MaxResults=100)
    except ClientError as error:
        if aws_errors.transient(error) or (aws_errors.denied(error) and not reasons.closed_to_new(error)):
            raise
        shut[error.operation_name] = code_of(error)
        return {}


def _shut_out(shut: Mapping[str, str], operations: Sequence[str]) -> Iterator[Noted]:
    """Yield that Ground Truth is closed. `shut`: code by refused listing; `operations`: what a scenario refuses."""
    for listing, code in shut.items():
        words = msg("AWS refuses {operation}", operation=listing)
        yield Noted("workforce.ground_truth_closed", words, value=True)
        yield Noted("workforce.closed_operations", words, value=list(operations))
        yield Noted("workforce.closed_code", words, value=code)


def _closed(subject: Subject, forces: Sequence[Mapping[str, Any]]) -> Iterator[Noted]:
    """Yield whether Ground Truth is closed: a workforce of the tool shows that it is not, a refusal that it is."""
    refused = [] if subject.trail is None else [
        each for operation in ("CreateWorkforce", "CreateWorkteam", "CreateLabelingJob")
        for each in subject.trail.of(operation)
        if each.refused and reasons.workforce_refusal(each.error, may_be_closed=True) is WorkforceRefusal.CLOSED
    ]  # fmt: skip
    if refused:
        words = msg("refusals in CloudTrail's history")
        yield Noted("workforce.ground_truth_closed", words, value=True)
        yield Noted("workforce.closed_operations", words, value=sorted({each.operation for each in refused}))
        yield Noted("workforce.closed_code", words, value=refused[-1].code)
        yield Noted("workforce.closed_message", words, value=redacted(refused[-1].words))
    elif any(each.get("Status") == "Active" and "CognitoConfig" in each for each in forces):
        yield Noted("workforce.ground_truth_closed", msg("a private workforce is active"), value=False)


def labelling(session: AccountSession, subject: Subject) -> Iterator[Noted]:
    """Yield what labelling jobs tell. API: ListLabelingJobs."""
    client = session.client("sagemaker")
    shut: dict[str, str] = {}
    listed = _listed(client.list_labeling_jobs, shut).get("LabelingJobSummaryList", ())
    # With an active workforce the feature is closed (`access.closed`), but not all of Ground Truth.
    forces = _listed(client.list_workforces, {}).get("Workforces", ()) if shut else ()
    if not any(each.get("Status") == "Active" for each in forces):
        yield from _shut_out(shut, ("*Label*", "CreateWorkforce"))
    for each in listed[:_MOST]:
        created, changed = epoch(each, "CreationTime"), epoch(each, "LastModifiedTime")
        untouched = each.get("LabelCounters", {}).get("TotalLabeled", 0) == 0
        if created is None or changed is None:
            continue
        if each["LabelingJobStatus"] == "InProgress" and untouched:
            words = msg("CreationTime and LastModifiedTime of labelling jobs")
            yield Noted("workforce.labeling_start_seconds", words, seconds=changed - created)
        name = str(each["LabelingJobName"])
        asked = subject.trail.last("StopLabelingJob", labelingJobName=name) if subject.trail else None
        if each["LabelingJobStatus"] == "Stopped" and asked is not None and changed > asked.at:
            words = msg("{operation} in CloudTrail's history, and LastModifiedTime", operation="StopLabelingJob")
            yield Noted("workforce.labeling_stop_seconds", words, seconds=changed - asked.at)
