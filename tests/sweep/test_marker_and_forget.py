"""Whose the account is, before a sweep; and that it is nobody's, after it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bootstrap.engine.states import Verdict
from bootstrap.errors import catalogue
from bootstrap.event.names import Names
from bootstrap.steps import baseline
from bootstrap.steps.baseline import BaselineStep
from bootstrap.sweep.forget import ForgetStep
from bootstrap.sweep.marker import Claim, ClaimStep
from tests.steps.answers import account, refusal
from tests.steps.test_baseline import Account, models, step
from tests.steps.test_marker import EVENT, NAME, OURS

NAMES = Names("carday", "111111111111", "ap-northeast-1")


class Store(Account):
    """Parameters that can be removed as well; dies after so many writes."""

    def __init__(self, answers: Any = None, **more: Any) -> None:
        super().__init__(answers or {}, **more)
        self.left: int | None = None
        self.manager = ""

    def answer(self, service: str, operation: str, params: dict[str, Any]) -> Any:
        handler = getattr(self, f"_{operation}", None)
        if handler is None or (operation == "PutParameter" and not params.get("Overwrite")):
            return super().answer(service, operation, params)
        self._seen.clear()
        if operation.startswith(("Put", "Delete")):
            if self.left == 0:
                raise KeyboardInterrupt
            self.left = None if self.left is None else self.left - 1
            self.writes.append(operation)
        return handler(params)

    def hub_client(self, service: str) -> Any:
        return self.client(service)

    def _DescribeOrganization(self, params: dict[str, Any]) -> Any:
        if not self.manager:
            raise refusal("AWSOrganizationsNotInUseException")
        return {"Organization": {"MasterAccountId": self.manager}}

    def _PutParameter(self, params: dict[str, Any]) -> Any:
        self.parameters[params["Name"]] = params["Value"]
        return {}

    def _DeleteParameter(self, params: dict[str, Any]) -> Any:
        if params["Name"] not in self.parameters:
            raise refusal("ParameterNotFound")
        del self.parameters[params["Name"]]
        return {}

    def _DeleteParameters(self, params: dict[str, Any]) -> Any:
        assert len(params["Names"]) <= 10
        for name in params["Names"]:
            self.parameters.pop(name, None)
        return {}

    def _GetParametersByPath(self, params: dict[str, Any]) -> Any:
        return {"Parameters": [{"Name": each} for each in self.parameters if each.startswith(params["Path"] + "/")]}


def prepared(things: int = 500, **marked: Any) -> Store:
    session = Store(models(things))
    recorded: BaselineStep = step()
    recorded.apply(session)
    session.parameters[NAME] = json.dumps(OURS | marked)
    return session


def claim(before: str = "") -> ClaimStep:
    return ClaimStep(EVENT, account(), NAMES, Claim(before))


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ({}, None),
        ({"swept": "2026-12-11T09:00:00+00:00"}, None),
        ({"event": "planeday"}, "EB-501"),
        ({"account": "222222222222"}, "EB-501"),
        ({"region": "eu-west-1"}, "EB-501"),
        ({"made_by": "terraform"}, "EB-501"),
    ],
)
def test_the_marker_says_whose_account_it_is(marked: dict[str, Any], code: str | None) -> None:
    state = claim().check(prepared(**marked))
    assert (state.verdict, state.code) == (Verdict.BLOCKED if code else Verdict.READY, code)
    assert code is None or code in catalogue()


def test_without_a_marker_only_the_journal_can_say_that_it_was_swept() -> None:
    session = Store()
    assert claim().check(session).code == "EB-500"
    known = claim("2026-12-11T09:00:00+00:00")
    assert known.check(session).verdict is Verdict.READY
    assert known.claim.swept == "2026-12-11T09:00:00+00:00"


def test_what_the_journal_knows_counts_for_nothing_while_a_marker_stands() -> None:
    known = claim("2026-12-11T09:00:00+00:00")
    known.check(prepared())
    assert known.claim.swept == ""
    assert known.claim.baseline is not None


def test_a_marker_without_a_baseline_is_not_swept() -> None:
    session = Store()
    session.parameters[NAME] = json.dumps(OURS)
    assert claim().check(session).code == "EB-502"


@pytest.mark.parametrize(("manager", "code"), [("111111111111", "EB-509"), ("999999999999", None)])
def test_the_organization_s_management_account_is_not_swept(manager: str, code: str | None) -> None:
    session = prepared()
    session.manager = manager
    assert claim().check(session).code == code


def test_marker_and_baseline_go_and_what_others_keep_there_stays() -> None:
    session = prepared()
    session.parameters["/event-bootstrap/carday-2/baseline/0000"] = "another event's"
    session.parameters["/theirs"] = "x"
    forget = ForgetStep(NAMES)
    assert forget.check(session).verdict is Verdict.TODO
    forget.apply(session)
    assert forget.check(session).verdict is Verdict.READY
    assert set(session.parameters) == {"/event-bootstrap/carday-2/baseline/0000", "/theirs"}


def test_stopped_after_any_write_the_next_sweep_can_go_on() -> None:
    whole = prepared()
    before = len(whole.writes)
    ForgetStep(NAMES).apply(whole)
    for written in range(len(whole.writes) - before):
        session = prepared()
        session.left = written
        with pytest.raises(KeyboardInterrupt):
            ForgetStep(NAMES).apply(session)
        session.left = None
        session._seen.clear()
        again = claim()
        assert again.check(session).verdict is Verdict.READY
        assert again.claim.swept or baseline.read(session, NAMES) is not None
        ForgetStep(NAMES).apply(session)
        assert session.parameters == {}
