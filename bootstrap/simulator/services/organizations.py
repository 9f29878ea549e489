"""AWS Organizations: the organization of the world's accounts, which only the management account or a delegated
administrator may list. Nothing in it can be changed.

The tree: below the root the unit Event, which has half of the accounts, and in it the unit Afternoon with the others;
and the unit Security with an account of the organization's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bootstrap.simulator.wire import paging
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_ORGANIZATION = "o-simulated01"
_ROOT, _EVENT, _AFTERNOON, _SECURITY = "r-evnt", "ou-evnt-11112222", "ou-evnt-33334444", "ou-evnt-55556666"
# Parent -> id and name of the units in it.
_UNITS = {_ROOT: ((_EVENT, "Event"), (_SECURITY, "Security")), _EVENT: ((_AFTERNOON, "Afternoon"),)}
_PARENTS = frozenset({_ROOT, _EVENT, _AFTERNOON, _SECURITY})
_PATHS = {_EVENT: (_EVENT,), _AFTERNOON: (_EVENT, _AFTERNOON), _SECURITY: (_SECURITY,)}
# Of the organization, if the account that asks does not manage it.
_MANAGEMENT = "123456789012"
_LOGS = "210987654321"
_JOINED = 1_700_000_000


@dataclass(frozen=True, slots=True)
class _Member:
    account_id: str
    name: str
    parent: str
    state: str = "ACTIVE"


def _standing(call: Call) -> str:
    """Return what the account is in the organization: what the scenario says of all is about the operator's account."""
    said = call.scenario.organization
    ours = call.account.hub or said != call.world.scenario.organization or said.standing == "none"
    return said.standing if ours else "member"


def _management(call: Call) -> str:
    if _standing(call) == "management":
        return call.account_id
    managing = call.world.scenario.organization.standing == "management"
    return call.world.hub_id if managing else _MANAGEMENT


def _members(call: Call) -> Iterator[_Member]:
    managing = _management(call)
    yield _Member(managing, "management", _ROOT)
    yield _Member(_LOGS, "log archive", _SECURITY)
    teams = [each for each in call.world.accounts.values() if each.account_id != managing]
    for number, each in enumerate(teams):
        parent = _ROOT if each.hub else (_EVENT, _AFTERNOON)[number % 2]
        yield _Member(each.account_id, each.team or f"sandbox {each.account_id[-4:]}", parent)
    number = 0
    for state, count in call.scenario.organization.others.items():
        for _ in range(count):
            number += 1
            yield _Member(f"{300_000_000_000 + number}", f"old sandbox {number}", _EVENT, state)


def _shown(call: Call, member: _Member) -> dict[str, Any]:
    managing = _management(call)
    arn = f"arn:{call.partition}:organizations::{managing}:account/{_ORGANIZATION}/{member.account_id}"
    units = _PATHS.get(member.parent, ())
    shown = {
        "Id": member.account_id,
        "Arn": arn,
        "Email": f"aws+{member.account_id}@example.com",
        "Name": member.name,
        "State": member.state,
        "Paths": [f"{'/'.join((_ORGANIZATION, _ROOT, *units, member.account_id))}/"],
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": moment(_JOINED),
    }
    if call.scenario.organization.old_status:
        # The old member knows three states; a closed account is suspended.
        known = ("ACTIVE", "SUSPENDED", "PENDING_CLOSURE")
        shown["Status"] = member.state if member.state in known else "SUSPENDED"
    return shown


def _joined(call: Call) -> None:
    if _standing(call) == "none":
        raise Refusal("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")


def _listing(call: Call) -> None:
    _joined(call)
    if _standing(call) not in {"management", "delegated"}:
        raise Refusal("AccessDeniedException", "You don't have permissions to access this resource.")


def _parent(call: Call) -> str:
    parent = str(call.params["ParentId"])
    if parent not in _PARENTS:
        raise Refusal("ParentNotFoundException", "You specified a parent that doesn't exist.")
    return parent


def _page(call: Call, key: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    begins = paging.start(call.params.get("NextToken"), "InvalidInputException")
    ends = begins + min(call.params.get("MaxResults", call.scenario.organization.page), call.scenario.organization.page)
    more = {"NextToken": str(ends)} if ends < len(found) else {}
    return {key: found[begins:ends], **more}


def describe_organization(call: Call) -> dict[str, Any]:
    """Answer DescribeOrganization, which each member may call."""
    _joined(call)
    managing = _management(call)
    of = f"arn:{call.partition}:organizations::{managing}"
    return {
        "Organization": {
            "Id": _ORGANIZATION,
            "Arn": f"{of}:organization/{_ORGANIZATION}",
            "FeatureSet": "ALL",
            "MasterAccountArn": f"{of}:account/{_ORGANIZATION}/{managing}",
            "MasterAccountId": managing,
            "MasterAccountEmail": f"aws+{managing}@example.com",
            "AvailablePolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
        }
    }


def list_roots(call: Call) -> dict[str, Any]:
    """Answer ListRoots."""
    _listing(call)
    arn = f"arn:{call.partition}:organizations::{_management(call)}:root/{_ORGANIZATION}/{_ROOT}"
    return _page(call, "Roots", [{"Id": _ROOT, "Arn": arn, "Name": "Root", "PolicyTypes": []}])


def list_organizational_units_for_parent(call: Call) -> dict[str, Any]:
    """Answer ListOrganizationalUnitsForParent: only the units right below."""
    _listing(call)
    of = f"arn:{call.partition}:organizations::{_management(call)}:ou/{_ORGANIZATION}"
    units = _UNITS.get(_parent(call), ())
    return _page(
        call, "OrganizationalUnits", [{"Id": each, "Arn": f"{of}/{each}", "Name": name} for each, name in units]
    )


def list_accounts_for_parent(call: Call) -> dict[str, Any]:
    """Answer ListAccountsForParent: only the accounts right below."""
    _listing(call)
    parent = _parent(call)
    return _page(call, "Accounts", [_shown(call, each) for each in _members(call) if each.parent == parent])


def list_accounts(call: Call) -> dict[str, Any]:
    """Answer ListAccounts."""
    _listing(call)
    return _page(call, "Accounts", [_shown(call, each) for each in _members(call)])


def list_tags_for_resource(call: Call) -> dict[str, Any]:
    """Answer ListTagsForResource of accounts: those of the world have the tag `team`."""
    _listing(call)
    member = next((each for each in _members(call) if each.account_id == call.params["ResourceId"]), None)
    if member is None:
        raise Refusal("TargetNotFoundException", "You specified a target that doesn't exist.")
    account = call.world.accounts.get(member.account_id)
    team = account.team if account and not account.hub else ""
    return {"Tags": [{"Key": "team", "Value": team}] if team else []}


OPERATIONS = {
    "DescribeOrganization": describe_organization,
    "ListRoots": list_roots,
    "ListOrganizationalUnitsForParent": list_organizational_units_for_parent,
    "ListAccountsForParent": list_accounts_for_parent,
    "ListAccounts": list_accounts,
    "ListTagsForResource": list_tags_for_resource,
}
