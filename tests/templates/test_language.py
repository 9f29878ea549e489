"""What holds for every stack: cfn-lint, the simple part of the language, tags, no fixed partition."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from bootstrap.steps import templates
from tests.templates import given

NAMES = templates.available(given.event())
# Of each partition a region in which the stack's lab exists: China has no Cognito user pools and no Ground Truth.
REGIONS = [
    (name, region)
    for region in ("ap-northeast-1", "cn-north-1", "us-gov-west-1")
    for name in NAMES
    if not (region == "cn-north-1" and name == "workforce")
]


def in_region(name: str, region: str) -> str:
    return given.rendered(name, given.event(region=region), given.account(region=region)).body


@pytest.mark.parametrize(("name", "region"), REGIONS)
def test_cfn_lint_has_nothing_to_say_even_with_the_longest_names(name: str, region: str) -> None:
    event = given.event(name="e" * 20, region=region, tags={"cost-center": "4" * 256})
    body = given.rendered(name, event, given.account(region=region, team="t" * 64)).body
    found = lint(body, config=ManualArgs(regions=[region], include_checks=["I"]))
    assert [str(each) for each in found] == []


# Actions that botocore's model has and the linter's list, which is older, has not.
_NEWER = ("listinferencerouters", "deleteinferencerouter")


@pytest.mark.parametrize("region", ["ap-northeast-1", "cn-north-1", "us-gov-west-1"])
def test_cfn_lint_has_nothing_to_say_about_the_access_template(region: str) -> None:
    body = (given.SHIPPED / "access.yaml").read_text(encoding="ascii")
    found = lint(body, config=ManualArgs(regions=[region], include_checks=["I"]))
    assert [
        each for each in map(str, found) if not any(f"('{action}' is not one of" in each for action in _NEWER)
    ] == []


def test_the_linter_would_speak_up() -> None:
    body = in_region("buckets", "ap-northeast-1").replace("AES256", "AES255")
    assert lint(body, config=ManualArgs(regions=["ap-northeast-1"]))


@pytest.mark.parametrize("name", NAMES)
def test_templates_keep_to_ref_sub_and_getatt_and_need_no_parameters(name: str) -> None:
    body = in_region(name, given.REGION)
    assert set(re.findall(r"!(\w+)", body)) <= {"Ref", "Sub", "GetAtt"}
    assert "Fn::" not in body
    assert set(given.read(body)) == {"AWSTemplateFormatVersion", "Description", "Resources", "Outputs"}


@pytest.mark.parametrize(("name", "region"), REGIONS)
def test_partition_and_url_suffix_are_never_written_out(name: str, region: str) -> None:
    body = in_region(name, region) + _scripts(in_region(name, region))
    without_services = re.sub(r"\b(sagemaker|events)\.amazonaws\.com(?!\.)", "", body)
    assert not re.findall(r"arn:aws[a-z-]*|amazonaws|aws\.amazon", without_services)


@pytest.mark.parametrize("name", NAMES)
def test_no_address_of_anybody_is_in_a_template(name: str) -> None:
    body = in_region(name, given.REGION) + _scripts(in_region(name, given.REGION))
    assert "example.com" not in body
    assert not re.search(r"[\w.]+@[\w-]+\.\w", body)


@pytest.mark.parametrize("name", NAMES)
def test_whatever_can_be_tagged_carries_all_tags_itself(name: str) -> None:
    stack = given.rendered(name, given.event(tags={"cost-center": "42"}))
    for called, resource in given.read(stack.body)["Resources"].items():
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(given.REGION, resource["Type"]).schema
        if schema.get("tagging", {}).get("taggable"):
            given_tags = resource["Properties"][schema["tagging"]["tagProperty"].removeprefix("/properties/")]
            assert _as_mapping(given_tags) == stack.tags, called


def _as_mapping(found: Any) -> dict[str, str]:
    return {each["Key"]: each["Value"] for each in found} if isinstance(found, list) else found


def _scripts(body: str) -> str:
    return "".join(base64.b64decode(each["Content"]).decode() for each in _contents(given.read(body)))


def _contents(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if set(value) == {"Content"}:
            yield value
        for each in value.values():
            yield from _contents(each)
    elif isinstance(value, list):
        for each in value:
            yield from _contents(each)


def test_scripts_are_found_where_they_are() -> None:
    assert "event.json" in _scripts(in_region("notebooks", given.REGION))
