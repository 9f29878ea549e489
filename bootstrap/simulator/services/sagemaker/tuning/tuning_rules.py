"""The checks of CreateHyperParameterTuningJob."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.quotas.catalogue import RANDOM_SEARCH_JOBS
from bootstrap.simulator.services.sagemaker import limits
from bootstrap.simulator.services.sagemaker.training import training_rules
from bootstrap.simulator.services.sagemaker.tuning import tuning_space
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_STRATEGIES = ("Random", "Bayesian")
# A fixed limit: Service Quotas does not list it.
_PARALLEL = ("Number of training jobs each hyperparameter tuning job can run in parallel at once", 10)
_MOST = ("Number of training jobs a hyperparameter tuning job can create", 750)
_AT_ONCE = ("Number of hyperparameter tuning jobs running at once in parallel", 100)
_NEWER = ("WarmStartConfig", "Autotune")
_NEWER_CONFIG = ("StrategyConfig", "TuningJobCompletionCriteria")
_OF_TRAINING = (
    "RoleArn", "InputDataConfig", "OutputDataConfig", "VpcConfig", "StoppingCondition", "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining", "CheckpointConfig", "RetryStrategy",
    "Environment",
)  # fmt: skip


def check(call: Call, running: int) -> None:
    """Check the request. Raises Refusal. Training quotas are checked later, for each training job."""
    params = call.params
    config = params["HyperParameterTuningJobConfig"]
    _check_simulated(params, config)
    wanted = definitions(params)
    _check_several(params, config, wanted)
    for definition in wanted:
        _check_definition(call, config, definition)
    _check_limits(call, config, running)


def definitions(params: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the definitions of training jobs: one, or a list as the console's form writes it. Raises Refusal."""
    one, several = params.get("TrainingJobDefinition"), params.get("TrainingJobDefinitions")
    if (one is None) == (several is None):
        raise Refusal(
            "ValidationException", "You must specify either TrainingJobDefinition or TrainingJobDefinitions, not both."
        )
    return [one] if one is not None else list(several or [])


def _check_several(params: dict[str, Any], config: dict[str, Any], wanted: list[dict[str, Any]]) -> None:
    if "TrainingJobDefinitions" not in params:
        return
    names = [each.get("DefinitionName") for each in wanted]
    if None in names or len(set(names)) < len(names):
        raise Refusal("ValidationException", "Each of TrainingJobDefinitions must have a DefinitionName of its own.")
    for there, here in (
        ("HyperParameterTuningJobObjective", "TuningObjective"),
        ("ParameterRanges", "HyperParameterRanges"),
    ):
        if there in config or not all(here in each for each in wanted):
            raise Refusal(
                "ValidationException",
                f"With TrainingJobDefinitions, each of them has {here}, and {there} is not given.",
            )


def _check_definition(call: Call, config: dict[str, Any], definition: dict[str, Any]) -> None:
    algorithm = definition["AlgorithmSpecification"]
    training_rules.check_request(call, training(definition))
    flexible = definition.get("HyperParameterTuningResourceConfig")
    if flexible:
        # Of all members for a volume, the API's model limits only this one to the size of the NVMe disk.
        training_rules.check_volume(flexible["InstanceType"], flexible["VolumeSizeInGB"])
    if algorithm.get("MetricDefinitions"):
        raise Refusal(
            "ValidationException",
            "You can't override the metric definitions for Amazon SageMaker algorithms. Please retry the request "
            "without specifying metric definitions.",
        )
    tuning_space.check_objective(objective(config, definition), algorithm["TrainingImage"])
    tuning_space.check_ranges(ranges(config, definition), definition.get("StaticHyperParameters", {}))


def objective(config: dict[str, Any], definition: dict[str, Any]) -> dict[str, Any]:
    """Return the objective metric. Raises Refusal if there is none."""
    found = config.get("HyperParameterTuningJobObjective") or definition.get("TuningObjective")
    if not found:
        raise Refusal("ValidationException", "A tuning job needs an objective metric.")
    return dict(found)


def ranges(config: dict[str, Any], definition: dict[str, Any]) -> dict[str, Any]:
    """Return the parameter ranges."""
    return dict(config.get("ParameterRanges") or definition.get("HyperParameterRanges") or {})


def training(definition: dict[str, Any]) -> dict[str, Any]:
    """Return the CreateTrainingJob parameters of a definition, without hyper-parameters."""
    resources, flexible = (definition.get(one) for one in ("ResourceConfig", "HyperParameterTuningResourceConfig"))
    if resources and flexible:
        raise Refusal(
            "ValidationException", "Give either ResourceConfig or HyperParameterTuningResourceConfig, not both."
        )
    if flexible and {"InstanceConfigs", "AllocationStrategy"} & set(flexible):
        raise Refusal("NotSimulated", "HyperParameterTuningResourceConfig.InstanceConfigs is not simulated")
    specification = definition["AlgorithmSpecification"]
    if "AlgorithmName" in specification:
        raise Refusal("NotSimulated", "AlgorithmSpecification.AlgorithmName is not simulated")
    made = {key: value for key, value in definition.items() if key in _OF_TRAINING}
    algorithm = {key: specification[key] for key in ("TrainingImage", "TrainingInputMode") if key in specification}
    return {**made, "AlgorithmSpecification": algorithm, "ResourceConfig": resources or flexible or {}}


def _check_simulated(params: dict[str, Any], config: dict[str, Any]) -> None:
    for newer in (*(one for one in _NEWER if one in params), *(one for one in _NEWER_CONFIG if one in config)):
        raise Refusal("NotSimulated", f"{newer} is not simulated")
    if config["Strategy"] not in _STRATEGIES:
        raise Refusal("NotSimulated", f"the strategy {config['Strategy']} is not simulated")
    if "MaxRuntimeInSeconds" in config["ResourceLimits"]:
        raise Refusal("NotSimulated", "ResourceLimits.MaxRuntimeInSeconds is not simulated")
    if "MaxNumberOfTrainingJobs" not in config["ResourceLimits"]:
        raise Refusal("NotSimulated", "a tuning job without MaxNumberOfTrainingJobs is not simulated")


def _check_limits(call: Call, config: dict[str, Any], running: int) -> None:
    asked = config["ResourceLimits"]
    most = asked["MaxNumberOfTrainingJobs"]
    limits.check_fixed(*_PARALLEL, 0, asked["MaxParallelTrainingJobs"], unit="Training Jobs")
    limits.check_fixed(*_MOST, 0, most, unit="Training Jobs")
    if config["Strategy"] == "Random":
        limits.check(call, RANDOM_SEARCH_JOBS, 0, most, unit="Training Jobs")
    limits.check_fixed(*_AT_ONCE, running, unit="Tuning Jobs")
