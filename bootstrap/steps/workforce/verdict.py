"""What SageMaker and Cognito say of workforce, work team and people -> situation -> verdict and code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons
from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Verdict
from bootstrap.errors import code_of, raw
from bootstrap.event.names import Names
from bootstrap.steps.workforce import people as workforce_people

_NOT_PROVEN = "that labelling jobs are allowed is not proven by it"
CLOSED = "Ground Truth may be closed to this account; the other labs go on"


class WorkforceSituation(StrEnum):
    NO_COGNITO = "no Cognito in this partition"
    NOT_OFFERED = "the listing is refused"
    OIDC = "bound to another sign-in"
    STARTING = "being made or changed"
    FAILED = "failed"
    NONE = "no workforce"
    POOL_GONE = "its user pool is gone"
    NO_GROUP = "no group"
    NO_TEAM = "no work team"
    TEAM_WITHOUT_GROUP = "a work team without our group"
    PEOPLE = "people missing"
    NOT_SHOWN = "made, and not shown yet"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class WorkforceRow:
    verdict: Verdict
    code: str | None
    words: str


_TODO, _BLOCKED = Verdict.TODO, Verdict.BLOCKED
S = WorkforceSituation

TABLE: Mapping[WorkforceSituation, WorkforceRow] = {
    S.NO_COGNITO: WorkforceRow(_BLOCKED, "EB-310", "no labelling in {region}: AWS offers no Cognito user pools there"),
    S.NOT_OFFERED: WorkforceRow(_BLOCKED, "EB-313", "AWS refuses the listing: {why}; " + CLOSED),
    S.OIDC: WorkforceRow(_BLOCKED, "EB-311", "the workforce {why} signs people in by OIDC, not by Cognito"),
    S.STARTING: WorkforceRow(Verdict.WAITING, None, "the workforce is {why}"),
    S.FAILED: WorkforceRow(_BLOCKED, "EB-312", "the workforce failed: {why}; delete it, then run again"),
    S.NONE: WorkforceRow(_TODO, None, "create workforce, work team and {missing} people"),
    S.POOL_GONE: WorkforceRow(_BLOCKED, "EB-318", "the workforce's user pool {why} does not exist any more"),
    S.NO_GROUP: WorkforceRow(_TODO, None, "create the group of workers in pool {why}"),
    S.NO_TEAM: WorkforceRow(_TODO, None, "create work team and {missing} people"),
    S.TEAM_WITHOUT_GROUP: WorkforceRow(_TODO, None, "add the group of workers to the work team"),
    S.PEOPLE: WorkforceRow(_TODO, None, "bring {missing} people into the work team"),
    S.NOT_SHOWN: WorkforceRow(Verdict.WAITING, None, "made already, and AWS does not show it yet: {why}"),
    S.READY: WorkforceRow(Verdict.READY, None, "work team with {people} people; " + _NOT_PROVEN),
}


@dataclass(frozen=True, slots=True)
class Crew:
    """The workforce that stands: its own pool and client are used, whoever made them."""

    name: str
    pool: str
    client: str


@dataclass(frozen=True, slots=True)
class WorkforceFound:
    situation: WorkforceSituation
    why: str = ""
    crew: Crew | None = None
    missing: tuple[str, ...] = ()
    members: tuple[Mapping[str, Any], ...] = ()
    portal: str = ""


def look(session: AccountSession, names: Names, people: tuple[str, ...]) -> WorkforceFound:
    """Two calls where all stands: a work team proves its workforce, and names its pool and client. Reads only."""
    try:
        team = _team(session, names)
        crew = _crew_of(team)
        standing = None if crew else _workforce(session)
    except ClientError as error:
        if not refuses(error):
            raise
        return WorkforceFound(WorkforceSituation.NOT_OFFERED, raw(error))
    if crew is None:
        if standing is None:
            return WorkforceFound(WorkforceSituation.NONE, missing=people)
        status = standing.get("Status", "Active")
        if not standing.get("CognitoConfig"):
            return WorkforceFound(WorkforceSituation.OIDC, standing["WorkforceName"])
        if status != "Active":
            failed = status == "Failed"
            why = str(standing.get("FailureReason", "no reason given")) if failed else status.lower()
            return WorkforceFound(WorkforceSituation.FAILED if failed else WorkforceSituation.STARTING, why)
        config = standing["CognitoConfig"]
        crew = Crew(standing["WorkforceName"], config["UserPool"], config["ClientId"])
    return _inside(session, names, people, crew, team)


def _inside(
    session: AccountSession, names: Names, people: tuple[str, ...], crew: Crew, team: Mapping[str, Any] | None
) -> WorkforceFound:
    pages = session.client("cognito-idp").get_paginator("list_users_in_group")
    try:
        found = pages.paginate(UserPoolId=crew.pool, GroupName=names.worker_group)
        users = [each for page in found for each in page["Users"]]
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
        gone = reasons.pool_is_gone(error)
        return WorkforceFound(WorkforceSituation.POOL_GONE if gone else WorkforceSituation.NO_GROUP, crew.pool, crew)
    there = {workforce_people.address_of(each) for each in users if workforce_people.done(each)}
    missing = tuple(each for each in people if each.lower() not in there)
    if team is None:
        return WorkforceFound(WorkforceSituation.NO_TEAM, "", crew, missing)
    members = tuple(team["MemberDefinitions"])
    groups = {each.get("CognitoMemberDefinition", {}).get("UserGroup") for each in members}
    if names.worker_group not in groups:
        return WorkforceFound(WorkforceSituation.TEAM_WITHOUT_GROUP, "", crew, missing, members)
    situation = WorkforceSituation.PEOPLE if missing else WorkforceSituation.READY
    return WorkforceFound(situation, "", crew, missing, members, str(team.get("SubDomain", "")))


def _team(session: AccountSession, names: Names) -> Mapping[str, Any] | None:
    pages = session.client("sagemaker").get_paginator("list_workteams")
    found = [each for page in pages.paginate(NameContains=names.workteam) for each in page["Workteams"]]
    return next((each for each in found if each["WorkteamName"] == names.workteam), None)


def _workforce(session: AccountSession) -> Mapping[str, Any] | None:
    pages = session.client("sagemaker").get_paginator("list_workforces")
    return next((each for page in pages.paginate() for each in page["Workforces"]), None)


def _crew_of(team: Mapping[str, Any] | None) -> Crew | None:
    for each in team["MemberDefinitions"] if team else ():
        if found := each.get("CognitoMemberDefinition"):
            name = str(team.get("WorkforceArn", "") if team else "").rpartition("/")[2]
            return Crew(name, found["UserPool"], found["ClientId"])
    return None


def refuses(error: ClientError) -> bool:
    """No accident and no missing permission: which call a closed Ground Truth refuses, and how, is not known."""
    if aws_errors.transient(error) or aws_errors.expired(error):
        return False
    return not (aws_errors.denied(error) and reasons.lacks_permission(error))
