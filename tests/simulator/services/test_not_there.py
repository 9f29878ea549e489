"""Things that are not there are refused in AWS's words, with its status; those of AWS are in every account."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused

_FULL = "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"
_NOBODY = {"RoleName": "nobody"}
_USER = {"UserName": "nobody"}
_MISSING: tuple[tuple[str, str, dict[str, Any], str, int, str], ...] = (
    ("iam", "ListRolePolicies", _NOBODY, "NoSuchEntity", 404, "The role with name nobody cannot be found."),
    ("iam", "AttachRolePolicy", _NOBODY | {"PolicyArn": _FULL}, "NoSuchEntity", 404, "The role with name nobody"),
    ("iam", "ListInstanceProfilesForRole", _NOBODY, "NoSuchEntity", 404, "The role with name nobody cannot be found."),
    ("iam", "DeleteUser", _USER, "NoSuchEntity", 404, "The user with name nobody cannot be found."),
    ("iam", "DeleteGroup", {"GroupName": "nobody"}, "NoSuchEntity", 404, "The group with name nobody cannot be found."),
    ("iam", "GetPolicy", {"PolicyArn": f"{_FULL}s"}, "NoSuchEntity", 404, f"Policy {_FULL}s was not found."),
    (
        "iam", "DeleteSAMLProvider", {"SAMLProviderArn": "arn:aws:iam::111122223333:saml-provider/no"},
        "NoSuchEntity", 404, "Manifest not found for arn arn:aws:iam::111122223333:saml-provider/no",
    ),
    (
        "events", "DescribeRule", {"Name": "no", "EventBusName": "mine"},
        "ResourceNotFoundException", 400, "Rule no does not exist on EventBus mine.",
    ),
    (
        "events", "ListTargetsByRule", {"Rule": "no", "EventBusName": "no"},
        "ResourceNotFoundException", 400, "Event bus no does not exist.",
    ),
    ("ssm", "GetParameter", {"Name": "no"}, "ParameterNotFound", 400, ""),
    ("sns", "TagResource", {"ResourceArn": "no", "Tags": []}, "InvalidParameter", 400, "parameter: ResourceArn"),
    (
        "sns", "Subscribe", {"TopicArn": "arn:aws:sns:eu-west-1:111122223333:t", "Protocol": "email"},
        "InvalidParameter", 400, "Invalid parameter: TopicArn",
    ),
    ("sns", "Unsubscribe", {"SubscriptionArn": ""}, "InvalidParameter", 400, "no value for required parameter"),
    (
        "ec2", "TerminateInstances", {"InstanceIds": ["i-0123456789abcdef0"]},
        "InvalidInstanceID.NotFound", 400, "The instance ID 'i-0123456789abcdef0' does not exist",
    ),
    ("ec2", "TerminateInstances", {"InstanceIds": ["no"]}, "InvalidInstanceID.Malformed", 400, 'Invalid id: "no"'),
    (
        "ec2", "ReleaseAddress", {"AllocationId": "eipalloc-no"},
        "InvalidAllocationID.NotFound", 400, "The allocation ID 'eipalloc-no' does not exist",
    ),
    ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::1:r", "RoleSessionName": "no"}, "ValidationError", 400, ""),
    (
        "sts", "AssumeRole", {"RoleArn": "arn:aws:::111122223333:role/no", "RoleSessionName": "no"},
        "ValidationError", 400, "arn:aws:::111122223333:role/no is invalid",
    ),
    (
        "sts", "AssumeRole", {"RoleArn": "arn:aws:s3:::role/no-such-role", "RoleSessionName": "no"},
        "AccessDenied", 403, "is not authorized to perform: sts:AssumeRole",
    ),
)  # fmt: skip


@pytest.fixture
def account(aws: Simulated) -> OneAccount:
    return open_account(aws)


@pytest.mark.parametrize(
    ("service", "operation", "params", "code", "status", "words"), _MISSING, ids=lambda value: str(value)[:30]
)
def test_what_is_not_there_is_refused_as_aws_does(
    account: OneAccount, service: str, operation: str, params: dict[str, Any], code: str, status: int, words: str
) -> None:
    """aws.md sections 7, 9.5 and 10."""
    client = account.client(service)
    if service == "events":
        client.create_event_bus(Name="mine")
    with pytest.raises(ClientError) as caught:
        getattr(client, xform_name(operation))(**params)
    said = caught.value.response
    assert (said["Error"]["Code"], said["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert words in said["Error"]["Message"]


def test_a_group_and_a_client_that_a_pool_does_not_have(account: OneAccount) -> None:
    cognito = account.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]
    cognito.admin_create_user(UserPoolId=pool, Username="u")
    with refused("ResourceNotFoundException", "Group not found."):
        cognito.admin_add_user_to_group(UserPoolId=pool, Username="u", GroupName="no")
    with refused("ResourceNotFoundException", "User pool client no does not exist."):
        cognito.describe_user_pool_client(UserPoolId=pool, ClientId="no")
    with refused("UsernameExistsException", "User account already exists"):
        cognito.admin_create_user(UserPoolId=pool, Username="u")
    with refused("ResourceNotFoundException", "User pool us-east-1_no does not exist."):
        cognito.get_group(UserPoolId="us-east-1_no", GroupName="no")


def test_aws_s_own_policies_are_in_every_account_and_nobody_s_to_change(account: OneAccount) -> None:
    """aws.md section 9.5."""
    iam = account.client("iam")
    account.new_role("r")
    iam.attach_role_policy(RoleName="r", PolicyArn=_FULL)
    found = iam.get_policy(PolicyArn=_FULL)["Policy"]
    assert (found["PolicyName"], found["Arn"], found["AttachmentCount"]) == ("AmazonSageMakerFullAccess", _FULL, 1)
    version = iam.get_policy_version(PolicyArn=_FULL, VersionId=found["DefaultVersionId"])["PolicyVersion"]
    assert version["Document"]["Statement"]
    assert [one["VersionId"] for one in iam.list_policy_versions(PolicyArn=_FULL)["Versions"]] == [version["VersionId"]]
    assert iam.list_policies(Scope="Local")["Policies"] == []
    assert len(iam.list_policies(Scope="AWS", MaxItems=1000)["Policies"]) == 1000
    with refused("AccessDenied", "iam:DeletePolicy"):
        iam.delete_policy(PolicyArn=_FULL)
    with refused("NoSuchEntity", "does not exist or is not attachable."):
        iam.attach_role_policy(RoleName="r", PolicyArn=f"{_FULL}s")
    with refused("NoSuchEntity", "was not found."):
        iam.detach_role_policy(RoleName="r", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    with refused("ValidationError", "Invalid ARN"):
        iam.attach_role_policy(RoleName="r", PolicyArn="AmazonSageMakerFullAccess")
    iam.detach_role_policy(RoleName="r", PolicyArn=_FULL)
    with refused("DeleteConflict", "must delete policies first."):
        iam.delete_role(RoleName="r")
    iam.delete_role_policy(RoleName="r", PolicyName="all")
    iam.delete_role(RoleName="r")


def test_a_policy_of_one_s_own_is_told_apart_from_a_version_of_it(account: OneAccount) -> None:
    iam = account.client("iam")
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document)["Policy"]["Arn"]
    for ask in (iam.get_policy_version, iam.delete_policy_version, iam.set_default_policy_version):
        with refused("NoSuchEntity", "version v7"):
            ask(PolicyArn=arn, VersionId="v7")
    with refused("MalformedPolicyDocument", "This policy contains invalid Json"):
        iam.update_assume_role_policy(RoleName="access", PolicyDocument="no")
    iam.delete_policy(PolicyArn=arn)
