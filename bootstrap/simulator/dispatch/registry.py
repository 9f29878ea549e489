"""Which operations there are: our own, and those that moto answers."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from bootstrap.simulator.in_process import clients
from bootstrap.simulator.wire import protocol
from bootstrap.simulator.world.call import Call, CallHandler

_OWN = {
    "sts": "bootstrap.simulator.services.sts",
    "cloudformation": "bootstrap.simulator.services.cloudformation",
    "service-quotas": "bootstrap.simulator.services.quotas.quotas",
    "sagemaker": "bootstrap.simulator.services.sagemaker",
    "sagemaker-runtime": "bootstrap.simulator.services.sagemaker_runtime",
    "application-autoscaling": "bootstrap.simulator.services.autoscaling.autoscaling",
    "s3": "bootstrap.simulator.services.s3.buckets",
    "sns": "bootstrap.simulator.services.sns",
    "cognito-idp": "bootstrap.simulator.services.cognito",
    "iam": "bootstrap.simulator.services.iam.iam",
    "ssm": "bootstrap.simulator.services.ssm",
    "events": "bootstrap.simulator.services.events.events",
    "logs": "bootstrap.simulator.services.logs",
    "cloudwatch": "bootstrap.simulator.services.cloudwatch.cloudwatch",
    "lambda": "bootstrap.simulator.services.functions",
    "ec2": "bootstrap.simulator.services.ec2",
    "ecr": "bootstrap.simulator.services.ecr",
    "cloudtrail": "bootstrap.simulator.services.cloudtrail",
}

# What moto may answer (globs). Nothing is here without a caller.
PASSED = {
    "s3": ("*",),
    "ssm": ("GetParameter*", "DeleteParameter*", "DescribeParameters"),
    "iam": (
        "Get*", "List*", "CreateRole", "DeleteRole", "UpdateRole", "UpdateAssumeRolePolicy", "PutRolePolicy",
        "DeleteRolePolicy", "AttachRolePolicy", "DetachRolePolicy", "TagRole", "UntagRole", "CreatePolicy*",
        "SetDefaultPolicyVersion", "CreateInstanceProfile", "AddRoleToInstanceProfile",
        "RemoveRoleFromInstanceProfile", "DeleteInstanceProfile",
    ),
    "sns": ("CreateTopic", "DeleteTopic", "Get*", "Set*", "List*", "TagResource", "UntagResource"),
    "events": (
        "List*", "Describe*", "DeleteRule", "RemoveTargets", "TagResource", "UntagResource",
    ),
    "cognito-idp": (
        "List*", "Describe*", "AdminGetUser", "AdminSetUserPassword", "AdminAddUserToGroup",
        "AdminListGroupsForUser", "AdminUpdateUserAttributes", "AdminDeleteUser", "AdminDisableUser", "AdminEnableUser",
        "AdminRemoveUserFromGroup",
        "CreateUserPool*", "UpdateUserPool*",
        "DeleteUserPool*", "CreateGroup", "GetGroup", "UpdateGroup", "DeleteGroup",
    ),
    "ecr": (
        "DescribeRepositories", "DescribeImages", "ListImages", "CreateRepository", "DeleteRepository", "PutImage",
        "BatchDeleteImage",
    ),
}  # fmt: skip

SERVICES = frozenset(_OWN) | frozenset(PASSED)


@cache
def own(service: str) -> dict[str, CallHandler]:
    """The operations that we answer ourselves; they go before moto's."""
    if service not in _OWN:
        return {}
    operations: dict[str, CallHandler] = _module(service).OPERATIONS
    return operations


def load() -> None:
    """Read all that is read at a service's first call, which takes a second and more."""
    for service in (*_OWN, *PASSED):
        own(service)
        protocol.model(service)
        if service in PASSED:
            clients.load(service)


def _module(service: str) -> Any:
    return importlib.import_module(_OWN[service])


@cache
def passed(service: str, operation: str) -> bool:
    """moto may answer it."""
    return any(fnmatchcase(operation, allowed) for allowed in PASSED.get(service, ()))


def views() -> dict[str, Callable[[Call], Any]]:
    """Name -> function, for the control's look behind the tool's back."""
    found: dict[str, Callable[[Call], Any]] = {}
    for service in _OWN:
        found |= getattr(_module(service), "VIEWS", {})
    return found
