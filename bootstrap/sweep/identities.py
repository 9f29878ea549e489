"""Delete IAM users with all that lets them in, and groups. DeleteUser and DeleteGroup take only empty ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws.kinds import Thing
from bootstrap.errors import code_of

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession


def delete_user(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """Delete a user, its keys and its password first: they let somebody in even if the rest is refused. Writes to AWS.

    API: ListAccessKeys, DeleteAccessKey, DeleteLoginProfile; List*, Delete*, Detach*, Deactivate* and Remove* of what
    else the user has; DeleteUser.
    """
    client, user = session.client("iam"), things[0].name
    for each in _pages(client, "list_access_keys", "AccessKeyMetadata", UserName=user):
        client.delete_access_key(UserName=user, AccessKeyId=each["AccessKeyId"])
    _if_there(client.delete_login_profile, UserName=user)
    for each in client.list_service_specific_credentials(UserName=user)["ServiceSpecificCredentials"]:
        key = each["ServiceSpecificCredentialId"]
        client.delete_service_specific_credential(UserName=user, ServiceSpecificCredentialId=key)
    for each in _pages(client, "list_ssh_public_keys", "SSHPublicKeys", UserName=user):
        client.delete_ssh_public_key(UserName=user, SSHPublicKeyId=each["SSHPublicKeyId"])
    for each in _pages(client, "list_signing_certificates", "Certificates", UserName=user):
        client.delete_signing_certificate(UserName=user, CertificateId=each["CertificateId"])
    for each in _pages(client, "list_mfa_devices", "MFADevices", UserName=user):
        serial = each["SerialNumber"]
        client.deactivate_mfa_device(UserName=user, SerialNumber=serial)
        # A device of hardware has a serial number instead of an ARN, and nothing to delete.
        if str(serial).startswith("arn:"):
            _if_there(client.delete_virtual_mfa_device, SerialNumber=serial)
    for each in _pages(client, "list_groups_for_user", "Groups", UserName=user):
        client.remove_user_from_group(UserName=user, GroupName=each["GroupName"])
    for each in _pages(client, "list_attached_user_policies", "AttachedPolicies", UserName=user):
        client.detach_user_policy(UserName=user, PolicyArn=each["PolicyArn"])
    for each in _pages(client, "list_user_policies", "PolicyNames", UserName=user):
        client.delete_user_policy(UserName=user, PolicyName=each)
    client.delete_user(UserName=user)
    return False


def delete_group(session: AccountSession, things: Sequence[Thing], tries: int) -> bool:
    """Delete a group; its members, who may be users of before the event, only leave it. Writes to AWS.

    API: GetGroup, RemoveUserFromGroup, ListAttachedGroupPolicies, DetachGroupPolicy, ListGroupPolicies,
    DeleteGroupPolicy, DeleteGroup.
    """
    client, group = session.client("iam"), things[0].name
    for each in _pages(client, "get_group", "Users", GroupName=group):
        client.remove_user_from_group(UserName=each["UserName"], GroupName=group)
    for each in _pages(client, "list_attached_group_policies", "AttachedPolicies", GroupName=group):
        client.detach_group_policy(GroupName=group, PolicyArn=each["PolicyArn"])
    for each in _pages(client, "list_group_policies", "PolicyNames", GroupName=group):
        client.delete_group_policy(GroupName=group, PolicyName=each)
    client.delete_group(GroupName=group)
    return False


def _pages(client: Any, operation: str, key: str, **params: str) -> Iterator[Any]:
    for page in client.get_paginator(operation).paginate(**params):
        yield from page[key]


def _if_there(operation: Callable[..., Any], **params: str) -> None:
    try:
        operation(**params)
    except ClientError as error:
        if code_of(error) != "NoSuchEntity":
            raise
