"""Every stack of an account, in one read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bootstrap.event.names import MADE_BY

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession


def stacks(session: AccountSession) -> Mapping[str, Mapping[str, Any]]:
    """Return every stack of the account by name. API: DescribeStacks, unless it was read in the last 10 s."""
    pages = session.client("cloudformation").get_paginator("describe_stacks").paginate()
    return {each["StackName"]: each for page in pages for each in page["Stacks"]}


def outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    """Return the stack's outputs by key."""
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}


def ours(stack: Mapping[str, Any]) -> bool:
    """Return True if the tool created the stack. A stack in review shows no tags yet, and counts as the tool's."""
    tags = {each["Key"]: each["Value"] for each in stack.get("Tags", [])}
    return tags.get("made-by") == MADE_BY or (stack["StackStatus"] == "REVIEW_IN_PROGRESS" and not tags)
