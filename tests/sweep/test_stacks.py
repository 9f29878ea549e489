"""A stack goes by force only if nothing is orphaned by it, and what a deleted stack left standing is told."""

from __future__ import annotations

from typing import Any

import pytest

from bootstrap.sweep import removers, stacks
from bootstrap.sweep.finality import Final
from tests.sweep.test_membership import resource
from tests.sweep.test_removers import Session, delete, thing

DENIED = "User: arn:aws:sts::1:assumed-role/access/x is not authorized to perform: ec2:TerminateInstances"
IN_USE = "resource sg-1 has a dependent object"
BOX, ROLE = "AWS::EC2::Instance", "AWS::IAM::Role"


def failed(kind: str, why: str = "no", name: str = "theirs") -> dict[str, Any]:
    return resource(kind, name, "DELETE_FAILED") | {"ResourceStatusReason": why}


def removed(*found: dict[str, Any], tries: int = 1, status: str = "DELETE_FAILED") -> tuple[Any, Any]:
    """What DeleteStack was sent as its mode, and what was sent by force."""
    session = Session({"DeleteStack": {}, "ListStackResources": {"StackResourceSummaries": list(found)}})
    sent = delete(session, thing("stack", status, StackName="box", StackId="arn:box"), tries=tries)
    return session.params("DeleteStack").get("DeletionMode"), sent.forced


FORCE = "FORCE_DELETE_STACK"


@pytest.mark.parametrize(
    ("resources", "tries", "status", "mode"),
    [
        ([], 0, "CREATE_COMPLETE", None),
        ([failed(ROLE)], 0, "DELETE_FAILED", None),
        ([failed(ROLE)], 1, "DELETE_FAILED", FORCE),
        ([failed(ROLE), resource(BOX, "i-1", "DELETE_COMPLETE")], 1, "DELETE_FAILED", FORCE),
        # In use: it may go at the next try.
        ([failed("AWS::EC2::SecurityGroup", IN_USE)], 1, "DELETE_FAILED", None),
        # A part goes with what it is a part of, if that is in the stack.
        ([failed("AWS::SNS::TopicPolicy"), resource("AWS::SNS::Topic", "t")], 1, "DELETE_FAILED", FORCE),
        ([failed("AWS::SNS::TopicPolicy", IN_USE)], 1, "DELETE_FAILED", None),
        ([failed("AWS::CloudFormation::WaitConditionHandle")], 1, "DELETE_FAILED", FORCE),
    ],
)
def test_force_only_where_the_sweep_finds_all_that_it_leaves(
    resources: list[dict[str, Any]], tries: int, status: str, mode: str | None
) -> None:
    assert removed(*resources, tries=tries, status=status)[0] == mode


def test_what_was_forced_is_told() -> None:
    assert removed(failed(ROLE, "must detach policies first"))[1] == (
        "AWS::IAM::Role theirs (must detach policies first)",
    )


@pytest.mark.parametrize(
    ("found", "tries"),
    [
        ([failed(BOX, DENIED, "i-1")], 1),
        ([failed(BOX, DENIED, "i-1"), failed(ROLE)], 1),
        # What was not tried because something else failed would be orphaned too.
        ([failed(BOX, IN_USE, "i-1")], 4),
        ([resource(BOX, "i-1", "CREATE_COMPLETE"), failed(ROLE)], 4),
    ],
)
def test_what_nobody_may_delete_keeps_its_stack_and_is_named(found: list[dict[str, Any]], tries: int) -> None:
    with pytest.raises(Final, match=r"EB-503 CloudFormation could not delete 1 resource.*AWS::EC2::Instance i-1"):
        removed(*found, tries=tries)


def test_a_nested_stack_is_looked_into() -> None:
    inner = failed("AWS::CloudFormation::Stack", "nested", "arn:inner")
    pages = {"arn:box": [inner], "arn:inner": [failed(BOX, DENIED, "i-1")]}
    session = Session({"ListStackResources": lambda params: {"StackResourceSummaries": pages[params["StackName"]]}})
    with pytest.raises(Final, match="i-1"):
        delete(session, thing("stack", "DELETE_FAILED", StackName="box", StackId="arn:box"), tries=1)


def test_what_a_deleted_stack_left_by_its_template_is_told_unless_the_sweep_finds_it_itself() -> None:
    found = [
        resource(BOX, "i-1", "DELETE_SKIPPED"),
        resource(ROLE, "r", "DELETE_SKIPPED"),
        resource("AWS::EC2::VPC", "vpc-1", "DELETE_COMPLETE"),
    ]
    session = Session({"ListStackResources": {"StackResourceSummaries": found}})
    stack = thing("stack", "DELETE_IN_PROGRESS", StackName="box", StackId="arn:box")
    assert [each.physical_id for each in stacks.left_standing(session, stack, removers.covered)] == ["i-1"]
