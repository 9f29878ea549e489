"""A plain boto3 program on `simulate`: waiters, paginators and resources over the tool's own rendered templates."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from tests.clients.person import OPERATOR, TEMPLATES, Person, installed
from tests.clients.rendered import rendered

pytestmark = pytest.mark.clients
_PROGRAM = """
import json, sys
import boto3

stacks, operator = json.load(open(sys.argv[1])), sys.argv[2]
client, quick = boto3.client("cloudformation"), {"Delay": 1, "MaxAttempts": 60}
for each in stacks:
    client.create_stack(
        StackName=each["name"], TemplateBody=each["body"], Capabilities=each["capabilities"],
        Parameters=each["parameters"], NotificationARNs=[], Tags=[{"Key": "by", "Value": "boto3"}])
    client.get_waiter("stack_create_complete").wait(StackName=each["name"], WaiterConfig=quick)
pages = client.get_paginator("describe_stacks").paginate()
made = {one["StackName"]: one for page in pages for one in page["Stacks"]}
assert {one["StackStatus"] for one in made.values()} == {"CREATE_COMPLETE"}
for each in stacks:
    client.update_stack(
        StackName=each["name"], UsePreviousTemplate=True, Capabilities=each["capabilities"],
        Parameters=each["parameters"], Tags=[{"Key": "by", "Value": "somebody else"}])
    client.get_waiter("stack_update_complete").wait(StackName=each["name"], WaiterConfig=quick)
    try:
        client.update_stack(
            StackName=each["name"], UsePreviousTemplate=True, Capabilities=each["capabilities"],
            Parameters=each["parameters"])
    except client.exceptions.ClientError as error:
        assert "No updates are to be performed" in str(error), error
    else:
        raise AssertionError("updated for nothing")
s3 = boto3.resource("s3")
for bucket in s3.buckets.all():
    bucket.put_object(Key="some/object", Body=b"x")
    bucket.object_versions.all().delete()
    bucket.objects.all().delete()
for each in reversed(stacks):
    client.delete_stack(StackName=each["name"])
    client.get_waiter("stack_delete_complete").wait(StackName=each["name"], WaiterConfig=quick)
print(json.dumps(sorted(made)))
"""


@pytest.mark.parametrize("version", ["ours", "another"])
def test_it_deploys_updates_and_removes_every_template(version: str, person: Person) -> None:
    stacks: list[dict[str, Any]] = [
        {"name": one.name, "body": one.body, "capabilities": one.capabilities, "parameters": []}
        for one in rendered(person.at, "boto")
    ]
    given = [("HubPrincipalArn", OPERATOR), ("EventName", "car-day")]
    access = (TEMPLATES / "access.yaml").read_text(encoding="utf-8")
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given]
    rights = ("CAPABILITY_NAMED_IAM",)
    stacks.append({"name": "access", "body": access, "capabilities": rights, "parameters": parameters})
    (person.at / "stacks.json").write_text(json.dumps(stacks), encoding="utf-8")
    python = sys.executable if version == "ours" else installed("ansible", "python")
    said = person.run(python, "-c", _PROGRAM, str(person.at / "stacks.json"), OPERATOR, team="boto")
    assert json.loads(said) == sorted(each["name"] for each in stacks)
