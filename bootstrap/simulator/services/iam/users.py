"""IAM users and groups. moto alone would delete a user who still has keys, a password, devices or groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call, CallHandler

# What DeleteUser finds first -> what must be done with it: "Cannot delete entity, must delete access keys first."
_USER_HAS: tuple[tuple[str, str, str], ...] = (
    ("list_access_keys", "AccessKeyMetadata", "delete access keys"),
    ("list_ssh_public_keys", "SSHPublicKeys", "remove referenced objects"),
    ("list_signing_certificates", "Certificates", "delete certificates"),
    ("list_mfa_devices", "MFADevices", "delete MFA device"),
    ("list_groups_for_user", "Groups", "remove users from group"),
    ("list_attached_user_policies", "AttachedPolicies", "detach all policies"),
    ("list_user_policies", "PolicyNames", "delete policies"),
)
_GROUP_HAS: tuple[tuple[str, str, str], ...] = (
    ("get_group", "Users", "remove users from group"),
    ("list_attached_group_policies", "AttachedPolicies", "detach all policies"),
    ("list_group_policies", "PolicyNames", "delete policies"),
)


def delete_user(call: Call) -> dict[str, Any]:
    """Delete a user who has nothing. docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html"""
    _refuse(call, _USER_HAS, "UserName")
    client = call.aws("iam")
    try:
        client.get_login_profile(UserName=call.params["UserName"])
    except client.exceptions.NoSuchEntityException:
        return call.moto()
    raise Refusal("DeleteConflict", "Cannot delete entity, must delete login profile first.", 409)


def delete_login_profile(call: Call) -> dict[str, Any]:
    """Answer DeleteLoginProfile."""
    try:
        return call.moto()
    except Refusal as refusal:
        name = call.params.get("UserName")
        if not refusal.message.startswith("Login"):
            raise
        raise Refusal("NoSuchEntity", f"Cannot find Login Profile for User {name}", 404) from None


def delete_service_credential(call: Call) -> dict[str, Any]:
    """Answer DeleteServiceSpecificCredential: nobody can make any here."""
    name, credential = call.params.get("UserName"), call.params["ServiceSpecificCredentialId"]
    if name is not None and name not in {each.name for each in backend(call).users.values()}:
        raise Refusal("NoSuchEntity", f"The user with name {name} cannot be found.", 404)
    raise Refusal("NoSuchEntity", f"No such credential {credential} exists", 404)


def delete_group(call: Call) -> dict[str, Any]:
    """Delete an empty group."""
    _refuse(call, _GROUP_HAS, "GroupName")
    return call.moto()


def _refuse(call: Call, has: tuple[tuple[str, str, str], ...], key: str) -> None:
    client, name = call.aws("iam"), call.params[key]
    for operation, result, must in has:
        try:
            found = getattr(client, operation)(**{key: name})
        except client.exceptions.NoSuchEntityException as error:
            what = key.removesuffix("Name").lower()
            raise Refusal("NoSuchEntity", f"The {what} with name {name} cannot be found.", 404) from error
        if found[result]:
            raise Refusal("DeleteConflict", f"Cannot delete entity, must {must} first.", 409)


def _no_credentials(call: Call) -> dict[str, Any]:
    # Nobody can make any here: CreateServiceSpecificCredential is not simulated.
    return {"ServiceSpecificCredentials": []}


def _whole(call: Call) -> dict[str, Any]:
    # AWS says in every answer whether there are more; moto does not.
    return {"IsTruncated": False, **call.moto()}


def _inline(call: Call) -> dict[str, Any]:
    """Answer an operation on an inline policy of a user or group. moto's message does not say whose."""
    try:
        return call.moto()
    except Refusal as refusal:
        name, of = call.params["PolicyName"], "user" if "UserName" in call.params else "group"
        if refusal.message == f"Policy {name} not found":
            refusal = Refusal(refusal.code, f"The {of} policy with name {name} cannot be found.", refusal.status)
        raise refusal from None


def delete_saml_provider(call: Call) -> dict[str, Any]:
    """Answer DeleteSAMLProvider; moto deletes also what is not there."""
    arn = call.params["SAMLProviderArn"]
    if all(each.arn != arn for each in backend(call).saml_providers.values()):
        raise Refusal("NoSuchEntity", f"Manifest not found for arn {arn}", 404)
    return call.moto()


def view(call: Call) -> dict[str, list[str]]:
    """View for the control address: each user's access keys."""
    return {each.name: sorted(key.access_key_id for key in each.access_keys) for each in backend(call).users.values()}


def backend(call: Call) -> Any:
    """Return moto's store of the account."""
    from moto.iam.models import iam_backends

    return iam_backends[call.account_id][call.partition]


OPERATIONS: dict[str, CallHandler] = {
    "DeleteUser": delete_user,
    "DeleteGroup": delete_group,
    "DeleteGroupPolicy": _inline,
    "DeleteLoginProfile": delete_login_profile,
    "DeleteSAMLProvider": delete_saml_provider,
    "DeleteServiceSpecificCredential": delete_service_credential,
    "DeleteUserPolicy": _inline,
    "GetGroupPolicy": _inline,
    "GetUserPolicy": _inline,
    "GetGroup": _whole,
    "ListAccessKeys": _whole,
    "ListGroupPolicies": _whole,
    "ListGroups": _whole,
    "ListInstanceProfiles": _whole,
    "ListSSHPublicKeys": _whole,
    "ListServiceSpecificCredentials": _no_credentials,
}
VIEWS: dict[str, Callable[[Call], Any]] = {
    "iam_users": view,
    "iam_groups": lambda call: sorted(each.name for each in backend(call).groups.values()),
    "oidc_providers": lambda call: sorted(backend(call).open_id_providers),
    "saml_providers": lambda call: sorted(each.arn for each in backend(call).saml_providers.values()),
}
