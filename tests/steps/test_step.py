"""One step's visits: look, do the next thing, look again."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Again, Applied, Outcome, Settled, State
from bootstrap.errors import Refused, message
from bootstrap.errors.message import msg
from bootstrap.steps.step import StepVisit


@dataclass
class FakeSession:
    time: float = 0.0
    account_id: str = "111122223333"
    region: str = "ap-northeast-1"

    def now(self) -> float:
        return self.time

    def forget_looks(self, older_than: float | None = None) -> None:
        pass


@dataclass
class Scripted:
    """Answers of `check` and `apply`, one after the other; the last one stays."""

    checks: list[State | Exception]
    applies: list[Applied | Exception] = field(default_factory=lambda: [Applied("made", 30)])
    id: str = "stack:roles"
    patience: float = 600.0
    applied: int = 0

    def check(self, session: Any) -> State:
        answer: State = self._answer(self.checks)
        return answer

    def apply(self, session: Any) -> Applied:
        self.applied += 1
        answer: Applied = self._answer(self.applies)
        return answer

    def _answer(self, answers: list[Any]) -> Any:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def error(code: str, status: int = 400, message: str = "no") -> ClientError:
    told: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(told, "Op")


def visiting(step: Scripted, write: bool = True) -> tuple[StepVisit, FakeSession]:
    session = FakeSession()
    return StepVisit(step, cast(AccountSession, session), (), write), session


TODO, READY = State.todo("create stack roles"), State.ready("stack roles is up to date")


def test_what_stands_already_is_ready_and_nothing_is_written() -> None:
    step = Scripted([READY])
    assert visiting(step)[0].visit() == Settled(Outcome.READY, READY.detail)
    assert step.applied == 0


def test_changed_is_said_only_after_a_look_has_seen_it() -> None:
    visit, _ = visiting(Scripted([TODO, State.waiting("being created"), READY]))
    first, second, third = visit.visit(), visit.visit(), visit.visit()
    assert (first.outcome, second.outcome, third.outcome) == (Outcome.WORKING, Outcome.WAITING, Outcome.CHANGED)
    assert isinstance(first, Again)
    assert 30 <= first.after < 60


def test_a_plan_says_what_is_missing_and_applies_nothing() -> None:
    step = Scripted([TODO])
    assert visiting(step, write=False)[0].visit() == Settled(Outcome.PLANNED, TODO.detail)
    assert step.applied == 0


@pytest.mark.parametrize("check", [State.blocked("no bucket", "EB-290"), State.waiting("later"), error("NoSuchBucket")])
def test_a_plan_does_not_blame_a_step_for_what_would_only_be_made(check: State | Exception) -> None:
    visit, _ = visiting(Scripted([check]), write=False)
    assert visit.visit(["stack:buckets"]) == Settled(Outcome.PLANNED, "to do after stack:buckets")


def test_patience_ends_as_still_waiting_and_never_as_failed() -> None:
    visit, session = visiting(Scripted([State.waiting("being created")]))
    assert isinstance(visit.visit(), Again)
    session.time = 599
    last = visit.visit()
    assert isinstance(last, Again)
    assert last.after <= 1
    session.time = 600
    assert visit.visit() == Settled(Outcome.WAITING, "being created")


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (error("AccessDenied"), "EB-372"),
        (error("AccessDeniedException", message="with an explicit deny in a service control policy"), "EB-373"),
        (error("ValidationException"), "EB-377"),
        (Refused("EB-201", "the account is another"), "EB-201"),
        (KeyError("bug"), "EB-390"),
    ],
)
def test_a_refusal_is_a_named_failure_at_once(refusal: Exception, code: str) -> None:
    answer = visiting(Scripted([refusal]))[0].visit()
    assert isinstance(answer, Settled)
    assert (answer.outcome, answer.code) == (Outcome.FAILED, code)


@pytest.mark.parametrize(
    "passing", [error("ThrottlingException"), error("X", 503), EndpointConnectionError(endpoint_url="https://x")]
)
def test_what_may_pass_is_tried_again_with_growing_pauses_and_then_named(passing: Exception) -> None:
    visit, _ = visiting(Scripted([passing]))
    answers = [visit.visit() for _ in range(6)]
    pauses = [each.after for each in answers if isinstance(each, Again)]
    assert pauses == sorted(pauses)
    assert len(pauses) == 5
    last = answers[-1]
    assert isinstance(last, Settled)
    assert last.outcome is Outcome.FAILED
    assert last.code in {"EB-370", "EB-371", "EB-376"}


def test_a_create_that_went_through_unseen_is_no_failure() -> None:
    visit, _ = visiting(Scripted([TODO, READY], [error("ResourceInUse")]))
    assert visit.visit().outcome is Outcome.WORKING
    assert visit.visit().outcome is Outcome.CHANGED


def test_a_change_that_goes_on_is_not_stuck_whatever_its_wording(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message, "source", lambda text: "nonsense")
    visit, _ = visiting(Scripted([State.todo(msg("{left} objects to go", left=left)) for left in range(6)]))
    assert {visit.visit().outcome for _ in range(6)} == {Outcome.WORKING}


def test_a_change_that_never_shows_is_stuck_and_said_so() -> None:
    step = Scripted([TODO])
    visit, _ = visiting(step)
    answers = [visit.visit() for _ in range(5)]
    assert answers[-1].outcome is Outcome.FAILED
    assert answers[-1].code == "EB-391"
    assert step.applied == 4


def test_what_aws_does_not_show_at_once_is_waited_for_before_it_is_made_again() -> None:
    visit, _ = visiting(Scripted([TODO], [Applied("subscribed")]))
    pauses = [each.after for each in (visit.visit() for _ in range(4)) if isinstance(each, Again)]
    assert pauses[0] == 0
    assert pauses[1] >= 5
    assert pauses[2] > pauses[1]


def test_slices_that_make_progress_are_not_stuck() -> None:
    slices: list[Applied | Exception] = [Applied("upload", 0, f"{done} objects") for done in range(8)]
    visit, _ = visiting(Scripted([TODO], slices))
    assert {visit.visit().outcome for _ in range(8)} == {Outcome.WORKING}


def test_addresses_and_keys_do_not_reach_the_detail() -> None:
    refusal = error("AccessDenied", message="user jo@example.com with ASIAQWERTYUIOPASDFGH may not")
    answer = visiting(Scripted([refusal]))[0].visit()
    assert "example.com" not in answer.detail
    assert "ASIA" not in answer.detail


def test_steps_that_wait_together_look_at_the_same_moment() -> None:
    moments = set()
    for begun in (1000.0, 1003.0, 1004.5):
        visit, session = visiting(Scripted([State.waiting("being created")]))
        session.time = begun
        visit.visit()
        session.time = begun + 60
        answer = visit.visit()
        assert isinstance(answer, Again)
        moments.add(session.time + answer.after)
    assert len(moments) == 1


@pytest.mark.parametrize("account_id", ["111122223333", "900000000001", "900000000002"])
@pytest.mark.parametrize("first", [45.0, 180.0, 300.0])
def test_what_became_ready_is_seen_before_1_3_times_its_own_duration_has_passed(first: float, account_id: str) -> None:
    """Few looks more than the least that this takes: each 1.3 times later than the one before."""
    for duration in range(int(first), int(8 * first), 7):
        step = Scripted([TODO, State.waiting("being created")], [Applied("made", first)], patience=1e9)
        visit, session = visiting(step)
        session.account_id = account_id
        session.time = begun = 1_795_000_000.5
        answer, looks = visit.visit(), 0
        while isinstance(answer, Again) and session.time < begun + duration:
            session.time += answer.after
            answer, looks = visit.visit(), looks + 1
        assert session.time - begun <= 1.3 * duration
        assert looks <= 2 + math.log(max(1.0, duration / first), 1.18)


def test_looks_come_less_often_the_longer_it_takes() -> None:
    visit, session = visiting(Scripted([State.waiting("being created")], patience=10_000.0))
    pauses = []
    for _ in range(8):
        answer = visit.visit()
        assert isinstance(answer, Again)
        pauses.append(answer.after)
        session.time += answer.after
    assert pauses[-1] > pauses[1]
