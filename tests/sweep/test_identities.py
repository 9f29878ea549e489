"""What lets somebody into the account after the event goes: keys first, and nothing of before."""

from __future__ import annotations

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from bootstrap.aws.kinds import KINDS, Thing
from bootstrap.sweep import removers
from tests.steps.answers import AnsweringSession, refusal

USER: dict[str, Any] = {
    "ListAccessKeys": {"AccessKeyMetadata": [{"AccessKeyId": "AKIA" + "1" * 16}, {"AccessKeyId": "AKIA" + "2" * 16}]},
    "ListServiceSpecificCredentials": {"ServiceSpecificCredentials": [{"ServiceSpecificCredentialId": "ACCA" * 5}]},
    "ListSSHPublicKeys": {"SSHPublicKeys": [{"SSHPublicKeyId": "APKA" * 5}]},
    "ListSigningCertificates": {"Certificates": [{"CertificateId": "C" * 24}]},
    "ListMFADevices": {
        "MFADevices": [{"SerialNumber": "arn:aws:iam::111111111111:mfa/ann"}, {"SerialNumber": "GAHT12345678"}]
    },
    "ListGroupsForUser": {"Groups": [{"GroupName": "builders"}]},
    "ListAttachedUserPolicies": {"AttachedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]},
    "ListUserPolicies": {"PolicyNames": ["more"]},
    **{
        each: {}
        for each in (
            "DeleteAccessKey", "DeleteLoginProfile", "DeleteServiceSpecificCredential", "DeleteSSHPublicKey",
            "DeleteSigningCertificate", "DeactivateMFADevice", "DeleteVirtualMFADevice", "RemoveUserFromGroup",
            "DetachUserPolicy", "DeleteUserPolicy", "DeleteUser",
        )
    },
}  # fmt: skip


def thing(kind: str, **shown: Any) -> Thing:
    row = next(each for each in KINDS if each.name == kind)
    return Thing(row, row.name_of(shown), None, "", shown)


def deleted(kind: str, answers: dict[str, Any], **shown: Any) -> list[str]:
    session = AnsweringSession(answers)
    removers.delete(cast(Any, session), [thing(kind, **shown)], 0)
    return session.writes


def test_a_user_goes_with_everything_that_lets_it_in_its_keys_first() -> None:
    assert deleted("IAM user", USER, UserName="ann") == [
        "DeleteAccessKey", "DeleteAccessKey", "DeleteLoginProfile", "DeleteServiceSpecificCredential",
        "DeleteSSHPublicKey", "DeleteSigningCertificate", "DeactivateMFADevice", "DeleteVirtualMFADevice",
        "DeactivateMFADevice", "RemoveUserFromGroup", "DetachUserPolicy", "DeleteUserPolicy", "DeleteUser",
    ]  # fmt: skip


def test_a_user_without_a_password_goes_too_but_a_denial_is_told() -> None:
    without = USER | {"DeleteLoginProfile": refusal("NoSuchEntity")}
    assert deleted("IAM user", without, UserName="ann")[-1] == "DeleteUser"
    with pytest.raises(ClientError):
        deleted("IAM user", USER | {"DeleteLoginProfile": refusal("AccessDenied")}, UserName="ann")


def test_a_group_goes_when_its_members_have_left_it() -> None:
    answers = {
        "GetGroup": {"Users": [{"UserName": "of-before"}]},
        "ListAttachedGroupPolicies": {"AttachedPolicies": []},
        "ListGroupPolicies": {"PolicyNames": ["inline"]},
        **{each: {} for each in ("RemoveUserFromGroup", "DeleteGroupPolicy", "DeleteGroup")},
    }
    assert deleted("IAM group", answers, GroupName="builders") == [
        "RemoveUserFromGroup", "DeleteGroupPolicy", "DeleteGroup",
    ]  # fmt: skip
