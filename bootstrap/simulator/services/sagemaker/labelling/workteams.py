"""Work teams, each made of Cognito groups of the workforce's pool."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from bootstrap.simulator.services.quotas.catalogue import WORKTEAMS
from bootstrap.simulator.services.sagemaker import limits, listing, resource_types, tags
from bootstrap.simulator.services.sagemaker.labelling import labelling_life, workforce
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal, held
from bootstrap.simulator.world.call import Call, CallHandler

_CHANGEABLE = ("MemberDefinitions", "Description", "NotificationConfiguration", "WorkerAccessConfiguration")


def all_of(call: Call) -> dict[str, Any]:
    """Return the work teams by name."""
    return call.shelf("sagemaker.workteams")


def create(call: Call) -> dict[str, Any]:
    """Answer CreateWorkteam."""
    name = call.params["WorkteamName"]
    arn = call.arn("sagemaker", f"workteam/private-crowd/{name}")
    if name in all_of(call):
        raise Refusal("ResourceInUse", f"Workteam {arn} already exists.")
    limits.check(call, WORKTEAMS, len(all_of(call)), unit="Workteams")
    team = _workforce(call)
    if call.now < team["ready"] or team["failure"] or team["deleting"]:
        raise Refusal("ValidationException", f"Workforce {team['arn']} is not in an Active state.")
    _check_members(call, team, call.params["MemberDefinitions"])
    _check_topic(call)
    wanted = {key: call.params[key] for key in _CHANGEABLE if key in call.params}
    made = {"name": name, "arn": arn, "workforce": team["name"], "wanted": wanted}
    all_of(call)[name] = {**made, "created": call.now, "modified": call.now}
    tags.begin(call, arn)
    return {"WorkteamArn": arn}


def describe(call: Call) -> dict[str, Any]:
    """Answer DescribeWorkteam."""
    return {"Workteam": _shown(call, _found(call))}


def list_all(call: Call) -> dict[str, Any]:
    """Answer ListWorkteams."""
    shown = [_shown(call, one) for one in all_of(call).values()]
    return listing.answer(call, "Workteams", shown, "WorkteamName")


def update(call: Call) -> dict[str, Any]:
    """Answer UpdateWorkteam."""
    one = _found(call)
    if "MemberDefinitions" in call.params:
        _check_members(call, workforce.found(call, one["workforce"]), call.params["MemberDefinitions"])
    _check_topic(call)
    one["wanted"] = {**one["wanted"], **{key: call.params[key] for key in _CHANGEABLE if key in call.params}}
    one["modified"] = call.now
    return {"Workteam": _shown(call, one)}


def delete(call: Call) -> dict[str, Any]:
    """Answer DeleteWorkteam."""
    one, state = _found(call), call.shelf("sagemaker.workteam-deletions")
    busy = [
        job["name"]
        for job in labelling_life.all_of(call).values()
        if job["status"] in labelling_life.ALIVE and job["params"]["HumanTaskConfig"]["WorkteamArn"] == one["arn"]
    ]
    if busy:
        raise Refusal("ValidationException", f"Workteam {one['arn']} is used by the labeling job {busy[0]}.")
    for flow in resource_types.all_of(call, "FlowDefinition").values():
        if flow["params"].get("HumanLoopConfig", {}).get("WorkteamArn") == one["arn"]:
            raise Refusal("ValidationException", f"Workteam {one['arn']} is used by the flow definition {flow['arn']}.")
    state["asked"] = state.get("asked", 0) + 1
    if state["asked"] <= call.scenario.workforce.delete_workteam_fails:
        return {"Success": False}
    del all_of(call)[one["name"]]
    tags.forget(call, one["arn"])
    return {"Success": True}


def of_group(call: Call, pool: str, group: str) -> list[str]:
    """Return the names of the work teams that contain the Cognito group."""
    return [
        one["name"]
        for one in all_of(call).values()
        for member in one["wanted"]["MemberDefinitions"]
        if (member["CognitoMemberDefinition"]["UserPool"], member["CognitoMemberDefinition"]["UserGroup"])
        == (pool, group)
    ]


def _workforce(call: Call) -> dict[str, Any]:
    if "WorkforceName" in call.params:
        return workforce.found(call, call.params["WorkforceName"])
    for one in workforce.all_of(call).values():
        only: dict[str, Any] = one
        return only
    raise Refusal("ValidationException", "No workforce found: create a private workforce first.")


def _check_members(call: Call, team: dict[str, Any], members: list[dict[str, Any]]) -> None:
    for member in members:
        cognito = member.get("CognitoMemberDefinition")
        if cognito is None:
            raise Refusal("NotSimulated", "members other than those of Cognito are not simulated")
        pool = {"UserPool": cognito["UserPool"], "ClientId": cognito["ClientId"]}
        if pool != team["sign_in"].get("CognitoConfig"):
            raise Refusal(
                "ValidationException",
                "The Cognito user pool and client of a work team must be those of its workforce.",
            )
        if not workforce.group_exists(call, cognito["UserPool"], cognito["UserGroup"]):
            raise Refusal("ValidationException", f"Cognito user group {cognito['UserGroup']} does not exist.")


def _check_topic(call: Call) -> None:
    topic = call.params.get("NotificationConfiguration", {}).get("NotificationTopicArn")
    if not topic:
        return
    try:
        call.aws("sns").get_topic_attributes(TopicArn=topic)
    except ClientError as exc:
        raise Refusal("ValidationException", f"The topic {topic} does not exist or cannot be published to.") from exc


def _found(call: Call) -> dict[str, Any]:
    name = call.params["WorkteamName"]
    return held(all_of(call), name, Refusal("ValidationException", f"The work team {name} does not exist."))


def _shown(call: Call, one: dict[str, Any]) -> dict[str, Any]:
    crew = workforce.found(call, one["workforce"])
    return {
        **one["wanted"],
        "WorkteamName": one["name"],
        "WorkteamArn": one["arn"],
        "WorkforceArn": crew["arn"],
        "SubDomain": crew["sub_domain"],
        "CreateDate": moment(one["created"]),
        "LastUpdatedDate": moment(one["modified"]),
    }


def view(call: Call) -> list[dict[str, Any]]:
    """View for the control address: the work teams."""
    return list(all_of(call).values())


OPERATIONS: dict[str, CallHandler] = {
    "CreateWorkteam": workforce.opened(create),
    "DescribeWorkteam": workforce.opened(describe),
    "ListWorkteams": workforce.opened(list_all),
    "UpdateWorkteam": workforce.opened(update),
    "DeleteWorkteam": workforce.opened(delete),
}
