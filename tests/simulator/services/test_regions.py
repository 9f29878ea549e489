"""Every service in another region than the account's own: things there are not seen at home; cleanup.md section 6."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bootstrap.aws.kinds import KINDS, Kind, listed
from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused

AWAY = "eu-west-1"
# AWS's three roles and the way in; the default bus.
STANDING = {"role": 4, "event bus": 1}


def make(account: OneAccount, kind: str) -> None:
    """One thing of the kind, away."""

    def client(service: str) -> Any:
        return account.client(service, AWAY)

    if kind == "alarm":
        client("cloudwatch").put_composite_alarm(AlarmName="a", AlarmRule="ALARM(b)")
    elif kind == "topic":
        client("sns").create_topic(Name="a")
    elif kind == "rule":
        client("events").put_rule(Name="a", EventPattern=json.dumps({"source": ["aws.sagemaker"]}))
    elif kind == "log group":
        client("logs").create_log_group(logGroupName="a")
    elif kind == "image repository":
        client("ecr").create_repository(repositoryName="aa")
    elif kind == "user pool":
        client("cognito-idp").create_user_pool(PoolName="a")
    else:
        client("sagemaker").create_notebook_instance_lifecycle_config(NotebookInstanceLifecycleConfigName="a")


MADE = ("alarm", "topic", "rule", "log group", "image repository", "user pool", "notebook lifecycle config")


@pytest.fixture(scope="module")
def account(aws: Simulated) -> OneAccount:
    made = open_account(aws)
    for kind in MADE:
        make(made, kind)
    return made


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_listed_in_every_region(account: OneAccount, kind: Kind) -> None:
    at_home = listed(kind, account.client(kind.service), account.region)
    away = listed(kind, account.client(kind.service, AWAY), AWAY)
    assert (away.gap, at_home.gap) == (None, None)
    assert len(away.names) == (kind.name in MADE) + STANDING.get(kind.name, 0)
    assert len(at_home.names) == STANDING.get(kind.name, 0)


def test_buckets_and_roles_are_the_same_from_everywhere(account: OneAccount) -> None:
    s3 = account.client("s3", AWAY)
    name = f"away-{account.account_id}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": AWAY})
    assert [one["Name"] for one in account.client("s3").list_buckets()["Buckets"]] == [name]
    s3.delete_bucket(Bucket=name)


def test_a_region_that_a_policy_denies_cannot_be_looked_at_but_is_listed(aws: Simulated) -> None:
    """cleanup.md section 6; the scenario's `access.regions_denied`."""
    account = open_account(aws, access={"regions_denied": [AWAY]})
    for service, operation in (("sns", "list_topics"), ("ec2", "describe_regions"), ("logs", "describe_log_groups")):
        with pytest.raises(Exception, match="explicit deny in a service control policy"):
            getattr(account.client(service, AWAY), operation)()
    account.client("iam", AWAY).list_roles()
    assert AWAY in {one["RegionName"] for one in account.client("ec2").describe_regions()["Regions"]}


def test_an_opt_in_region_knows_no_key_until_it_is_on(aws: Simulated) -> None:
    account = open_account(aws, access={"regions_on": ["eu-south-2"]})
    with refused("InvalidClientTokenId"):
        account.client("sns", "eu-south-1").list_topics()
    with refused("UnrecognizedClientException"):
        account.client("sagemaker", "eu-south-1").list_models()
    assert account.client("sns", "eu-south-2").list_topics()["Topics"] == []
