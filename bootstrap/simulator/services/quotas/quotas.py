"""Service Quotas: the two listings, and the way in for requests."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from bootstrap.simulator.services.quotas import requests
from bootstrap.simulator.services.quotas.catalogue import Row, catalogue
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


def value_of(call: Call, name: str) -> float:
    """What the account may use of the named quota now; 0 for a name that AWS does not have.

    Other parts of the simulator ask it: SageMaker enforces these values.
    """
    row = next((row for row in catalogue() if row.name == name), None)
    if row is None:
        return 0
    applied = _applied(call, row)
    if applied is None:
        return row.default if row in _rows(call) else 0
    return applied


def list_service_quotas(call: Call) -> dict[str, Any]:
    """Leaves out quotas without an applied value, as AWS does."""
    _know_service(call)
    wanted = call.params.get("QuotaCode")
    rows = [row for row in _rows(call) if wanted in (None, row.code)]
    shown = [(row, value) for row in rows if (value := _applied(call, row)) is not None]
    page, token = _page(call, shown)
    return _with_token({"Quotas": [_quota(call, row, value) for row, value in page]}, token)


def list_aws_default_service_quotas(call: Call) -> dict[str, Any]:
    _know_service(call)
    page, token = _page(call, _rows(call))
    return _with_token({"Quotas": [_default(call, row) for row in page]}, token)


def get_service_quota(call: Call) -> dict[str, Any]:
    row = _row(call)
    value = _applied(call, row)
    if value is None:
        raise _no_such()
    return {"Quota": _quota(call, row, value)}


def get_aws_default_service_quota(call: Call) -> dict[str, Any]:
    return {"Quota": _default(call, _row(call))}


def request_service_quota_increase(call: Call) -> dict[str, Any]:
    row, wanted = _row(call), float(call.params["DesiredValue"])
    if any(asked["code"] == row.code for asked in requests.open_ones(call) if asked["region"] == call.region):
        raise Refusal(
            "ResourceAlreadyExistsException",
            "Only one open service quota increase request is allowed per quota.",
        )
    current = value_of(call, row.name)
    if not row.adjustable or wanted <= current:
        raise Refusal(
            "IllegalArgumentException",
            "You must provide a quota value greater than the current quota value",
        )
    requests.refuse_too_many(call)
    requests.refuse_without_role(call)
    made = requests.ask(call, row, wanted, current)
    requests.all_of(call)[made["id"]] = made
    return {"RequestedQuota": requests.change(call, made)}


def get_requested_service_quota_change(call: Call) -> dict[str, Any]:
    made = requests.all_of(call).get(call.params["RequestId"])
    if made is None or made["region"] != call.region:
        raise _no_such()
    return {"RequestedQuota": requests.change(call, made)}


def create_support_case(call: Call) -> dict[str, Any]:
    """A person is asked to look at a request that nobody has decided yet."""
    made = requests.all_of(call).get(call.params["RequestId"])
    if made is None or made["region"] != call.region:
        raise _no_such()
    requests.open_case(call, made)
    return {}


def list_history_by_quota(call: Call) -> dict[str, Any]:
    row = _row(call)
    return _history(call, [made for made in requests.here(call) if made["code"] == row.code])


def list_history(call: Call) -> dict[str, Any]:
    if "ServiceCode" in call.params:
        _know_service(call)
    return _history(call, requests.here(call))


def _history(call: Call, found: list[dict[str, Any]]) -> dict[str, Any]:
    status = call.params.get("Status")
    shown = [made for made in reversed(found) if status in (None, requests.status(call, made))]
    page, token = _page(call, shown)
    return _with_token({"RequestedQuotas": [requests.change(call, made) for made in page]}, token)


def _rows(call: Call) -> tuple[Row, ...]:
    return _present(call.scenario.quotas.absent)


@lru_cache(maxsize=256)
def _present(absent: tuple[str, ...]) -> tuple[Row, ...]:
    return tuple(row for row in catalogue() if not any(fnmatchcase(row.name, glob) for glob in absent))


def _row(call: Call) -> Row:
    _know_service(call)
    for row in _rows(call):
        if row.code == call.params["QuotaCode"]:
            return row
    raise _no_such()


def _know_service(call: Call) -> None:
    if call.params["ServiceCode"] != "sagemaker":
        raise Refusal(
            "NoSuchResourceException",
            "The request failed because the specified service does not exist.",
        )


def _no_such() -> Refusal:
    return Refusal("NoSuchResourceException", "The request failed because the specified resource does not exist.")


def _applied(call: Call, row: Row) -> float | None:
    """The last grant that shows already, else what the account began with."""
    grants = [
        (made["visible"], made["value"])
        for made in requests.here(call)
        if made["code"] == row.code and made["visible"] is not None and made["visible"] <= call.now
    ]
    if grants:
        return float(max(grants)[1])
    for glob, value in call.scenario.quotas.applied.items():
        if fnmatchcase(row.name, glob):
            return value
    return row.default if row.applied else None


def _quota(call: Call, row: Row, value: float) -> dict[str, Any]:
    return {
        "ServiceCode": "sagemaker",
        "ServiceName": "Amazon SageMaker",
        "QuotaArn": call.arn("servicequotas", f"sagemaker/{row.code}"),
        "QuotaCode": row.code,
        "QuotaName": row.name,
        "Value": value,
        "Unit": row.unit,
        "Adjustable": row.adjustable,
        "GlobalQuota": False,
        "QuotaAppliedAtLevel": "ACCOUNT",
    }


def _default(call: Call, row: Row) -> dict[str, Any]:
    arn = f"arn:{call.partition}:servicequotas:{call.region}::sagemaker/{row.code}"
    return {**_quota(call, row, row.default), "QuotaArn": arn}


def _page(call: Call, rows: Sequence[Any]) -> tuple[Sequence[Any], str | None]:
    size = int(call.params.get("MaxResults", 100))
    try:
        start = int(base64.b64decode(call.params.get("NextToken", "MA=="), validate=True))
    except (ValueError, binascii.Error) as exc:
        raise Refusal("InvalidPaginationTokenException", "Invalid token was provided.") from exc
    end = start + size
    token = base64.b64encode(str(end).encode()).decode() if end < len(rows) else None
    return rows[start:end], token


def _with_token(answer: dict[str, Any], token: str | None) -> dict[str, Any]:
    return {**answer, "NextToken": token} if token else answer


def view_applied(call: Call) -> dict[str, float]:
    """Of the quotas that more was asked of: what the account may use now."""
    return {made["name"]: value_of(call, made["name"]) for made in requests.here(call)}


def view(call: Call) -> list[dict[str, Any]]:
    return [requests.change(call, made) for made in requests.here(call)]


OPERATIONS: dict[str, Callable[[Call], dict[str, Any]]] = {
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
