"""Labeling jobs: the operations, and simulated workers."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from bootstrap.simulator.services.sagemaker import existing, listing, tags
from bootstrap.simulator.services.sagemaker.labelling import labelling_life, labelling_rules, workforce, workteams
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal, held
from bootstrap.simulator.world.call import Call, CallHandler

_SHOWN = (
    "LabelAttributeName", "InputConfig", "OutputConfig", "RoleArn", "LabelCategoryConfigS3Uri", "HumanTaskConfig",
)  # fmt: skip


def create(call: Call) -> dict[str, Any]:
    """Answer CreateLabelingJob."""
    name = call.params["LabelingJobName"]
    arn = call.arn("sagemaker", f"labeling-job/{name.lower()}")
    if name in labelling_life.all_of(call):
        raise Refusal("ResourceInUse", f"A labeling job with this name already exists ({arn})")
    work = labelling_rules.check(call)
    tags.begin(call, arn)
    labelling_life.begin(call, name, arn, work.lines, work.classes)
    return {"LabelingJobArn": arn}


def describe(call: Call) -> dict[str, Any]:
    """Answer DescribeLabelingJob."""
    job = _found(call)
    shown = {key: job["params"][key] for key in _SHOWN if key in job["params"]}
    held = [{"Key": key, "Value": value} for key, value in tags.of(call, job["arn"]).items()]
    return {**shown, **_usual(job), "JobReferenceCode": job["reference"], "Tags": held}


def list_all(call: Call) -> dict[str, Any]:
    """Answer ListLabelingJobs."""
    here = [_summary(job) for job in labelling_life.all_of(call).values()]
    shown = here + existing.summaries(call, call.operation)
    return listing.answer(call, "LabelingJobSummaryList", shown, "LabelingJobName", "LabelingJobStatus")


def list_for_team(call: Call) -> dict[str, Any]:
    """Answer ListLabelingJobsForWorkteam."""
    team, code = call.params["WorkteamArn"], call.params.get("JobReferenceCodeContains", "")
    if team not in {one["arn"] for one in workteams.all_of(call).values()}:
        raise Refusal("ResourceNotFound", f"The work team {team} does not exist.")
    shown = [
        _for_team(call, job)
        for job in labelling_life.all_of(call).values()
        if job["params"]["HumanTaskConfig"]["WorkteamArn"] == team and code in job["reference"]
    ]
    return listing.answer(call, "LabelingJobSummaryList", shown, "LabelingJobName")


def stop(call: Call) -> dict[str, Any]:
    """Answer StopLabelingJob."""
    job = _found(call)
    if job["status"] not in ("Initializing", "InProgress"):
        raise Refusal(
            "ValidationException",
            f"The request was rejected because the labeling job is in status {job['status']}.",
        )
    labelling_life.stop(call, job)
    return {}


def play(call: Call, name: str, worker: str, labels: dict[str, str]) -> dict[str, Any]:
    """Label pictures as a worker of the job's team. Raises ValueError if a real worker could not."""
    job = labelling_life.all_of(call).get(name)
    if job is None:
        raise ValueError(f"there is no labeling job {name}")
    identity = _identity(call, job["params"]["HumanTaskConfig"]["WorkteamArn"], worker)
    done = labelling_life.play(call, job, worker, identity, labels)
    return {"labelled": done, "status": job["status"], "counters": _counters(job)}


def _identity(call: Call, arn: str, worker: str) -> dict[str, str]:
    """Return pool and id of the worker's user. Raises ValueError if the user is not in the work team."""
    team = next((one for one in workteams.all_of(call).values() if one["arn"] == arn), None)
    members = [one["CognitoMemberDefinition"] for one in team["wanted"]["MemberDefinitions"]] if team else []
    client = call.aws("cognito-idp")
    for member in members:
        try:
            user = client.admin_get_user(UserPoolId=member["UserPool"], Username=worker)
            held = client.admin_list_groups_for_user(UserPoolId=member["UserPool"], Username=worker)["Groups"]
        except ClientError:
            continue
        if user["Enabled"] and member["UserGroup"] in {group["GroupName"] for group in held}:
            known = {one["Name"]: one["Value"] for one in user["UserAttributes"]}
            return {"pool": member["UserPool"], "sub": known["sub"]}
    raise ValueError(f"{worker} is not a worker of {arn}")


def _found(call: Call) -> dict[str, Any]:
    missing = Refusal("ResourceNotFound", "Requested resource not found.")
    return held(labelling_life.all_of(call), call.params["LabelingJobName"], missing)


def _usual(job: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "LabelingJobName": job["name"],
        "LabelingJobArn": job["arn"],
        "LabelingJobStatus": job["status"],
        "LabelCounters": _counters(job),
        "CreationTime": moment(job["created"]),
        "LastModifiedTime": moment(job["modified"]),
    }
    if job["written"]:
        made["LabelingJobOutput"] = {"OutputDatasetS3Uri": job["output"]}
    return {**made, "FailureReason": job["failure"]} if job["failure"] else made


def _summary(job: dict[str, Any]) -> dict[str, Any]:
    task = job["params"]["HumanTaskConfig"]
    return {
        **_usual(job),
        "WorkteamArn": task["WorkteamArn"],
        "PreHumanTaskLambdaArn": task["PreHumanTaskLambdaArn"],
        **task["AnnotationConsolidationConfig"],
        "InputConfig": job["params"]["InputConfig"],
    }


def _for_team(call: Call, job: dict[str, Any]) -> dict[str, Any]:
    done, total = len(labelling_life.labelled(job)), len(job["lines"])
    return {
        "LabelingJobName": job["name"],
        "JobReferenceCode": job["reference"],
        "WorkRequesterAccountId": call.account_id,
        "CreationTime": moment(job["created"]),
        "LabelCounters": {"HumanLabeled": done, "PendingHuman": total - done, "Total": total},
        "NumberOfHumanWorkersPerDataObject": job["params"]["HumanTaskConfig"]["NumberOfHumanWorkersPerDataObject"],
    }


def _counters(job: dict[str, Any]) -> dict[str, int]:
    done, total = len(labelling_life.labelled(job)), len(job["lines"])
    rest = {"MachineLabeled": 0, "FailedNonRetryableError": 0, "Unlabeled": total - done}
    return {"TotalLabeled": done, "HumanLabeled": done, **rest}


def view(call: Call) -> list[dict[str, Any]]:
    """View for the control address: the labeling jobs."""
    return [{**_usual(job), "classes": job["classes"]} for job in labelling_life.all_of(call).values()]


OPERATIONS: dict[str, CallHandler] = {
    "CreateLabelingJob": workforce.opened(create),
    "DescribeLabelingJob": workforce.opened(describe),
    # Also in China, because the baseline lists labeling jobs in every region.
    "ListLabelingJobs": workforce.not_closed(list_all),
    "ListLabelingJobsForWorkteam": workforce.opened(list_for_team),
    "StopLabelingJob": workforce.opened(stop),
}
