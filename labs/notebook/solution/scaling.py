"""What a team does by hand in section 11 of lab 2, by API: for rehearsals, and as the finished state. Never for teams.

python3 scaling.py path/to/event.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import boto3

VARIANT = "AllTraffic"


def main() -> None:
    settings = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    scaling = boto3.Session(region_name=settings["region"]).client("application-autoscaling")
    wanted = settings["endpoint"]
    variant = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{settings['event']}-cars/variant/{VARIANT}",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }
    scaling.register_scalable_target(**variant, MinCapacity=wanted["minimum"], MaxCapacity=wanted["maximum"])
    scaling.put_scaling_policy(
        **variant,
        # The name that the console gives.
        PolicyName="SageMakerEndpointInvocationScalingPolicy",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": wanted["target"],
            "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
        },
    )


if __name__ == "__main__":
    main()
