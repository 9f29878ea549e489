"""The accounts of an organization, below its root or some organizational units. Reads only.

Organizations answers only calls from the management account or a delegated administrator, and counts the calls of the
whole organization: so one call lists twenty accounts, and none is made for each account but for its tags.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.errors import BadInput, Problem, Refused, code_of
from bootstrap.errors.message import answered, msg
from bootstrap.event.roster.candidates import AccountFound, of_account
from bootstrap.event.roster.roster import TeamAccount

T = TypeVar("T")

# botocore's model: ParentId of ListAccountsForParent.
_PARENT = re.compile("r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}")


@dataclass(frozen=True, slots=True)
class OrganizationAccounts:
    """`own`: id of the account that asked; `management`: id of the organization's management account."""

    accounts: tuple[AccountFound, ...]
    own: str
    management: str


def check_parents(units: Iterable[str]) -> None:
    """Raise BadInput (EB-710) for each text that is no id of a root or of an organizational unit."""
    fix = msg("Give the unit's id, such as ou-abcd-11112222; the console shows it, and {command}",
              command="aws organizations list-organizational-units-for-parent --parent-id r-...")  # fmt: skip
    problems = [
        Problem("EB-710", msg("`{unit}` is no id of an organizational unit", unit=each[:60]), "--ou", fix=fix)
        for each in units
        if not _PARENT.fullmatch(each)
    ]
    if problems:
        raise BadInput(problems)


def session(sessions: Sessions, region: str, profile: str | None) -> AccountSession:
    """Return a session that only makes calls as the operator, or as a profile of this machine."""
    nobody = TeamAccount("organization", "", region, None, profile, None, (), (), 0)
    return sessions.open(nobody)


def listed(
    session: AccountSession, parents: Iterable[str], tags: bool = False, told: Callable[[int], None] = lambda _: None
) -> OrganizationAccounts:
    """Return the accounts in these units and in all units below them.

    `tags`: also read each account's tags, one call each. `told` is called with the number of accounts so far.

    API: GetCallerIdentity, DescribeOrganization, ListAccountsForParent, ListOrganizationalUnitsForParent,
    ListTagsForResource. Raises Refused: EB-710 if there is no such unit, EB-711 if this account may not list, EB-712 if
    it is in no organization, and as `refusals.failure`.
    """
    client = session.hub_client("organizations")
    own = _asked(session, lambda: str(session.hub_client("sts").get_caller_identity()["Account"]))
    management = _asked(session, lambda: str(client.describe_organization()["Organization"]["MasterAccountId"]), own)
    found: dict[str, AccountFound] = {}
    for said in _accounts(session, client, parents, own):
        found.setdefault(said["Id"], of_account(said, management))
        told(len(found))
    if tags:
        for each in [each for each in found.values() if not each.kept_out]:
            marks = _asked(session, partial(_tags, client, each.account_id), own)
            found[each.account_id] = AccountFound(each.account_id, each.name, marks)
    return OrganizationAccounts(tuple(found.values()), own, management)


def _accounts(session: AccountSession, client: Any, parents: Iterable[str], own: str) -> Iterator[Mapping[str, Any]]:
    todo, seen = list(parents), set[str]()
    while todo:
        parent = todo.pop(0)
        if parent in seen:
            continue
        seen.add(parent)
        yield from _pages(session, client, "list_accounts_for_parent", "Accounts", own, parent)
        units = _pages(session, client, "list_organizational_units_for_parent", "OrganizationalUnits", own, parent)
        todo[:0] = [str(each["Id"]) for each in units]


def _pages(
    session: AccountSession, client: Any, operation: str, key: str, own: str, parent: str
) -> Iterator[Mapping[str, Any]]:
    # A page may be empty and still have a token: AWS says that only a missing token is the end.
    try:
        for answer in client.get_paginator(operation).paginate(ParentId=parent):
            yield from answer[key]
    except (BotoCoreError, ClientError) as error:
        raise _refusal(error, session.region, own, parent) from error


def _tags(client: Any, account_id: str) -> dict[str, str]:
    answer = client.list_tags_for_resource(ResourceId=account_id)
    return {str(each["Key"]): str(each["Value"]) for each in answer["Tags"]}


def _asked(session: AccountSession, call: Callable[[], T], own: str = "") -> T:
    try:
        return call()
    except (BotoCoreError, ClientError) as error:
        raise _refusal(error, session.region, own) from error


def _refusal(error: Exception, region: str, own: str, parent: str = "") -> Refused:
    code = code_of(error)
    if code == "ParentNotFoundException":
        return Refused("EB-710", msg("the organization has no unit {unit}", unit=parent))
    if code == "AWSOrganizationsNotInUseException":
        return Refused("EB-712", msg("account {account} belongs to no organization", account=own))
    if own and aws_errors.denied(error) and not aws_errors.denied_by_organization(error):
        what = msg("account {account} may not list the accounts of its organization", account=own)
        return Refused("EB-711", answered(what, aws_errors.told(error)))
    failed = refusals.failure(error, region)
    return Refused(failed.code or "EB-390", failed.detail)
