"""CloudTrail's event history, services that are closed, and regions besides the account's own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused

LAG = 600


def look(account: OneAccount, region: str = "us-east-1", **params: Any) -> list[dict[str, Any]]:
    account.pass_time(2)
    found: list[dict[str, Any]] = account.client("cloudtrail", region).lookup_events(**params)["Events"]
    return found


def names(found: list[dict[str, Any]]) -> list[str]:
    return [one["EventName"] for one in found]


@pytest.fixture
def account(aws: Simulated) -> OneAccount:
    return open_account(aws, trail={"lag_seconds": LAG})


def test_what_was_changed_is_told_after_a_while_newest_first(account: OneAccount) -> None:
    """cleanup.md sections 4 and 6: LookupEvents for Create*, Run*, Start*, which lags by minutes."""
    sns = account.client("sns")
    topic = sns.create_topic(Name="notices")["TopicArn"]
    sns.list_topics()
    account.pass_time(100)
    account.client("s3").create_bucket(Bucket=f"trail-{account.account_id}")
    account.client("s3").put_object(Bucket=f"trail-{account.account_id}", Key="data", Body=b"")
    with refused("NotFound"):
        sns.subscribe(TopicArn=f"{topic}-none", Protocol="email", Endpoint="a@example.org")
    account.pass_time(LAG - 50)
    assert names(look(account)) == ["CreateTopic"]
    account.pass_time(100)
    attempt, newest, oldest = look(account)
    assert (attempt["EventName"], newest["EventName"], oldest["EventName"]) == (
        "Subscribe",
        "CreateBucket",
        "CreateTopic",
    )
    assert json.loads(attempt["CloudTrailEvent"])["errorCode"] == "NotFound"
    assert newest["Resources"] == [{"ResourceName": f"trail-{account.account_id}"}]
    assert (oldest["EventSource"], oldest["Username"]) == ("sns.amazonaws.com", "access")
    assert json.loads(oldest["CloudTrailEvent"])["userIdentity"]["accountId"] == account.account_id


def test_the_history_is_looked_up_by_time_attribute_and_page(account: OneAccount) -> None:
    sns = account.client("sns")
    for place in range(5):
        sns.create_topic(Name=f"t{place}")
        account.pass_time(60)
    account.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({"Statement": []}))
    account.pass_time(LAG)
    by = [{"AttributeKey": "EventSource", "AttributeValue": "sns.amazonaws.com"}]
    pages = account.client("cloudtrail").get_paginator("lookup_events").paginate(
        LookupAttributes=by, PaginationConfig={"PageSize": 3}
    )  # fmt: skip
    sizes = []
    for each in pages:
        sizes.append(len(each["Events"]))
        account.pass_time(1)
    assert sizes == [3, 2]
    since = datetime.fromtimestamp(account.aws.now() - LAG - 130, UTC)
    assert names(look(account, StartTime=since)) == ["CreateRole", "CreateTopic", "CreateTopic"]
    with refused("InvalidLookupAttributesException"):
        look(account, LookupAttributes=by * 2)


def test_lambdas_events_carry_the_version_of_its_api(account: OneAccount) -> None:
    role = account.role("runner", service="lambda")
    account.client("lambda").create_function(FunctionName="a", Role=role, Code={"ZipFile": b"x"})
    account.pass_time(LAG)
    assert "CreateFunction20150331" in names(look(account))


def test_what_only_looks_is_not_told(account: OneAccount) -> None:
    pools = account.client("cognito-idp")
    pool = pools.create_user_pool(PoolName="hands")["UserPool"]["Id"]
    pools.admin_create_user(UserPoolId=pool, Username="a@example.org", MessageAction="SUPPRESS")
    pools.admin_get_user(UserPoolId=pool, Username="a@example.org")
    account.pass_time(LAG)
    assert names(look(account)) == ["AdminCreateUser", "CreateUserPool"]


def test_more_than_two_lookups_a_second_are_refused(account: OneAccount) -> None:
    """cleanup.md section 6: 2/s/account/region."""
    here, there = account.client("cloudtrail"), account.client("cloudtrail", "eu-west-1")
    for _ in range(2):
        here.lookup_events()
    with refused("ThrottlingException"):
        here.lookup_events()
    there.lookup_events()
    account.pass_time(1)
    here.lookup_events()


def test_each_region_has_a_history_of_its_own_and_what_is_global_is_told_in_the_first(account: OneAccount) -> None:
    account.client("sns", "eu-west-1").create_topic(Name="there")
    account.client("iam", "eu-west-1").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({"Statement": []}))
    account.pass_time(LAG)
    assert names(look(account, "eu-west-1")) == ["CreateTopic"]
    assert names(look(account)) == ["CreateRole"]


@pytest.mark.parametrize("code", ["AccessDeniedException", "UnsupportedOperation", "OptInRequired"])
def test_what_is_closed_to_the_account_refuses_even_its_listing(aws: Simulated, code: str) -> None:
    """cleanup.md section 6: any refusal of a listing is shown; which code a closed service has is not known."""
    account = open_account(aws, access={"closed": {"sagemaker:ListMlflow*": code, "ecr:*": code}})
    with refused(code):
        account.client("sagemaker").list_mlflow_tracking_servers()
    with refused(code):
        account.client("ecr").describe_repositories()
    account.client("sagemaker").list_models()
