"""Notebooks, jobs outside the labs, resources that hold an endpoint, and machines in another region."""

from __future__ import annotations

import base64
from typing import Any

from bootstrap.simulator.participants.labs import make_model
from bootstrap.simulator.participants.leftover import Leftover
from bootstrap.simulator.participants.participant import ALLOWED, Participant, document, trust
from bootstrap.simulator.services.sagemaker.training import channels

_SMALL = "ml.t2.medium"
_CLUSTER = {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}


def _notebook(who: Participant, word: str, region: str = "", **more: str) -> None:
    who.aws("sagemaker", region).create_notebook_instance(
        NotebookInstanceName=who.name(word), InstanceType="ml.t3.medium", RoleArn=who.role, **more
    )


def _notebooks(who: Participant) -> None:
    """Create two notebooks; one is stopped later."""
    client, script = who.sagemaker, base64.b64encode(b"#!/bin/bash\n").decode()
    client.create_notebook_instance_lifecycle_config(
        NotebookInstanceLifecycleConfigName=who.name("at-start"), OnStart=[{"Content": script}]
    )
    client.create_code_repository(
        CodeRepositoryName=who.name("code"), GitConfig={"RepositoryUrl": "https://example.com/cars.git"}
    )
    more = {"LifecycleConfigName": who.name("at-start"), "DefaultCodeRepository": who.name("code")}
    _notebook(who, "work", **more)
    _notebook(who, "idle")


def _stop_idle(who: Participant) -> None:
    who.sagemaker.stop_notebook_instance(NotebookInstanceName=who.name("idle"))


def _notebook_late(who: Participant) -> None:
    _notebook(who, "late")


def _source(who: Participant) -> dict[str, str]:
    return {"S3Uri": who.uri("train/"), "S3DataType": "S3Prefix"}


def _process(who: Participant) -> None:
    who.sagemaker.create_processing_job(
        ProcessingJobName=who.name("process"), ProcessingResources={"ClusterConfig": _CLUSTER},
        AppSpecification={"ImageUri": who.algorithm()}, RoleArn=who.role,
    )  # fmt: skip


def _transform(who: Participant) -> None:
    make_model(who, who.name("batch"))
    who.sagemaker.create_transform_job(
        TransformJobName=who.name("transform"), ModelName=who.name("batch"),
        TransformInput={"DataSource": {"S3DataSource": _source(who)}},
        TransformOutput={"S3OutputPath": who.uri("transformed/")},
        TransformResources={"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
    )  # fmt: skip


def _automl(who: Participant) -> None:
    who.sagemaker.create_auto_ml_job_v2(
        AutoMLJobName=who.name("auto"), RoleArn=who.role,
        AutoMLJobInputDataConfig=[{"ChannelType": "training", "DataSource": {"S3DataSource": _source(who)}}],
        OutputDataConfig={"S3OutputPath": who.uri("auto/")},
        AutoMLProblemTypeConfig={"ImageClassificationJobConfig": {}},
    )  # fmt: skip


def _compile(who: Participant) -> None:
    model = {"S3Uri": who.uri("model.tar.gz"), "DataInputConfig": "{}", "Framework": "PYTORCH"}
    who.sagemaker.create_compilation_job(
        CompilationJobName=who.name("compile"), RoleArn=who.role, StoppingCondition={"MaxRuntimeInSeconds": 900},
        InputConfig=model, OutputConfig={"S3OutputLocation": who.uri("compiled/"), "TargetDevice": "ml_c5"},
    )  # fmt: skip


def _bare(who: Participant) -> None:
    """Create an endpoint whose variant has no model, for inference components."""
    name = who.name("bare")
    make_model(who, name)
    variant = {"VariantName": "AllTraffic", "InstanceType": _SMALL, "InitialInstanceCount": 1}
    who.sagemaker.create_endpoint_config(
        EndpointConfigName=name, ProductionVariants=[variant], ExecutionRoleArn=who.role
    )
    who.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)


def _component(who: Participant) -> None:
    """Create an inference component late, so that it is Creating when the event ends."""
    needs = {"NumberOfCpuCoresRequired": 1, "MinMemoryRequiredInMb": 128}
    who.sagemaker.create_inference_component(
        InferenceComponentName=who.name("part"), EndpointName=who.name("bare"), VariantName="AllTraffic",
        Specification={"ModelName": who.name("bare"), "ComputeResourceRequirements": needs},
        RuntimeConfig={"CopyCount": 1},
    )  # fmt: skip


def _monitor(who: Participant) -> None:
    definition: dict[str, Any] = {
        "MonitoringInputs": [{"EndpointInput": {"EndpointName": who.name("bare"), "LocalPath": "/opt/ml/in"}}],
        "MonitoringOutputConfig": {
            "MonitoringOutputs": [{"S3Output": {"S3Uri": who.uri("monitored"), "LocalPath": "/opt/ml/out"}}]
        },
        "MonitoringResources": {"ClusterConfig": _CLUSTER},
        "MonitoringAppSpecification": {"ImageUri": who.algorithm()},
        "RoleArn": who.role,
    }
    who.sagemaker.create_monitoring_schedule(
        MonitoringScheduleName=who.name("hourly"),
        MonitoringScheduleConfig={"MonitoringJobDefinition": definition},
    )


def _role_abroad(who: Participant) -> None:
    """Create a role for the other region: the event's role may read only the event's bucket."""
    client, name = who.aws("iam"), who.name("abroad")
    client.create_role(RoleName=name, AssumeRolePolicyDocument=trust("sagemaker"))
    client.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document(**ALLOWED))


def _abroad(who: Participant) -> None:
    """Create an endpoint and a notebook in a region that is not the event's."""
    where, name, role = who.away, who.name("abroad"), who.arn("iam", f"role/{who.name('abroad')}")
    bucket, client = who.own("abroad"), who.aws("sagemaker", where)
    who.make_bucket(bucket, where)
    who.aws("s3", where).put_object(Bucket=bucket, Key="model.tar.gz", Body=channels.model_archive())
    container = {"Image": who.algorithm(where), "ModelDataUrl": f"s3://{bucket}/model.tar.gz"}
    client.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer=container)
    variant = {"VariantName": "AllTraffic", "ModelName": name, "InstanceType": _SMALL, "InitialInstanceCount": 1}
    client.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    client.create_endpoint(EndpointName=name, EndpointConfigName=name)
    _notebook(who, "abroad", where)


LEFTOVERS = (
    Leftover(("notebook", "notebook lifecycle config", "code repository"), opens=_notebooks, noon=_stop_idle),
    Leftover(("notebook",), closes=_notebook_late),
    Leftover(("processing job",), closes=_process),
    Leftover(("transform job", "model"), closes=_transform),
    Leftover(("automl job",), closes=_automl),
    Leftover(("compilation job",), closes=_compile),
    Leftover(("inference component", "endpoint", "monitoring schedule"), opens=_bare, noon=_monitor, closes=_component),
    Leftover(("notebook", "endpoint", "bucket", "role"), opens=_role_abroad, noon=_abroad),
)
