"""Roles of a template beside those of IAM, without an AWS."""

from __future__ import annotations

from typing import Any

import pytest

from bootstrap.doctor import drift, roles
from bootstrap.doctor.examination import Patient
from bootstrap.doctor.finding import Changed, Trace
from bootstrap.doctor.stacks import StacksSeen
from bootstrap.engine.states import State
from bootstrap.event.names import Names
from tests.templates import given

ROOT = "arn:aws:iam::111122223333:root"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"Action": "s3:GetObject"}, {"Action": ["s3:GetObject"]}, True),
        ({"Action": ["a:B", "c:D"]}, {"Action": ["c:D", "a:B"]}, True),
        ({"Statement": {"Effect": "Allow"}}, {"Statement": [{"Effect": "Allow"}]}, True),
        ({"Bool": {"aws:SecureTransport": False}}, {"Bool": {"aws:SecureTransport": "false"}}, True),
        ({"NumericLessThan": {"x": 3600}}, {"NumericLessThan": {"x": ["3600"]}}, True),
        ({"Principal": {"AWS": "111122223333"}}, {"Principal": {"AWS": ROOT}}, True),
        ({"Action": ["a:B", "c:D"]}, {"Action": "a:B"}, False),
        ({"Effect": "Allow"}, {"Effect": "Deny"}, False),
        ({"Effect": "Allow", "Condition": {}}, {"Effect": "Allow"}, False),
    ],
)
def test_documents_that_say_the_same(one: Any, other: Any, same: bool) -> None:
    assert roles.same(one, other, "aws") is same


OWN = """
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: own
      AssumeRolePolicyDocument: {Statement: []}
      Policies:
        - {PolicyName: told, PolicyDocument: {Resource: !Sub "arn:${AWS::Partition}:s3:::${!aws:username}"}}
        - {PolicyName: untold, PolicyDocument: {Resource: !GetAtt Bucket.Arn}}
"""


def shown(**documents: Any) -> dict[str, Any]:
    policies = [{"PolicyName": name, "PolicyDocument": document} for name, document in documents.items()]
    return {
        "RolePolicyList": policies, "AttachedManagedPolicies": [], "AssumeRolePolicyDocument": {"Statement": []},
    }  # fmt: skip


def test_what_names_a_resource_of_its_stack_is_not_compared_and_that_is_known() -> None:
    found = roles.of_template(OWN, {"AWS::Partition": "aws"})
    assert roles.untold(found)
    well = shown(told={"Resource": ["arn:aws:s3:::${aws:username}"]}, untold={"Resource": "*"})
    assert list(roles.differences("own", found["own"], well, "aws")) == []
    ill = shown(told={"Resource": "*"}, untold={"Resource": "*"})
    (one,) = roles.differences("own", found["own"], ill, "aws")
    assert one.content
    assert "policy told" in one.what


def test_of_a_role_whose_policies_cannot_be_told_only_its_trust_is_compared() -> None:
    computed = OWN.replace("Policies:", "Policies: !If [small, [], []]\n      Unread:")
    found = roles.of_template(computed, {"AWS::Partition": "aws"})
    assert roles.untold(found)
    assert list(roles.differences("own", found["own"], shown(told={}), "aws")) == []
    other = shown() | {"AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow"}]}}
    assert len(list(roles.differences("own", found["own"], other, "aws"))) == 1


def test_of_the_shipped_roles_everything_is_compared() -> None:
    known = {"AWS::AccountId": given.ACCOUNT, "AWS::Region": given.REGION, "AWS::Partition": "aws"}
    found = roles.of_template(given.rendered("roles").body, known)
    names = given.names()
    assert set(found) == names.roles
    assert not roles.untold(found)


@pytest.mark.parametrize(
    ("state", "said"), [(State.ready("it stands"), "differs"), (State.todo("another template"), "not every document")]
)
def test_a_stack_with_another_version_of_its_template_is_nobody_s_change_by_hand(state: State, said: str) -> None:
    account = given.account()
    patient = Patient(given.event(), account, Names("techday", account.account_id, account.region), {})
    standing = {patient.names.stack("roles"): {"StackStatus": "UPDATE_COMPLETE"}}
    seen = drift.DriftSeen(
        (drift.Drift("roles", "role x: policy y differs from the template", Trace(Changed.ROLE_POLICY_TEXT), True),)
    )
    (one,) = drift.findings(patient, seen, {"stacks": StacksSeen({"stack:roles": state}, standing)})
    assert said in one.seen
