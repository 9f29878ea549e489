"""The stacks that the tool ships: made, changed and deleted by the simulator, with what they promise in place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bootstrap.event import event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import templates
from tests.simulated import REGION, Simulated
from tests.simulator.one_account import made_roles
from tests.simulator.services.cloudformation.templates import settle

ORDER = ("buckets", "roles", "notifications", "workforce", "notebooks")


@dataclass
class Stacks:
    """The account's stacks, all made."""

    aws: Simulated
    account: str
    names: Names

    def client(self, service: str) -> Any:
        return self.aws.client(service, self.account)


def rendered(account: str, names: Names) -> dict[str, templates.Rendered]:
    shipped = event.read(Path(__file__).parents[4] / "event.yaml")
    who = TeamAccount(
        team="red", account_id=account, region=REGION, role_arn=None, profile=None, external_id=None,
        emails=("lead@example.org",), labs=(), line=2,
    )  # fmt: skip
    return {name: templates.render(name, shipped, who, names) for name in ORDER}


def request(one: templates.Rendered) -> dict[str, Any]:
    tags = [{"Key": key, "Value": value} for key, value in one.tags.items()]
    return {
        "StackName": one.stack_name, "TemplateBody": one.body, "Capabilities": list(one.capabilities), "Tags": tags,
    }  # fmt: skip


def all_made(aws: Simulated) -> Stacks:
    account = aws.account()
    made = Stacks(aws, account, Names(event.read(Path(__file__).parents[4] / "event.yaml").name, account, REGION))
    for one in rendered(account, made.names).values():
        client = made.client("cloudformation")
        client.create_stack(**request(one))
        assert settle(aws, client, one.stack_name) == "CREATE_COMPLETE"
    return made


@pytest.fixture(scope="module")
def stacks(aws: Simulated) -> Stacks:
    return all_made(aws)


def test_the_bucket_takes_files_and_is_closed_to_the_public(stacks: Stacks) -> None:
    client = stacks.client("s3")
    bucket = stacks.names.bucket
    client.put_object(Bucket=bucket, Key="train/train.rec", Body=b"x")
    assert client.get_object(Bucket=bucket, Key="train/train.rec")["Body"].read() == b"x"
    client.delete_object(Bucket=bucket, Key="train/train.rec")
    block = client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert all(block.values())
    policy = json.loads(client.get_bucket_policy(Bucket=bucket)["Policy"])
    assert [one["Sid"] for one in policy["Statement"]] == ["TlsOnly"]


def test_rule_topic_roles_and_pool_are_real(stacks: Stacks) -> None:
    names = stacks.names
    events = stacks.client("events")
    assert events.list_targets_by_rule(Rule=names.rule)["Targets"][0]["Arn"] == names.topic_arn
    assert events.describe_rule(Name=names.rule)["State"] == "ENABLED"
    role = stacks.client("iam").get_role(RoleName=names.participant_role)["Role"]
    assert role["MaxSessionDuration"] == 43200
    domain = stacks.client("cognito-idp").describe_user_pool_domain(Domain=names.user_pool_domain)
    shown = stacks.client("cloudformation").describe_stacks(StackName=names.stack("workforce"))["Stacks"][0]
    pool = next(one["OutputValue"] for one in shown["Outputs"] if one["OutputKey"] == "UserPoolId")
    assert domain["DomainDescription"]["UserPoolId"] == pool


def test_the_notebook_has_the_name_and_is_in_service_when_its_stack_is_done(stacks: Stacks) -> None:
    shown = stacks.client("sagemaker").describe_notebook_instance(NotebookInstanceName=stacks.names.notebook)
    assert shown["NotebookInstanceStatus"] == "InService"
    assert shown["NotebookInstanceLifecycleConfigName"] == stacks.names.lifecycle_config


@pytest.mark.parametrize("name", ORDER)
def test_the_same_template_again_is_no_change_and_a_changed_one_is_applied(stacks: Stacks, name: str) -> None:
    one = rendered(stacks.account, stacks.names)[name]
    client = stacks.client("cloudformation")
    client.create_change_set(ChangeSetName="same", **request(one))
    stacks.aws.advance(10)
    assert client.describe_change_set(ChangeSetName="same", StackName=one.stack_name)["Status"] == "FAILED"
    body = one.body.replace("made-by", "made-with").replace("VolumeSizeInGB: ", "VolumeSizeInGB: 1")
    client.create_change_set(ChangeSetName="other", **request(one) | {"TemplateBody": body})
    stacks.aws.advance(10)
    shown = client.describe_change_set(ChangeSetName="other", StackName=one.stack_name)
    assert shown["Status"] == "CREATE_COMPLETE"
    assert {change["ResourceChange"].get("Replacement") for change in shown["Changes"]} <= {"False", "Conditional"}
    client.execute_change_set(ChangeSetName="other", StackName=one.stack_name)
    assert settle(stacks.aws, client, one.stack_name) == "UPDATE_COMPLETE"


def test_everything_goes_again(aws: Simulated) -> None:
    stacks = all_made(aws)
    for name in reversed(ORDER):
        client = stacks.client("cloudformation")
        client.delete_stack(StackName=stacks.names.stack(name))
        assert settle(stacks.aws, client, stacks.names.stack(name)) == "DELETE_COMPLETE"
    state = stacks.aws.state(stacks.account)
    assert (state["buckets"], state["user_pools"], state["notebooks"]) == ({}, [], [])
    assert made_roles(stacks.client("iam")) == []
