"""As much of an account as the workforce's step sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bootstrap.engine.states import State, Verdict
from bootstrap.event.names import Names
from bootstrap.event.tags import tags
from bootstrap.steps.workforce import step as workforce
from bootstrap.steps.workforce.people import key_of
from tests.steps.answers import NOON, AnsweringSession, account, apply, at, refusal

NAMES = Names("day", "111111111111", "ap-northeast-1")
OWN, CLIENT, ELSE = "ap-northeast-1_own", "client1", "ap-northeast-1_else"
ANN, BOB = account().emails
EVE = "eve@example.com"
_WORKFORCE = "arn:aws:sagemaker:ap-northeast-1:111111111111:workforce"
_TEAM = "arn:aws:sagemaker:ap-northeast-1:111111111111:workteam/private-crowd/day-team"
EVENT: Any = SimpleNamespace(name="day", tags={}, schedule=SimpleNamespace(expires=at(NOON)), folder=Path(), notices=())


def build(**changes: Any) -> workforce.WorkforceStep:
    who = account(**changes)
    return workforce.build(EVENT, who, Names.of(EVENT, who))


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
    tags: dict[str, str] = field(default_factory=lambda: dict(tags(EVENT, account())))
    tagged: list[str] = field(default_factory=list)

    def answers(self) -> dict[str, Any]:
        outputs = [{"OutputKey": "UserPoolId", "OutputValue": OWN}, {"OutputKey": "ClientId", "OutputValue": CLIENT}]
        return {
            "DescribeStacks": {"Stacks": [{"StackName": "day-workforce", "Outputs": outputs}]},
            "ListWorkforces": lambda _: {"Workforces": [self._shown()] if self.workforce else []},
            "ListWorkteams": lambda _: {"Workteams": list(self.teams.values())},
            "ListUsersInGroup": self._members,
            "ListTags": lambda _: {"Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()]},
            "AddTags": self._tag,
            "CreateWorkforce": self._create_workforce,
            "CreateWorkteam": self._create_team,
            "UpdateWorkteam": lambda asked: self.teams[asked["WorkteamName"]].update(asked) or {},
            "CreateGroup": lambda asked: self.groups.update({asked["GroupName"]: []}) or {},
            "DescribeUserPool": lambda _: {"UserPool": self.pool},
            "PutParameter": self._put,
            "GetParameters": lambda asked: {
                "Parameters": [{"Name": name} for name in asked["Names"] if name in self.secrets]
            },
            "AdminRemoveUserFromGroup": self._remove,
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
        arns = {"WorkforceArn": f"{_WORKFORCE}/{asked['WorkforceName']}", "WorkteamArn": _TEAM}
        portal = {"SubDomain": "abc.labeling.ap-northeast-1.sagemaker.aws"}
        self.teams[asked["WorkteamName"]] = {**asked, **arns, **portal}
        return {}

    def _put(self, asked: dict[str, Any]) -> Any:
        assert asked["Type"] == "SecureString"
        assert "@" not in asked["Name"]
        assert not asked.get("Overwrite")
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

    def _tag(self, asked: dict[str, Any]) -> Any:
        self.tagged.append(asked["ResourceArn"])
        self.tags |= {each["Key"]: each["Value"] for each in asked["Tags"]}
        return {}

    def _remove(self, asked: dict[str, Any]) -> Any:
        self.groups[asked["GroupName"]].remove(asked["Username"])
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
            "WorkforceArn": f"{_WORKFORCE}/default",
            "WorkteamArn": _TEAM,
        }
    }


def both(status: str = "CONFIRMED", verified: str = "true") -> World:
    people = {each: user(each, status, verified) for each in (ANN, BOB)}
    return World(crew(), team(), {NAMES.worker_group: [ANN, BOB]}, people)


def with_eve(added: bool = True) -> World:
    """Somebody more is in the group whom the roster does not name."""
    world = both()
    world.users[EVE], world.groups[NAMES.worker_group] = user(EVE), [ANN, BOB, EVE]
    if added:
        world.secrets[NAMES.worker_secret(key_of(EVE))] = "stored"
    return world


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


CLOSED = refusal("AccessDeniedException", "Ground Truth is no longer open to new customers.")
