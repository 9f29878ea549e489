"""The accounts below organizational units, as the operator lists them: all of them, or why not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bootstrap.aws import organization
from bootstrap.aws.guard import Access
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.engine.clock import VirtualClock
from bootstrap.errors import BadInput, Refused
from tests.simulated import HUB, Simulated, running

EVENT, AFTERNOON = "ou-evnt-11112222", "ou-evnt-33334444"
TEAMS = ("red", "blue", "green")
SCENARIO = {"extends": "ordinary", "organization": {"standing": "delegated", "page": 1, "others": {"SUSPENDED": 1}}}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    file = tmp_path_factory.mktemp("organization") / "scenario.yaml"
    Path(file).write_text(json.dumps(SCENARIO), encoding="utf-8")
    rows = [
        {"account_id": f"10000000000{number}", "region": "eu-west-1", "role_name": "x", "team": team}
        for number, team in enumerate(TEAMS)
    ]
    with running(scenario=str(file), accounts=rows) as simulated:
        yield simulated


def asking(aws: Simulated) -> AccountSession:
    access = Access("day", "role", endpoint_url=aws.url, operator_keys=(HUB["access_key_id"], "secret"))
    return organization.session(Sessions(access, VirtualClock(aws.now()), Limiter()), "eu-west-1", None)


def test_the_accounts_of_a_unit_and_of_those_below_it(aws: Simulated) -> None:
    counts: list[int] = []
    found = organization.listed(asking(aws), [EVENT, AFTERNOON], tags=True, told=counts.append)
    assert (found.own, found.management) == (HUB["account_id"], "123456789012")
    named = {each.name: each for each in found.accounts}
    assert named.keys() == {*TEAMS, "old sandbox 1"}
    assert counts[-1] == 4
    assert named["red"].tags == {"team": "red"}
    assert {name for name, each in named.items() if each.kept_out} == {"old sandbox 1"}
    assert "@" not in repr(found)


def test_the_management_account_is_kept_out(aws: Simulated) -> None:
    found = organization.listed(asking(aws), ["r-evnt"])
    assert [each.account_id for each in found.accounts if each.kept_out] == ["123456789012", "300000000001"]
    assert len(found.accounts) == len({each.account_id for each in found.accounts}) == 7


@pytest.mark.parametrize(
    ("code", "unit", "differs"),
    [
        ("EB-710", "ou-evnt-99999999", {}),
        ("EB-711", EVENT, {"organization": {"standing": "member"}}),
        ("EB-711", EVENT, {"access": {"denied": {"organizations:ListAccountsForParent": "permission"}}}),
        ("EB-712", EVENT, {"organization": {"standing": "none"}}),
        ("EB-373", EVENT, {"access": {"denied": {"organizations:*": "organization"}}}),
        ("EB-370", EVENT, {"faults": [{"service": "organizations", "code": "TooManyRequestsException"}]}),
    ],
)
def test_why_the_accounts_are_not_listed(aws: Simulated, code: str, unit: str, differs: dict[str, Any]) -> None:
    aws.ask("POST", "differ", {"account": HUB["account_id"], "differs": differs})
    try:
        with pytest.raises(Refused) as refused:
            organization.listed(asking(aws), [unit])
    finally:
        usual = {"organization": SCENARIO["organization"], "access": {"denied": {}}, "faults": []}
        aws.ask("POST", "differ", {"account": HUB["account_id"], "differs": usual})
    assert refused.value.code == code


def test_haste_of_others_is_waited_out(aws: Simulated) -> None:
    """The organization's calls are counted together; throttling passes."""
    fault = {"service": "organizations", "code": "TooManyRequestsException", "times": 2}
    aws.ask("POST", "differ", {"account": HUB["account_id"], "differs": {"faults": [fault]}})
    assert len(organization.listed(asking(aws), [AFTERNOON]).accounts) == 2


def test_what_is_no_id_of_a_unit_is_said_before_any_call() -> None:
    organization.check_parents(["r-abcd", EVENT])
    with pytest.raises(BadInput) as bad:
        organization.check_parents(["Event", "ou-1", EVENT])
    assert [each.code for each in bad.value.problems] == ["EB-710", "EB-710"]
