"""What AWS keeps from being deleted, and what it says then: locks, holds, protection, rights."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.simulated import ROLE, Simulated
from tests.simulator.one_account import OneAccount, open_account, refused
from tests.simulator.services.s3.test_emptying import delete, page, versioned


@pytest.fixture
def account(aws: Simulated) -> OneAccount:
    return open_account(aws)


def test_the_bypass_is_refused_where_there_is_no_object_lock(account: OneAccount) -> None:
    """cleanup.md section 3."""
    s3, bucket = versioned(account, "unlocked")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    found, _ = page(s3, bucket)
    with refused("InvalidArgument", "only applicable to Object Lock enabled buckets"):
        delete(s3, bucket, found, BypassGovernanceRetention=True)
    with refused("InvalidArgument"):
        s3.delete_object(Bucket=bucket, Key="k", VersionId=found[0][1], BypassGovernanceRetention=True)
    with refused("ObjectLockConfigurationNotFoundError"):
        s3.get_object_lock_configuration(Bucket=bucket)


def test_a_legal_hold_keeps_a_version_until_it_is_lifted_whatever_is_bypassed(account: OneAccount) -> None:
    """cleanup.md section 3."""
    s3, bucket = versioned(account, "onhold", ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ObjectLockLegalHoldStatus="ON")
    found, _ = page(s3, bucket)
    [left] = delete(s3, bucket, found, BypassGovernanceRetention=True)["Errors"]
    assert left["Code"] == "AccessDenied"
    s3.put_object_legal_hold(Bucket=bucket, Key="k", VersionId=found[0][1], LegalHold={"Status": "OFF"})
    assert "Errors" not in delete(s3, bucket, found)


def test_a_retention_is_shown_with_its_mode_and_date(account: OneAccount) -> None:
    """cleanup.md section 3."""
    s3, bucket = versioned(account, "retained", ObjectLockEnabledForBucket=True)
    until = datetime.fromtimestamp(account.aws.now(), UTC).replace(microsecond=0) + timedelta(days=9)
    s3.put_object(Bucket=bucket, Key="c", Body=b"", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until)
    s3.put_object(Bucket=bucket, Key="free", Body=b"")
    shown = s3.get_object_retention(Bucket=bucket, Key="c")["Retention"]
    assert (shown["Mode"], shown["RetainUntilDate"].date()) == ("COMPLIANCE", until.date())
    with refused("NoSuchObjectLockConfiguration"):
        s3.get_object_retention(Bucket=bucket, Key="free")


@pytest.mark.parametrize("letter", ["\x10", "\x1f", "\ufffe"])
def test_a_key_that_xml_cannot_carry_spoils_its_batch_and_goes_by_itself(account: OneAccount, letter: str) -> None:
    """cleanup.md section 3."""
    s3, bucket = versioned(account, f"strange{ord(letter)}")
    for key in ("ok", f"images/{letter}car.jpg"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    found, _ = page(s3, bucket)
    with refused("MalformedXML"):
        delete(s3, bucket, found)
    for key, version in found:
        s3.delete_object(Bucket=bucket, Key=key, VersionId=version)
    assert page(s3, bucket)[0] == []


def test_a_denial_of_the_keys_is_told_for_each_key_with_whose_policy_it_is(aws: Simulated) -> None:
    """cleanup.md section 3."""
    account = open_account(aws, access={"denied": {"s3:DeleteObjectVersion": "organization"}})
    s3, bucket = versioned(account, "denied")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    [left] = delete(s3, bucket, page(s3, bucket)[0])["Errors"]
    assert (left["Code"], "service control policy" in left["Message"]) == ("AccessDenied", True)


def test_a_protected_log_group_is_shown_as_such_and_stays_until_the_protection_is_off(account: OneAccount) -> None:
    """cleanup.md section 3."""
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/kept", deletionProtectionEnabled=True)
    [shown] = logs.describe_log_groups(logGroupNamePrefix="/kept")["logGroups"]
    assert shown["deletionProtectionEnabled"] is True
    with refused("ValidationException", "deletion protection"):
        logs.delete_log_group(logGroupName="/kept")
    logs.put_log_group_deletion_protection(logGroupIdentifier="/kept", deletionProtectionEnabled=False)
    logs.delete_log_group(logGroupName="/kept")


@pytest.mark.parametrize("sent", [{"MfaConfiguration": "ON"}, {"AutoVerifiedAttributes": ["phone_number"]}])
def test_a_second_factor_needs_the_settings_of_sms_in_the_same_request(
    account: OneAccount, sent: dict[str, Any]
) -> None:
    """cleanup.md section 3."""
    cognito = account.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="careful", DeletionProtection="ACTIVE")["UserPool"]["Id"]
    with refused("InvalidParameterException", "SMS configuration"):
        cognito.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE", **sent)
    cognito.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE")


def test_a_stack_is_deleted_with_the_rights_of_who_deletes_it(aws: Simulated) -> None:
    """cleanup.md section 3: a machine that the access role may not terminate."""
    account = open_account(aws)
    box = {"Resources": {"Box": {"Type": "AWS::EC2::Instance", "Properties": {"InstanceType": "g5.2xlarge"}}}}
    theirs = account.client("cloudformation")
    theirs.create_stack(StackName="box", TemplateBody=json.dumps(box))
    account.pass_time(1800)
    [found] = theirs.describe_stack_resources(StackName="box")["StackResources"]
    by_id = theirs.describe_stack_resources(PhysicalResourceId=found["PhysicalResourceId"])["StackResources"]
    assert [each["StackName"] for each in by_id] == ["box"]
    with refused("ValidationError", "does not exist"):
        theirs.describe_stack_resources(PhysicalResourceId=ROLE)
    stack = found["StackId"]
    theirs.delete_stack(StackName="box")
    account.pass_time(1800)
    [shown] = theirs.list_stack_resources(StackName=stack)["StackResourceSummaries"]
    assert shown["ResourceStatus"] in ("DELETE_COMPLETE", "DELETE_FAILED")
