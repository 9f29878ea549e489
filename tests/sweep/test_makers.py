"""Who made a thing, by what CloudTrail and IAM show: names prove nothing."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from bootstrap.aws.kinds import KINDS, Thing
from bootstrap.sweep.makers import Maker, Makers, trusts_others, trusts_stacksets
from tests.steps.answers import NOON, AnsweringSession, refusal

ACCOUNT, MANAGEMENT = "111111111111", "999999999999"
SLR = "role/aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin"
ADMIN = f"arn:aws:iam::{MANAGEMENT}:{SLR}"
OTHERS = f"arn:aws:iam::{MANAGEMENT}:root"


class Session(AnsweringSession):
    def in_region(self, region: str) -> Session:
        return self


def trust(*principals: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": each} for each in principals]}


@pytest.mark.parametrize(
    ("document", "stacksets", "others"),
    [
        (trust({"AWS": ADMIN}), True, True),
        (trust({"AWS": [ADMIN, OTHERS]}), False, True),
        (trust({"AWS": ADMIN}, {"Service": "cloudformation.amazonaws.com"}), False, False),
        (trust({"AWS": f"arn:aws:iam::{ACCOUNT}:{SLR}"}), False, False),
        (trust({"AWS": OTHERS}), False, True),
        (trust({"AWS": MANAGEMENT}), False, True),
        (trust({"AWS": ACCOUNT}), False, False),
        (trust({"AWS": "*"}), False, False),
        (trust("*"), False, False),
        (trust({"Federated": "arn:aws:iam::111111111111:saml-provider/x"}), False, False),
        ({"Statement": {"Effect": "Allow", "Principal": {"AWS": ADMIN}}}, True, True),
        ({}, False, False),
        (None, False, False),
    ],
)
def test_a_role_is_stacksets_own_if_nobody_else_may_assume_it(document: Any, stacksets: bool, others: bool) -> None:
    assert trusts_stacksets(document, ACCOUNT) is stacksets
    assert trusts_others(document, ACCOUNT) is others


def session_of(role: str, **more: Any) -> dict[str, Any]:
    issuer = {"type": "Role", "arn": f"arn:aws:iam::{ACCOUNT}:{role}"}
    return {"type": "AssumedRole", "sessionContext": {"sessionIssuer": issuer}, **more}


def made_by(
    who: dict[str, Any] | None,
    roles: dict[str, Any] | None = None,
    name: str = "StackSet-x",
    standing: tuple[str, ...] = (),
    **event: Any,
) -> Maker:
    """Who made a stack. `roles`: role -> trust policy; `who`: None for no event of it."""
    row = next(each for each in KINDS if each.name == "stack")
    said = {"userIdentity": who, "requestParameters": {"stackName": name if who else "other"}, **event}
    session = Session(
        {
            "LookupEvents": {"Events": [{"CloudTrailEvent": json.dumps(said)}]},
            "ListRoles": {
                "Roles": [{"RoleName": name, "AssumeRolePolicyDocument": each} for name, each in (roles or {}).items()]
            },
        }
    )
    makers = Makers(NOON - 3600, "access", frozenset(standing))
    return makers.of(cast(Any, session), Thing(row, name, NOON, "CREATE_COMPLETE", {"StackName": name}))


EXEC = {"stacksets-exec-1": trust({"AWS": ADMIN})}
GUEST = {"TeamRole": trust({"AWS": OTHERS})}


@pytest.mark.parametrize(
    ("maker", "expected"),
    [
        (made_by(None), Maker.UNKNOWN),
        (made_by({"type": "Root"}), Maker.ACCOUNT),
        (made_by({"type": "IAMUser", "userName": "ann"}), Maker.ACCOUNT),
        (made_by({"type": "AWSService", "invokedBy": "controltower.amazonaws.com"}), Maker.ORGANIZATION),
        (made_by({"type": "AWSService", "invokedBy": "servicecatalog.amazonaws.com"}), Maker.ACCOUNT),
        (made_by(session_of("role/aws-service-role/sso.amazonaws.com/AWSServiceRoleForSSO")), Maker.ORGANIZATION),
        (made_by(session_of("role/aws-service-role/sagemaker.amazonaws.com/AWSServiceRoleForX")), Maker.ACCOUNT),
        (made_by(session_of("role/stacksets-exec-1"), EXEC), Maker.ORGANIZATION),
        # Whatever its name: what counts is who may assume it.
        (made_by(session_of("role/any"), {"any": trust({"AWS": ADMIN})}), Maker.ORGANIZATION),
        (made_by(session_of("role/stacksets-exec-1"), {"stacksets-exec-1": trust({"AWS": ACCOUNT})}), Maker.ACCOUNT),
        (made_by(session_of("role/access"), {"access": trust({"AWS": OTHERS})}, standing=("access",)), Maker.ACCOUNT),
        # A role of before the event, as an event platform gives it to its guests, and an organization to its staff.
        (made_by(session_of("role/TeamRole"), GUEST, standing=("TeamRole",)), Maker.UNKNOWN),
        (made_by(session_of("role/TeamRole"), GUEST), Maker.ACCOUNT),
        (
            made_by(
                session_of("role/TeamRole", invokedBy="cloudformation.amazonaws.com"), GUEST, standing=("TeamRole",)
            ),
            Maker.ORGANIZATION,
        ),
        (
            made_by(
                session_of("role/TeamRole", invokedBy="cloudformation.amazonaws.com"),
                GUEST,
                name="theirs",
                standing=("TeamRole",),
            ),
            Maker.UNKNOWN,
        ),
        (made_by(session_of("role/gone"), standing=("gone",)), Maker.UNKNOWN),
        (made_by(session_of("role/gone")), Maker.ACCOUNT),
        (made_by({"type": "Root"}, errorCode="AlreadyExistsException"), Maker.UNKNOWN),
    ],
)
def test_each_creation_has_its_maker(maker: Maker, expected: Maker) -> None:
    assert maker is expected


@pytest.mark.parametrize("newest_first", [("IAMUser", "AWSService"), ("AWSService", "IAMUser")])
def test_what_somebody_else_named_again_has_no_certain_maker(newest_first: tuple[str, str]) -> None:
    """CreateTopic of a topic that exists succeeds, and changes nothing."""
    row = next(each for each in KINDS if each.name == "topic")
    arn = f"arn:aws:sns:eu-west-1:{ACCOUNT}:aws-controltower-SecurityNotifications"
    invoked = {"AWSService": {"invokedBy": "controltower.amazonaws.com"}}
    said = [
        {"userIdentity": {"type": each, **invoked.get(each, {})}, "responseElements": {"topicArn": arn}}
        for each in newest_first
    ]
    session = Session({"LookupEvents": {"Events": [{"CloudTrailEvent": json.dumps(each)} for each in said]}})
    makers = Makers(NOON - 3600, "access", frozenset())
    assert makers.of(cast(Any, session), Thing(row, arn, None, "", {"TopicArn": arn})) is Maker.DISPUTED


def test_a_stack_is_told_by_its_id_from_an_earlier_one_of_its_name() -> None:
    row = next(each for each in KINDS if each.name == "stack")
    ids = {"IAMUser": "arn:theirs", "AWSService": "arn:guard"}
    said = [
        {
            "userIdentity": {
                "type": kind,
                **({} if kind == "IAMUser" else {"invokedBy": "controltower.amazonaws.com"}),
            },
            "requestParameters": {"stackName": "guard"},
            "responseElements": {"stackId": each},
        }
        for kind, each in ids.items()
    ]
    session = Session({"LookupEvents": {"Events": [{"CloudTrailEvent": json.dumps(each)} for each in said]}})
    for made, expected in (("arn:theirs", Maker.ACCOUNT), ("arn:guard", Maker.ORGANIZATION)):
        makers = Makers(NOON - 3600, "access", frozenset())
        stack = Thing(row, "guard", NOON, "", {"StackName": "guard", "StackId": made})
        assert makers.of(cast(Any, session), stack) is expected


def test_a_trail_that_may_not_be_read_names_nobody() -> None:
    row = next(each for each in KINDS if each.name == "stack")
    session = Session({"LookupEvents": refusal("AccessDeniedException")})
    makers = Makers(NOON - 3600, "access", frozenset())
    assert makers.of(cast(Any, session), Thing(row, "x", NOON, "", {"StackName": "x"})) is Maker.UNKNOWN
