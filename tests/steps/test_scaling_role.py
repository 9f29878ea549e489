"""The service-linked role of endpoint autoscaling."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from bootstrap.engine.states import Verdict
from bootstrap.steps import scaling_role
from tests.steps.answers import AnsweringSession, refusal

STEP = scaling_role.build()


def test_a_role_that_exists_is_ready_with_one_call() -> None:
    session = AnsweringSession({"GetRole": {"Role": {}}})
    assert STEP.check(session).verdict is Verdict.READY
    assert session.calls == [("GetRole", {"RoleName": scaling_role.ROLE})]


def test_a_missing_role_is_made_by_its_service() -> None:
    session = AnsweringSession({"GetRole": refusal("NoSuchEntity"), "CreateServiceLinkedRole": {"Role": {}}})
    assert STEP.check(session).verdict is Verdict.TODO
    STEP.apply(session)
    asked = session.params("CreateServiceLinkedRole")
    assert asked == {"AWSServiceName": "sagemaker.application-autoscaling.amazonaws.com"}


def test_a_role_that_appeared_meanwhile_is_no_error() -> None:
    message = f"Service role name {scaling_role.ROLE} has been taken in this account, please try a different suffix."
    session = AnsweringSession({"CreateServiceLinkedRole": refusal("InvalidInput", message)})
    STEP.apply(session)
    assert session.writes == ["CreateServiceLinkedRole"]


@pytest.mark.parametrize("operation", ["GetRole", "CreateServiceLinkedRole"])
def test_other_refusals_go_to_the_engine(operation: str) -> None:
    session = AnsweringSession({operation: refusal("AccessDenied", "not authorized")})
    act = STEP.check if operation == "GetRole" else STEP.apply
    with pytest.raises(ClientError):
        act(session)


def test_a_role_that_aws_does_not_show_yet_is_waited_for_and_not_made_again() -> None:
    step = scaling_role.build()
    session = AnsweringSession({"GetRole": refusal("NoSuchEntity"), "CreateServiceLinkedRole": {"Role": {}}})
    step.apply(session)
    assert step.check(session).verdict is Verdict.WAITING
    session._now += 121
    assert step.check(session).verdict is Verdict.TODO
