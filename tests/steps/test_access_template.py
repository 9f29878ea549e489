"""The version of access.yaml: where it is written, and what an older one lacks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bootstrap.simulator.world import preexisting
from bootstrap.steps import access_template
from bootstrap.steps.access_template import RELEASED, VERSION, lacking, version_of
from tests.templates import given

ROOT = Path(__file__).resolve().parents[2]


def test_role_output_and_simulated_account_have_the_version_of_this_tool() -> None:
    template = given.read((given.SHIPPED / "access.yaml").read_text(encoding="ascii"))
    tags = template["Resources"]["AccessRole"]["Properties"]["Tags"]
    assert version_of({each["Key"]: each["Value"] for each in tags}) == VERSION
    assert template["Outputs"]["AccessVersion"]["Value"] == str(VERSION)
    assert tags == preexisting._ACCESS_TAGS


def test_every_release_says_which_version_it_shipped_and_rights_of_a_released_version_never_change() -> None:
    releases = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(RELEASED) == set(releases)
    assert max(RELEASED.values()) < VERSION, "make the released rights an older version, and the shipped one a new one"
    assert set(access_template._ANYWHERE) == set(access_template._OF_THE_EVENT) == set(range(1, VERSION))


@pytest.mark.parametrize(
    ("tags", "version"),
    [
        ({"made-by": "event-bootstrap", "access-version": "2"}, 2),
        ({"made-by": "event-bootstrap", "access-version": "7"}, 7),
        ({"made-by": "event-bootstrap"}, 1),
        ({"made-by": "event-bootstrap", "access-version": "two"}, 1),
        ({"made-by": "event-bootstrap", "access-version": "0"}, 1),
        ({"made-by": "the owner"}, None),
        ({}, None),
    ],
)
def test_a_roles_version_is_read_from_its_tags(tags: dict[str, str], version: int | None) -> None:
    assert version_of(tags) == version


def test_what_an_older_version_lacks_is_told_by_the_names_of_the_rights() -> None:
    found = lacking(1)
    assert {"iam:DeleteUser", "iam:DeactivateMFADevice"} <= set(found), "anybody's, made by hand"
    assert not {"iam:ListRoles", "sagemaker:DeleteEndpoint", "s3:PutObject", "cloudformation:CreateStack"} & set(found)
    assert (lacking(VERSION), lacking(VERSION + 1)) == ((), ())
