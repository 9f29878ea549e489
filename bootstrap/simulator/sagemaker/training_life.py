"""How a training job passes from Starting to its end."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from bootstrap.simulator import iam
from bootstrap.simulator.call import Call
from bootstrap.simulator.sagemaker import channels, image_classification
from bootstrap.simulator.sagemaker.channels import Failure

Job = dict[str, Any]

# Shares of the whole time.
_LAUNCHED, _DOWNLOADING, _TRAINING, _UPLOADING = 0.15, 0.35, 0.5, 0.92
_NEEDED = ("train", "validation")
_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_NO_CAPACITY = (
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type."
)


def all_of(call: Call) -> dict[str, Job]:
    return call.shelf("sagemaker.training-jobs")


def begin(call: Call, name: str, arn: str, params: dict[str, Any]) -> None:
    """A job is made, and what will become of it is arranged."""
    job: Job = {
        "name": name, "arn": arn, "params": params, "created": call.now, "modified": call.now, "status": "",
        "secondary": "", "steps": [], "started": None, "ended": None, "failure": None, "metrics": {},
        "model": f"{params['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{name}/output/model.tar.gz",
    }  # fmt: skip
    all_of(call)[name] = job
    turn(call, job, "InProgress", "Starting", "Launching requested ML instances")
    scenario = call.scenario.training
    kind = params["ResourceConfig"]["InstanceType"]
    if any(fnmatchcase(kind, glob) for glob in scenario.no_capacity):
        _wait_in_vain(call, job)
        return
    seconds = call.draw("training", scenario.seconds)
    ends = call.now + seconds
    download = call.now + seconds * _DOWNLOADING
    _plan(call, name, call.now + seconds * _LAUNCHED, _launched)
    _plan(call, name, download, _download)
    _plan(call, name, call.now + seconds * _TRAINING, _train)
    _plan(call, name, call.now + seconds * _UPLOADING, _upload)
    _plan(call, name, ends, _complete)
    deadline = download + params["StoppingCondition"]["MaxRuntimeInSeconds"]
    if deadline < ends:
        _plan(call, name, deadline, _overrun)


def turn(call: Call, job: Job, status: str, secondary: str, said: str) -> None:
    """The job passes into another state now."""
    if job["steps"]:
        job["steps"][-1]["ended"] = call.now
    job["steps"].append({"status": secondary, "started": call.now, "ended": None, "said": said})
    job.update(status=status, secondary=secondary, modified=call.now)


def stopped(name: str, call: Call) -> None:
    """The end of StopTrainingJob; nothing is kept of the model."""
    job = all_of(call)[name]
    _end(call, job, "Stopped", "Stopped", "Training job stopped")


def _plan(call: Call, name: str, at: float, act: Callable[[Call, Job], None]) -> None:
    call.later(at, partial(_unless_over, name, act))


def _unless_over(name: str, act: Callable[[Call, Job], None], call: Call) -> None:
    job = all_of(call)[name]
    if job["status"] != "InProgress":
        return
    try:
        act(call, job)
    except Failure as exc:
        job["failure"] = str(exc)
        _end(call, job, "Failed", "Failed", "Training job failed")


def _wait_in_vain(call: Call, job: Job) -> None:
    job["steps"][-1]["said"] = "Insufficient capacity error from EC2 while launching instances, retrying!"
    scenario = call.scenario.training
    pending = job["params"]["StoppingCondition"].get("MaxPendingTimeInSeconds")
    if scenario.no_capacity_ends == "failed":
        _plan(call, job["name"], call.now + call.draw("no-capacity", scenario.no_capacity_seconds), _no_capacity)
    elif pending:
        _plan(call, job["name"], call.now + pending, _no_capacity)


def _no_capacity(call: Call, job: Job) -> None:
    raise Failure(_NO_CAPACITY)


def _launched(call: Call, job: Job) -> None:
    """AWS tells it only in the words of the same status."""
    job["steps"][-1]["said"] = "Preparing the instances for training"
    job["modified"] = call.now


def _download(call: Call, job: Job) -> None:
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


def _train(call: Call, job: Job) -> None:
    """Everything that the algorithm finds wrong it finds when it starts."""
    turn(call, job, "InProgress", "Training", "Training image download completed. Training in progress.")
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
    problem = image_classification.mismatched(given, train, validation) or call.scenario.training.failure
    if problem:
        raise Failure(problem)


def _channels_problem(by_name: dict[str, dict[str, Any]]) -> str | None:
    said = "ClientError: Unable to initialize the algorithm. Failed to validate input data configuration."
    for name in _NEEDED:
        if name not in by_name:
            return f"{said} (caused by ValidationError)\n\nCaused by: '{name}' is a required property"
        content = by_name[name].get("ContentType")
        if content != "application/x-recordio":
            return f"{said} (caused by ValidationError)\n\nCaused by: {content!r} is not simulated for '{name}'"
    return None


def _upload(call: Call, job: Job) -> None:
    turn(call, job, "InProgress", "Uploading", "Uploading generated training model")
    _write_model(call, job)
    _measure(call, job)


def _complete(call: Call, job: Job) -> None:
    _end(call, job, "Completed", "Completed", "Training job completed")


def _overrun(call: Call, job: Job) -> None:
    """AWS stops the job and keeps what it has."""
    if job["secondary"] == "Training":
        _write_model(call, job)
        _measure(call, job)
    _end(call, job, "Stopped", "MaxRuntimeExceeded", "Training job runtime exceeded MaxRuntimeInSeconds provided")


def _write_model(call: Call, job: Job) -> None:
    channels.write_model(call, job["params"]["RoleArn"], job["model"])


def _measure(call: Call, job: Job) -> None:
    reached = call.draw("accuracy", call.scenario.training.accuracy)
    # Of what it was trained on the model always knows a little more.
    job["metrics"] = {"train:accuracy": min(1.0, reached + 0.03), "validation:accuracy": reached}


def _end(call: Call, job: Job, status: str, secondary: str, said: str) -> None:
    turn(call, job, status, secondary, said)
    job["ended"] = job["steps"][-1]["ended"] = call.now
