"""The three labs, left unfinished."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.participants.leftover import Leftover
from bootstrap.simulator.participants.participant import Missed, Participant
from bootstrap.simulator.services.sagemaker.labelling import labelling_rules
from bootstrap.simulator.services.sagemaker.training import channels

_TRAINING, _HOSTING = "ml.g5.2xlarge", "ml.m5.large"
_EVERYONE = "Everyone-in-private-workforce"


def _label(who: Participant) -> None:
    """Lab 1: create a work team as the console does, and start a labelling job that nobody works on."""
    client, team = who.sagemaker, who.team
    client.create_workteam(WorkteamName=_EVERYONE, MemberDefinitions=team["MemberDefinitions"], Description="Everyone")
    who.s3.put_object(Bucket=who.bucket, Key="labelling/template.html", Body=b"<crowd-image-classifier/>")
    functions = _functions(who)
    task = {
        "WorkteamArn": team["WorkteamArn"], "UiConfig": {"UiTemplateS3Uri": who.uri("labelling/template.html")},
        "PreHumanTaskLambdaArn": f"{functions}PRE-ImageMultiClass",
        "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{functions}ACS-ImageMultiClass"},
        "TaskTitle": "Cars", "TaskDescription": "Which car is it?", "NumberOfHumanWorkersPerDataObject": 1,
        "TaskTimeLimitInSeconds": 300,
    }  # fmt: skip
    client.create_labeling_job(
        LabelingJobName=who.name("label-cars"), LabelAttributeName="kind", RoleArn=who.role,
        InputConfig={"DataSource": {"S3DataSource": {"ManifestS3Uri": who.uri("labelling/input.manifest")}}},
        OutputConfig={"S3OutputPath": who.uri("labelled/")}, LabelCategoryConfigS3Uri=who.uri("labels.json"),
        HumanTaskConfig=task,
    )  # fmt: skip


def _functions(who: Participant) -> str:
    try:
        return labelling_rules.functions(who.region, who.partition)
    except KeyError:
        raise Missed(f"Ground Truth in {who.region}") from None


def _review(who: Participant) -> None:
    client = who.sagemaker
    ui = client.create_human_task_ui(HumanTaskUiName=who.name("look"), UiTemplate={"Content": "<crowd-form/>"})
    loop = {
        "WorkteamArn": who.team["WorkteamArn"], "HumanTaskUiArn": ui["HumanTaskUiArn"], "TaskTitle": "Look",
        "TaskDescription": "Is it a car?", "TaskCount": 1,
    }  # fmt: skip
    client.create_flow_definition(
        FlowDefinitionName=who.name("flow"), HumanLoopConfig=loop, RoleArn=who.role,
        OutputConfig={"S3OutputPath": who.uri("reviews/")},
    )  # fmt: skip


def _definition(who: Participant, instance_type: str = _TRAINING) -> dict[str, Any]:
    return {
        "RoleArn": who.role,
        "AlgorithmSpecification": {"TrainingImage": who.algorithm(), "TrainingInputMode": "File"},
        "InputDataConfig": [_channel(who, "train"), _channel(who, "validation")],
        "OutputDataConfig": {"S3OutputPath": who.uri("output/")},
        "ResourceConfig": {"InstanceType": instance_type, "InstanceCount": 1, "VolumeSizeInGB": 50},
        "StoppingCondition": {"MaxRuntimeInSeconds": 7200},
    }


def _channel(who: Participant, name: str) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": who.uri(f"{name}/"), "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}, "ContentType": "application/x-recordio"}


def _hyperparameters(who: Participant) -> dict[str, str]:
    said = who.read("classes.json")
    return {
        "num_layers": "18", "image_shape": f"3,{said['picture_size']},{said['picture_size']}",
        "num_classes": str(said["num_classes"]), "num_training_samples": str(said["num_training_samples"]),
        "epochs": "5", "use_pretrained_model": "1",
    }  # fmt: skip


def train(name: str, who: Participant, instance_type: str = _TRAINING) -> None:
    """Lab 2: start a training job. Raises Missed without the event's bucket or role."""
    given, rest = {**_hyperparameters(who), "mini_batch_size": "16"}, _definition(who, instance_type)
    who.sagemaker.create_training_job(TrainingJobName=who.name(name), HyperParameters=given, **rest)


def _tune(who: Participant) -> None:
    """Lab 3: start a tuning job, which starts new training jobs while a sweep runs."""
    rate = {"Name": "learning_rate", "MinValue": "0.0001", "MaxValue": "0.1", "ScalingType": "Logarithmic"}
    sizes = {"Name": "mini_batch_size", "MinValue": "8", "MaxValue": "30", "ScalingType": "Auto"}
    config = {
        "Strategy": "Random",
        "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:accuracy"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 20, "MaxParallelTrainingJobs": 2},
        "ParameterRanges": {"ContinuousParameterRanges": [rate], "IntegerParameterRanges": [sizes]},
    }
    who.sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=who.name("tune-cars"), HyperParameterTuningJobConfig=config,
        TrainingJobDefinition={"StaticHyperParameters": _hyperparameters(who), **_definition(who)},
    )  # fmt: skip


def make_model(who: Participant, name: str) -> None:
    """Make a model from an artifact with made-up parameters."""
    who.s3.put_object(Bucket=who.bucket, Key=f"models/{name}/model.tar.gz", Body=channels.model_archive())
    container = {"Image": who.algorithm(), "ModelDataUrl": who.uri(f"models/{name}/model.tar.gz")}
    who.sagemaker.create_model(ModelName=name, ExecutionRoleArn=who.role, PrimaryContainer=container)


def _configure(who: Participant, name: str, model: str, kind: str) -> None:
    variant = {"VariantName": "AllTraffic", "ModelName": model, "InstanceType": kind, "InitialInstanceCount": 1}
    who.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])


def _host(who: Participant) -> None:
    host("cars", who)


def host(word: str, who: Participant, instance_type: str = _HOSTING) -> None:
    """Lab 2: create an endpoint, and the model for it. Raises Missed without the event's bucket or role."""
    name = who.name(word)
    make_model(who, name)
    _configure(who, name, name, instance_type)
    who.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)


def _scale(who: Participant) -> None:
    """Lab 2: scale the endpoint and change its model late, so that it is Updating when the event ends."""
    name, scaling = who.name("cars"), who.aws("application-autoscaling")
    target = {
        "ServiceNamespace": "sagemaker", "ResourceId": f"endpoint/{name}/variant/AllTraffic",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }  # fmt: skip
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=2)
    metric = {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"}
    scaling.put_scaling_policy(
        **target, PolicyName="invocations", PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={"TargetValue": 50.0, "PredefinedMetricSpecification": metric},
    )  # fmt: skip
    _configure(who, f"{name}-2", name, _HOSTING)
    who.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=f"{name}-2")


def _host_late(who: Participant) -> None:
    """Create an endpoint late, so that it is still Creating when the event ends."""
    name = who.name("late")
    make_model(who, name)
    _configure(who, name, name, "ml.t2.medium")
    who.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)


LEFTOVERS = (
    Leftover(("labelling job", "workteam"), closes=_label),
    Leftover(("flow definition", "human task ui"), noon=_review),
    Leftover(
        ("training job", "log group"),
        opens=lambda who: train("first", who),
        closes=lambda who: train("last", who),
    ),
    Leftover(("tuning job",), closes=_tune),
    Leftover(("endpoint", "endpoint config", "model", "scalable target", "alarm"), opens=_host, closes=_scale),
    Leftover(("endpoint", "endpoint config", "model"), closes=_host_late),
)
