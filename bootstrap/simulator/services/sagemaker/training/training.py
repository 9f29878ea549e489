"""Training jobs: the operations."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker import existing, listing, tags
from bootstrap.simulator.services.sagemaker.training import training_life, training_rules, warm_pools
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal, held
from bootstrap.simulator.world.call import Call, CallHandler

_SHOWN = (
    "HyperParameters", "AlgorithmSpecification", "RoleArn", "InputDataConfig", "OutputDataConfig",
    "ResourceConfig", "VpcConfig", "StoppingCondition", "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining", "CheckpointConfig", "Environment",
    "ExperimentConfig", "RetryStrategy", "DebugHookConfig", "ProfilerConfig",
)  # fmt: skip


def create(call: Call) -> dict[str, Any]:
    """Answer CreateTrainingJob."""
    name = call.params["TrainingJobName"]
    arn = call.arn("sagemaker", f"training-job/{name.lower()}")
    if name in training_life.all_of(call):
        raise Refusal(
            "ResourceInUse",
            "Training job names must be unique within an AWS account and region, and a training job with "
            f"this name already exists ({arn})",
        )
    training_rules.check(call, call.params)
    tags.begin(call, arn)
    training_life.begin(call, name, arn, {key: value for key, value in call.params.items() if key in _SHOWN})
    return {"TrainingJobArn": arn}


def describe(call: Call) -> dict[str, Any]:
    """Answer DescribeTrainingJob."""
    job = _found(call)
    answer: dict[str, Any] = {**job["params"], **_usual(job), **warm_pools.shown(call, job)}
    # AWS shows the model's address from the start, even if no model is ever written.
    answer["ModelArtifacts"] = {"S3ModelArtifacts": job["model"]}
    answer["SecondaryStatusTransitions"] = [_transition(step) for step in job["steps"]]
    if job["failure"]:
        answer["FailureReason"] = job["failure"]
    if job["started"] is not None:
        seconds = int((job["ended"] or call.now) - job["started"])
        answer["TrainingStartTime"] = moment(job["started"])
        answer["TrainingTimeInSeconds"] = answer["BillableTimeInSeconds"] = seconds
    if job["metrics"]:
        answer["FinalMetricDataList"] = [
            {"MetricName": metric, "Value": value, "Timestamp": moment(job["ended"] or call.now)}
            for metric, value in job["metrics"].items()
        ]
    return answer


def list_all(call: Call) -> dict[str, Any]:
    """Answer ListTrainingJobs."""
    pool = call.params.get("WarmPoolStatusEquals")
    jobs = [job for job in training_life.all_of(call).values() if pool in (None, warm_pools.status(call, job))]
    here = [{**_usual(job), **warm_pools.shown(call, job)} for job in jobs]
    shown = here + existing.summaries(call, call.operation)
    return listing.answer(call, "TrainingJobSummaries", shown, "TrainingJobName", "TrainingJobStatus")


def stop(call: Call) -> dict[str, Any]:
    """Answer StopTrainingJob."""
    job = _found(call)
    if job["status"] != "InProgress":
        raise Refusal(
            "ValidationException",
            f"The request was rejected because the training job is in status {job['status']}.",
        )
    training_life.halt(call, job)
    return {}


def update(call: Call) -> dict[str, Any]:
    """Answer UpdateTrainingJob."""
    job = _found(call)
    warm_pools.update(call, job)
    return {"TrainingJobArn": job["arn"]}


def delete(call: Call) -> dict[str, Any]:
    """Delete a job that has ended; its name can be used again."""
    job = _found(call)
    if job["status"] in training_life.ALIVE:
        raise Refusal(
            "ResourceInUse",
            f"The training job {job['arn']} is in status {job['status']}: only a job that is Completed, Failed or "
            "Stopped can be deleted.",
        )
    if warm_pools.status(call, job) == "Available":
        raise Refusal("ResourceInUse", f"The training job {job['arn']} retains a warm pool that is Available.")
    del training_life.all_of(call)[job["name"]]
    tags.forget(call, job["arn"])
    return {}


def _found(call: Call) -> dict[str, Any]:
    # The model declares ResourceNotFound, but AWS sends this code.
    missing = Refusal("ValidationException", "Requested resource not found.")
    return held(training_life.all_of(call), call.params["TrainingJobName"], missing)


def _usual(job: dict[str, Any]) -> dict[str, Any]:
    ended = {"TrainingEndTime": moment(job["ended"])} if job["ended"] is not None else {}
    return {
        "TrainingJobName": job["name"],
        "TrainingJobArn": job["arn"],
        "TrainingJobStatus": job["status"],
        "SecondaryStatus": job["secondary"],
        "CreationTime": moment(job["created"]),
        "LastModifiedTime": moment(job["modified"]),
        **ended,
    }


def _transition(step: dict[str, Any]) -> dict[str, Any]:
    ended = {"EndTime": moment(step["ended"])} if step["ended"] is not None else {}
    return {"Status": step["status"], "StartTime": moment(step["started"]), "StatusMessage": step["said"], **ended}


def view(call: Call) -> list[dict[str, Any]]:
    """View for the control address: the training jobs."""
    return list(training_life.all_of(call).values())


OPERATIONS: dict[str, CallHandler] = {
    "CreateTrainingJob": create,
    "DescribeTrainingJob": describe,
    "ListTrainingJobs": list_all,
    "StopTrainingJob": stop,
    "UpdateTrainingJob": update,
    "DeleteTrainingJob": delete,
}
