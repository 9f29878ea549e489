"""Hyper-parameter tuning jobs: the operations."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker import existing, listing, tags
from bootstrap.simulator.services.sagemaker.training import training_life
from bootstrap.simulator.services.sagemaker.training.training_life import ALIVE
from bootstrap.simulator.services.sagemaker.tuning import tuning_counts, tuning_life, tuning_rules
from bootstrap.simulator.services.sagemaker.tuning.tuning_counts import TuningJob
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal, held
from bootstrap.simulator.world.call import Call, CallHandler


def create(call: Call) -> dict[str, Any]:
    """Answer CreateHyperParameterTuningJob."""
    name = call.params["HyperParameterTuningJobName"]
    there = tuning_life.all_of(call)
    if name.lower() in there:
        raise Refusal(
            "ResourceInUse",
            f"A hyperparameter tuning job with the name, {name}, already exists. Choose a different name.",
        )
    tuning_rules.check(call, sum(tuning["status"] in ALIVE for tuning in there.values()))
    arn = call.arn("sagemaker", f"hyper-parameter-tuning-job/{name.lower()}")
    tags.begin(call, arn)
    tuning_life.begin(call, name, arn)
    return {"HyperParameterTuningJobArn": arn}


def describe(call: Call) -> dict[str, Any]:
    """Answer DescribeHyperParameterTuningJob."""
    tuning = _found(call)
    answer = {
        **_usual(call, tuning),
        "HyperParameterTuningJobConfig": tuning["config"],
        **tuning_life.defined(tuning),
    }
    for only_listed in ("Strategy", "ResourceLimits"):
        del answer[only_listed]
    measured = [job for job in tuning_life.children(call, tuning) if tuning_counts.metric(tuning, job) is not None]
    if measured:
        best = max(measured, key=lambda job: job["metrics"][tuning["objective"]["MetricName"]])
        answer["BestTrainingJob"] = _child(tuning, best)
    if tuning["failure"]:
        answer["FailureReason"] = tuning["failure"]
    return answer


def list_all(call: Call) -> dict[str, Any]:
    """Answer ListHyperParameterTuningJobs."""
    here = [_usual(call, tuning) for tuning in tuning_life.all_of(call).values()]
    shown = here + existing.summaries(call, call.operation)
    name, status = "HyperParameterTuningJobName", "HyperParameterTuningJobStatus"
    return listing.answer(call, "HyperParameterTuningJobSummaries", shown, name, status, usual_sort="Name")


def stop(call: Call) -> dict[str, Any]:
    """Answer StopHyperParameterTuningJob."""
    tuning = _found(call)
    if tuning["status"] != "InProgress":
        raise Refusal(
            "ValidationException",
            f"The request was rejected because the hyperparameter tuning job is in status {tuning['status']}.",
        )
    tuning_life.stop(call, tuning)
    return {}


def list_children(call: Call) -> dict[str, Any]:
    """Answer ListTrainingJobsForHyperParameterTuningJob."""
    tuning = _found(call)
    shown = [_child(tuning, job) for job in tuning_life.children(call, tuning)]
    by_value = call.params.get("SortBy") == "FinalObjectiveMetricValue"
    if by_value:
        # When sorted by metric, jobs without one are not listed.
        shown = [one for one in shown if "FinalHyperParameterTuningJobObjectiveMetric" in one]
    name, status, value = "TrainingJobName", "TrainingJobStatus", _value if by_value else None
    return listing.answer(call, "TrainingJobSummaries", shown, name, status, usual_sort="Name", value=value)


def delete(call: Call) -> dict[str, Any]:
    """Delete the tuning job; its training jobs remain."""
    tuning = _found(call)
    if tuning["status"] in ALIVE:
        raise Refusal(
            "ValidationException",
            f"The request was rejected because the hyperparameter tuning job is in status {tuning['status']}.",
        )
    del tuning_life.all_of(call)[tuning["name"].lower()]
    tags.forget(call, tuning["arn"])
    return {}


def _found(call: Call) -> TuningJob:
    name = call.params["HyperParameterTuningJobName"]
    said = f"Amazon SageMaker can't find a tuning job called {name}. Type another name."
    return held(tuning_life.all_of(call), name.lower(), Refusal("ResourceNotFound", said))


def _usual(call: Call, tuning: TuningJob) -> dict[str, Any]:
    ended = {"HyperParameterTuningEndTime": moment(tuning["ended"])} if tuning["ended"] is not None else {}
    jobs = tuning_life.children(call, tuning)
    return {
        "HyperParameterTuningJobName": tuning["name"],
        "HyperParameterTuningJobArn": tuning["arn"],
        "HyperParameterTuningJobStatus": tuning["status"],
        "Strategy": tuning["config"]["Strategy"],
        "ResourceLimits": tuning["config"]["ResourceLimits"],
        "CreationTime": moment(tuning["created"]),
        "LastModifiedTime": moment(tuning["modified"]),
        **tuning_counts.counters(tuning, jobs),
        **ended,
    }


def _child(tuning: TuningJob, job: training_life.TrainingJob) -> dict[str, Any]:
    made = {
        "TrainingJobName": job["name"],
        "TrainingJobArn": job["arn"],
        "CreationTime": moment(job["created"]),
        "TrainingJobStatus": job["status"],
        "TunedHyperParameters": tuning["children"][job["name"]],
        "ObjectiveStatus": tuning_counts.objective(tuning, job),
    }
    if tuning["several"]:
        made["TrainingJobDefinitionName"] = _definition(tuning, job)
    for member, at in (("TrainingStartTime", job["started"]), ("TrainingEndTime", job["ended"])):
        if at is not None:
            made[member] = moment(at)
    if job["failure"]:
        made["FailureReason"] = job["failure"]
    reached = tuning_counts.metric(tuning, job)
    if reached is not None:
        made["FinalHyperParameterTuningJobObjectiveMetric"] = {**tuning["objective"], "Value": reached}
    return made


def _definition(tuning: TuningJob, job: training_life.TrainingJob) -> str:
    """Return the name of the definition of a training job."""
    place = list(tuning["children"]).index(job["name"]) % len(tuning["definitions"])
    return str(tuning["definitions"][place]["DefinitionName"])


def _value(summary: dict[str, Any]) -> float:
    reached: float = summary["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    return reached


def view(call: Call) -> list[dict[str, Any]]:
    """View for the control address: the tuning jobs."""
    return list(tuning_life.all_of(call).values())


OPERATIONS: dict[str, CallHandler] = {
    "CreateHyperParameterTuningJob": create,
    "DescribeHyperParameterTuningJob": describe,
    "ListHyperParameterTuningJobs": list_all,
    "StopHyperParameterTuningJob": stop,
    "ListTrainingJobsForHyperParameterTuningJob": list_children,
    "DeleteHyperParameterTuningJob": delete,
}
