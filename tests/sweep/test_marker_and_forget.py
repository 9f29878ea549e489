"""Whose the account is, before a sweep; and that it is nobody's, after it."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from bootstrap.engine.states import Verdict
from bootstrap.errors import catalogue
from bootstrap.event.names import Names
from bootstrap.steps import baseline, marker
from bootstrap.steps.baseline import BaselineStep
from bootstrap.sweep.forget import ForgetStep
from bootstrap.sweep.marker import Claim, ClaimStep
from tests.steps.answers import account, at, refusal
from tests.steps.test_baseline import Account, models, step
from tests.steps.test_marker import EVENT, NAME, OURS

NAMES = Names("carday", "111111111111", "ap-northeast-1")


class Store(Account):
    """Parameters that can be removed as well; dies after so many writes."""

    def __init__(self, answers: Any = None, **more: Any) -> None:
        super().__init__({"DescribeStacks": {"Stacks": []}} | (answers or {}), **more)
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


def stack(name: str, status: str = "CREATE_COMPLETE") -> dict[str, Any]:
    return {"Stacks": [{"StackName": name, "StackStatus": status, "CreationTime": at(0)}]}


DENIED = refusal("AccessDeniedException")
STANDING: list[tuple[Any, str | None]] = [
    (stack("theirs"), None),
    (stack("carday-buckets", "DELETE_COMPLETE"), None),
    (stack("carday-buckets"), "stands"),
    (stack("carday-buckets", "DELETE_FAILED"), "stands"),
    (DENIED, "EB-504"),
]


@pytest.mark.parametrize(("stacks", "found"), STANDING)
def test_no_word_of_a_sweep_stands_against_a_stack_of_the_event(stacks: Any, found: str | None) -> None:
    """Whoever prepared the account again: with another journal, or with a version that leaves "swept" in the marker."""
    unmarked, marked, stripped = Store(), prepared(swept="2026-12-11T09:00:00+00:00"), Store()
    stripped.parameters[NAME] = json.dumps(OURS | {"swept": "2026-12-11T09:00:00+00:00"})
    for session, code in ((unmarked, "EB-500"), (marked, None), (stripped, "EB-502")):
        session.answers["DescribeStacks"] = stacks
        session._seen.clear()
        step = claim("2026-12-10T09:00:00+00:00")
        state = step.check(session)
        assert state.code == ("EB-504" if found == "EB-504" else code if found else None)
        assert bool(step.claim.swept) is (found is None)
        assert (step.claim.baseline is not None) is (found == "stands" and session is marked)


@pytest.mark.parametrize("event", ["carday", "planeday"])
@pytest.mark.parametrize("things", [0, 900])
def test_an_account_that_was_swept_can_be_marked_again_and_nothing_of_before_counts(event: str, things: int) -> None:
    """A sweep that was interrupted at its end leaves the marker; a swept spare account may be of another event."""
    session = prepared(things, swept="2026-12-11T09:00:00+00:00", event=event)
    session.parameters |= {f"/event-bootstrap/{event}/workers/{number}": "x" for number in range(230)}
    before = set(session.parameters)
    again, steps = marker.build(EVENT, account(), NAMES), 0
    while again.check(session).verdict is Verdict.TODO:
        again.apply(session)
        steps += 1
        assert steps < 9
    assert steps > 1
    assert "swept" not in json.loads(session.parameters[NAME])
    left = {each for each in session.parameters if each.startswith(f"/event-bootstrap/{event}/")}
    assert left == set()
    if event == "carday":
        assert before - set(session.parameters) == before - {NAME}
        assert step().check(session).verdict is Verdict.TODO


def test_stopped_anywhere_the_marking_of_a_swept_account_can_go_on() -> None:
    for written in range(6):
        session = prepared(900, swept="2026-12-11T09:00:00+00:00")
        session.left = written
        again = marker.build(EVENT, account(), NAMES)
        with suppress(KeyboardInterrupt):
            again.apply(session)
        session.left = None
        session._seen.clear()
        # Until the new marker is there, a sweep still sees a swept account; then one without a baseline.
        assert claim().check(session).code in (None, "EB-500", "EB-502")
        for _ in range(4):
            if again.check(session).verdict is Verdict.TODO:
                again.apply(session)
        assert again.check(session).verdict is Verdict.READY
        assert "swept" not in json.loads(session.parameters[NAME])
        assert set(session.parameters) == {NAME}


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
