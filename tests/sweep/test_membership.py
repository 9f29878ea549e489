"""What belongs to a stack that stays, stays: its resources, its nested stacks, its function's logs."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from bootstrap.aws.kinds import KINDS, Thing
from bootstrap.event.names import Names
from bootstrap.steps.baseline import Baseline
from bootstrap.sweep.keep import Keep
from bootstrap.sweep.membership import Membership
from tests.steps.answers import NOON, AnsweringSession, at, refusal
from tests.sweep.test_makers import ADMIN, session_of, trust

ID = "arn:aws:cloudformation:ap-northeast-1:111111111111:stack/{}/1"
NAMES = Names("car-day", "111111111111", "ap-northeast-1")


class Session(AnsweringSession):
    def in_region(self, region: str) -> Session:
        return self


def stack(name: str, status: str = "CREATE_COMPLETE", **more: Any) -> dict[str, Any]:
    return {"StackName": name, "StackId": ID.format(name), "CreationTime": at(NOON + 60), "StackStatus": status, **more}


def thing(kind: str, **shown: Any) -> Thing:
    row = next(each for each in KINDS if each.name == kind)
    created = shown.get(row.created)
    return Thing(row, row.name_of(shown), created.timestamp() if created else NOON + 60, "", shown)


def resource(kind: str, physical_id: str, status: str = "CREATE_COMPLETE") -> dict[str, Any]:
    found = {"ResourceType": kind, "LogicalResourceId": "L", "ResourceStatus": status}
    return found | ({"PhysicalResourceId": physical_id} if physical_id else {})


ROLE, GROUP, LAMBDA = "AWS::IAM::Role", "AWS::Logs::LogGroup", "AWS::Lambda::Function"
THEIR_ROLE = {"role": {"RoleName": "theirs"}}
BEFORE = {"stack": frozenset({"before"}), "function": frozenset({"old"}), "rule": frozenset({"nightly"})}


def judged(
    kind: str,
    stacks: list[dict[str, Any]] = [],  # noqa: B006
    resources: dict[str, list[dict[str, Any]]] | None = None,
    makers: dict[str, Any] | None = None,
    access: str = "",
    attached: tuple[str, ...] = (),
    events: Any = None,
    **shown: Any,
) -> tuple[str, bool] | None:
    """Why a thing stays, and whether it is in doubt. `makers`: stack -> userIdentity; `access`: the role's stack."""

    def of_makers(params: dict[str, Any]) -> dict[str, Any]:
        found = [
            {"userIdentity": who, "requestParameters": {"stackName": name}} for name, who in (makers or {}).items()
        ]
        return {"Events": [{"CloudTrailEvent": json.dumps(each)} for each in found]}

    def of_stack(params: dict[str, Any]) -> dict[str, Any]:
        name = params["StackName"].split("/")[-2]
        return {"StackResourceSummaries": (resources or {}).get(name, [])}

    session = Session(
        {
            "DescribeStacks": {"Stacks": stacks},
            "ListStackResources": of_stack,
            "DescribeStackResources": (
                {"StackResources": [{"StackId": ID.format(access)}]} if access else refusal("ValidationError")
            ),
            "LookupEvents": events or of_makers,
            "ListRoles": {
                "Roles": [{"RoleName": "stacksets-exec-1", "AssumeRolePolicyDocument": trust({"AWS": ADMIN})}]
            },
            "ListAttachedRolePolicies": {"AttachedPolicies": [{"PolicyArn": each} for each in attached]},
        }
    )
    keep = Keep(Baseline(at(NOON).isoformat(), BEFORE, {}), NOON, NAMES, "access")
    found = Membership(keep).reason(cast(Any, session), thing(kind, **shown))
    assert session.writes == []
    return None if found is None else (str(found.words), found.doubt)


ORGANIZATION = {"StackSet-guard-1": session_of("role/stacksets-exec-1")}
PARTICIPANT = {"StackSet-mine": {"type": "IAMUser"}}


def test_a_resource_of_a_stack_that_stays_stays_with_it() -> None:
    before = {"before": [resource(ROLE, "theirs")]}
    words = ("belongs to stack before, which stays", False)
    assert judged("role", [stack("before")], before, RoleName="theirs") == words
    assert judged("role", [stack("before")], before, RoleName="mine") is None
    assert judged("log group", [stack("before")], before, logGroupName="theirs") is None


@pytest.mark.parametrize(
    ("name", "makers", "reason"),
    [
        ("StackSet-guard-1", ORGANIZATION, ("belongs to the organization", False)),
        ("StackSet-mine", PARTICIPANT, None),
        ("StackSet-guard-1", {}, ("may belong to the organization: CloudTrail does not say who made it", True)),
        # Any name will do, if StackSets made it; and none, if nobody did.
        ("guard", {"guard": session_of("role/stacksets-exec-1")}, ("belongs to the organization", False)),
        ("theirs", {}, None),
    ],
)
def test_a_stack_is_the_organization_s_by_its_maker(
    name: str, makers: dict[str, Any], reason: tuple[str, bool] | None
) -> None:
    assert judged("stack", [stack(name)], makers=makers, **stack(name)) == reason
    resources = {name: [resource(GROUP, "/org/guardrail")]}
    group = judged("log group", [stack(name)], resources, makers, logGroupName="/org/guardrail")
    assert (group[1] if group else None) == (reason[1] if reason else None)


def test_a_nested_stack_and_what_is_in_it_stay_with_the_outer_one() -> None:
    nested = stack("inner", ParentId=ID.format("before"), RootId=ID.format("before"))
    stacks, inside = [nested, stack("before")], {"inner": [resource(ROLE, "theirs")]}
    assert judged("stack", stacks, **nested) == ("existed before the event", False)
    assert judged("role", stacks, inside, RoleName="theirs") == ("belongs to stack inner, which stays", False)


