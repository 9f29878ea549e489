"""Types that AWS does not offer, and roles that it cannot assume yet: what the smoke step does next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.engine.states import Applied, State, Verdict
from bootstrap.steps.smoke.step import SmokeStep
from tests.steps.answers import AnsweringSession, refusal
from tests.steps.test_smoke import G5, P3, STEP, failed, session_of, usable

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


REFUSED = refusal(
    "ValidationException",
    "1 validation error detected: Value 'ml.p3.2xlarge' at 'resourceConfig.instanceType' failed to satisfy constraint: "
    "Member must satisfy enum value set: [ml.m4.xlarge]",
)


@dataclass
class Quotas:
    """The quotas of the other types, as their step says it."""

    states: list[State]
    asked: list[tuple[str, ...]] = field(default_factory=list)
    filed: int = 0
    patience: float = 9_000.0

    def of(self, besides: Collection[str]) -> Any:
        self.asked.append(tuple(besides))
        return self if self.states else None

    def check(self, session: AnsweringSession) -> State:
        return self.states[0]

    def apply(self, session: AnsweringSession) -> Applied:
        self.filed += 1
        return Applied("requested")


def refused_by_type(quotas: Quotas, *granted: str) -> tuple[SmokeStep, AnsweringSession]:
    """P3 has a quota, and AWS does not know the type any more; the others have the quotas that are given."""
    step = replace(STEP, usable=usable(P3, *granted), others=quotas.of, refused=[], unoffered={})
    session = session_of(CreateTrainingJob=REFUSED)
    step.apply(session)
    return step, session


def test_where_the_only_type_with_a_quota_is_not_offered_the_request_for_another_is_waited_for() -> None:
    quotas = Quotas([State.waiting("ml.g5.2xlarge: requested", "EB-231")])
    step, session = refused_by_type(quotas)
    state = step.check(session)
    assert (state.verdict, state.code) == (Verdict.WAITING, "EB-231")
    assert quotas.asked[0] == (P3,)
    assert "ml.g5.2xlarge: requested" in state.detail
    assert step.patience >= quotas.patience


def test_where_no_quota_of_another_type_was_requested_it_is_requested() -> None:
    quotas = Quotas([State.todo("ml.g5.2xlarge")])
    step, session = refused_by_type(quotas)
    assert step.check(session).verdict is Verdict.TODO
    step.apply(session)
    assert quotas.filed == 1


def test_once_the_other_type_has_its_quota_a_job_starts_there() -> None:
    quotas = Quotas([State.waiting("ml.g5.2xlarge: requested", "EB-231")])
    step, session = refused_by_type(quotas)
    granted = replace(step, usable=usable(P3, G5))
    session.answers["CreateTrainingJob"] = {}
    assert granted.check(session).verdict is Verdict.TODO
    granted.apply(session)
    assert session.params("CreateTrainingJob")["ResourceConfig"]["InstanceType"] == G5


@pytest.mark.parametrize("states", [[], [State.blocked("denied by AWS", "EB-235")]])
def test_where_no_other_type_can_come_aws_s_refusal_is_the_end(states: list[State]) -> None:
    step, session = refused_by_type(Quotas(states))
    state = step.check(session)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-341")
    assert "Member must satisfy enum value set" in state.detail
