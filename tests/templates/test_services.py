"""Which AWS services a template lets in: each for the team's own account only, so that none is a confused deputy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bootstrap.steps import templates
from tests.templates import given
from tests.templates.iam import lets

OTHER = "444455556666"


def policies(value: Any) -> Iterator[dict[str, Any]]:
    """Every policy that names a principal: of roles' trust, topics, buckets."""
    if isinstance(value, dict):
        if any("Principal" in each for each in value.get("Statement", ())):
            yield value
        for each in value.values():
            yield from policies(each)
    elif isinstance(value, list):
        for each in value:
            yield from policies(each)


TEMPLATES = {name: given.read(given.rendered(name).body) for name in templates.available(given.event())}
SERVICES = [
    (name, each["Principal"]["Service"], each["Action"], policy)
    for name, body in {**TEMPLATES, "access": given.access_role(EventName="techday")}.items()
    for policy in policies(body)
    for each in policy["Statement"]
    if each["Effect"] == "Allow" and "Service" in each["Principal"]
]


@pytest.mark.parametrize(("name", "service", "action", "policy"), SERVICES)
def test_a_service_that_works_for_another_account_is_refused(
    name: str, service: str, action: str, policy: dict[str, Any]
) -> None:
    said = {"aws:SecureTransport": ["true"], "aws:SourceAccount": [OTHER]}
    said["aws:SourceArn"] = [f"arn:aws:{service.partition('.')[0]}:{given.REGION}:{OTHER}:workteam/x"]
    assert not lets(policy, service, action, said)


def test_the_services_are_those_that_the_labs_need() -> None:
    assert sorted((name, service, action) for name, service, action, _ in SERVICES) == [
        ("notifications", "events.amazonaws.com", "sns:Publish"),
        ("roles", "sagemaker.amazonaws.com", "sts:AssumeRole"),
        ("workforce", "sagemaker.amazonaws.com", "sns:Publish"),
    ]
