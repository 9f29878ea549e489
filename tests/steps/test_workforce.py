"""Workforce, work team and people: what AWS says -> verdict and code, and how it converges."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.errors import catalogue
from bootstrap.names import MADE_BY, Names
from bootstrap.states import State, Verdict
from bootstrap.steps import workforce, workforce_people
from bootstrap.steps.workforce_verdict import TABLE, Situation
from tests.steps.answers import NOON, AnsweringSession, account, apply, at, refusal

NAMES = Names("day", "111111111111", "ap-northeast-1")
OWN, CLIENT, ELSE = "ap-northeast-1_own", "client1", "ap-northeast-1_else"
ANN, BOB = account().emails
EVENT: Any = SimpleNamespace(name="day", tags={}, schedule=SimpleNamespace(expires=at(NOON)), folder=Path(), notices=())


def build(**changes: Any) -> workforce.WorkforceStep:
    return workforce.build(EVENT, account(**changes))


@dataclass
class World:
    """As much of SageMaker, Cognito and SSM as the step sees. `log` counts what must not happen twice."""

    workforce: dict[str, Any] | None = None
    teams: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=lambda: {NAMES.worker_group: []})
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    passwords: dict[str, list[str]] = field(default_factory=dict)
    pool: dict[str, Any] = field(default_factory=lambda: {"UsernameAttributes": ["email"]})
    status: list[str] = field(default_factory=lambda: ["Active"])

    def answers(self) -> dict[str, Any]:
        outputs = [{"OutputKey": "UserPoolId", "OutputValue": OWN}, {"OutputKey": "ClientId", "OutputValue": CLIENT}]
        return {
            "DescribeStacks": {"Stacks": [{"StackName": "day-workforce", "Outputs": outputs}]},
            "ListWorkforces": lambda _: {"Workforces": [self._shown()] if self.workforce else []},
            "ListWorkteams": lambda _: {"Workteams": list(self.teams.values())},
            "ListUsersInGroup": self._members,
            "CreateWorkforce": self._create_workforce,
            "CreateWorkteam": self._create_team,
            "UpdateWorkteam": lambda asked: self.teams[asked["WorkteamName"]].update(asked) or {},
            "CreateGroup": lambda asked: self.groups.update({asked["GroupName"]: []}) or {},
            "DescribeUserPool": lambda _: {"UserPool": self.pool},
            "PutParameter": self._put,
            "GetParameter": lambda asked: {"Parameter": {"Value": self.secrets[asked["Name"]]}},
            "AdminCreateUser": self._create_user,
            "AdminGetUser": lambda asked: self._user(self.users[asked["Username"]], "UserAttributes"),
            "AdminSetUserPassword": self._set_password,
            "AdminUpdateUserAttributes": lambda asked: self._verify(asked["Username"]),
            "AdminAddUserToGroup": self._add,
            "ListUsers": lambda _: {"Users": [self._user(each, "Attributes") for each in self.users.values()]},
        }

    def session(self, **answers: Any) -> AnsweringSession:
        return AnsweringSession(self.answers() | answers)

    def _shown(self) -> dict[str, Any]:
        assert self.workforce is not None
        status = self.status.pop(0) if len(self.status) > 1 else self.status[0]
        return {"Status": status, **self.workforce}

    def _members(self, asked: dict[str, Any]) -> Any:
        if asked["GroupName"] not in self.groups:
            return refusal("ResourceNotFoundException", "Group not found.")
        return {"Users": [self._user(self.users[each], "Attributes") for each in self.groups[asked["GroupName"]]]}

    def _create_workforce(self, asked: dict[str, Any]) -> Any:
        assert self.workforce is None, "a second workforce"
        self.workforce = {"WorkforceName": asked["WorkforceName"], "CognitoConfig": asked["CognitoConfig"]}
        return {}

    def _create_team(self, asked: dict[str, Any]) -> Any:
        if asked["WorkteamName"] in self.teams:
            return refusal("ResourceInUse")
        self.teams[asked["WorkteamName"]] = {**asked, "SubDomain": "abc.labeling.ap-northeast-1.sagemaker.aws"}
        return {}

    def _put(self, asked: dict[str, Any]) -> Any:
        assert asked["Type"] == "SecureString" and "@" not in asked["Name"] and not asked.get("Overwrite")
        if asked["Name"] in self.secrets:
            return refusal("ParameterAlreadyExists")
        self.secrets[asked["Name"]] = asked["Value"]
        return {}

    def _create_user(self, asked: dict[str, Any]) -> Any:
        assert asked["MessageAction"] == "SUPPRESS"
        if asked["Username"] in self.users:
            return refusal("UsernameExistsException")
        attributes = {each["Name"]: each["Value"] for each in asked["UserAttributes"]}
        user = {"Username": asked["Username"], "UserStatus": "FORCE_CHANGE_PASSWORD", **attributes}
        self.users[asked["Username"]] = user
        return {"User": self._user(user, "Attributes")}

    def _user(self, user: dict[str, Any], key: str) -> dict[str, Any]:
        attributes = [{"Name": name, "Value": user[name]} for name in ("email", "email_verified") if name in user]
        return {"Username": user["Username"], "UserStatus": user["UserStatus"], key: attributes}

    def _set_password(self, asked: dict[str, Any]) -> Any:
        assert asked["Permanent"] is True
        assert asked["Password"] in self.secrets.values(), "set before it was stored"
        self.passwords.setdefault(asked["Username"], []).append(asked["Password"])
        self.users[asked["Username"]]["UserStatus"] = "CONFIRMED"
        return {}

    def _verify(self, user: str) -> Any:
        self.users[user]["email_verified"] = "true"
        return {}

    def _add(self, asked: dict[str, Any]) -> Any:
        members = self.groups[asked["GroupName"]]
        members.extend({asked["Username"]} - set(members))
        return {}


def user(address: str, status: str = "CONFIRMED", verified: str = "true") -> dict[str, Any]:
    return {"Username": address, "UserStatus": status, "email": address, "email_verified": verified}


def crew(pool: str = OWN) -> dict[str, Any]:
    return {"WorkforceName": "default", "CognitoConfig": {"UserPool": pool, "ClientId": CLIENT}}


def team(pool: str = OWN, group: str = NAMES.worker_group) -> dict[str, Any]:
    member = {"UserPool": pool, "ClientId": CLIENT, "UserGroup": group}
    definitions = [{"CognitoMemberDefinition": member}]
    return {
        NAMES.workteam: {
            "WorkteamName": NAMES.workteam,
            "MemberDefinitions": definitions,
            "WorkforceArn": "arn:x:workforce/default",
        }
    }


def both(status: str = "CONFIRMED", verified: str = "true") -> World:
    people = {each: user(each, status, verified) for each in (ANN, BOB)}
    return World(crew(), team(), {NAMES.worker_group: [ANN, BOB]}, people)


def run(step: workforce.WorkforceStep, session: AnsweringSession, rounds: int = 12) -> State:
    state = step.check(session)
    for _ in range(rounds):
        if state.verdict not in (Verdict.TODO, Verdict.WAITING):
            break
        session._seen.clear()
        if state.verdict is Verdict.TODO:
            apply(step, session)
        state = step.check(session)
    return state


S = Situation
CLOSED = refusal("AccessDeniedException", "Ground Truth is no longer open to new customers.")
NO_POOL = refusal("ResourceNotFoundException", f"User pool {OWN} does not exist.")
ROWS: list[tuple[str, Situation, World, dict[str, Any], tuple[str, ...]]] = [
    ("nothing", S.NONE, World(), {}, ("CreateWorkforce",)),
    ("listing refused", S.NOT_OFFERED, World(), {"ListWorkteams": CLOSED}, ()),
    ("listing of workforces refused", S.NOT_OFFERED, World(), {"ListWorkforces": CLOSED}, ()),
    ("OIDC", S.OIDC, World({"WorkforceName": "x", "OidcConfig": {}}), {}, ()),
    ("initializing", S.STARTING, World(crew(), status=["Initializing"]), {}, ()),
    ("updating", S.STARTING, World(crew(), status=["Updating"]), {}, ()),
    ("deleting", S.STARTING, World(crew(), status=["Deleting"]), {}, ()),
    ("failed", S.FAILED, World({**crew(), "FailureReason": "no domain"}, status=["Failed"]), {}, ()),
    ("pool gone", S.POOL_GONE, World(crew()), {"ListUsersInGroup": NO_POOL}, ()),
    ("no group in a found pool", S.NO_GROUP, World(crew(ELSE), groups={}), {}, ("CreateGroup",)),
    ("no team, nobody missing", S.NO_TEAM, replace(both(), teams={}), {}, ("CreateWorkteam",)),
    (
        "no team", S.NO_TEAM, World(crew()), {},
        ("CreateWorkteam", *("AdminCreateUser", "PutParameter", "AdminSetUserPassword", "AdminAddUserToGroup") * 2),
    ),
    ("team of others", S.TEAM_WITHOUT_GROUP, World(crew(), team(group="old")), {}, ("UpdateWorkteam",)),
    (
        "nobody yet", S.PEOPLE, World(crew(), team()), {},
        ("AdminCreateUser", "PutParameter", "AdminSetUserPassword", "AdminAddUserToGroup") * 2,
    ),
    (
        "not confirmed", S.PEOPLE, both("FORCE_CHANGE_PASSWORD"), {},
        ("AdminCreateUser", "PutParameter", "AdminSetUserPassword", "AdminAddUserToGroup") * 2,
    ),
    (
        "not verified", S.PEOPLE, both(verified="false"), {},
        ("AdminCreateUser", "AdminUpdateUserAttributes", "AdminAddUserToGroup") * 2,
    ),
    ("all there", S.READY, both(), {}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "situation", "world", "answers", "writes"), ROWS, ids=[row[0] for row in ROWS])
def test_each_row_has_its_verdict_code_and_writes(
    name: str, situation: Situation, world: World, answers: dict[str, Any], writes: tuple[str, ...]
) -> None:
    session = world.session(**answers)
    step = build()
    state = step.check(session)
    assert (state.verdict, state.code) == (TABLE[situation].verdict, TABLE[situation].code)
    assert state.detail.startswith(TABLE[situation].words.split("{")[0])
    assert session.writes == []
    step.apply(session)
    assert tuple(session.writes) == writes


def test_every_situation_has_a_row_here_and_every_code_is_explained() -> None:
    assert {row[1] for row in ROWS} | {S.NO_COGNITO, S.NOT_SHOWN} == set(Situation) == set(TABLE)
    assert {row.code for row in TABLE.values()} - {None} <= set(catalogue())


def test_china_is_blocked_without_a_call() -> None:
    session = AnsweringSession({}, account(region="cn-north-1"))
    state = build(region="cn-north-1").check(session)
    assert (state.verdict, state.code, session.calls) == (Verdict.BLOCKED, "EB-310", [])


def test_a_fresh_account_becomes_ready_and_a_second_run_reads_twice_and_writes_nothing() -> None:
    world = World(status=["Initializing", "Active"])
    session = world.session()
    assert run(build(), session).verdict is Verdict.READY
    assert set(world.groups[NAMES.worker_group]) == {ANN, BOB} == set(world.passwords)
    assert world.teams[NAMES.workteam]["NotificationConfiguration"]["NotificationTopicArn"].endswith(NAMES.work_topic)
    tags = {each["Key"]: each["Value"] for each in session.params("CreateWorkforce")["Tags"]}
    assert tags["made-by"] == MADE_BY
    again = world.session()
    state = build().check(again)
    assert state.verdict is Verdict.READY and "not proven" in state.detail
    assert state.facts["portal"].endswith("sagemaker.aws")
    assert [name for name, _ in again.calls] == ["ListWorkteams", "ListUsersInGroup"]


def test_a_found_workforce_is_used_with_its_own_pool_and_client() -> None:
    world = World({**crew(ELSE), "CognitoConfig": {"UserPool": ELSE, "ClientId": "theirs"}}, groups={})
    session = world.session()
    assert run(build(), session).verdict is Verdict.READY
    assert "CreateWorkforce" not in session.writes
    member = session.params("CreateWorkteam")["MemberDefinitions"][0]["CognitoMemberDefinition"]
    assert member == {"UserPool": ELSE, "ClientId": "theirs", "UserGroup": NAMES.worker_group}
    assert session.params("CreateWorkteam")["WorkforceName"] == "default"
    assert session.params("AdminCreateUser")["UserPoolId"] == ELSE


def test_a_pool_with_addresses_as_aliases_gets_names_that_are_no_addresses_and_long_passwords() -> None:
    policies = {"PasswordPolicy": {"MinimumLength": 40}}
    world = World(crew(ELSE), team(ELSE), pool={"AliasAttributes": ["email"], "Policies": policies})
    assert run(build(), world.session()).verdict is Verdict.READY
    assert all("@" not in name for name in world.users)
    assert all(len(value) == 40 for value in world.secrets.values())


def test_a_user_with_a_password_of_their_own_is_only_added_to_the_group() -> None:
    world = World(crew(), team(), users={ANN: user(ANN)})
    assert run(build(emails=(ANN,)), world.session()).verdict is Verdict.READY
    assert world.passwords == {} and world.secrets == {}


def test_a_holder_of_the_address_under_another_name_is_used() -> None:
    world = World(crew(ELSE), team(ELSE), users={"anna": {**user(ANN), "Username": "anna"}})
    world.pool = {"AliasAttributes": ["email"]}
    session = world.session(AdminCreateUser=refusal("AliasExistsException"))
    assert run(build(emails=(ANN,)), session).verdict is Verdict.READY
    assert world.groups[NAMES.worker_group] == ["anna"]


@pytest.mark.parametrize("operation", ["CreateWorkforce", "CreateWorkteam"])
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CLOSED, "EB-313"),
        (refusal("ValidationException", "This feature is not available to your account"), "EB-313"),
        (refusal("ResourceLimitExceeded", "The account-level service limit 'Number of workteams' is 25"), "EB-314"),
    ],
    ids=str,
)
def test_a_refusal_blocks_with_the_raw_answer(operation: str, error: ClientError, code: str) -> None:
    world = World(crew() if operation == "CreateWorkteam" else None)
    step = build()
    state = run(step, world.session(**{operation: error}))
    assert (state.verdict, state.code) == (Verdict.BLOCKED, code)
    assert str(error.response["Error"]["Message"]) in state.detail and code in catalogue()


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalFailure"])
def test_what_may_pass_is_left_to_the_engine(code: str) -> None:
    with pytest.raises(ClientError):
        build().apply(World().session(CreateWorkforce=refusal(code, "Rate exceeded")))


def test_a_missing_permission_does_not_look_like_a_closed_service() -> None:
    denied = refusal("AccessDeniedException", "User: x is not authorized to perform: sagemaker:CreateWorkforce")
    with pytest.raises(ClientError):
        build().apply(World().session(CreateWorkforce=denied))


def test_another_run_that_was_faster_is_no_error() -> None:
    raced = refusal("ValidationException", "Cannot create more than one workforce for account 111111111111.")
    step = build()
    step.apply(World().session(CreateWorkforce=raced))
    assert step.refused == []


def test_a_stack_without_outputs_is_named() -> None:
    step = build()
    session = World().session(DescribeStacks={"Stacks": []})
    step.apply(session)
    assert step.check(session).code == "EB-315" and session.writes == []


def test_a_refused_worker_is_named_by_place_and_the_others_are_brought_in() -> None:
    world = World(crew(), team())
    normal = world.answers()["AdminCreateUser"]

    def answer(asked: dict[str, Any]) -> Any:
        return refusal("InvalidParameterException", f"{ANN} is bad") if asked["Username"] == ANN else normal(asked)

    step = build()
    state = run(step, world.session(AdminCreateUser=answer))
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-317")
    assert "worker 1 of 2" in state.detail and "example.com" not in state.detail + repr(step)
    assert world.groups[NAMES.worker_group] == [BOB]


def test_an_address_that_looks_unusual_is_not_shown_either() -> None:
    odd = "O'Neil@example.com"
    step = build(emails=(odd,))
    step.apply(World(crew(), team()).session(AdminCreateUser=refusal("InvalidParameterException", f"{odd.lower()}?")))
    assert "neil" not in step.refused[0].detail and "o'" not in step.refused[0].detail


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
    assert (state.verdict, state.detail) == (Verdict.WAITING, "made already, and AWS does not show it yet: 7 people")
    session._now += 181
    assert step.check(session).verdict is Verdict.TODO


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
    assert str(answer.response["Error"]["Message"]) in state.detail and "example.com" not in state.detail + repr(step)


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
        assert len(each) == 16 and not set(each) & set("lIO01")
        assert any(map(str.islower, each)) and any(map(str.isupper, each)) and any(map(str.isdigit, each))
        assert set(each) & set("-+=")
