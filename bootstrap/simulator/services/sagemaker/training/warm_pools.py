"""Warm pools: instances that a training job keeps. They cost money and block the job's deletion.

Reuse by another job is not simulated.
"""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.quotas.catalogue import usage_of
from bootstrap.simulator.services.sagemaker import limits
from bootstrap.simulator.services.sagemaker.training.training_life import ALIVE, TrainingJob, all_of
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


def status(call: Call, job: TrainingJob) -> str:
    """Return the pool's status as the API names it; "" for a job without one."""
    if not _kept(job):
        return "Terminated" if "KeepAlivePeriodInSeconds" in job["params"]["ResourceConfig"] else ""
    if job["status"] in ALIVE:
        return "InUse"
    if job["status"] == "Completed" and call.now < job["ended"] + _kept(job):
        return "Available"
    return "Terminated"


def shown(call: Call, job: TrainingJob) -> dict[str, Any]:
    """Return the pool's member of descriptions and listings."""
    said = status(call, job)
    return {"WarmPoolStatus": {"Status": said}} if said else {}


def check_limits(call: Call, resources: dict[str, Any]) -> None:
    """Raise Refusal if the quota is exceeded; its default is 0."""
    if not resources.get("KeepAlivePeriodInSeconds"):
        return
    kind = resources["InstanceType"]
    held = [
        job["params"]["ResourceConfig"] for job in all_of(call).values() if status(call, job) in ("InUse", "Available")
    ]
    used = sum(one["InstanceCount"] for one in held if one["InstanceType"] == kind)
    limits.check(call, usage_of(kind, "training warm pool"), used, resources["InstanceCount"])


def update(call: Call, job: TrainingJob) -> None:
    """End a pool, by setting it to 0 seconds. Raises Refusal for other updates, and if there is no pool."""
    if set(call.params) - {"TrainingJobName", "ResourceConfig"}:
        raise Refusal("NotSimulated", "only the warm pool of a training job can be updated in the simulator")
    if status(call, job) not in ("InUse", "Available"):
        raise Refusal("ValidationException", f"The training job {job['arn']} has no warm pool that could be updated.")
    asked = call.params.get("ResourceConfig", {})
    job["params"] = {**job["params"], "ResourceConfig": {**job["params"]["ResourceConfig"], **asked}}


def _kept(job: TrainingJob) -> int:
    return int(job["params"]["ResourceConfig"].get("KeepAlivePeriodInSeconds", 0))
