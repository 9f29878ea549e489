"""Kinds of IAM that let somebody into the account after the event: users with their keys, groups, providers."""

from __future__ import annotations

from bootstrap.aws.kinds.kind import Kind

# What is created only as a part of a user: it goes with the user.
USER_PARTS = (
    "CreateAccessKey",
    "CreateLoginProfile",
    "CreateServiceSpecificCredential",
    "CreateVirtualMFADevice",
    "UploadSSHPublicKey",
    "UploadSigningCertificate",
)

# IAM is the same in all regions.
IDENTITIES: tuple[Kind, ...] = (
    Kind(
        "IAM user",
        "iam",
        "list_users",
        ("Users",),
        ("UserName",),
        {"MaxItems": 1000},
        created="CreateDate",
        lasting=True,
        after=("stack",),
        creates=("CreateUser", *USER_PARTS),
    ),
    Kind(
        "IAM group",
        "iam",
        "list_groups",
        ("Groups",),
        ("GroupName",),
        {"MaxItems": 1000},
        created="CreateDate",
        lasting=True,
        after=("stack", "IAM user"),
        creates=("CreateGroup",),
    ),
    # The listing has no date.
    Kind(
        "OIDC provider",
        "iam",
        "list_open_id_connect_providers",
        ("OpenIDConnectProviderList",),
        ("Arn",),
        delete="delete_open_id_connect_provider",
        keys={"OpenIDConnectProviderArn": "Arn"},
        after=("stack",),
        creates=("CreateOpenIDConnectProvider",),
    ),
    Kind(
        "SAML provider",
        "iam",
        "list_saml_providers",
        ("SAMLProviderList",),
        ("Arn",),
        created="CreateDate",
        lasting=True,
        delete="delete_saml_provider",
        keys={"SAMLProviderArn": "Arn"},
        after=("stack",),
        creates=("CreateSAMLProvider",),
    ),
)
