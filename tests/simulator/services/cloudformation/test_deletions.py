"""What cannot be deleted yet, and what is lost when it is: aws.md section 9.3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, made_roles, open_account, refused
from tests.simulator.services.cloudformation import templates
from tests.simulator.services.cloudformation.templates import settle
from tests.simulator.services.sagemaker.test_training import QUOTAS, Lab

EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


@pytest.fixture
def account(aws: Simulated) -> OneAccount:
    return open_account(aws)


def keep_versions(account: OneAccount, bucket: str) -> Any:
    s3 = account.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="work", Body=b"1")
    s3.put_object(Bucket=bucket, Key="work", Body=b"2")
    s3.delete_object(Bucket=bucket, Key="work")
    return s3


def empty(s3: Any, bucket: str) -> None:
    found = s3.list_object_versions(Bucket=bucket)
    for one in [*found["Versions"], *found["DeleteMarkers"]]:
        s3.delete_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])


def test_a_bucket_is_deleted_only_when_no_version_and_no_marker_is_left(account: OneAccount) -> None:
    """aws.md section 9.3: non-empty or versioned bucket."""
    bucket = f"versions-{account.account_id}"
    account.client("s3").create_bucket(Bucket=bucket)
    s3 = keep_versions(account, bucket)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    with refused("BucketNotEmpty", "not empty"):
        s3.delete_bucket(Bucket=bucket)
    empty(s3, bucket)
    s3.delete_bucket(Bucket=bucket)
    assert s3.list_buckets()["Buckets"] == []


def test_old_versions_keep_a_stack_from_being_deleted(aws: Simulated, account: OneAccount) -> None:
    """aws.md section 9.3: sweep first, then delete the stack."""
    stacks, bucket = account.client("cloudformation"), f"kept-{account.account_id}"
    stacks.create_stack(StackName="base", TemplateBody=templates.bucket(bucket))
    settle(aws, stacks, "base")
    s3 = keep_versions(account, bucket)
    stacks.delete_stack(StackName="base")
    assert settle(aws, stacks, "base") == "DELETE_FAILED"
    empty(s3, bucket)
    stacks.delete_stack(StackName="base")
    assert settle(aws, stacks, "base") == "DELETE_COMPLETE"


def test_what_resists_is_left_behind_only_after_a_failed_deletion(aws: Simulated, account: OneAccount) -> None:
    """aws.md section 9.2: RetainResources only from DELETE_FAILED; FORCE_DELETE_STACK likewise (API reference)."""
    stacks, bucket = account.client("cloudformation"), f"full-{account.account_id}"
    body = templates.bucket(bucket).replace("Outputs:", "  Topic: {Type: AWS::SNS::Topic}\nOutputs:")
    stacks.create_stack(StackName="base", TemplateBody=body)
    settle(aws, stacks, "base")
    account.client("s3").put_object(Bucket=bucket, Key="work", Body=b"")
    with refused("ValidationError", "RetainResources"):
        stacks.delete_stack(StackName="base", RetainResources=["Bucket"])
    with refused("ValidationError", "FORCE_DELETE_STACK in a delete stack operation only when"):
        stacks.delete_stack(StackName="base", DeletionMode="FORCE_DELETE_STACK")
    stacks.delete_stack(StackName="base")
    assert settle(aws, stacks, "base") == "DELETE_FAILED"
    with refused("ValidationError", "Do not specify resources that are in the DELETE_COMPLETE state"):
        stacks.delete_stack(StackName="base", RetainResources=["Topic"])
    stacks.delete_stack(StackName="base", DeletionMode="FORCE_DELETE_STACK")
    assert settle(aws, stacks, "base") == "DELETE_COMPLETE"
    assert account.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 1


def test_a_protected_stack_stays_until_the_protection_is_off(aws: Simulated, account: OneAccount) -> None:
    """aws.md section 9.2: EnableTerminationProtection."""
    stacks = account.client("cloudformation")
    stacks.create_stack(StackName="base", TemplateBody=templates.topics("A"), EnableTerminationProtection=True)
    settle(aws, stacks, "base")
    with refused("ValidationError", "cannot be deleted while TerminationProtection is enabled"):
        stacks.delete_stack(StackName="base")
    stacks.update_termination_protection(StackName="base", EnableTerminationProtection=False)
    stacks.delete_stack(StackName="base")
    assert settle(aws, stacks, "base") == "DELETE_COMPLETE"


def test_a_role_is_deleted_after_its_policies(account: OneAccount) -> None:
    """aws.md section 9.3; DeleteRole of the IAM API: DeleteConflict."""
    iam = account.client("iam")
    account.new_role("worker")
    with refused("DeleteConflict", "must delete policies first"):
        iam.delete_role(RoleName="worker")
    iam.delete_role_policy(RoleName="worker", PolicyName="all")
    iam.delete_role(RoleName="worker")
    assert made_roles(iam) == []


def test_a_policy_that_somebody_attached_keeps_the_stack_of_the_role(aws: Simulated, account: OneAccount) -> None:
    """aws.md section 9.3."""
    stacks, iam = account.client("cloudformation"), account.client("iam")
    stacks.create_stack(StackName="base", TemplateBody=templates.role(), Capabilities=["CAPABILITY_NAMED_IAM"])
    settle(aws, stacks, "base")
    iam.put_role_policy(RoleName="worker", PolicyName="by-hand", PolicyDocument=EVERYTHING)
    stacks.delete_stack(StackName="base")
    assert settle(aws, stacks, "base") == "DELETE_FAILED"


@pytest.mark.parametrize(
    ("after", "words"), [(10, "Cannot pull algorithm container"), (290, "Artifact upload failed:AccessDenied")]
)
def test_a_role_in_use_can_be_deleted_and_the_job_fails(aws: Simulated, after: float, words: str) -> None:
    """aws.md section 9.3: a role still used by running jobs; IAM does not know of them."""
    lab = Lab(open_account(aws, quotas=QUOTAS, training={"seconds": [400, 400]}))
    lab.start()
    lab.account.pass_time(after)
    iam = lab.account.client("iam")
    iam.delete_role_policy(RoleName="training", PolicyName="all")
    iam.delete_role(RoleName="training")
    lab.account.pass_time(500)
    assert (lab.job()["TrainingJobStatus"], words in lab.job()["FailureReason"]) == ("Failed", True)
