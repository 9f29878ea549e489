"""Situations of workforce, work team and people, by what SageMaker and Cognito show, with verdict and code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons, refusals
from bootstrap.engine.states import Verdict
from bootstrap.errors import code_of, raw
from bootstrap.errors.message import marked as _
from bootstrap.errors.message import msg
from bootstrap.event.names import Names
from bootstrap.steps.workforce import people as workforce_people

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession


class WorkforceSituation(StrEnum):
    """Situation of workforce, work team and people in SageMaker and Cognito."""

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
    LEFT = "people who left the team"
    TAGS = "tags of before"
    NOT_SHOWN = "made, and not shown yet"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class WorkforceRow:
    """Verdict, code and words of a situation; `seen`: what is there, where the words say what is done about it.

    Both have the places {region}, {why}, {missing}, {left} and {people}.
    """

    verdict: Verdict
    code: str | None
    words: str
    seen: str = ""


_TODO, _BLOCKED = Verdict.TODO, Verdict.BLOCKED
S = WorkforceSituation

TABLE: Mapping[WorkforceSituation, WorkforceRow] = {
    S.NO_COGNITO: WorkforceRow(
        _BLOCKED, "EB-310", _("no labelling in {region}: AWS has no Cognito user pools in this region")
    ),
    S.NOT_OFFERED: WorkforceRow(
        _BLOCKED,
        "EB-313",
        _(
            "AWS refuses to list work teams; Ground Truth may be closed to this account, the other labs still work "
            "({why})"
        ),
    ),
    S.OIDC: WorkforceRow(_BLOCKED, "EB-311", _("workforce {why} uses OIDC for sign-in, not Cognito")),
    S.STARTING: WorkforceRow(Verdict.WAITING, None, _("the status of the workforce is {why}")),
    S.FAILED: WorkforceRow(_BLOCKED, "EB-312", _("the workforce failed: {why}; delete it, then run again")),
    S.NONE: WorkforceRow(
        _TODO, None, _("create the workforce, the work team and {missing}"), _("there is no private workforce")
    ),
    S.POOL_GONE: WorkforceRow(_BLOCKED, "EB-318", _("the workforce's user pool {why} no longer exists")),
    S.NO_GROUP: WorkforceRow(
        _TODO,
        None,
        _("create the group of workers in user pool {why}"),
        _("user pool {why} has no group of workers"),
    ),
    S.NO_TEAM: WorkforceRow(_TODO, None, _("create the work team and {missing}"), _("there is no work team")),
    S.TEAM_WITHOUT_GROUP: WorkforceRow(
        _TODO, None, _("add the group of workers to the work team"), _("the work team lacks the group of workers")
    ),
    S.PEOPLE: WorkforceRow(
        _TODO, None, _("add {missing} to the work team"), _("{missing} of the roster are not in the work team")
    ),
    S.LEFT: WorkforceRow(
        _TODO,
        None,
        _("take {left} out of the work team, who left the team"),
        _("{left} in the work team are no longer in the roster"),
    ),
    S.TAGS: WorkforceRow(
        _TODO,
        None,
        _("update the tags of workforce and work team"),
        _("workforce and work team have other tags than wanted"),
    ),
    S.NOT_SHOWN: WorkforceRow(Verdict.WAITING, None, _("created, but AWS does not show it yet: {why}")),
    S.READY: WorkforceRow(
        Verdict.READY, None, _("work team with {people}; it is not proven that labelling jobs are allowed")
    ),
}


@dataclass(frozen=True, slots=True)
class Crew:
    """An existing workforce. Its own pool and client are used, whoever created them. `since`: when it was created,
    epoch seconds; 0 if that was not read."""

    name: str
    pool: str
    client: str
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class WorkforceFound:
    """Result of one read. `why`: for {why} in the row's words; `missing`: addresses; `portal`: the sign-in host.

    `left`: addresses in the group that the roster no longer has -> names of their users; `strangers`: number of people
    in the group whom neither the roster names nor the tool added; `arns`: of workforce and work team.
    """

    situation: WorkforceSituation
    why: str = ""
    crew: Crew | None = None
    missing: tuple[str, ...] = ()
    members: tuple[Mapping[str, Any], ...] = ()
    portal: str = ""
    left: Mapping[str, str] = field(default_factory=dict)
    strangers: int = 0
    arns: tuple[str, ...] = ()


def look(
    session: AccountSession, names: Names, people: tuple[str, ...], tags: Mapping[str, str] = MappingProxyType({})
) -> WorkforceFound:
    """Return what SageMaker and Cognito show. Three calls if all exists, because the work team names pool and client;
    a fourth one if there are people whom the roster does not name."""
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
            why = (standing.get("FailureReason") or msg("no reason given")) if failed else str(status)
            return WorkforceFound(WorkforceSituation.FAILED if failed else WorkforceSituation.STARTING, why)
        config = standing["CognitoConfig"]
        made = standing.get("CreateDate")
        crew = Crew(
            standing["WorkforceName"], config["UserPool"], config["ClientId"], made.timestamp() if made else 0.0
        )
    found = _inside(session, names, people, crew, team)
    if found.situation is WorkforceSituation.READY and team and tags and _tags_of_before(session, team, tags):
        return replace(found, situation=WorkforceSituation.TAGS)
    return found


def _tags_of_before(session: AccountSession, team: Mapping[str, Any], tags: Mapping[str, str]) -> bool:
    """True if the work team lacks a wanted tag. Those of the workforce are written before its own. API: ListTags."""
    pages = session.client("sagemaker").get_paginator("list_tags").paginate(ResourceArn=team["WorkteamArn"])
    shown = {each["Key"]: each["Value"] for page in pages for each in page["Tags"]}
    return not tags.items() <= shown.items()


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
    wanted = {each.lower() for each in people}
    others = {workforce_people.address_of(each): str(each["Username"]) for each in users}
    left = workforce_people.added(session, names, {key: each for key, each in others.items() if key not in wanted})
    situation = WorkforceSituation.READY
    if missing or left:
        situation = WorkforceSituation.PEOPLE if missing else WorkforceSituation.LEFT
    portal, strangers = str(team.get("SubDomain", "")), len(others.keys() - wanted - left.keys())
    arns = tuple(str(team[key]) for key in ("WorkforceArn", "WorkteamArn"))
    return WorkforceFound(situation, "", crew, missing, members, portal, left, strangers, arns)


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
    """Return True if AWS refuses for good. AWS does not document how a closed Ground Truth refuses which call."""
    if aws_errors.transient(error) or refusals.of_every_call(error, ""):
        return False
    return not (aws_errors.denied(error) and reasons.lacks_permission(error))
