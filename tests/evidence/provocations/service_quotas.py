"""Provocations of Service Quotas' rows."""

from __future__ import annotations

from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount

Gone = tuple[str, Any]
# ml.g4dn.xlarge for training job usage.
_CODE = "L-3F53BF0F"


def ask(account: OneAccount, value: float, code: str = _CODE) -> Any:
    """Return the answer to a request for the value."""
    client = account.client("service-quotas")
    return client.request_service_quota_increase(ServiceCode="sagemaker", QuotaCode=code, DesiredValue=value)


@provokes("sq-03")
def requested(account: OneAccount) -> Gone:
    answer = ask(account, 2)
    return answer["RequestedQuota"]["Status"], answer


@provokes("sq-04")
def requested_again(account: OneAccount) -> Gone:
    ask(account, 2)
    return "OK", ask(account, 3)


@provokes("sq-05")
def not_above(account: OneAccount) -> Gone:
    return "OK", ask(account, 0)


@provokes("sq-06", region="eu-south-1", quotas={"outcomes": [{"outcome": "never"}]})
def too_many(account: OneAccount) -> Gone:
    codes = ("L-3F53BF0F", "L-C2495BC4", "L-2908B1E9")
    return "OK", [ask(account, 2, code) for code in codes]


@provokes("sq-07", quotas={"unreadable": {"ml.g4dn.*": "DEPENDENCY_ACCESS_DENIED_ERROR"}})
def unreadable(account: OneAccount) -> Gone:
    answer = account.client("service-quotas").get_service_quota(ServiceCode="sagemaker", QuotaCode=_CODE)
    return "ErrorReason" if "Value" not in answer["Quota"] else "OK", answer


@provokes("sq-08")
def large(account: OneAccount) -> Gone:
    made = ask(account, 50)["RequestedQuota"]["Id"]
    account.pass_time(86_400)
    answer = account.client("service-quotas").get_requested_service_quota_change(RequestId=made)
    return answer["RequestedQuota"]["Status"], answer
