"""Stacks that failed, for further rows of CloudFormation."""

from __future__ import annotations

import json
from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount

_LONG = 1200


def template(name: str) -> str:
    """A topic with a display name."""
    return json.dumps({"Resources": {"P": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": name}}}})


def failing(*during: str) -> dict[str, Any]:
    """The part of a scenario in which the topic fails."""
    return {"failures": [{"resource": "P", "reason": "Internal Failure", "during": each} for each in during]}


@provokes("cfn-139", stacks=failing("create"))
def update_what_was_rolled_back(account: OneAccount) -> tuple[str, Any]:
    client = account.client("cloudformation")
    client.create_stack(StackName="s", TemplateBody=template("one"))
    account.pass_time(_LONG)
    return "OK", client.update_stack(StackName="s", TemplateBody=template("two"))


@provokes("cfn-140", stacks=failing("update", "rollback"))
def update_what_could_not_be_rolled_back(account: OneAccount) -> tuple[str, Any]:
    client = account.client("cloudformation")
    client.create_stack(StackName="s", TemplateBody=template("one"))
    account.pass_time(_LONG)
    client.update_stack(StackName="s", TemplateBody=template("two"))
    account.pass_time(_LONG)
    return "OK", client.update_stack(StackName="s", TemplateBody=template("three"))