def test_the_access_stack_is_the_one_that_has_the_role_whatever_its_outputs_say() -> None:
    forged = stack("forged", Outputs=[{"OutputKey": "A", "OutputValue": "arn:aws:iam::1:role/access"}])
    stacks = [forged, stack("door")]
    assert judged("stack", stacks, access="door", **forged) is None
    assert judged("stack", stacks, access="door", **stack("door")) == ("the stack of the access role", False)
    policy = {"door": [resource("AWS::IAM::ManagedPolicy", "arn:aws:iam::1:policy/p")]}
    assert judged("policy", stacks, policy, access="door", Arn="arn:aws:iam::1:policy/p") is not None


@pytest.mark.parametrize(
    ("inside", "stays"),
    [
        # In the baseline: whoever took it into a stack, its deletion would take it along.
        (resource(LAMBDA, "old", "IMPORT_COMPLETE"), True),
        (resource(LAMBDA, "old", "UPDATE_COMPLETE"), True),
        (resource(LAMBDA, "arn:aws:lambda:ap-northeast-1:1:function:old"), True),
        (resource("AWS::Events::Rule", "bus|nightly"), True),
        (resource(LAMBDA, "new", "IMPORT_COMPLETE"), False),
        (resource(LAMBDA, "old", "DELETE_SKIPPED"), False),
        # The baseline does not list the type: only the import tells.
        (resource("AWS::DynamoDB::Table", "orders", "IMPORT_COMPLETE"), True),
        (resource("AWS::DynamoDB::Table", "orders"), False),
    ],
)
def test_a_stack_into_which_something_older_was_taken_stays_with_it(inside: dict[str, Any], stays: bool) -> None:
    held = {"mine": [resource(ROLE, "theirs"), inside]}
    why = f"holds {inside['ResourceType']} {inside['PhysicalResourceId']}, which may have existed before the event"
    assert judged("stack", [stack("mine")], held, **stack("mine")) == ((why, True) if stays else None)
    nested = {"mine": [resource("AWS::CloudFormation::Stack", ID.format("inner"))], "inner": [inside]}
    inner = stack("inner", ParentId=ID.format("mine"), RootId=ID.format("mine"))
    found = judged("stack", [inner, stack("mine")], nested, **inner)
    assert (found is not None) is stays


def test_a_policy_is_the_access_role_s_if_it_is_attached_to_it_whatever_its_name() -> None:
    mine, other = "arn:aws:iam::1:policy/access-look", "arn:aws:iam::1:policy/any"
    assert judged("policy", attached=(other,), Arn=other) == ("a policy of the access role", False)
    assert judged("policy", attached=(other,), Arn=mine) is None


def test_a_stack_that_is_being_made_casts_doubt_on_the_kinds_that_it_has_not_named_yet() -> None:
    moving = stack("before", "UPDATE_IN_PROGRESS")
    coming = {"before": [resource(ROLE, "", "CREATE_IN_PROGRESS")]}
    assert judged("role", [moving], coming, RoleName="any") == (
        "may belong to stack before, which is being made",
        True,
    )
    assert judged("log group", [moving], coming, logGroupName="any") is None
    assert judged("role", [stack("before")], coming, RoleName="any") is None


def test_a_function_s_log_group_is_of_no_stack_and_stays_with_the_function() -> None:
    inside = {"before": [resource(LAMBDA, "guard")]}
    assert judged("log group", [stack("before")], inside, logGroupName="/aws/lambda/guard") is not None
    assert judged("log group", logGroupName="/aws/lambda/old") is not None
    assert judged("log group", [stack("before")], inside, logGroupName="/aws/lambda/mine") is None


@pytest.mark.parametrize("name", ["AWSControlTowerExecution", "stacksets-exec-1", "OrganizationAccountAccessRole"])
def test_a_role_with_a_name_of_the_organization_s_is_in_doubt_until_its_maker_is_known(name: str) -> None:
    found = judged("role", RoleName=name)
    assert found is not None
    assert found[1]


def test_a_provider_of_identity_center_is_told_by_its_maker() -> None:
    arn = "arn:aws:iam::111111111111:saml-provider/AWSSSO_1234_DO_NOT_DELETE"
    made = {arn: session_of("role/aws-service-role/sso.amazonaws.com/AWSServiceRoleForSSO")}
    assert judged("SAML provider", makers=made, Arn=arn) == ("belongs to the organization", False)
    assert judged("SAML provider", makers={arn: {"type": "IAMUser"}}, Arn=arn) is None
    assert judged("IAM user", UserName="access") is None


def test_what_the_tool_made_is_asked_about_nowhere() -> None:
    assert judged("stack", **stack("car-day-111111111111-ap-northeast-1-roles")) is None
    assert judged("role", RoleName=NAMES.training_role) is None


def test_a_stack_that_the_organization_and_somebody_else_made_is_in_doubt_whatever_its_name() -> None:
    makers = {"guard": session_of("role/stacksets-exec-1")}

    def events(params: dict[str, Any]) -> dict[str, Any]:
        found = [
            {"userIdentity": who, "requestParameters": {"stackName": "guard"}}
            for who in (*makers.values(), {"type": "IAMUser"})
        ]
        return {"Events": [{"CloudTrailEvent": json.dumps(each)} for each in found]}

    words = "may belong to the organization: CloudTrail shows it and somebody else as maker"
    assert judged("stack", [stack("guard")], events=events, **stack("guard")) == (words, True)
