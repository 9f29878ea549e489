"""An event, an account, and what their templates say once CloudFormation has filled them in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.settings import Schedule
from bootstrap.steps import templates

ACCOUNT = "111122223333"
REGION = "ap-northeast-1"
SHIPPED = Path(__file__).resolve().parents[2] / "templates" / "cloudformation"


def schedule(expires: str = "2026-12-11T18:00+09:00") -> Schedule:
    return Schedule.model_validate(
        {"opens": "2026-12-10T09:00+09:00", "closes": "2026-12-10T18:00+09:00", "expires": expires}
    )


def event(**changes: Any) -> Event:
    usual: dict[str, Any] = {
        "name": "techday",
        "region": REGION,
        "schedule": schedule(),
        "labs": (),
        "quotas": (),
        "folder": Path("/nowhere"),
        "notices": ("organiser@example.com",),
    }
    return Event(**(usual | changes))


def account(**changes: Any) -> TeamAccount:
    usual = {
        "team": "team01",
        "account_id": ACCOUNT,
        "region": REGION,
        "role_arn": None,
        "profile": None,
        "external_id": None,
        "emails": ("leader@example.com",),
        "labs": ("notebook",),
        "line": 2,
    }
    return TeamAccount(**(usual | changes))


def names(wanted: Event | None = None, team: TeamAccount | None = None) -> Names:
    team = team or account()
    return Names((wanted or event()).name, team.account_id, team.region)


def rendered(name: str, wanted: Event | None = None, team: TeamAccount | None = None) -> templates.Rendered:
    wanted, team = wanted or event(), team or account()
    return templates.render(name, wanted, team, names(wanted, team))


class _Loader(yaml.SafeLoader):
    """Reads !Ref, !Sub and !GetAtt as {"Ref": ...}, {"Sub": ...}, {"GetAtt": ...}."""


def _short_form(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_scalar(node)}  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _short_form)


def read(body: str, region: str = REGION, **parameters: str) -> dict[str, Any]:
    """The template with pseudo parameters and parameters filled in; references to resources stay."""
    pseudo = {
        "AWS::AccountId": ACCOUNT,
        "AWS::Region": region,
        "AWS::StackName": "event-bootstrap-access",
        "AWS::Partition": Names("x", ACCOUNT, region).partition,
    }
    filled: dict[str, Any] = _filled(yaml.load(body, _Loader), pseudo | parameters)
    return filled


def access_role(region: str = REGION, **parameters: str) -> dict[str, Any]:
    """The resources of access.yaml, with conditions decided; parameters that are not given have their defaults."""
    body = (SHIPPED / "access.yaml").read_text(encoding="ascii")
    asked: dict[str, dict[str, Any]] = yaml.load(body, _Loader)["Parameters"]
    defaults = {key: str(each["Default"]) for key, each in asked.items() if "Default" in each}
    found = read(body, region, **(defaults | parameters))
    conditions = {key: each["Not"][0]["Equals"][0] != "" for key, each in found["Conditions"].items()}
    kept = {key: each for key, each in found["Resources"].items() if conditions.get(each.get("Condition", ""), True)}
    decided: dict[str, Any] = _decided(kept, conditions)
    return decided


def policies_of_access(region: str = REGION, **parameters: str) -> dict[str, dict[str, Any]]:
    """The policy documents that are attached to the access role, by logical name."""
    found = access_role(region, **parameters)
    attached = [each["Ref"] for each in found["AccessRole"]["Properties"]["ManagedPolicyArns"]]
    return {each: found[each]["Properties"]["PolicyDocument"] for each in attached}


def _decided(value: Any, conditions: dict[str, bool]) -> Any:
    if isinstance(value, list):
        chosen = [_decided(each, conditions) for each in value]
        return [each for each in chosen if each != {"Ref": "AWS::NoValue"}]
    if not isinstance(value, dict):
        return value
    if set(value) == {"If"}:
        condition, yes, no = value["If"]
        return _decided(yes if conditions[condition] else no, conditions)
    return {key: _decided(each, conditions) for key, each in value.items()}


def _filled(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_filled(each, known) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Sub"}:
        return re.sub(r"\$\{([\w:]+)\}", lambda found: known.get(found[1], found[0]), value["Sub"])
    if set(value) == {"Ref"} and value["Ref"] in known:
        return known[value["Ref"]]
    return {key: _filled(each, known) for key, each in value.items()}


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    policies = [each for each in role["Properties"]["Policies"] if "PolicyDocument" in each]
    return [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]
