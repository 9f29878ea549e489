"""Counts the results of a tuning job's training jobs."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker.training import training_life
from bootstrap.simulator.services.sagemaker.training.training_life import ALIVE

TuningJob = dict[str, Any]


def metric(tuning: TuningJob, job: training_life.TrainingJob) -> float | None:
    """Return the objective metric of a job that has ended, else None."""
    if job["status"] in ALIVE:
        return None
    reached: float | None = job["metrics"].get(tuning["objective"]["MetricName"])
    return reached


def objective(tuning: TuningJob, job: training_life.TrainingJob) -> str:
    """Return Pending, Succeeded or Failed: the objective status of a training job."""
    if job["status"] in ALIVE:
        return "Pending"
    return "Failed" if metric(tuning, job) is None else "Succeeded"


def counters(tuning: TuningJob, jobs: list[training_life.TrainingJob]) -> dict[str, dict[str, int]]:
    """Return the counters that DescribeHyperParameterTuningJob and events show."""
    found = [objective(tuning, job) for job in jobs]
    return {
        "TrainingJobStatusCounters": _statuses(jobs),
        "ObjectiveStatusCounters": {status: found.count(status) for status in ("Succeeded", "Pending", "Failed")},
    }


def _statuses(jobs: list[training_life.TrainingJob]) -> dict[str, int]:
    failed = [job["failure"] for job in jobs if job["status"] == "Failed"]
    again = sum(reason.startswith("InternalServerError") for reason in failed)
    return {
        "Completed": sum(job["status"] == "Completed" for job in jobs),
        "InProgress": sum(job["status"] in ALIVE for job in jobs),
        "RetryableError": again,
        "NonRetryableError": len(failed) - again,
        "Stopped": sum(job["status"] == "Stopped" for job in jobs),
    }
