from __future__ import annotations

from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused, shipped

P3, G5, ENDPOINT, TOTAL = "L-D438008E", "L-2D6DEB3C", "L-614B09FD", "L-00C91CB5"
G5_NAME = "ml.g5.2xlarge for training job usage"


@pytest.fixture
def account(aws: Simulated) -> OneAccount:
    return open_account(aws)


def ask(quotas: Any, code: str, value: float, **more: Any) -> str:
    asked = quotas.request_service_quota_increase(ServiceCode="sagemaker", QuotaCode=code, DesiredValue=value, **more)
    return str(asked["RequestedQuota"]["Id"])


def status(quotas: Any, request: str) -> str:
    return str(quotas.get_requested_service_quota_change(RequestId=request)["RequestedQuota"]["Status"])


def listed(quotas: Any, operation: str) -> dict[str, float]:
    pages = quotas.get_paginator(operation).paginate(ServiceCode="sagemaker")
    return {quota["QuotaName"]: quota["Value"] for page in pages for quota in page["Quotas"]}


def test_the_default_listing_has_pages_and_the_applied_one_leaves_out_the_unapplied(account: OneAccount) -> None:
    quotas = account.client("service-quotas")
    defaults, applied = (listed(quotas, f"list_{kind}_quotas") for kind in ("aws_default_service", "service"))
    assert len(defaults) == 330
    assert defaults[G5_NAME] == 0
    assert G5_NAME not in applied
    assert applied["Number of instances across all training jobs"] == 4
    assert len(quotas.list_aws_default_service_quotas(ServiceCode="sagemaker")["Quotas"]) == 100


def test_a_quota_without_an_applied_value_still_has_a_default(account: OneAccount) -> None:
    """aws.md section 1.1."""
    quotas = account.client("service-quotas")
    with refused("NoSuchResourceException"):
        quotas.get_service_quota(ServiceCode="sagemaker", QuotaCode=G5)
    default = quotas.get_aws_default_service_quota(ServiceCode="sagemaker", QuotaCode=G5)["Quota"]
    assert (default["QuotaName"], default["Value"]) == (G5_NAME, 0)
    assert f":{account.account_id}:" not in default["QuotaArn"]


def test_a_small_increase_is_granted_in_minutes_and_shows_soon_after(account: OneAccount) -> None:
    quotas = account.client("service-quotas")
    request = ask(quotas, P3, 6)
    assert status(quotas, request) == "PENDING"
    assert quotas.get_service_quota(ServiceCode="sagemaker", QuotaCode=P3)["Quota"]["Value"] == 0
    account.pass_time(781)
    assert status(quotas, request) == "APPROVED"
    account.pass_time(61)
    assert quotas.get_service_quota(ServiceCode="sagemaker", QuotaCode=P3)["Quota"]["Value"] == 6


def test_a_large_increase_becomes_a_support_case_unless_none_is_allowed(account: OneAccount) -> None:
    """aws.md sections 1.1 and 1.2."""
    quotas = account.client("service-quotas")
    case, none = ask(quotas, G5, 100), ask(quotas, ENDPOINT, 100, SupportCaseAllowed=False)
    account.pass_time(86_400)
    shown = quotas.get_requested_service_quota_change(RequestId=case)["RequestedQuota"]
    assert shown["Status"] == "CASE_OPENED"
    assert shown["CaseId"]
    account.pass_time(172_800)
    assert (status(quotas, case), status(quotas, none)) == ("APPROVED", "NOT_APPROVED")


