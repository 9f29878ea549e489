"""Provocations of IAM's rows."""

from __future__ import annotations

from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount

Gone = tuple[str, Any]


@provokes("iam-02")
def role_again(account: OneAccount) -> Gone:
    account.new_role("r1")
    return account.new_role("r1"), {}


@provokes("iam-09")
def linked_role_again(account: OneAccount) -> Gone:
    iam, service = account.client("iam"), "sagemaker.application-autoscaling.amazonaws.com"
    iam.create_service_linked_role(AWSServiceName=service)
    return "OK", iam.create_service_linked_role(AWSServiceName=service)


@provokes("iam-10")
def detached_already(account: OneAccount) -> Gone:
    account.new_role("r1")
    arn = "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"
    return "OK", account.client("iam").detach_role_policy(RoleName="r1", PolicyArn=arn)
