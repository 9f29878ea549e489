"""Which IAM actions an operation needs, and which ones CloudFormation needs to make a template's resources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from botocore.session import Session
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from bootstrap.aws.operations import OPERATIONS
from tests.templates import given

# IAM's prefix of a service is the name that its requests are signed with. This one has another.
_PREFIXES = {"monitoring": "cloudwatch"}

# Operations whose actions have other names, or that need more than one. Sources: the Service Authorization Reference
# of each service; for S3 "Required permissions for Amazon S3 API operations" in its user guide.
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "s3:CompleteMultipartUpload": ("s3:PutObject",),
    "s3:CopyObject": ("s3:GetObject", "s3:PutObject"),
    "s3:CreateMultipartUpload": ("s3:PutObject",),
    "s3:DeleteObjects": ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"),
    "s3:GetBucketCors": ("s3:GetBucketCORS",),
    "s3:GetObjectLockConfiguration": ("s3:GetBucketObjectLockConfiguration",),
    "s3:HeadBucket": ("s3:ListBucket",),
    # Without s3:ListBucket, S3 answers 403 instead of 404 for an object that is not there.
    "s3:HeadObject": ("s3:GetObject", "s3:ListBucket"),
    "s3:ListBuckets": ("s3:ListAllMyBuckets",),
    "s3:ListMultipartUploads": ("s3:ListBucketMultipartUploads",),
    "s3:ListObjectVersions": ("s3:ListBucketVersions",),
    "s3:ListObjectsV2": ("s3:ListBucket",),
    "s3:ListParts": ("s3:ListMultipartUploadParts",),
    "s3:UploadPart": ("s3:PutObject",),
    # With tags; a stack that loses a tag needs UntagResource.
    "cloudformation:CreateChangeSet": ("cloudformation:CreateChangeSet", "cloudformation:TagResource"),
    "cloudformation:CreateStack": ("cloudformation:CreateStack", "cloudformation:TagResource"),
    "cloudformation:ExecuteChangeSet": ("cloudformation:ExecuteChangeSet", "cloudformation:UntagResource"),
    "sagemaker:CreateTrainingJob": ("sagemaker:CreateTrainingJob", "sagemaker:AddTags", "iam:PassRole"),
    "sagemaker:CreateWorkforce": ("sagemaker:CreateWorkforce", "sagemaker:AddTags"),
    "sagemaker:CreateWorkteam": ("sagemaker:CreateWorkteam", "sagemaker:AddTags"),
    "ssm:PutParameter": ("ssm:PutParameter", "ssm:AddTagsToResource"),
    # Every identity may call it.
    "sts:GetCallerIdentity": (),
    "sts:GetSessionToken": (),
    "iam:SimulatePrincipalPolicy": (),
    # Called with the operator's own rights, and with a session that AWS's sign-in page takes.
    "organizations:DescribeOrganization": (),
    "organizations:ListAccountsForParent": (),
    "organizations:ListOrganizationalUnitsForParent": (),
    "organizations:ListTagsForResource": (),
    "signin:GetSigninToken": (),
}

# What a type's handlers may call, but not for the properties that the templates have.
NOT_USED: Mapping[str, str] = {
    "AWS::S3::Bucket": (
        # Tables in S3, keys of one's own, and what is off by default.
        r"s3tables:.*|iam:PassRole|s3:(Put|Create|Delete|Update).*(Abac|Accelerate|Acl|Analytics|Inventory|Metrics|"
        r"Notification|Replication|Website|ObjectLock|Logging|Versioning|IntelligentTiering|Metadata).*|"
        # Not actions of IAM: taking these away needs the Put of the same name.
        r"s3:DeleteBucket(Cors|Encryption|Lifecycle)"
    ),
    # Managed policies and boundaries.
    "AWS::IAM::Role": r"iam:AttachRolePolicy|iam:(Put|Delete)RolePermissionsBoundary",
    # Notebooks in a VPC, with a key of one's own.
    "AWS::SageMaker::NotebookInstance": r"ec2:.*|kms:.*",
    # Subscriptions, data protection policies and delivery logs in the template itself.
    "AWS::SNS::Topic": r"sns:Unsubscribe|sns:PutDataProtectionPolicy|iam:.*",
    # A target with a role.
    "AWS::Events::Rule": r"iam:PassRole",
    # Text messages and mail through one's own roles, keys of one's own, attributes of one's own.
    "AWS::Cognito::UserPool": r"iam:.*|kms:.*|cognito-idp:AddCustomAttributes",
    # A domain of one's own.
    "AWS::Cognito::UserPoolDomain": r"cloudfront:.*|kms:.*|cognito-idp:UpdateUserPoolDomain",
    # Analytics with Pinpoint.
    "AWS::Cognito::UserPoolClient": r"iam:.*",
    # A role that the group's people take.
    "AWS::Cognito::UserPoolGroup": r"iam:.*",
}


def of_operation(service: str, name: str) -> tuple[str, ...]:
    """The actions that an operation needs. `service` and `name`: as in botocore's models."""
    action = f"{_prefix(service)}:{name}"
    return ACTIONS.get(action, (action,))


def of_cloudformation(types: Iterable[str]) -> set[str]:
    """The actions that CloudFormation calls to make, read, change and delete resources, from the types' schemas."""
    return {action for each in types for action in _of_type(each)}


@cache
def _of_type(kind: str) -> frozenset[str]:
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema(given.REGION, kind).schema["handlers"]
    needed = {action for each in handlers.values() for action in each["permissions"]}
    return frozenset(each for each in needed if not re.fullmatch(NOT_USED.get(kind, ""), each))


@cache
def _prefix(service: str) -> str:
    if service == "signin":
        return service
    signed = str(Session().get_service_model(service).signing_name)
    return _PREFIXES.get(signed, signed)


def called() -> list[tuple[str, str]]:
    """Every operation that the tool may call: service and name."""
    return [(each.service, each.name) for each in OPERATIONS]
