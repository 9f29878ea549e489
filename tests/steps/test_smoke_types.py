"""Types that AWS does not offer, and roles that it cannot assume yet: what the smoke step does next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.engine.states import Verdict
from tests.steps.answers import refusal
from tests.steps.test_smoke import G5, STEP, failed, session_of

ENUM = "1 validation error detected: Value '{}' at 'resourceConfig.instanceType' failed to satisfy constraint: "
NO_SUCH_TYPE = [
    refusal(
        "ResourceLimitExceeded", "The requested resource training-job/ml.p2.xlarge is not available in this region"
    ),
    refusal("ValidationException", "Unsupported instance type ml.p3dn.24xlarge"),
    refusal("ValidationException", ENUM.format(G5) + "Member must satisfy enum value set: [ml.p2.xlarge, ml.m5.large]"),
    refusal("ValidationException", "Instance type ml.g5.2xlarge is not supported in the region"),
]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """Each test begins a run, which remembers AWS's refusals."""
    STEP.refused.clear()
    STEP.unoffered.clear()


@pytest.mark.parametrize("error", NO_SUCH_TYPE, ids=str)
def test_a_type_that_aws_does_not_offer_is_followed_by_the_next(error: ClientError) -> None:
    def answer(asked: dict[str, Any]) -> Any:
        return error if asked["ResourceConfig"]["InstanceType"] == G5 else {}

    session, step = session_of(CreateTrainingJob=answer), replace(STEP, refused=[], unoffered={})
    step.apply(session)
    assert session.params("CreateTrainingJob")["TrainingJobName"] == "day-smoke-01-ml-g4dn-xlarge"
    assert step.refused == []


def test_a_job_whose_role_could_not_be_assumed_is_started_once_more() -> None:
    said = "ClientError: SageMaker was unable to assume the role 'arn:aws:iam::111111111111:role/x'"
    session = session_of(failed(said))
    assert STEP.check(session).verdict is Verdict.TODO
    STEP.apply(session)
    assert session.params("CreateTrainingJob")["TrainingJobName"] == "day-smoke-02-ml-g5-2xlarge"
    assert STEP.check(session_of(failed(said, G5, 2), failed(said))).code == "EB-342"
