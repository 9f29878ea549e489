"""Inference components and monitoring schedules, which hold the endpoint that they belong to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused
from tests.simulator.services.sagemaker.test_endpoints import QUOTAS, Hosting


class Held(Hosting):
    """An endpoint in service whose variant brings no model, and what can be put on it."""

    def __init__(self, account: OneAccount) -> None:
        super().__init__(account)
        self.model()
        variant = {"VariantName": "AllTraffic", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        self.sagemaker.create_endpoint_config(
            EndpointConfigName="bare", ProductionVariants=[variant], ExecutionRoleArn=self.role
        )
        self.sagemaker.create_endpoint(EndpointName="bare", EndpointConfigName="bare")

    def component(self, endpoint: str = "bare") -> None:
        needs = {"NumberOfCpuCoresRequired": 1, "MinMemoryRequiredInMb": 128}
        self.sagemaker.create_inference_component(
            InferenceComponentName="one", EndpointName=endpoint, VariantName="AllTraffic",
            Specification={"ModelName": "model", "ComputeResourceRequirements": needs}, RuntimeConfig={"CopyCount": 2},
        )  # fmt: skip

    def schedule(self, endpoint: str = "bare", **change: Any) -> None:
        cluster = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30}
        output = {"S3Uri": "s3://some-bucket/out", "LocalPath": "/opt/ml/out"}
        definition = {
            "MonitoringInputs": [{"EndpointInput": {"EndpointName": endpoint, "LocalPath": "/opt/ml/in"}}],
            "MonitoringOutputConfig": {"MonitoringOutputs": [{"S3Output": output}]},
            "MonitoringResources": {"ClusterConfig": cluster},
            "MonitoringAppSpecification": {"ImageUri": "image"},
            "RoleArn": self.role,
            **change,
        }
        self.sagemaker.create_monitoring_schedule(
            MonitoringScheduleName="hourly", MonitoringScheduleConfig={"MonitoringJobDefinition": definition}
        )

    def states(self) -> tuple[list[str], list[str]]:
        """Of the components and of the schedules of the endpoint."""
        components = self.sagemaker.list_inference_components(EndpointNameEquals="bare")["InferenceComponents"]
        schedules = self.sagemaker.list_monitoring_schedules(EndpointName="bare")["MonitoringScheduleSummaries"]
        return (
            [one["InferenceComponentStatus"] for one in components],
            [one["MonitoringScheduleStatus"] for one in schedules],
        )

    def delete_endpoint(self) -> None:
        self.sagemaker.delete_endpoint(EndpointName="bare")


@pytest.fixture
def held(aws: Simulated) -> Held:
    return Held(open_account(aws, quotas=QUOTAS))


def test_an_inference_component_goes_before_its_endpoint(held: Held) -> None:
    """cleanup.md section 3; AWS's words: gruntwork-io/cloud-nuke PR 1142, aws/amazon-sagemaker-examples#3432."""
    with refused("ValidationException", "in-progress"):
        held.component()
    held.account.pass_time(601)
    held.component()
    with refused("ValidationException", "is in status Creating"):
        held.sagemaker.delete_inference_component(InferenceComponentName="one")
    held.account.pass_time(300)
    described = held.sagemaker.describe_inference_component(InferenceComponentName="one")
    assert described["InferenceComponentStatus"] == "InService"
    assert described["RuntimeConfig"] == {"DesiredCopyCount": 2, "CurrentCopyCount": 2}
    with refused("ValidationException", "Cannot delete endpoint with inference component associated."):
        held.delete_endpoint()
    held.sagemaker.delete_inference_component(InferenceComponentName="one")
    assert held.states() == (["Deleting"], [])
    with refused("ValidationException", "Cannot delete endpoint with inference component associated."):
        held.delete_endpoint()
    held.account.pass_time(120)
    assert held.states() == ([], [])
    held.delete_endpoint()


def test_a_component_needs_a_variant_without_a_model(held: Held) -> None:
    held.serve()
    with refused("ValidationException", "models of their own"):
        held.component("endpoint")


