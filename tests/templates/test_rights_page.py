"""docs/rights.md says what the templates say."""

from __future__ import annotations

import re
from pathlib import Path

from tests.templates import given
from tests.templates.test_services import SERVICES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rights.md").read_text(encoding="utf-8")
ACCESS = given.access_role(
    EventName="techday", RoleName="access", HubBucket="materials", OtherUserPool="arn:aws:cognito-idp:x:1:userpool/x"
)
ROLES = given.read(given.rendered("roles").body)["Resources"]


def test_each_statement_of_the_access_role_is_in_the_table_with_what_it_reaches() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \| `(\w+)` \| (anything|named) \| (denied: )?", PAGE, re.MULTILINE)
    assert [tuple(each) for each in listed] == [
        (
            policy["Properties"]["ManagedPolicyName"].removeprefix("access-"),
            each["Sid"],
            "anything" if each["Resource"] == "*" else "named",
            "denied: " if each["Effect"] == "Deny" else "",
        )
        for policy in ACCESS.values()
        if policy["Type"] == "AWS::IAM::ManagedPolicy"
        for each in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def test_each_role_is_in_the_table_with_its_policies() -> None:
    for role in ROLES.values():
        name, _, rest = role["Properties"]["RoleName"].partition("-")
        assert name == "techday"
        row = f"| `EVENT-{rest.removesuffix(given.REGION)}REGION` | "
        [line] = [each for each in PAGE.splitlines() if each.startswith(row)]
        named = [each["PolicyName"] for each in role["Properties"]["Policies"]]
        assert line.endswith(f"| {', '.join(f'`{each}`' for each in named)} |")
        assert all(f"\n| `{each}` | " in PAGE for each in named)


def test_each_denial_of_the_roles_in_the_account_is_in_the_table() -> None:
    guard = ROLES["SupportRole"]["Properties"]["Policies"][-1]["PolicyDocument"]["Statement"]
    table = PAGE.partition("| denied by `guard` |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [each["Sid"] for each in guard]


def test_each_service_that_is_let_in_is_in_the_table() -> None:
    table = PAGE.partition("| service |")[2].partition("\n\n")[0]
    assert sorted(re.findall(r"^\| `([\w.]+)` \|", table, re.MULTILINE)) == sorted(each[1] for each in SERVICES)
