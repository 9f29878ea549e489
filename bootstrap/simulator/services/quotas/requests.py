"""Quota requests, from creation to decision."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from bootstrap.simulator.scenarios.service_parts import QuotaOutcome
from bootstrap.simulator.services.quotas.catalogue import CatalogueQuota
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import denials
from bootstrap.simulator.world.call import Call

_OPEN = ("PENDING", "CASE_OPENED")
_OPEN_PER_ACCOUNT = 20
_OPEN_PER_OPT_IN_REGION = 2
_OPT_IN_REGIONS = frozenset(
    {
        "af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4",
        "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1",
        "eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1",
    }
)  # fmt: skip
_LAST_STATUS = {
    "granted": "APPROVED",
    "partial": "APPROVED",
    "denied": "DENIED",
    "not-approved": "NOT_APPROVED",
    "case-closed": "CASE_CLOSED",
    "invalid-request": "INVALID_REQUEST",
}


def ask(call: Call, quota: CatalogueQuota, wanted: float, current: float) -> dict[str, Any]:
    """Create a request, its later status changes included; a grant is never below `current`."""
    rule = _rule(call, quota.name, wanted)
    ends = call.now + call.draw(f"quota:{quota.code}", rule.seconds)
    outcome, case = rule.outcome, rule.case
    if case and not call.params.get("SupportCaseAllowed", True):
        outcome, case = "not-approved", False
    steps = [(call.now, "PENDING")]
    if case:
        steps.append((call.now + (ends - call.now) / 3, "CASE_OPENED"))
    if outcome != "never":
        steps.append((ends, _LAST_STATUS[outcome]))
    granted = outcome in ("granted", "partial")
    return {
        "id": call.token("quota-request", 32),
        "case": call.token("support-case", 10) if case else None,
        "region": call.region,
        "by": call.caller,
        "code": quota.code,
        "name": quota.name,
        "wanted": wanted,
        "steps": steps,
        "value": min(max(rule.value, current), wanted) if outcome == "partial" else wanted,
        "visible": ends + call.draw(f"visible:{quota.code}", rule.visible_seconds) if granted else None,
    }


def _rule(call: Call, name: str, wanted: float) -> QuotaOutcome:
    for rule in call.scenario.quotas.outcomes:
        if fnmatchcase(name, rule.name) and (rule.up_to is None or wanted <= rule.up_to):
            return rule
    return QuotaOutcome(outcome="never")


def refuse_too_many(call: Call) -> None:
    """Raise Refusal if the account or the region has too many open requests."""
    here = sum(made["region"] == call.region for made in open_ones(call))
    opt_in = call.region in _OPT_IN_REGIONS
    if len(open_ones(call)) >= _OPEN_PER_ACCOUNT or (opt_in and here >= _OPEN_PER_OPT_IN_REGION):
        raise Refusal(
            "QuotaExceededException",
            "You have exceeded your service quota. To perform the requested action, remove some of the "
            "relevant resources, or use Service Quotas to request a service quota increase.",
        )


def refuse_without_role(call: Call) -> None:
    """Raise Refusal if the caller may not create the service-linked role that Service Quotas needs."""
    if denials.by_whom(call, "iam:CreateServiceLinkedRole"):
        raise Refusal(
            "DependencyAccessDeniedException",
            "You can't perform this action because a dependency does not have access.",
        )


def open_case(call: Call, made: dict[str, Any]) -> None:
    """Open a case for a pending request; its decision stays as planned. Raises Refusal."""
    now_is = status(call, made)
    if now_is == "CASE_OPENED":
        raise Refusal("ResourceAlreadyExistsException", "The specified resource already exists.")
    if now_is != "PENDING":
        raise Refusal("InvalidResourceStateException", "The resource is in an invalid state.")
    made["case"] = made["case"] or call.token("support-case", 10)
    later = [step for step in made["steps"] if step[0] > call.now and step[1] != "CASE_OPENED"]
    made["steps"] = [*(step for step in made["steps"] if step[0] <= call.now), (call.now, "CASE_OPENED"), *later]


def all_of(call: Call) -> dict[str, Any]:
    """Return the account's requests by id."""
    return call.account.shelf("quota-requests")


def here(call: Call) -> list[dict[str, Any]]:
    """Return the requests of the call's region."""
    return [made for made in all_of(call).values() if made["region"] == call.region]


def open_ones(call: Call) -> list[dict[str, Any]]:
    """Return the account's open requests."""
    return [made for made in all_of(call).values() if status(call, made) in _OPEN]


def status(call: Call, made: dict[str, Any]) -> str:
    """Return a request's current status."""
    return str(_last(call, made)[1])


def _last(call: Call, made: dict[str, Any]) -> tuple[float, str]:
    reached: tuple[float, str] = [step for step in made["steps"] if step[0] <= call.now][-1]
    return reached


def change(call: Call, made: dict[str, Any]) -> dict[str, Any]:
    """Return a request as the API shows it."""
    since, now_is = _last(call, made)
    case = {"CaseId": made["case"]} if made["case"] and now_is != "PENDING" else {}
    return {
        "Id": made["id"],
        **case,
        "ServiceCode": "sagemaker",
        "ServiceName": "Amazon SageMaker",
        "QuotaCode": made["code"],
        "QuotaName": made["name"],
        "DesiredValue": made["wanted"],
        "Status": now_is,
        "Created": moment(made["steps"][0][0]),
        "LastUpdated": moment(since),
        "QuotaArn": call.arn("servicequotas", f"sagemaker/{made['code']}"),
        "GlobalQuota": False,
        "Unit": "None",
        "QuotaRequestedAtLevel": "ACCOUNT",
        "Requester": json.dumps({"accountId": call.account_id, "callerArn": made["by"]}),
    }