@pytest.mark.parametrize(
    ("outcome", "ends", "value"),
    [
        ("granted", "APPROVED", 3),
        ("partial", "APPROVED", 1),
        ("denied", "DENIED", None),
        ("not-approved", "NOT_APPROVED", None),
        ("case-closed", "CASE_CLOSED", None),
        ("invalid-request", "INVALID_REQUEST", None),
        ("never", "PENDING", None),
    ],
)
def test_each_outcome_ends_as_the_scenario_says(aws: Simulated, outcome: str, ends: str, value: float | None) -> None:
    """aws.md sections 1.1 and 14.5: nobody knows which of them a new account gets."""
    account = open_account(aws, quotas={"outcomes": [{"name": "ml.g5.*", "outcome": outcome}]})
    quotas = account.client("service-quotas")
    request = ask(quotas, G5, 3)
    account.pass_time(900)
    assert status(quotas, request) == ends
    assert listed(quotas, "list_service_quotas").get(G5_NAME) == value


def test_requests_that_aws_refuses(account: OneAccount) -> None:
    """aws.md section 1.2."""
    quotas = account.client("service-quotas")
    ask(quotas, G5, 3)
    with refused("ResourceAlreadyExistsException", "Only one open service quota increase request"):
        ask(quotas, G5, 4)
    with refused("IllegalArgumentException", "greater than the current quota value"):
        ask(quotas, TOTAL, 4)
    with refused("NoSuchResourceException"):
        ask(quotas, "L-00000000", 4)
    with refused("NoSuchResourceException"):
        quotas.list_service_quotas(ServiceCode="nothing")
    with refused("InvalidPaginationTokenException"):
        quotas.list_service_quotas(ServiceCode="sagemaker", NextToken="abcd")


@pytest.mark.parametrize(("region", "open_ones"), [("us-east-1", 20), ("ap-east-1", 2)])
def test_only_so_many_requests_may_be_open(aws: Simulated, region: str, open_ones: int) -> None:
    """aws.md section 1.3: 20 an account, 2 in an opt-in region."""
    account = open_account(aws, region)
    quotas = account.client("service-quotas")
    rows = quotas.list_aws_default_service_quotas(ServiceCode="sagemaker")["Quotas"]
    codes = [row["QuotaCode"] for row in rows if row["Value"] == 0]
    for code in codes[:open_ones]:
        ask(quotas, code, 1)
    with refused("QuotaExceededException"):
        ask(quotas, codes[open_ones], 1)
    account.pass_time(800)
    ask(quotas, codes[open_ones], 1)


def test_the_history_has_pages_and_is_told_by_quota_and_status(account: OneAccount) -> None:
    quotas = account.client("service-quotas")
    first = ask(quotas, G5, 1)
    account.pass_time(800)
    second, other = ask(quotas, G5, 2), ask(quotas, P3, 2)
    pages = quotas.get_paginator("list_requested_service_quota_change_history").paginate(
        ServiceCode="sagemaker", PaginationConfig={"PageSize": 2}
    )
    assert [made["Id"] for page in pages for made in page["RequestedQuotas"]] == [other, second, first]
    of_g5 = quotas.list_requested_service_quota_change_history_by_quota
    assert [made["Id"] for made in of_g5(ServiceCode="sagemaker", QuotaCode=G5)["RequestedQuotas"]] == [second, first]
    pending = of_g5(ServiceCode="sagemaker", QuotaCode=G5, Status="PENDING")["RequestedQuotas"]
    assert [made["Id"] for made in pending] == [second]


def test_today_p3_for_training_is_in_neither_listing(aws: Simulated) -> None:
    """aws.md sections 0.2 and 2."""
    account = open_account(aws, **shipped("today"))
    quotas = account.client("service-quotas")
    for operation in ("list_aws_default_service_quotas", "list_service_quotas"):
        names = listed(quotas, operation)
        assert "ml.p3.2xlarge for training job usage" not in names
    with refused("NoSuchResourceException"):
        ask(quotas, P3, 6)


def test_a_look_behind_the_scenes_shows_the_requests(aws: Simulated, account: OneAccount) -> None:
    ask(account.client("service-quotas"), G5, 3)
    (request,) = aws.state(account.account_id)["quota_requests"]
    assert (request["QuotaCode"], request["DesiredValue"], request["Status"]) == (G5, 3, "PENDING")


