"""A training job's status changes, from Starting to its end."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.services.sagemaker.training import (
    answers,
    capacity,
    channels,
    image_classification,
    learning,
    training_notices,
)
from bootstrap.simulator.services.sagemaker.training.channels import Failure
from bootstrap.simulator.world.call import Call

TrainingJob = dict[str, Any]

ALIVE = ("InProgress", "Stopping")

# Points of the status changes, as shares of the job's whole time.
_LAUNCHED, _DOWNLOADING, _TRAINING, _UPLOADING = 0.15, 0.35, 0.5, 0.92
_DEFAULT_MAX_RUNTIME = 86_400
_NEEDED = ("train", "validation")
_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def all_of(call: Call) -> dict[str, TrainingJob]:
    """Return the training jobs by name."""
    return call.shelf("sagemaker.training-jobs")


def begin(call: Call, name: str, arn: str, params: dict[str, Any]) -> None:
    """Create a job and schedule its status changes."""
    job = _make(call, name, arn, params)
    scenario = call.scenario.training
    kind = params["ResourceConfig"]["InstanceType"]
    if any(fnmatchcase(kind, glob) for glob in scenario.no_capacity):
        _wait_for_capacity(call, job)
        return
    job["seconds"] = call.draw("training", scenario.seconds)
    _launch(call, job)


def _launch(call: Call, job: TrainingJob) -> None:
    """Plan the job's way to its end if AWS has its instances; else it waits, and tries again."""
    seconds, longer = job["seconds"], _long_training(call, job)
    ends = call.now + seconds + longer
    download = call.now + seconds * _DOWNLOADING
    deadline = download + job["params"]["StoppingCondition"]["MaxRuntimeInSeconds"]
    if not capacity.take(call, job, min(ends, deadline)):
        if not job["waits"]:
            _wait_for_capacity(call, job)
        _plan(call, job, call.now + call.draw("pool", call.scenario.training.pool_retry_seconds), _launch)
        return
    job.update(waits=False, uploads=call.now + seconds * _UPLOADING + longer)
    _plan(call, job, call.now + seconds * _LAUNCHED, _launched)
    _plan(call, job, download, _download)
    _plan(call, job, call.now + seconds * _TRAINING, _train)
    _plan(call, job, job["uploads"], _upload)
    _plan(call, job, ends, _complete)
    if deadline < ends:
        _plan(call, job, deadline, _overrun)


def _long_training(call: Call, job: TrainingJob) -> float:
    """Return the seconds by which many epochs make the job longer."""
    epochs = str(job["params"].get("HyperParameters", {}).get("epochs", ""))
    many = int(epochs) - call.scenario.training.usual_epochs if epochs.isdecimal() else 0
    return max(0, many) * call.scenario.training.epoch_seconds


def begin_failed(call: Call, name: str, arn: str, params: dict[str, Any], reason: str) -> None:
    """Create a tuner's job that AWS does not start: it exists, and has failed with `reason`."""
    _fail(call, _make(call, name, arn, params), reason)


def follow(call: Call, name: str, act: Callable[[Call], None]) -> None:
    """Run `act` when the named job ends."""
    call.shelf("sagemaker.training-followers")[name] = act


def halt(call: Call, job: TrainingJob) -> None:
    """Stop the job; no model is written. A job that has no instances yet keeps its secondary status."""
    if job["secondary"] in capacity.WAITS:
        job.update(status="Stopping", modified=call.now)
        training_notices.announce(call, job)
    else:
        turn(call, job, "Stopping", "Stopping", "Stopping the training job")
    seconds = call.draw(f"stop:{job['name']}", call.scenario.training.stop_seconds)
    capacity.give_back(call, job, call.now + seconds)
    call.later(call.now + seconds, partial(_stopped, job))


def _stopped(job: TrainingJob, call: Call) -> None:
    _end(call, job, "Stopped", "Stopped", "Training job stopped")


def _make(call: Call, name: str, arn: str, params: dict[str, Any]) -> TrainingJob:
    condition = {"MaxRuntimeInSeconds": _DEFAULT_MAX_RUNTIME, **params.get("StoppingCondition", {})}
    job: TrainingJob = {
        "name": name, "arn": arn, "params": {**params, "StoppingCondition": condition}, "created": call.now,
        "modified": call.now, "status": "", "secondary": "", "steps": [], "started": None, "ended": None,
        "failure": None, "metrics": {}, "waits": False,
        "model": f"{params['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{name}/output/model.tar.gz",
    }  # fmt: skip
    all_of(call)[name] = job
    turn(call, job, "InProgress", "Starting", "Launching requested ML instances")
    return job


def turn(call: Call, job: TrainingJob, status: str, secondary: str, said: str) -> None:
    """Change the job's status now, and announce it."""
    if job["steps"]:
        job["steps"][-1]["ended"] = call.now
    job["steps"].append({"status": secondary, "started": call.now, "ended": None, "said": said})
    job.update(status=status, secondary=secondary, modified=call.now)
    training_notices.announce(call, job)


def _plan(call: Call, job: TrainingJob, at: float, act: Callable[[Call, TrainingJob], None]) -> None:
    call.later(at, partial(_unless_over, job, act))


