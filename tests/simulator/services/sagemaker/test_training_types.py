"""Instance types for training: what the algorithm cannot use, and what AWS does not offer."""

from __future__ import annotations

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import open_account, refused
from tests.simulator.services.sagemaker.test_training import Lab

OLD = {"absent": ["ml.p3.* for training job usage"], "applied": {"ml.p3.* for training job usage": 1}}


def test_types_that_the_algorithm_cannot_use_are_refused_or_fail_the_job(aws: Simulated) -> None:
    """aws.md section 2."""
    lab = Lab(open_account(aws, quotas={"applied": {"ml.* for training job usage": 1}}))
    with refused("ValidationException", "ml.m5.xlarge is not supported by algorithm image-classification; only GPU"):
        lab.start(resources={"InstanceType": "ml.m5.xlarge"})
    status, reason = lab.outcome(resources={"InstanceType": "ml.g6.xlarge"})
    assert (status, "AlgorithmError" in reason) == ("Failed", True)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("unsupported", "Unsupported instance type ml.p3.2xlarge"),
        ("not-in-enum", "Value 'ml.p3.2xlarge' at 'resourceConfig.instanceType' failed to satisfy constraint"),
    ],
)
def test_a_type_that_is_not_offered_is_refused_in_other_words(aws: Simulated, answer: str, words: str) -> None:
    """aws.md section 14.2."""
    lab = Lab(open_account(aws, quotas=OLD, training={"retired": ["ml.p3.*"], "retired_answer": answer}))
    with refused("ValidationException", words):
        lab.start(resources={"InstanceType": "ml.p3.2xlarge"})


def test_p3_with_an_old_quota_trains_or_is_not_available(aws: Simulated) -> None:
    """aws.md sections 0.2, 1.6 and 14.2: whether it still trains is not known."""
    lab = Lab(open_account(aws, quotas=OLD))
    assert lab.outcome(resources={"InstanceType": "ml.p3.2xlarge"}) == ("Completed", "")
    lab = Lab(open_account(aws, quotas=OLD, training={"retired": ["ml.p3.*"]}))
    with refused("ResourceLimitExceeded", "training-job/ml.p3.2xlarge is not available in this region"):
        lab.start(resources={"InstanceType": "ml.p3.2xlarge"})
    lab = Lab(open_account(aws, quotas={"absent": OLD["absent"]}))
    with refused("ResourceLimitExceeded", "'ml.p3.2xlarge for training job usage' is 0 Instances"):
        lab.start(resources={"InstanceType": "ml.p3.2xlarge"})
