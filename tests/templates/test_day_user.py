"""The keys that docs/access-day.md makes enter three roles, until the evening, and do nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bootstrap.event.names import Names
from tests.templates import given

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "access-day.md").read_text(encoding="utf-8")
[POLICY] = [json.loads(each) for each in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
[STATEMENT] = POLICY["Statement"]
NAMES = Names("car-day", given.ACCOUNT, given.REGION)


@pytest.mark.parametrize(
    ("role", "entered"),
    [
        (NAMES.participant_role, True),
        (NAMES.support_read_role, True),
        (NAMES.labelling_role, True),
        (NAMES.support_role, False),
        (NAMES.training_role, False),
        ("event-bootstrap-access", False),
        ("OrganizationAccountAccessRole", False),
        ("other-day-participant-ap-northeast-1", False),
    ],
)
def test_it_enters_the_three_roles_and_no_other(role: str, entered: bool) -> None:
    arn = NAMES.role_arn(role)
    patterns = [re.escape(each).replace(r"\*", ".*") for each in STATEMENT["Resource"]]
    assert any(re.fullmatch(each, arn) for each in patterns) is entered


def test_it_does_nothing_else_and_ends_by_itself() -> None:
    assert (STATEMENT["Effect"], STATEMENT["Action"]) == ("Allow", "sts:AssumeRole")
    assert set(STATEMENT["Condition"]) == {"DateLessThan"}


def test_what_is_made_is_deleted() -> None:
    made = set(re.findall(r"aws (?:iam|sso-admin) (?:create|put)-([a-z-]+)", PAGE))
    gone = set(re.findall(r"aws (?:iam|sso-admin) delete-([a-z-]+)", PAGE))
    # An inline policy goes with its permission set.
    assert made - gone == {"inline-policy-to-permission-set"}
