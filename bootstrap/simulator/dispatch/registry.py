"""The operations that are simulated: our own, and those that moto answers."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

from bootstrap.simulator.in_process import clients
from bootstrap.simulator.services import other_services
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
    "organizations": "bootstrap.simulator.services.organizations",
    "secretsmanager": "bootstrap.simulator.services.secrets",
}

# Services of which moto answers what we have no operation for; simulated/*.txt says which operations.
LEFT_TO_MOTO = frozenset({"cognito-idp", "ecr", "events", "iam", "s3", "sns", "ssm"})

SERVICES = frozenset(_OWN) | LEFT_TO_MOTO | other_services.SERVICES


@cache
def own(service: str) -> dict[str, CallHandler]:
    """Return our own operations of the service, by name; they take precedence over moto's."""
    if service in other_services.SERVICES:
        return other_services.operations(service)
    if service not in _OWN:
        return {}
    operations: dict[str, CallHandler] = _module(service).OPERATIONS
    return operations


def load() -> None:
    """Load each service's code and model now, because loading them at the first call takes a second or more."""
    for service in (*_OWN, *sorted(LEFT_TO_MOTO), *sorted(other_services.SERVICES)):
        own(service)
        protocol.model(service)
        if service in LEFT_TO_MOTO:
            clients.load(service)


def _module(service: str) -> Any:
    return importlib.import_module(_OWN[service])


def views() -> dict[str, Callable[[Call], Any]]:
    """Return the views of the state that the control address shows, by name."""
    found: dict[str, Callable[[Call], Any]] = {}
    for service in _OWN:
        found |= getattr(_module(service), "VIEWS", {})
    return found