def test_a_partial_grant_never_takes_away(aws: Simulated) -> None:
    account = open_account(aws, quotas={"outcomes": [{"outcome": "partial", "value": 1}]})
    quotas = account.client("service-quotas")
    ask(quotas, TOTAL, 6)
    account.pass_time(900)
    assert quotas.get_service_quota(ServiceCode="sagemaker", QuotaCode=TOTAL)["Quota"]["Value"] == 4


@pytest.mark.parametrize("by", ["permission", "organization"])
def test_who_may_not_make_the_service_linked_role_makes_no_request(aws: Simulated, by: str) -> None:
    """aws.md section 1.2: DependencyAccessDeniedException."""
    account = open_account(aws, access={"denied": {"iam:CreateServiceLinkedRole": by}})
    quotas = account.client("service-quotas")
    with refused("DependencyAccessDeniedException", "a dependency does not have access"):
        ask(quotas, G5, 1)
    assert aws.state(account.account_id)["quota_requests"] == []


def test_the_api_may_be_denied_throttled_or_broken(aws: Simulated) -> None:
    """aws.md section 1.2: AccessDeniedException, TooManyRequestsException, ServiceException."""
    request = {"service": "service-quotas", "operation": "RequestServiceQuotaIncrease", "times": 1}
    faults = [{**request, "code": "TooManyRequestsException"}, {**request, "code": "ServiceException", "status": 500}]
    account = open_account(aws, faults=faults, access={"denied": {"service-quotas:Get*": "permission"}})
    quotas = account.client("service-quotas")
    for code in ("TooManyRequestsException", "ServiceException"):
        with refused(code):
            ask(quotas, G5, 1)
    with refused("AccessDeniedException", "servicequotas:GetServiceQuota"):
        quotas.get_service_quota(ServiceCode="sagemaker", QuotaCode=G5)
    ask(quotas, G5, 1)


def test_a_support_case_is_opened_only_for_a_pending_request(aws: Simulated) -> None:
    """aws.md sections 1.1 and 1.2: InvalidResourceStateException."""
    account = open_account(aws, quotas={"outcomes": [{"outcome": "denied", "seconds": [100, 100]}]})
    quotas = account.client("service-quotas")
    request = ask(quotas, G5, 1)
    quotas.create_support_case(RequestId=request)
    assert quotas.get_requested_service_quota_change(RequestId=request)["RequestedQuota"]["CaseId"]
    assert status(quotas, request) == "CASE_OPENED"
    with refused("ResourceAlreadyExistsException"):
        quotas.create_support_case(RequestId=request)
    account.pass_time(100)
    with refused("InvalidResourceStateException"):
        quotas.create_support_case(RequestId=request)
    with refused("NoSuchResourceException"):
        quotas.create_support_case(RequestId="0" * 32)


def test_a_quota_that_aws_cannot_read_has_a_reason_and_no_value(aws: Simulated) -> None:
    """aws.md section 1.1: with an ErrorReason in its place; the quota itself holds."""
    unreadable = {"ml.t3.medium for notebook*": "DEPENDENCY_THROTTLING_ERROR"}
    account = open_account(aws, quotas={"unreadable": unreadable})
    client, which = account.client("service-quotas"), {"ServiceCode": "sagemaker", "QuotaCode": "L-E17566B7"}
    pages = client.get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker")
    listed = [one for page in pages for one in page["Quotas"] if one["QuotaCode"] == which["QuotaCode"]]
    for shown in (*listed, client.get_service_quota(**which)["Quota"]):
        assert "Value" not in shown
        assert shown["ErrorReason"]["ErrorCode"] == "DEPENDENCY_THROTTLING_ERROR"
    assert client.get_aws_default_service_quota(**which)["Quota"]["Value"] == 6
    with refused("IllegalArgumentException"):
        client.request_service_quota_increase(**which, DesiredValue=6)
