"""Which operations there are: our own, and those that moto answers."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from bootstrap.simulator import inside, protocol
from bootstrap.simulator.call import Call

Operation = Callable[[Call], dict[str, Any]]

_OWN = {
    "sts": "bootstrap.simulator.sts",
    "cloudformation": "bootstrap.simulator.cloudformation",
    "service-quotas": "bootstrap.simulator.quotas",
    "sagemaker": "bootstrap.simulator.sagemaker",
    "sagemaker-runtime": "bootstrap.simulator.sagemaker_runtime",
    "application-autoscaling": "bootstrap.simulator.autoscaling",
    "s3": "bootstrap.simulator.s3",
    "sns": "bootstrap.simulator.sns",
    "cognito-idp": "bootstrap.simulator.cognito",
    "iam": "bootstrap.simulator.iam",
    "ssm": "bootstrap.simulator.ssm",
    "events": "bootstrap.simulator.events",
    "logs": "bootstrap.simulator.logs",
    "cloudwatch": "bootstrap.simulator.cloudwatch",
    "lambda": "bootstrap.simulator.functions",
    "ec2": "bootstrap.simulator.ec2",
    "ecr": "bootstrap.simulator.ecr",
    "cloudtrail": "bootstrap.simulator.cloudtrail",
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
def own(service: str) -> dict[str, Operation]:
    """The operations that we answer ourselves; they go before moto's."""
    if service not in _OWN:
        return {}
    operations: dict[str, Operation] = _module(service).OPERATIONS
    return operations


def load() -> None:
    """Read all that is read at a service's first call, which takes a second and more."""
    for service in (*_OWN, *PASSED):
        own(service)
        protocol.model(service)
        if service in PASSED:
            inside.load(service)


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
