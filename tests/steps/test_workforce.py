"""Workforce, work team and people: what AWS says -> verdict and code, and how it converges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.engine.states import NOTE, Verdict
from bootstrap.errors import catalogue
from bootstrap.event.names import MADE_BY
from bootstrap.steps.workforce.verdict import TABLE, WorkforceSituation
from tests.steps.answers import AnsweringSession, account, refusal
from tests.steps.workforce_account import (
    ANN,
    BOB,
    CLOSED,
    ELSE,
    EVE,
    NAMES,
    OWN,
    World,
    both,
    build,
    crew,
    run,
    team,
    user,
    with_eve,
)

S = WorkforceSituation
ARN = "arn:aws:sagemaker:ap-northeast-1:111111111111"
NO_POOL = refusal("ResourceNotFoundException", f"User pool {OWN} does not exist.")
ROWS: list[tuple[str, WorkforceSituation, World, dict[str, Any], tuple[str, ...]]] = [
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
    ("somebody left", S.LEFT, with_eve(), {}, ("AdminRemoveUserFromGroup",)),
    ("somebody whom we did not add", S.READY, with_eve(added=False), {}, ()),
    ("tags of before", S.TAGS, replace(both(), tags={"event": "day"}), {}, ("AddTags",)),
    ("all there", S.READY, both(), {}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "situation", "world", "answers", "writes"), ROWS, ids=[row[0] for row in ROWS])
def test_each_row_has_its_verdict_code_and_writes(
    name: str, situation: WorkforceSituation, world: World, answers: dict[str, Any], writes: tuple[str, ...]
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
    assert {row[1] for row in ROWS} | {S.NO_COGNITO, S.NOT_SHOWN} == set(WorkforceSituation) == set(TABLE)
    assert {row.code for row in TABLE.values()} - {None} <= set(catalogue())


def test_china_is_blocked_without_a_call() -> None:
    session = AnsweringSession({}, account(region="cn-north-1"))
    state = build(region="cn-north-1").check(session)
    assert (state.verdict, state.code, session.calls) == (Verdict.BLOCKED, "EB-310", [])


def test_a_fresh_account_becomes_ready_and_a_second_run_reads_three_times_and_writes_nothing() -> None:
    world = World(status=["Initializing", "Active"])
    session = world.session()
    assert run(build(), session).verdict is Verdict.READY
    assert set(world.groups[NAMES.worker_group]) == {ANN, BOB} == set(world.passwords)
    assert world.teams[NAMES.workteam]["NotificationConfiguration"]["NotificationTopicArn"].endswith(NAMES.work_topic)
    tags = {each["Key"]: each["Value"] for each in session.params("CreateWorkforce")["Tags"]}
    assert tags["made-by"] == MADE_BY
    again = world.session()
    state = build().check(again)
    assert state.verdict is Verdict.READY
    assert "not proven" in state.detail
    assert state.facts["portal"].endswith("sagemaker.aws")
    assert [name for name, _ in again.calls] == ["ListWorkteams", "ListUsersInGroup", "ListTags"]


def test_changed_tags_are_written_on_the_workforce_that_we_made_and_then_on_the_work_team() -> None:
    ours = World(tags={"expiry": "1999"})
    run(build(), ours.session())
    assert ours.tagged == [f"{ARN}:workforce/{NAMES.workforce}", f"{ARN}:workteam/private-crowd/{NAMES.workteam}"]
    assert ours.tags["expiry"] != "1999"
    theirs = replace(both(), tags={})
    run(build(), theirs.session())
    assert theirs.tagged == [f"{ARN}:workteam/private-crowd/{NAMES.workteam}"]


def test_who_left_the_team_is_taken_out_of_the_group_and_may_come_back() -> None:
    world = with_eve()
    assert run(build(), world.session()).verdict is Verdict.READY
    assert world.groups[NAMES.worker_group] == [ANN, BOB]
    assert EVE in world.users
    assert run(build(emails=(ANN, BOB, EVE)), world.session()).verdict is Verdict.READY
    assert world.groups[NAMES.worker_group] == [ANN, BOB, EVE]
    assert world.passwords == {}, "the password on the hand-out is still the one"


def test_who_is_in_the_group_and_was_not_added_by_the_tool_is_counted_and_stays() -> None:
    world = with_eve(added=False)
    session = world.session()
    state = build().check(session)
    assert (state.facts["strangers"], state.facts[NOTE]) == (1, True)
    assert state.detail.endswith("; 1 person whom neither the roster names nor this tool added is in it too")
    assert "eve" not in state.detail
    assert session.writes == []


def test_who_was_taken_out_and_is_still_listed_is_not_taken_out_twice_and_who_is_gone_is_no_error() -> None:
    world = with_eve()
    session = world.session(AdminRemoveUserFromGroup=refusal("UserNotFoundException"))
    assert run(build(), session).verdict is Verdict.READY
    assert session.writes == ["AdminRemoveUserFromGroup"]


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
    assert world.passwords == {}
    assert world.secrets == {}


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
    assert str(error.response["Error"]["Message"]) in state.detail
    assert code in catalogue()


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
    assert step.check(session).code == "EB-315"
    assert session.writes == []


def test_a_refused_worker_is_named_by_place_and_the_others_are_brought_in() -> None:
    world = World(crew(), team())
    normal = world.answers()["AdminCreateUser"]

    def answer(asked: dict[str, Any]) -> Any:
        return refusal("InvalidParameterException", f"{ANN} is bad") if asked["Username"] == ANN else normal(asked)

    step = build()
    state = run(step, world.session(AdminCreateUser=answer))
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-317")
    assert "worker 1 of 2" in state.detail
    assert "example.com" not in state.detail + repr(step)
    assert world.groups[NAMES.worker_group] == [BOB]


def test_an_address_that_looks_unusual_is_not_shown_either() -> None:
    odd = "O'Neil@example.com"
    step = build(emails=(odd,))
    step.apply(World(crew(), team()).session(AdminCreateUser=refusal("InvalidParameterException", f"{odd.lower()}?")))
    assert "neil" not in step.refused[0].detail
    assert "o'" not in step.refused[0].detail
