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

    def track(self, target: float = 50, **given: Any) -> None:
        tracking = TRACKING | {"TargetValue": target} | given
        asked = {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": tracking}
        self.client.put_scaling_policy(PolicyName="policy", **TARGET, **asked)

    def grow(self, most: int = 2, **given: Any) -> None:
        """Two instances are in service, and nothing is measured any more that is older than they are."""
        self.serve()
        self.register(MaxCapacity=most)
        self.track(2, **given)
        self.load(4)
        self.account.pass_time(421)
        assert self.endpoint()["ProductionVariants"][0]["CurrentInstanceCount"] == 2

    def alarm(self, side: str) -> dict[str, Any]:
        found = self.account.client("cloudwatch").describe_alarms()["MetricAlarms"]
        return next(one for one in found if f"-Alarm{side}-" in one["AlarmName"])

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
    variant = scaling.endpoint()["ProductionVariants"][0]
    assert (variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]) == (1, 2)
    assert scaling.endpoint()["EndpointStatus"] == "Updating"
    (activity,) = scaling.activities()
    high = scaling.alarm("High")
    assert (high["StateValue"], scaling.alarm("Low")["StateValue"]) == ("ALARM", "OK")
    said = "Successfully set desired instance count to 2."
    assert {key: activity[key] for key in ("StatusCode", "StatusMessage", "Cause", "Description")} == {
        "StatusCode": "InProgress",
        "StatusMessage": f"{said} Waiting for change to be fulfilled by sagemaker.",
        "Cause": f"monitor alarm {high['AlarmName']} in state ALARM triggered policy policy",
        "Description": "Setting desired instance count to 2.",
    }
    scaling.account.pass_time(421)
    variant, (activity,) = scaling.endpoint()["ProductionVariants"][0], scaling.activities()
    assert (variant["CurrentInstanceCount"], scaling.endpoint()["EndpointStatus"]) == (2, "InService")
    assert (activity["StatusCode"], activity["EndTime"]) == ("Successful", scaling.endpoint()["LastModifiedTime"])
    assert activity["StatusMessage"].endswith("Change successfully fulfilled by sagemaker.")


def test_fifteen_minutes_below_nine_tenths_of_the_target_take_an_instance_away(scaling: Scaling) -> None:
    """A user's console shows 3 datapoints above the target, 15 below 90 % of it (re:Post, QUf450Wsd9RROGGOIwaolN9w)."""
    scaling.grow()
    shape = scaling.alarm("Low")
    assert (shape["EvaluationPeriods"], shape["Period"], shape["Threshold"]) == (15, 60, 1.8)
    assert (scaling.alarm("High")["EvaluationPeriods"], scaling.alarm("High")["Threshold"]) == (3, 2.0)
    # A call a minute is half a call for each of two instances.
    scaling.load(14, 1)
    assert scaling.instances() == 2
    scaling.load(4, 1)
    assert (scaling.instances(), scaling.endpoint()["EndpointStatus"]) == (1, "Updating")
    assert scaling.activities()[0]["Cause"].startswith(f"monitor alarm {scaling.alarm('Low')['AlarmName']} ")
    scaling.account.pass_time(421)
    assert scaling.endpoint()["ProductionVariants"][0]["CurrentInstanceCount"] == 1
    assert [one["StatusCode"] for one in scaling.activities()] == ["Successful", "Successful"]


def test_between_nine_tenths_and_the_target_everything_stays(scaling: Scaling) -> None:
    """Nor does the policy scale in if one instance less would be above the target."""
    scaling.grow()
    scaling.load(20, 3)
    assert (scaling.alarm("Low")["StateValue"], scaling.instances()) == ("ALARM", 2)
    assert len(scaling.activities()) == 1


def test_an_endpoint_that_nobody_calls_any_more_keeps_its_instances_or_not(aws: Simulated) -> None:
    """aws.md section 8: SageMaker writes no zeros, so nothing scales in, says its guide; a user saw the contrary."""
    says, saw = Scaling(aws), Scaling(aws, endpoints={"idle_scales_in": True})
    for scaling in (says, saw):
        scaling.grow()
        scaling.account.pass_time(1800)
    assert (says.instances(), says.alarm("Low")["StateValue"]) == (2, "INSUFFICIENT_DATA")
    assert (saw.instances(), len(saw.activities())) == (1, 2)


def test_a_policy_that_may_not_scale_in_does_not(scaling: Scaling) -> None:
    scaling.grow(DisableScaleIn=True)
    scaling.load(20, 1)
    assert (scaling.alarm("Low")["StateValue"], scaling.instances()) == ("ALARM", 2)


def test_an_instance_is_added_at_the_earliest_after_the_cooldown(aws: Simulated) -> None:
    """A variant's default is 300 seconds (Application Auto Scaling User Guide, "Define cooldown periods")."""
    for given, low, high in (({}, 300, 360), ({"ScaleOutCooldown": 10}, 10, 70)):
        scaling = Scaling(aws, endpoints={"update_seconds": [180, 180]})
        scaling.serve()
        scaling.register(MaxCapacity=3)
        scaling.track(2, **given)
        scaling.load(4)
        scaling.load(9, 5)
        second, first = scaling.activities()
        assert low <= (second["StartTime"] - first["EndTime"]).total_seconds() <= high
        assert scaling.instances() == 3


def test_other_bounds_change_the_instances_at_once(scaling: Scaling) -> None:
    """SageMaker's guide, "Edit a scaling policy": to scale out by hand, raise the minimum."""
    scaling.serve()
    scaling.register(MinCapacity=2)
    assert (scaling.instances(), scaling.activities()[0]["Cause"]) == (2, "minimum capacity was set to 2")
    scaling.account.pass_time(421)
    scaling.register(MinCapacity=1, MaxCapacity=1)
    assert (scaling.instances(), scaling.activities()[0]["Cause"]) == (1, "maximum capacity was set to 1")


def test_load_that_began_before_the_policy_counts(scaling: Scaling) -> None:
    """The alarms look at CloudWatch's metric, which was there before them."""
    scaling.serve()
    scaling.load(2)
    scaling.register()
    scaling.track(2)
    assert scaling.alarm("High")["StateValue"] == "INSUFFICIENT_DATA"
    scaling.load(2)
    assert scaling.instances() == 2


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
