"""What stands in an account before anybody comes, and what hangs on roles and policies: cleanup.md section 3, IAM."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulated import ROLE, Simulated
from tests.simulator.one_account import OneAccount, open_account, refused

ANYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
MANAGED = {"managed_rules": ["SageMakerSync"]}


@pytest.fixture
def account(aws: Simulated) -> OneAccount:
    return open_account(aws, existing=MANAGED)


def test_the_roles_of_aws_and_the_way_in_stand_in_every_account(aws: Simulated) -> None:
    found = aws.client("iam", aws.account()).list_roles()["Roles"]
    paths = {one["RoleName"]: one["Path"].split("/")[1] for one in found}
    assert {paths.pop(ROLE), *paths.values()} == {"", "aws-service-role", "aws-reserved"}
    assert {one["CreateDate"].year for one in found} == {2020}


def test_what_is_made_is_as_old_as_the_clock_says(account: OneAccount) -> None:
    iam, now = account.client("iam"), account.aws.now()
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=ANYTHING)
    policy = iam.create_policy(PolicyName="execution", PolicyDocument=ANYTHING)["Policy"]
    pool = account.client("cognito-idp").create_user_pool(PoolName="hands")["UserPool"]
    made = (iam.get_role(RoleName="worker")["Role"]["CreateDate"], policy["CreateDate"], pool["CreationDate"])
    assert all(abs(one.timestamp() - now) < 2 for one in made), made


@pytest.mark.parametrize("kind", ["/aws-service-role/", "/aws-reserved/"])
def test_aws_own_roles_cannot_be_deleted_or_changed(account: OneAccount, kind: str) -> None:
    """cleanup.md section 3: never /aws-service-role/, /aws-reserved/."""
    iam = account.client("iam")
    name = next(one["RoleName"] for one in iam.list_roles()["Roles"] if one["Path"].startswith(kind))
    with refused("UnmodifiableEntity", "only modifiable by AWS"):
        iam.delete_role(RoleName=name)
    with refused("UnmodifiableEntity"):
        iam.put_role_policy(RoleName=name, PolicyName="more", PolicyDocument=ANYTHING)
    with refused("UnmodifiableEntity"):
        iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")


def test_who_deletes_the_role_of_access_shuts_himself_out(aws: Simulated) -> None:
    """cleanup.md section 1.1: aws-nuke deletes the identity it runs as."""
    account = aws.account()
    aws.client("iam", account).delete_role(RoleName=ROLE)
    with refused("AccessDenied"):
        aws.client("iam", account)


def test_a_policy_is_deleted_after_its_other_versions_and_its_attachments(account: OneAccount) -> None:
    """cleanup.md section 3: delete non-default versions, then the policy; IAM API reference, DeletePolicy."""
    iam = account.client("iam")
    account.new_role("worker")
    policy = iam.create_policy(PolicyName="execution", PolicyDocument=ANYTHING)["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=ANYTHING)
    iam.attach_role_policy(RoleName="worker", PolicyArn=policy)
    with refused("DeleteConflict", "attached to entities"):
        iam.delete_policy(PolicyArn=policy)
    assert iam.list_attached_role_policies(RoleName="worker")["AttachedPolicies"][0]["PolicyArn"] == policy
    iam.detach_role_policy(RoleName="worker", PolicyArn=policy)
    with refused("DeleteConflict", "more than one version"):
        iam.delete_policy(PolicyArn=policy)
    with refused("DeleteConflict", "default version"):
        iam.delete_policy_version(PolicyArn=policy, VersionId="v1")
    iam.delete_policy_version(PolicyArn=policy, VersionId="v2")
    assert [one["VersionId"] for one in iam.list_policy_versions(PolicyArn=policy)["Versions"]] == ["v1"]
    iam.delete_policy(PolicyArn=policy)
    assert iam.list_policies(Scope="Local")["Policies"] == []
    with refused("NoSuchEntity"):
        iam.delete_policy(PolicyArn=policy)


def test_a_role_leaves_its_instance_profile_first(account: OneAccount) -> None:
    """cleanup.md section 3: API DeleteRole needs inline, attached and instance profiles gone first."""
    iam = account.client("iam")
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=ANYTHING)
    iam.create_instance_profile(InstanceProfileName="machine")
    iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="worker")
    found = iam.list_instance_profiles_for_role(RoleName="worker")["InstanceProfiles"]
    assert [one["InstanceProfileName"] for one in found] == ["machine"]
    with refused("DeleteConflict", "instance profile"):
        iam.delete_role(RoleName="worker")
    iam.remove_role_from_instance_profile(InstanceProfileName="machine", RoleName="worker")
    iam.delete_role(RoleName="worker")


def rules(client: Any, **bus: str) -> list[str]:
    return [one["Name"] for one in client.list_rules(**bus)["Rules"]]


def test_a_rule_that_a_service_manages_gives_way_only_to_force(account: OneAccount) -> None:
    """cleanup.md section 3: skip ManagedBy; EventBridge API reference: ManagedRuleException, Force."""
    events = account.client("events")
    [found] = events.list_rules()["Rules"]
    assert found["ManagedBy"] == "sagemaker.amazonaws.com"
    with refused("ManagedRuleException"):
        events.delete_rule(Name="SageMakerSync")
    with refused("ManagedRuleException"):
        events.remove_targets(Rule="SageMakerSync", Ids=["1"])
    with refused("ManagedRuleException"):
        events.put_rule(Name="SageMakerSync", EventPattern='{"source": ["mine"]}')
    with refused("ValidationException", "has targets"):
        events.delete_rule(Name="SageMakerSync", Force=True)
    events.remove_targets(Rule="SageMakerSync", Ids=["1"], Force=True)
    events.delete_rule(Name="SageMakerSync", Force=True)
    assert rules(events) == []


def test_rules_go_after_their_targets_and_a_bus_after_its_rules(account: OneAccount) -> None:
    """cleanup.md section 3: targets first, per bus."""
    events = account.client("events")
    topic = account.client("sns").create_topic(Name="notices")["TopicArn"]
    events.create_event_bus(Name="mine")
    for bus in ("default", "mine"):
        events.put_rule(Name="tell", EventBusName=bus, EventPattern='{"source": ["aws.sagemaker"]}')
        events.put_targets(Rule="tell", EventBusName=bus, Targets=[{"Id": "1", "Arn": topic}])
        with refused("ValidationException", "has targets"):
            events.delete_rule(Name="tell", EventBusName=bus)
        events.remove_targets(Rule="tell", EventBusName=bus, Ids=["1"])
    with refused("ValidationException", "has rules"):
        events.delete_event_bus(Name="mine")
    events.delete_rule(Name="tell", EventBusName="mine")
    assert (rules(events), rules(events, EventBusName="mine")) == (["SageMakerSync", "tell"], [])
    mine = next(one for one in events.list_event_buses()["EventBuses"] if one["Name"] == "mine")
    assert mine["CreationTime"].timestamp() == account.aws.now()
    events.delete_event_bus(Name="mine")
    assert [one["Name"] for one in events.list_event_buses()["EventBuses"]] == ["default"]
    with refused("ValidationException", "default"):
        events.delete_event_bus(Name="default")
