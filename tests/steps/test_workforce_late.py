"""What AWS shows late, and what a crash leaves: nothing is made twice."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.engine.states import Verdict
from bootstrap.steps.workforce import people as workforce_people
from tests.steps.answers import NOON, AnsweringSession, apply, at, refusal
from tests.steps.workforce_account import ANN, CLOSED, ELSE, NAMES, World, build, crew, run, team


class Late(AnsweringSession):
    """AWS lists what was made only `lag` seconds later."""

    def __init__(self, world: World, lag: float) -> None:
        super().__init__(world.answers())
        self.lag, self.at = lag, dict[str, float]()

    def answer(self, service: str, operation: str, params: dict[str, Any]) -> Any:
        found = super().answer(service, operation, params)
        self.at.setdefault(operation, self._now)
        return self._early(operation, found)

    def _early(self, operation: str, found: Any) -> Any:
        if operation == "ListWorkforces" and self._fresh("CreateWorkforce"):
            return {"Workforces": []}
        if operation == "ListWorkteams" and self._fresh("CreateWorkteam"):
            return {"Workteams": []}
        if operation == "ListUsersInGroup" and self._fresh("CreateGroup"):
            raise refusal("ResourceNotFoundException", "Group not found.")
        if operation == "ListUsersInGroup" and self._fresh("AdminAddUserToGroup"):
            return {"Users": []}
        return found

    def _fresh(self, operation: str) -> bool:
        return operation in self.at and self._now - self.at[operation] < self.lag


@pytest.mark.parametrize("world", [World(), World(crew(ELSE), groups={})], ids=["nothing", "a found pool"])
def test_what_aws_shows_half_a_minute_late_is_neither_made_twice_nor_a_failure(world: World) -> None:
    session, step = Late(world, 30), build()
    said = []
    for _ in range(60):
        session._seen.clear()
        state = step.check(session)
        said.append(state.verdict)
        if state.verdict not in (Verdict.TODO, Verdict.WAITING):
            break
        if state.verdict is Verdict.TODO:
            apply(step, session)
        session._now += 5
    assert state.verdict is Verdict.READY, state.detail
    assert Verdict.WAITING in said
    made = {each: session.writes.count(each) for each in ("CreateWorkforce", "CreateGroup", "CreateWorkteam")}
    assert max(made.values()) == 1
    assert session.writes.count("AdminCreateUser") == 2


def test_people_whom_aws_does_not_list_yet_are_waited_for_and_those_still_to_come_are_brought_in() -> None:
    world, step = World(crew(), team()), build(emails=tuple(f"w{n}@example.com" for n in range(7)))
    session = world.session(ListUsersInGroup={"Users": []})
    for brought in (5, 7):
        assert step.check(session).verdict is Verdict.TODO
        step.apply(session)
        assert session.writes.count("AdminCreateUser") == brought
    state = step.check(session)
    assert (state.verdict, state.detail) == (Verdict.WAITING, "created, but AWS does not show it yet: 7 people")
    session._now += 181
    assert step.check(session).verdict is Verdict.TODO


REFUSED_EARLY = [
    (refusal("ValidationException", "This feature is not available to your account"), False),
    (refusal("ValidationException", "Invalid workforce"), False),
    (refusal("UnknownOperationException", ""), False),
    (CLOSED, True),
]


@pytest.mark.parametrize(("error", "closed"), REFUSED_EARLY, ids=str)
@pytest.mark.parametrize(("age", "early"), [(20, True), (200, False)])
@pytest.mark.parametrize("by", ["this run", "an earlier one"])
def test_a_work_team_is_refused_only_after_its_workforce_had_time_unless_aws_says_closed(
    error: ClientError, closed: bool, age: float, early: bool, by: str
) -> None:
    made = {} if by == "this run" else {"CreateDate": at(NOON - age)}
    session, step = World(crew() | made).session(CreateWorkteam=error), build()
    if by == "this run":
        step.made["workforce"] = NOON - age
    applied = step.apply(session)
    assert (step.check(session).code == "EB-313") is (closed or not early)
    assert (applied.look_again > 0) is (early and not closed)


@pytest.mark.parametrize(
    "error",
    [
        refusal("AccessDeniedException", "x is not authorized to perform: sagemaker:CreateWorkteam"),
        refusal("AccessDeniedException", "with an explicit deny in a resource control policy"),
        refusal("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
        refusal("InvalidSignatureException", "Signature expired: 1"),
        refusal("ThrottlingException"),
    ],
    ids=str,
)
def test_what_is_not_about_ground_truth_is_left_to_the_engine(error: ClientError) -> None:
    step = build()
    step.made["workforce"] = NOON - 20
    with pytest.raises(ClientError):
        step.apply(World(crew()).session(CreateWorkteam=error))
    for operation in ("ListWorkteams", "ListWorkforces"):
        with pytest.raises(ClientError):
            build().check(World().session(**{operation: error}))


@pytest.mark.parametrize(("age", "blocked"), [(20, False), (200, True)])
def test_a_group_that_was_just_made_may_not_be_usable_yet(age: float, blocked: bool) -> None:
    missing = refusal("ValidationException", "The user group day-team does not exist in the user pool.")
    session, step = World(crew()).session(CreateWorkteam=missing), build()
    step.made["group of workers"] = NOON - age
    applied = step.apply(session)
    assert (step.check(session).code == "EB-313") is blocked
    assert blocked or (applied.look_again and applied.progress)


def test_what_is_still_not_shown_after_minutes_is_made_anew() -> None:
    world, step = World(), build()
    session = world.session(ListWorkforces={"Workforces": []})
    step.apply(session)
    assert step.check(session).verdict is Verdict.WAITING
    session._now += 181
    assert step.check(session).verdict is Verdict.TODO


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("AdminAddUserToGroup", refusal("ResourceNotFoundException", "Group not found.")),
        ("AdminSetUserPassword", refusal("UserNotFoundException", "User does not exist.")),
        ("AdminCreateUser", refusal("AliasExistsException", "An account with the given email already exists.")),
    ],
    ids=["group", "user", "holder of the address"],
)
def test_a_worker_whom_cognito_does_not_show_yet_is_tried_again_and_after_minutes_named(
    operation: str, answer: ClientError
) -> None:
    world, step = World(crew(), team()), build(emails=(ANN,))
    session = world.session(**{operation: answer})
    if operation == "AdminCreateUser":
        session.answers["ListUsers"] = {"Users": []}
    progress = set()
    for _ in range(6):
        progress.add(step.apply(session).progress)
        assert step.check(session).verdict is Verdict.TODO
        session._now += 20
    assert len(progress) == 6, "or it would be taken for stuck"
    session._now += 120
    step.apply(session)
    state = step.check(session)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-317")
    assert str(answer.response["Error"]["Message"]) in state.detail
    assert "example.com" not in state.detail + repr(step)


def test_a_worker_whom_cognito_shows_at_last_is_brought_in() -> None:
    world, step = World(crew(), team()), build(emails=(ANN,))
    late = [refusal("ResourceNotFoundException", "Group not found."), world.answers()["AdminAddUserToGroup"]]
    session = world.session(AdminAddUserToGroup=late)
    assert run(step, session).verdict is Verdict.READY
    assert len(world.passwords[ANN]) == 1


def test_a_refusal_that_names_nothing_missing_is_not_waited_for() -> None:
    step = build()
    step.made["workforce"] = NOON
    step.apply(World(crew()).session(CreateWorkteam=CLOSED))
    assert step.check(AnsweringSession({})).code == "EB-313"


class Crash(Exception):
    pass


def crashing(session: AnsweringSession, number: int, after: bool) -> None:
    answer, seen = session.answer, [0]

    def sometimes(service: str, operation: str, params: dict[str, Any]) -> Any:
        seen[0] += 1
        if seen[0] == number and not after:
            raise Crash
        found = answer(service, operation, params)
        if seen[0] == number:
            raise Crash
        return found

    session.answer = sometimes  # type: ignore[method-assign]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_at_any_call_and_then_a_second_run_make_nothing_twice(after: bool) -> None:
    number = 1
    while True:
        world = World()
        session = world.session()
        crashing(session, number, after)
        try:
            run(build(), session)
        except Crash:
            assert run(build(), world.session()).verdict is Verdict.READY
            assert len(world.users) == len(world.secrets) == 2
            by_user = {name: world.secrets[NAMES.worker_secret(workforce_people.key_of(name))] for name in world.users}
            assert {name: set(found) for name, found in world.passwords.items()} == {
                name: {secret} for name, secret in by_user.items()
            }
            number += 1
            continue
        break
    assert number > 15


def test_passwords_are_random_and_satisfy_every_policy() -> None:
    made = {workforce_people.password() for _ in range(200)}
    assert len(made) == 200
    for each in made:
        assert len(each) == 16
        assert not set(each) & set("lIO01")
        assert any(map(str.islower, each))
        assert any(map(str.isupper, each))
        assert any(map(str.isdigit, each))
        assert set(each) & set("-+=")
