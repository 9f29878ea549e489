"""Every stack of an account, in one look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bootstrap.aws.sessions import AccountSession
from bootstrap.event.names import MADE_BY


def stacks(session: AccountSession) -> Mapping[str, Mapping[str, Any]]:
    """Every stack of the account by name, shared by the steps of one look. API: DescribeStacks."""

    def fetch() -> dict[str, Mapping[str, Any]]:
        pages = session.client("cloudformation").get_paginator("describe_stacks").paginate()
        return {each["StackName"]: each for page in pages for each in page["Stacks"]}

    return session.read("stacks", fetch)


def outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}


def ours(stack: Mapping[str, Any]) -> bool:
    """A stack in review holds nothing yet, not even its tags."""
    tags = {each["Key"]: each["Value"] for each in stack.get("Tags", [])}
    return tags.get("made-by") == MADE_BY or (stack["StackStatus"] == "REVIEW_IN_PROGRESS" and not tags)
