"""The checks of CreateTrainingJob, also used for the tuner's jobs."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from bootstrap.simulator.services.quotas.catalogue import (
    PER_TRAINING_JOB,
    TOTAL_SPOT,
    TOTAL_TRAINING,
    TRAINING_SECONDS,
    TRAINING_VOLUME,
    usage_of,
)
from bootstrap.simulator.services.sagemaker import instances, limits, roles
from bootstrap.simulator.services.sagemaker.training import channels, image_classification, warm_pools
from bootstrap.simulator.services.sagemaker.training.training_life import ALIVE, all_of
from bootstrap.simulator.wire import protocol
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_SOURCE_TYPES = ("S3Prefix",)


def check(call: Call, params: dict[str, Any]) -> None:
    """Check the request, quotas last, as AWS does. Raises Refusal."""
    check_request(call, params)
    check_limits(call, params)


def check_request(call: Call, params: dict[str, Any]) -> None:
    """Check the request without quotas. Raises Refusal."""
    for needed in ("AlgorithmSpecification", "ResourceConfig"):
        if needed not in params:
            raise Refusal("ValidationException", f"{needed} is required.")
    _check_image(call, params["AlgorithmSpecification"], params["RoleArn"])
    _check_instances(call, params["ResourceConfig"])
    roles.check(call, params["RoleArn"])
    _check_channels(call, params)
    if not params["OutputDataConfig"]["S3OutputPath"].startswith("s3://"):
        raise Refusal("ValidationException", "S3OutputPath must be an s3:// URL.")
    if _is_spot(params) and "MaxWaitTimeInSeconds" not in params.get("StoppingCondition", {}):
        raise Refusal("ValidationException", "MaxWaitTimeInSeconds is required for managed spot training.")


def _check_image(call: Call, algorithm: dict[str, Any], role: str) -> None:
    wanted = algorithm.get("TrainingImage", "")
    if not wanted or ".dkr.ecr." not in wanted:
        raise Refusal("ValidationException", "TrainingImage must be the URI of an image in Amazon ECR.")
    registry, _, rest = wanted.partition(".dkr.ecr.")
    region = rest.split(".", 1)[0]
    repository, _, tag = rest.partition("/")[2].partition(":")
    if region != call.region:
        raise Refusal("ValidationException", f"The image {wanted} must be in the region {call.region}.")
    known = image_classification.image(call.region, call.partition)
    if wanted.partition(":")[0] != known or tag not in ("1", "latest"):
        raise Refusal(
            "ValidationException",
            f"Cannot find repository: {repository} in registry ID: {registry} Please check if your ECR "
            f"repository exists and role {role} has proper pull permissions for SageMaker: "
            "ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer",
        )


def _check_instances(call: Call, asked: dict[str, Any]) -> None:
    for newer in ("InstanceGroups", "InstancePreferences", "TrainingPlanArn"):
        if newer in asked:
            raise Refusal("NotSimulated", f"ResourceConfig.{newer} is not simulated")
    missing = [name for name in ("InstanceType", "InstanceCount", "VolumeSizeInGB") if not asked.get(name)]
    if missing:
        raise Refusal("ValidationException", f"ResourceConfig must have {', '.join(missing)}.")
    kind, volume = asked["InstanceType"], asked["VolumeSizeInGB"]
    if not instances.offered(kind, call.region):
        raise _not_offered(kind, "not-in-region")
    if _retired(call, kind):
        raise _not_offered(kind, call.scenario.training.retired_answer)
    if image_classification.needs_gpu(kind):
        text = f"Instance type {kind} is not supported by algorithm image-classification"
        raise Refusal("ValidationException", f"{text}; only GPU instances are supported.")
    if call.scenario.training.nvme == "refused":
        check_volume(kind, volume)


def check_volume(kind: str, volume: int) -> None:
    """Raise Refusal if the volume is larger than the NVMe disk."""
    disk = instances.disk(kind)
    if disk is not None and volume > disk:
        raise Refusal(
            "ValidationException",
            f"VolumeSizeInGB {volume} is greater than the total NVMe storage of {disk} GB of {kind}.",
        )


def _not_offered(kind: str, answer: str) -> Refusal:
    """Return AWS's error for a type that it does not offer, in one of the three wordings that were seen."""
    if answer == "unsupported":
        return Refusal("ValidationException", f"Unsupported instance type {kind}")
    if answer == "not-in-enum":
        shape = protocol.model("sagemaker").shape_for("TrainingInstanceType")
        known = ", ".join(one for one in shape.enum if one != kind)
        said = f"Value '{kind}' at 'resourceConfig.instanceType' failed to satisfy constraint"
        return Refusal(
            "ValidationException", f"1 validation error detected: {said}: Member must satisfy enum value set: [{known}]"
        )
    return Refusal(
        "ResourceLimitExceeded", f"The requested resource training-job/{kind} is not available in this region"
    )


def _retired(call: Call, kind: str) -> bool:
    return any(fnmatchcase(kind, glob) for glob in call.scenario.training.retired)


def _check_channels(call: Call, params: dict[str, Any]) -> None:
    names = [channel["ChannelName"] for channel in params.get("InputDataConfig", ())]
    if len(set(names)) != len(names):
        raise Refusal("ValidationException", "Channel names must be unique.")
    for channel in params.get("InputDataConfig", ()):
        source = channel["DataSource"].get("S3DataSource")
        if source is None or source.get("S3DataType") not in _SOURCE_TYPES:
            raise Refusal("NotSimulated", "channels other than S3Prefix are not simulated")
        channels.check_source(call, params["RoleArn"], source)


def check_limits(call: Call, params: dict[str, Any]) -> None:
    """Raise Refusal if the job would exceed a quota now."""
    resources, condition = params["ResourceConfig"], params.get("StoppingCondition", {})
    kind, count, volume = resources["InstanceType"], resources["InstanceCount"], resources["VolumeSizeInGB"]
    spot = _is_spot(params)
    limits.check(call, TRAINING_SECONDS, 0, condition.get("MaxRuntimeInSeconds", 0), unit="Seconds")
    limits.check(call, PER_TRAINING_JOB, 0, count)
    if instances.disk(kind) is None:
        limits.check(call, TRAINING_VOLUME, 0, volume, unit="Gigabytes")
    running = [
        job["params"]["ResourceConfig"]
        for job in all_of(call).values()
        if job["status"] in ALIVE and _is_spot(job["params"]) == spot
    ]
    usage = usage_of(kind, "spot training job" if spot else "training job")
    limits.check(call, usage, sum(used["InstanceCount"] for used in running if used["InstanceType"] == kind), count)
    total = TOTAL_SPOT if spot else TOTAL_TRAINING
    limits.check(call, total, sum(used["InstanceCount"] for used in running), count)
    warm_pools.check_limits(call, resources)


def _is_spot(params: dict[str, Any]) -> bool:
    return bool(params.get("EnableManagedSpotTraining", False))
