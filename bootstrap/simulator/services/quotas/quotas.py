"""Service Quotas: the operations."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from bootstrap.simulator.services.quotas import requests
from bootstrap.simulator.services.quotas.catalogue import CatalogueQuota, catalogue
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call, CallHandler


def value_of(call: Call, name: str) -> float:
    """Return the current value of the named quota in the account; 0 if AWS has no such quota.

    SageMaker in the simulator enforces these values.
    """
    quota = next((quota for quota in catalogue() if quota.name == name), None)
    if quota is None:
        return 0
    applied = _applied(call, quota)
    if applied is None:
        return quota.default if quota in _quotas(call) else 0
    return applied


def list_service_quotas(call: Call) -> dict[str, Any]:
    """List quotas that have an applied value; AWS leaves out the others."""
    _know_service(call)
    wanted = call.params.get("QuotaCode")
    quotas = [quota for quota in _quotas(call) if wanted in (None, quota.code)]
    shown = [(quota, value) for quota in quotas if (value := _applied(call, quota)) is not None]
    page, token = _page(call, shown)
    return _with_token({"Quotas": [_shown(call, quota, value) for quota, value in page]}, token)


def list_aws_default_service_quotas(call: Call) -> dict[str, Any]:
    """Answer ListAWSDefaultServiceQuotas."""
    _know_service(call)
    page, token = _page(call, _quotas(call))
    return _with_token({"Quotas": [_default(call, quota) for quota in page]}, token)


def get_service_quota(call: Call) -> dict[str, Any]:
    """Answer GetServiceQuota."""
    quota = _named(call)
    value = _applied(call, quota)
    if value is None:
        raise _no_such()
    return {"Quota": _shown(call, quota, value)}


def get_aws_default_service_quota(call: Call) -> dict[str, Any]:
    """Answer GetAWSDefaultServiceQuota."""
    return {"Quota": _default(call, _named(call))}


def request_service_quota_increase(call: Call) -> dict[str, Any]:
    """Answer RequestServiceQuotaIncrease."""
    quota, wanted = _named(call), float(call.params["DesiredValue"])
    if any(asked["code"] == quota.code for asked in requests.open_ones(call) if asked["region"] == call.region):
        raise Refusal(
            "ResourceAlreadyExistsException",
            "Only one open service quota increase request is allowed per quota.",
        )
    current = value_of(call, quota.name)
    if not quota.adjustable or wanted <= current:
        raise Refusal(
            "IllegalArgumentException",
            "You must provide a quota value greater than the current quota value",
        )
    requests.refuse_too_many(call)
    requests.refuse_without_role(call)
    made = requests.ask(call, quota, wanted, current)
    requests.all_of(call)[made["id"]] = made
    return {"RequestedQuota": requests.change(call, made)}


def get_requested_service_quota_change(call: Call) -> dict[str, Any]:
    """Answer GetRequestedServiceQuotaChange."""
    made = requests.all_of(call).get(call.params["RequestId"])
    if made is None or made["region"] != call.region:
        raise _no_such()
    return {"RequestedQuota": requests.change(call, made)}


def create_support_case(call: Call) -> dict[str, Any]:
    """Open a support case for a pending request."""
    made = requests.all_of(call).get(call.params["RequestId"])
    if made is None or made["region"] != call.region:
        raise _no_such()
    requests.open_case(call, made)
    return {}


def list_history_by_quota(call: Call) -> dict[str, Any]:
    """Answer ListRequestedServiceQuotaChangeHistoryByQuota."""
    quota = _named(call)
    return _history(call, [made for made in requests.here(call) if made["code"] == quota.code])


def list_history(call: Call) -> dict[str, Any]:
    """Answer ListRequestedServiceQuotaChangeHistory."""
    if "ServiceCode" in call.params:
        _know_service(call)
    return _history(call, requests.here(call))


def _history(call: Call, found: list[dict[str, Any]]) -> dict[str, Any]:
    status = call.params.get("Status")
    shown = [made for made in reversed(found) if status in (None, requests.status(call, made))]
    page, token = _page(call, shown)
    return _with_token({"RequestedQuotas": [requests.change(call, made) for made in page]}, token)


def _quotas(call: Call) -> tuple[CatalogueQuota, ...]:
    return _present(call.scenario.quotas.absent)


@lru_cache(maxsize=256)
def _present(absent: tuple[str, ...]) -> tuple[CatalogueQuota, ...]:
    return tuple(quota for quota in catalogue() if not any(fnmatchcase(quota.name, glob) for glob in absent))


def _named(call: Call) -> CatalogueQuota:
    _know_service(call)
    for quota in _quotas(call):
        if quota.code == call.params["QuotaCode"]:
            return quota
    raise _no_such()


def _know_service(call: Call) -> None:
    if call.params["ServiceCode"] != "sagemaker":
        raise Refusal(
            "NoSuchResourceException",
            "The request failed because the specified service does not exist.",
        )


def _no_such() -> Refusal:
    return Refusal("NoSuchResourceException", "The request failed because the specified resource does not exist.")


def _applied(call: Call, quota: CatalogueQuota) -> float | None:
    """Return the last grant that is visible, else the value from the start; None if there is neither."""
    grants = [
        (made["visible"], made["value"])
        for made in requests.here(call)
        if made["code"] == quota.code and made["visible"] is not None and made["visible"] <= call.now
    ]
    if grants:
        return float(max(grants)[1])
    for glob, value in call.scenario.quotas.applied.items():
        if fnmatchcase(quota.name, glob):
            return value
    return quota.default if quota.applied else None


def _unreadable(call: Call, quota: CatalogueQuota) -> str:
    """Return the ErrorCode with which AWS says that it cannot read the applied value; "" if it can."""
    unreadable = call.scenario.quotas.unreadable
    return next((code for glob, code in unreadable.items() if fnmatchcase(quota.name, glob)), "")


def _shown(call: Call, quota: CatalogueQuota, value: float) -> dict[str, Any]:
    shown = _described(call, quota, value)
    if code := _unreadable(call, quota):
        del shown["Value"]
        # The message is not confirmed.
        shown["ErrorReason"] = {"ErrorCode": code, "ErrorMessage": "A dependency could not be read."}
    return shown


def _described(call: Call, quota: CatalogueQuota, value: float) -> dict[str, Any]:
    return {
        "ServiceCode": "sagemaker",
        "ServiceName": "Amazon SageMaker",
        "QuotaArn": call.arn("servicequotas", f"sagemaker/{quota.code}"),
        "QuotaCode": quota.code,
        "QuotaName": quota.name,
        "Value": value,
        "Unit": quota.unit,
        "Adjustable": quota.adjustable,
        "GlobalQuota": False,
        "QuotaAppliedAtLevel": "ACCOUNT",
    }


def _default(call: Call, quota: CatalogueQuota) -> dict[str, Any]:
    arn = f"arn:{call.partition}:servicequotas:{call.region}::sagemaker/{quota.code}"
    return {**_described(call, quota, quota.default), "QuotaArn": arn}


def _page(call: Call, quotas: Sequence[Any]) -> tuple[Sequence[Any], str | None]:
    size = int(call.params.get("MaxResults", 100))
    try:
        start = int(base64.b64decode(call.params.get("NextToken", "MA=="), validate=True))
    except (ValueError, binascii.Error) as exc:
        raise Refusal("InvalidPaginationTokenException", "Invalid token was provided.") from exc
    end = start + size
    token = base64.b64encode(str(end).encode()).decode() if end < len(quotas) else None
    return quotas[start:end], token


def _with_token(answer: dict[str, Any], token: str | None) -> dict[str, Any]:
    return {**answer, "NextToken": token} if token else answer


def view_applied(call: Call) -> dict[str, float]:
    """View for the control address: the values of quotas for which there are requests."""
    return {made["name"]: value_of(call, made["name"]) for made in requests.here(call)}


def view(call: Call) -> list[dict[str, Any]]:
    """View for the control address: the requests of this region."""
    return [requests.change(call, made) for made in requests.here(call)]


OPERATIONS: dict[str, CallHandler] = {
    "ListServiceQuotas": list_service_quotas,
    "ListAWSDefaultServiceQuotas": list_aws_default_service_quotas,
    "GetServiceQuota": get_service_quota,
    "GetAWSDefaultServiceQuota": get_aws_default_service_quota,
    "RequestServiceQuotaIncrease": request_service_quota_increase,
    "GetRequestedServiceQuotaChange": get_requested_service_quota_change,
    "CreateSupportCase": create_support_case,
    "ListRequestedServiceQuotaChangeHistoryByQuota": list_history_by_quota,
    "ListRequestedServiceQuotaChangeHistory": list_history,
}
VIEWS: dict[str, Callable[[Call], Any]] = {"quota_requests": view, "quotas": view_applied}
