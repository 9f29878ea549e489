"""The organization of the simulated AWS: its tree, and who may see it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import open_account, refused

EVENT, AFTERNOON = "ou-evnt-11112222", "ou-evnt-33334444"


def organizations(aws: Simulated, **organization: Any) -> Any:
    return open_account(aws, organization=organization).client("organizations")


def test_the_management_account_sees_the_tree_page_by_page(aws: Simulated) -> None:
    client = organizations(aws, standing="management", page=1, others={"CLOSED": 2})
    management = client.describe_organization()["Organization"]["MasterAccountId"]
    root = client.list_roots()["Roots"][0]["Id"]
    units = client.list_organizational_units_for_parent(ParentId=root)
    assert [each["Name"] for each in units["OrganizationalUnits"]] == ["Event"]
    more = client.list_organizational_units_for_parent(ParentId=root, NextToken=units["NextToken"])
    assert [each["Name"] for each in more["OrganizationalUnits"]] == ["Security"]
    assert "NextToken" not in more
    pages = client.get_paginator("list_accounts_for_parent").paginate(ParentId=EVENT)
    accounts = [each for page in pages for each in page["Accounts"]]
    assert [each["State"] for each in accounts[-2:]] == ["CLOSED", "CLOSED"]
    assert "Status" not in accounts[-1]
    assert {each["Arn"].split(":")[4] for each in accounts} == {management}


def test_who_may_not_list(aws: Simulated) -> None:
    """aws.md section 9.6: only the management account and delegated administrators list accounts."""
    member = organizations(aws)
    assert member.describe_organization()["Organization"]["MasterAccountId"] == "123456789012"
    with refused("AccessDeniedException", "You don't have permissions to access this resource"):
        member.list_accounts_for_parent(ParentId=EVENT)
    with refused("AWSOrganizationsNotInUseException", "not a member of an organization"):
        organizations(aws, standing="none").list_accounts()


def test_what_is_not_there(aws: Simulated) -> None:
    """aws.md section 9.6: of a unit and an account."""
    client = organizations(aws, standing="delegated", old_status=True, others={"CLOSED": 1})
    with refused("ParentNotFoundException", "doesn't exist"):
        client.list_accounts_for_parent(ParentId="ou-evnt-99999999")
    with refused("InvalidInputException", "validation error"):
        client.list_accounts_for_parent(ParentId="Event")
    with refused("TargetNotFoundException", "doesn't exist"):
        client.list_tags_for_resource(ResourceId="999999999998")
    last = [page["Accounts"] for page in client.get_paginator("list_accounts").paginate()][-1][-1]
    assert (last["State"], last["Status"]) == ("CLOSED", "SUSPENDED")


@pytest.mark.parametrize("parent", [AFTERNOON, "ou-evnt-55556666"])
def test_a_unit_without_units_lists_none(aws: Simulated, parent: str) -> None:
    client = organizations(aws, standing="management")
    assert client.list_organizational_units_for_parent(ParentId=parent)["OrganizationalUnits"] == []