def test_the_copies_of_a_component_are_scaled_in_a_dimension_of_their_own(held: Held) -> None:
    """cleanup.md section 3: Autoscaling; targets are deregistered explicitly."""
    client = held.account.client("application-autoscaling")
    target = {
        "ServiceNamespace": "sagemaker", "ResourceId": "inference-component/one",
        "ScalableDimension": "sagemaker:inference-component:DesiredCopyCount",
    }  # fmt: skip
    held.account.pass_time(601)
    held.component()
    with refused("ValidationException", "must be InService"):
        client.register_scalable_target(**target, MinCapacity=1, MaxCapacity=2)
    held.account.pass_time(300)
    client.register_scalable_target(**target, MinCapacity=1, MaxCapacity=2)
    with refused("NotSimulated", "DesiredCopyCount"):
        wrong = {"ScalableDimension": "sagemaker:variant:DesiredInstanceCount"}
        client.deregister_scalable_target(**{**target, **wrong})
    (found,) = client.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    assert found.items() >= target.items()
    client.deregister_scalable_target(**target)
    assert client.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"] == []


def test_a_monitoring_schedule_goes_before_its_endpoint(held: Held) -> None:
    """cleanup.md section 3; that it must not be Pending: aws/amazon-sagemaker-examples#2342."""
    held.account.pass_time(601)
    held.schedule()
    assert held.states() == ([], ["Pending"])
    with refused("ValidationException", "is in status Pending"):
        held.sagemaker.delete_monitoring_schedule(MonitoringScheduleName="hourly")
    held.account.pass_time(90)
    assert held.states() == ([], ["Scheduled"])
    with refused("ValidationException", "monitoring schedule"):
        held.delete_endpoint()
    held.sagemaker.stop_monitoring_schedule(MonitoringScheduleName="hourly")
    held.account.pass_time(60)
    assert held.states() == ([], ["Stopped"])
    held.sagemaker.delete_monitoring_schedule(MonitoringScheduleName="hourly")
    with refused("ValidationException", "monitoring schedule"):
        held.delete_endpoint()
    held.account.pass_time(60)
    assert held.states() == ([], [])
    held.delete_endpoint()


def test_a_schedule_needs_an_endpoint_and_a_role_that_are_there(held: Held) -> None:
    with refused("ValidationException", "Could not find endpoint"):
        held.schedule("nowhere")
    with refused("ValidationException", "Could not assume role"):
        held.schedule(RoleArn=held.role.replace("training", "nobody"))


def test_what_was_left_in_another_region_is_only_there(held: Held) -> None:
    """cleanup.md section 6: the look elsewhere."""
    away = OneAccount(held.account.aws, held.account.account_id, "eu-west-1")
    elsewhere = away.client("sagemaker")
    held.account.pass_time(601)
    held.schedule()
    variant = {"VariantName": "AllTraffic", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    elsewhere.create_endpoint_config(
        EndpointConfigName="away", ProductionVariants=[variant], ExecutionRoleArn=held.role
    )
    elsewhere.create_endpoint(EndpointName="bare", EndpointConfigName="away")
    elsewhere.create_notebook_instance(NotebookInstanceName="away", InstanceType="ml.t3.medium", RoleArn=held.role)
    held.account.pass_time(601)
    assert held.sagemaker.list_notebook_instances()["NotebookInstances"] == []
    (notebook,) = elsewhere.list_notebook_instances()["NotebookInstances"]
    assert notebook["NotebookInstanceStatus"] == "InService"
    assert ":eu-west-1:" in notebook["NotebookInstanceArn"]
    # The schedule of this region looks at the endpoint of this region.
    elsewhere.delete_endpoint(EndpointName="bare")
    held.account.pass_time(60)
    assert elsewhere.list_endpoints()["Endpoints"] == []
    assert [one["EndpointName"] for one in held.sagemaker.list_endpoints()["Endpoints"]] == ["bare"]
