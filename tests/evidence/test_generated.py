"""Inputs made from botocore's models: for every operation that is simulated, what fits the model is answered, or
refused for what it says; what does not fit is refused as the service refuses it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from bootstrap.simulator.dispatch import parameters, registry
from bootstrap.simulator.wire import protocol
from tests.evidence.generated import Variant, variants
from tests.simulated import Simulated, running
from tests.simulator.one_account import OneAccount, open_account

# The code of a refusal by the model, where a recorded answer or the documentation has another than the protocol's.
INVALID = {
    "cognito-idp": {"InvalidParameterException"},
    "cloudwatch": {"ValidationError"},
    "logs": {"InvalidParameterException"},
    "organizations": {"InvalidInputException"},
    "ec2": {"MissingParameter", "InvalidParameterValue"},
    "s3": {"InvalidArgument", "MalformedXML", "MissingRequestBodyError", "MissingSecurityHeader", "MalformedACLError"},
}
# Neither is in the account, nor does a client send it to the service's own address.
ELSEWHERE = {("s3", "WriteGetObjectResponse"), ("s3", "ListDirectoryBuckets"), ("s3", "CreateSession")}
# S3's names and headers have no bounds in the model, and S3 looks at the bucket before most of them.
UNBOUND = {"s3"}
# Of how many inputs one is tried: "GENERATED=1 make soak" tries all.
EVERY = int(os.environ.get("GENERATED", "0"))
# A member with many values has two of them tried.
VALUES = 2


@pytest.fixture(scope="module")
def aws() -> Iterator[Simulated]:
    with running(hub_buckets=["event-hub"]) as simulated:
        yield simulated


@pytest.mark.parametrize("every", [60, *([pytest.param(EVERY, marks=pytest.mark.more)] if EVERY else [])])
@pytest.mark.parametrize("service", sorted(registry.SERVICES))
def test_each_input_is_answered_or_refused_as_the_service_would(aws: Simulated, service: str, every: int) -> None:
    account = open_account(aws)
    tried, wrong = Counter[bool](), []
    for variant in list(_variants(account, service))[::every]:
        said = _said(account, variant)
        if said is None:
            continue
        tried[variant.fits] += 1
        if fault := _fault(variant, *said):
            wrong.append(f"{variant}: {fault}: {said}")
    assert wrong == []
    assert tried.total() > 0


def _variants(account: OneAccount, service: str) -> Iterator[Variant]:
    known = {}
    if service == "s3":
        known = {"Bucket": f"generated-{account.account_id}"}
        account.client("s3").create_bucket(**known)
    model = protocol.model(service)
    for name in sorted(model.operation_names):
        if name not in parameters.tables(service) or (service, name) in ELSEWHERE:
            continue
        seen = Counter[str]()
        for each in variants(service, model.operation_model(name), {} if "Bucket" in name[6:] else known):
            seen[each.member] += each.how == "each value"
            if each.how != "each value" or seen[each.member] <= VALUES:
                yield each


def _said(account: OneAccount, variant: Variant) -> tuple[str, int, str] | None:
    """Return code, status and message; None if the operation as a whole is not simulated."""
    call = getattr(account.client(variant.service), xform_name(variant.operation))
    try:
        answer: Any = call(**variant.params)
    except ClientError as error:
        said, status = error.response["Error"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        if said["Code"] == "NotSimulated":
            return None
        return said["Code"], status, said.get("Message") or ""
    return "OK", answer["ResponseMetadata"]["HTTPStatusCode"], ""


def _fault(variant: Variant, code: str, status: int, text: str) -> str:
    if code == "SimulatorBug" or (status >= 500 and code != "NotImplemented"):
        return "a bug of the simulator"
    by_model = "failed to satisfy constraint: Member must" in text
    if variant.fits:
        return "refused by the model" if by_model else ""
    if variant.service in UNBOUND:
        return ""
    if variant.how == "of another type":
        return "" if (code, status) == ("SerializationException", 400) else "read although it is of another type"
    usual = {"ValidationError" if protocol.protocol_of(variant.service) == "query" else "ValidationException"}
    wanted = INVALID.get(variant.service, usual)
    return "" if code in wanted and status == 400 else "not refused as the service refuses it"
