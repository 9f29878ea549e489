from __future__ import annotations

from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import open_account, refused
from tests.simulator.services.sagemaker.test_endpoints import QUOTAS, Hosting

TARGET = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": "endpoint/endpoint/variant/AllTraffic",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}
TRACKING = {
    "TargetValue": 50.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
}


class Scaling(Hosting):
    """A team whose endpoint is to scale."""

    def __init__(self, aws: Simulated, quotas: dict[str, Any] = QUOTAS, **differs: Any) -> None:
        super().__init__(open_account(aws, quotas=quotas, **differs))
        self.client = self.account.client("application-autoscaling")
        self.model()

    def register(self, **change: Any) -> None:
        self.client.register_scalable_target(**{**TARGET, "MinCapacity": 1, "MaxCapacity": 2, **change})

    def track(self, target: float = 50) -> None:
        tracking = TRACKING | {"TargetValue": target}
        asked = {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": tracking}
        self.client.put_scaling_policy(PolicyName="policy", **TARGET, **asked)

    def load(self, minutes: int, each: int = 3) -> None:
        for _ in range(minutes):
            for _ in range(each):
                self.invoke()
            self.account.pass_time(60)

    def activities(self) -> list[dict[str, Any]]:
        answer = self.client.describe_scaling_activities(ServiceNamespace="sagemaker")
        found: list[dict[str, Any]] = answer["ScalingActivities"]
        return found

    def instances(self) -> int:
        return int(self.endpoint()["ProductionVariants"][0]["DesiredInstanceCount"])

    def targets(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.describe_scalable_targets(ServiceNamespace="sagemaker")[
            "ScalableTargets"
        ]
        return found

    def policies(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.describe_scaling_policies(ServiceNamespace="sagemaker")[
            "ScalingPolicies"
        ]
        return found


@pytest.fixture
def scaling(aws: Simulated) -> Scaling:
    return Scaling(aws)


def test_what_lab_2_asks_for_can_be_read_back(scaling: Scaling) -> None:
    """aws.md section 8: the scoring check."""
    scaling.serve()
    scaling.register()
    scaling.track()
    assert [(one["MinCapacity"], one["MaxCapacity"]) for one in scaling.targets()] == [(1, 2)]
    tracked = [one["TargetTrackingScalingPolicyConfiguration"] for one in scaling.policies()]
    assert [one["TargetValue"] for one in tracked] == [50]
    assert scaling.client.describe_scaling_activities(ServiceNamespace="sagemaker")["ScalingActivities"] == []


def test_burstable_types_do_not_scale(scaling: Scaling) -> None:
    """aws.md sections 0.4 and 8."""
    scaling.serve("ml.t2.medium")
    with refused("ValidationException", "burstable instances"):
        scaling.register()


def test_only_a_variant_of_an_endpoint_in_service_is_registered(scaling: Scaling) -> None:
    """aws.md section 8: endpoint must be InService to register."""
    with refused("ValidationException", "Could not find endpoint"):
        scaling.register()
    scaling.start()
    with refused("ValidationException", "InService"):
        scaling.register()
    scaling.account.pass_time(601)
    with refused("ValidationException", "variant"):
        scaling.register(ResourceId="endpoint/endpoint/variant/other")
    with refused("ValidationException", "Maximum capacity"):
        scaling.register(MinCapacity=3)
    with refused("ValidationException", "MinCapacity and MaxCapacity"):
        scaling.client.register_scalable_target(**TARGET)
    assert scaling.targets() == []


def test_a_policy_needs_a_registered_target(scaling: Scaling) -> None:
    scaling.serve()
    with refused("ObjectNotFoundException", "No scalable target registered"):
        scaling.track()
    scaling.register()
    scaling.track()
    scaling.client.delete_scaling_policy(PolicyName="policy", **TARGET)
    with refused("ObjectNotFoundException", "No scaling policy found"):
        scaling.client.delete_scaling_policy(PolicyName="policy", **TARGET)


def test_policies_go_with_their_target(scaling: Scaling) -> None:
    scaling.serve()
    scaling.register()
    scaling.track()
    scaling.client.deregister_scalable_target(**TARGET)
    assert (scaling.targets(), scaling.policies()) == ([], [])
    with refused("ObjectNotFoundException", "No scalable target registered"):
        scaling.client.deregister_scalable_target(**TARGET)


def test_a_registered_variant_keeps_its_instance_type(scaling: Scaling) -> None:
    """aws.md section 8: changing it fails until deregistered."""
    scaling.serve()
    scaling.register()
    scaling.config("other", "ml.c5.large")
    with refused("ValidationException", "must be deregistered"):
        scaling.sagemaker.update_endpoint(EndpointName="endpoint", EndpointConfigName="other")
    scaling.client.deregister_scalable_target(**TARGET)
    scaling.sagemaker.update_endpoint(EndpointName="endpoint", EndpointConfigName="other")


def test_deleting_an_endpoint_deregisters_its_targets(scaling: Scaling) -> None:
    """aws.md section 8."""
    scaling.serve()
    scaling.register()
    scaling.track()
    scaling.sagemaker.delete_endpoint(EndpointName="endpoint")
    assert (scaling.targets(), scaling.policies()) == ([], [])


def test_who_may_not_deregister_cannot_delete_the_endpoint(aws: Simulated) -> None:
    """aws.md section 8; operators.md row 20."""
    denied = {"application-autoscaling:DeregisterScalableTarget": "permission"}
    scaling = Scaling(aws, access={"denied": denied})
    scaling.serve()
    scaling.register()
    with refused("AccessDeniedException", "DeregisterScalableTarget"):
        scaling.sagemaker.delete_endpoint(EndpointName="endpoint")
    assert scaling.endpoint()["EndpointStatus"] == "InService"


def test_without_the_service_linked_role_registering_needs_the_right_to_make_it(aws: Simulated) -> None:
    """aws.md, "Workforce": participants may not create it."""
    scaling = Scaling(aws, access={"denied": {"iam:CreateServiceLinkedRole": "permission"}})
    scaling.serve()
    with refused("AccessDenied", "CreateServiceLinkedRole"):
        scaling.register()


def test_three_minutes_of_load_bring_a_second_instance(scaling: Scaling) -> None:
    """aws.md section 8: the metric is invocations per minute and instance."""
    scaling.serve()
    scaling.register()
    scaling.track(2)
    scaling.load(2)
    assert (scaling.instances(), scaling.activities()) == (1, [])
    scaling.load(2)
    assert (scaling.instances(), scaling.endpoint()["EndpointStatus"]) == (2, "Updating")
    assert [one["StatusCode"] for one in scaling.activities()] == ["Successful"]


def test_load_at_the_target_brings_nothing(scaling: Scaling) -> None:
    scaling.serve()
    scaling.register()
    scaling.track(3)
    scaling.load(5)
    assert (scaling.instances(), scaling.activities()) == (1, [])


def test_a_quota_of_one_makes_scaling_fail_without_a_word(aws: Simulated) -> None:
    """aws.md section 8: scale-out fails silently in describe_scaling_activities."""
    scaling = Scaling(aws, {"applied": {"ml.m5.large for endpoint usage": 1}})
    scaling.serve()
    scaling.register()
    scaling.track(2)
    scaling.load(4)
    assert (scaling.instances(), scaling.endpoint()["EndpointStatus"]) == (1, "InService")
    failed = scaling.activities()[0]
    assert failed["StatusCode"] == "Failed"
    assert "'ml.m5.large for endpoint usage' is 1 Instances" in failed["StatusMessage"]