def _unless_over(job: TrainingJob, act: Callable[[Call, TrainingJob], None], call: Call) -> None:
    if job["status"] != "InProgress":
        return
    try:
        act(call, job)
    except Failure as exc:
        _fail(call, job, str(exc))


def _fail(call: Call, job: TrainingJob, reason: str) -> None:
    job["failure"] = reason
    _end(call, job, "Failed", "Failed", "Training job failed")


def _wait_for_capacity(call: Call, job: TrainingJob) -> None:
    scenario = call.scenario.training
    job["waits"], said = True, capacity.WAITS[scenario.no_capacity_status]
    if job["secondary"] == scenario.no_capacity_status:
        job["steps"][-1]["said"] = said
    else:
        turn(call, job, "InProgress", scenario.no_capacity_status, said)
    pending = job["params"]["StoppingCondition"].get("MaxPendingTimeInSeconds")
    if scenario.no_capacity_ends == "failed":
        _plan(call, job, call.now + call.draw("no-capacity", scenario.no_capacity_seconds), _no_capacity)
    elif pending:
        _plan(call, job, call.now + pending, _no_capacity)


def _no_capacity(call: Call, job: TrainingJob) -> None:
    if job["waits"]:
        raise Failure(capacity.FAILED)


def _launched(call: Call, job: TrainingJob) -> None:
    """Update the status message: AWS does not change the status when instances have launched."""
    job["steps"][-1]["said"] = "Preparing the instances for training"
    job["modified"] = call.now


def _download(call: Call, job: TrainingJob) -> None:
    role, image = job["params"]["RoleArn"], job["params"]["AlgorithmSpecification"]["TrainingImage"]
    registry, repository = image.split(".", 1)[0], image.partition("/")[2].partition(":")[0]
    arn = f"arn:{call.partition}:ecr:{call.region}:{registry}:repository/{repository}"
    denied = [action for action in _PULL if not iam.may(call, role, action, arn)]
    if denied or not iam.may(call, role, "ecr:GetAuthorizationToken", "*"):
        raise Failure(
            "ClientError: Cannot pull algorithm container. Either the image does not exist or its "
            "permissions are incorrect."
        )
    job["started"] = call.now
    turn(call, job, "InProgress", "Downloading", "Downloading input data")


def _train(call: Call, job: TrainingJob) -> None:
    """Start training. Errors in the data and the hyper-parameters end the job here."""
    turn(call, job, "InProgress", "Training", "Training image download completed. Training in progress.")
    training_notices.begun(call, job)
    params = job["params"]
    given = params.get("HyperParameters", {})
    by_name = {channel["ChannelName"]: channel for channel in params.get("InputDataConfig", ())}
    problem = (
        image_classification.unfit(params["ResourceConfig"]["InstanceType"])
        or _channels_problem(by_name)
        or image_classification.misconfigured(given)
    )
    if problem:
        raise Failure(problem)
    train, validation = (channels.records(call, params["RoleArn"], by_name[name]) for name in _NEEDED)
    problem = image_classification.mismatched(given, train, validation) or _mishap(call)
    if problem:
        raise Failure(problem)
    job["reached"] = learning.reached(call, given, validation.count)
    answers.learn(call, job["model"], training_notices.metrics(job), train, validation)
    training_notices.learns(call, job, job["uploads"])


def _mishap(call: Call) -> str | None:
    said = call.scenario.training
    if said.failure_times is not None and call.account.count("training-failure") > said.failure_times:
        return None
    return said.failure


def _channels_problem(by_name: dict[str, dict[str, Any]]) -> str | None:
    said = "ClientError: Unable to initialize the algorithm. Failed to validate input data configuration."
    for name in _NEEDED:
        if name not in by_name:
            return f"{said} (caused by ValidationError)\n\nCaused by: '{name}' is a required property"
        content = by_name[name].get("ContentType")
        if content != "application/x-recordio":
            return f"{said} (caused by ValidationError)\n\nCaused by: {content!r} is not simulated for '{name}'"
    return None


def _upload(call: Call, job: TrainingJob) -> None:
    turn(call, job, "InProgress", "Uploading", "Uploading generated training model")
    _write_model(call, job)
    _measure(job)


def _complete(call: Call, job: TrainingJob) -> None:
    _end(call, job, "Completed", "Completed", "Training job completed")


def _overrun(call: Call, job: TrainingJob) -> None:
    """Stop a job that ran too long; AWS keeps the model so far."""
    if job["secondary"] == "Training":
        _write_model(call, job)
        _measure(job)
    _end(call, job, "Stopped", "MaxRuntimeExceeded", "Training job runtime exceeded MaxRuntimeInSeconds provided")


def _write_model(call: Call, job: TrainingJob) -> None:
    channels.write_model(call, job["params"]["RoleArn"], job["model"])


def _measure(job: TrainingJob) -> None:
    job["metrics"] = training_notices.metrics(job)


def _end(call: Call, job: TrainingJob, status: str, secondary: str, said: str) -> None:
    job["ended"] = call.now
    capacity.give_back(call, job, call.now)
    training_notices.over(call, job)
    turn(call, job, status, secondary, said)
    job["steps"][-1]["ended"] = call.now
    follower = call.shelf("sagemaker.training-followers").pop(job["name"], None)
    if follower:
        follower(call)
