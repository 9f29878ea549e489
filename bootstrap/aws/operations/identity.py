"""Operations of STS, IAM, Organizations, Cognito and the sign-in endpoint."""

from __future__ import annotations

from bootstrap.aws.operations.operation import OperationRow, reads, writes

_PLACEBO = "cloud-custodian tests/data/placebo: in each of its {} recorded answers"
_EMPTY = _PLACEBO + ", {} is empty"

IDENTITY: tuple[OperationRow, ...] = (
    # An account is read by assuming its role, which changes nothing.
    reads("sts", "AssumeRole", "Credentials", source=_PLACEBO.format(3)),
    reads("sts", "GetCallerIdentity", "Account", "Arn", source=_PLACEBO.format(9)),
    # Like AssumeRole; called with an MFA code, before any account is visited.
    reads("sts", "GetSessionToken", "Credentials", source="aws/aws-cli#2279: the credentials of each answer"),
    # Of the operator's own account; `check` asks what its policies allow.
    reads("iam", "SimulatePrincipalPolicy", "EvaluationResults"),
    # Not in botocore's models. Like AssumeRole it gives access but changes nothing.
    reads("signin", "GetSigninToken", "SigninToken", source="IAM's user guide, custom console access"),
    reads("organizations", "DescribeOrganization", "Organization", source=_PLACEBO.format(1)),
    reads("organizations", "ListAccountsForParent", "Accounts"),
    reads(
        "organizations",
        "ListOrganizationalUnitsForParent",
        "OrganizationalUnits",
        source="boto/boto3#3507: of a root without units, it is empty",
    ),
    reads("organizations", "ListTagsForResource", "Tags"),
    reads("iam", "GetAccountAuthorizationDetails", "RoleDetailList", "IsTruncated"),
    reads("iam", "GetRole"),
    reads(
        "iam",
        "ListAttachedRolePolicies",
        *("AttachedPolicies", "IsTruncated"),
        source=_EMPTY.format(28, "test_iam_instance_profile_set_policy_attached/1"),
    ),
    reads("iam", "ListInstanceProfiles"),
    reads("iam", "ListPolicies", "Policies", "IsTruncated", source=_PLACEBO.format(4)),
    reads("iam", "ListPolicyVersions", "Versions", "IsTruncated", source="a policy has at least one version"),
    reads("iam", "ListRolePolicies"),
    reads("iam", "ListRoles"),
    writes("iam", "CreateServiceLinkedRole"),
    writes("iam", "DeleteInstanceProfile"),
    writes("iam", "DeletePolicy"),
    writes("iam", "DeletePolicyVersion"),
    writes("iam", "DeleteRole"),
    writes("iam", "DeleteRolePolicy"),
    writes("iam", "DetachRolePolicy"),
    writes("iam", "RemoveRoleFromInstanceProfile"),
    reads("iam", "GetGroup"),
    reads("iam", "ListAccessKeys"),
    reads(
        "iam",
        "ListAttachedGroupPolicies",
        *("AttachedPolicies", "IsTruncated"),
        source=_EMPTY.format(5, "test_iam_group_set_policy/3"),
    ),
    reads(
        "iam",
        "ListAttachedUserPolicies",
        *("AttachedPolicies", "IsTruncated"),
        source=_EMPTY.format(7, "test_iam_user_delete/1"),
    ),
    reads("iam", "ListGroupPolicies"),
    reads("iam", "ListGroups"),
    reads("iam", "ListGroupsForUser"),
    reads("iam", "ListMFADevices"),
    reads("iam", "ListOpenIDConnectProviders", "OpenIDConnectProviderList"),
    reads("iam", "ListSAMLProviders", "SAMLProviderList"),
    reads(
        "iam", "ListSSHPublicKeys", *("SSHPublicKeys", "IsTruncated"), source=_EMPTY.format(6, "test_iam_user_delete/1")
    ),
    reads(
        "iam",
        "ListServiceSpecificCredentials",
        "ServiceSpecificCredentials",
        source=_EMPTY.format(6, "test_iam_user_delete/1"),
    ),
    reads("iam", "ListSigningCertificates"),
    reads("iam", "ListUserPolicies"),
    reads("iam", "ListUsers"),
    writes("iam", "DeactivateMFADevice"),
    writes("iam", "DeleteAccessKey"),
    writes("iam", "DeleteGroup"),
    writes("iam", "DeleteGroupPolicy"),
    writes("iam", "DeleteLoginProfile"),
    writes("iam", "DeleteOpenIDConnectProvider"),
    writes("iam", "DeleteSAMLProvider"),
    writes("iam", "DeleteSSHPublicKey"),
    writes("iam", "DeleteServiceSpecificCredential"),
    writes("iam", "DeleteSigningCertificate"),
    writes("iam", "DeleteUser"),
    writes("iam", "DeleteUserPolicy"),
    writes("iam", "DeleteVirtualMFADevice"),
    writes("iam", "DetachGroupPolicy"),
    writes("iam", "DetachUserPolicy"),
    writes("iam", "RemoveUserFromGroup"),
    reads("cognito-idp", "AdminGetUser"),
    reads("cognito-idp", "DescribeUserPool", "UserPool", source=_PLACEBO.format(4)),
    reads("cognito-idp", "DescribeUserPoolClient", "UserPoolClient"),
    reads("cognito-idp", "ListUserPools", "UserPools"),
    reads("cognito-idp", "ListUsers", "Users"),
    reads("cognito-idp", "ListUsersInGroup", "Users"),
    writes("cognito-idp", "AdminAddUserToGroup"),
    writes("cognito-idp", "AdminCreateUser"),
    writes("cognito-idp", "AdminRemoveUserFromGroup"),
    writes("cognito-idp", "AdminSetUserPassword"),
    writes("cognito-idp", "AdminUpdateUserAttributes"),
    writes("cognito-idp", "CreateGroup"),
    writes("cognito-idp", "DeleteUserPool"),
    writes("cognito-idp", "DeleteUserPoolDomain"),
    writes("cognito-idp", "SetUserPoolMfaConfig"),
    writes("cognito-idp", "UpdateUserPool"),
)
