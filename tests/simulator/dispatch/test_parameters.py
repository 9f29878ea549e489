"""Every parameter of every simulated operation is used, accepted at its default alone, or refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.simulator.dispatch import parameters, registry
from bootstrap.simulator.wire import protocol
from bootstrap.simulator.wire.refusal import Refusal
from tests.simulated import Simulated
from tests.simulator.one_account import open_account

_SOMETHING: dict[str, Any] = {
    "string": "something", "character": "s", "integer": 7, "long": 7, "float": 7.5, "double": 7.5, "boolean": True,
    "timestamp": datetime(2026, 12, 10, tzinfo=UTC), "blob": b"something", "list": ["something"],
    "map": {"some": "thing"}, "structure": {"Some": "thing"},
}  # fmt: skip
_NOTHING: dict[str, Any] = {"string": "", "boolean": False, "list": [], "map": {}, "structure": {}}


def _members(service: str) -> Iterator[tuple[str, str, Any]]:
    for operation in parameters.tables(service):
        shape = protocol.model(service).operation_model(operation).input_shape
        for name, member in shape.members.items() if shape else ():
            yield operation, name, member


@pytest.mark.parametrize("service", sorted(registry.SERVICES))
def test_a_table_names_each_simulated_operation_and_no_parameter_that_there_is_not(service: str) -> None:
    tables, model = parameters.tables(service), protocol.model(service)
    own = {name for name in registry.own(service) if name in model.operation_names}
    assert own <= tables.keys() <= set(model.operation_names)
    if service not in registry.LEFT_TO_MOTO:
        assert tables.keys() == own
    text = (parameters.FOLDER / f"{service}.txt").read_text(encoding="utf-8")
    named = {
        word.lstrip("~").partition("=")[0]
        for operation, words in parameters.lines(text)
        for word in words
        if not word.startswith("@") and operation != "*"
    }
    assert named <= {name for _, name, _ in _members(service)}


@pytest.mark.parametrize("service", sorted(registry.SERVICES))
def test_what_is_not_simulated_is_refused_by_name_and_accepted_where_it_asks_for_nothing(service: str) -> None:
    for operation, name, member in _members(service):
        known = parameters.tables(service)[operation]
        if name in known.used or member.metadata.get("idempotencyToken"):
            parameters.check(service, operation, {name: _SOMETHING[member.type_name]})
            continue
        with pytest.raises(Refusal, match=rf"^NotSimulated: {service}:{operation} with {name} is not simulated$"):
            parameters.check(service, operation, {name: _SOMETHING[member.type_name]})
        if name in known.only:
            parameters.check(service, operation, {name: known.only[name]})
        elif member.type_name in _NOTHING:
            parameters.check(service, operation, {name: _NOTHING[member.type_name]})


@pytest.mark.parametrize("service", sorted(registry.SERVICES))
def test_no_operation_requires_what_it_refuses(service: str) -> None:
    for operation, known in parameters.tables(service).items():
        shape = protocol.model(service).operation_model(operation).input_shape
        if shape:
            tokens = {name for name, member in shape.members.items() if member.metadata.get("idempotencyToken")}
            assert set(shape.required_members) <= {*known.used, *known.only, *tokens}, operation


@pytest.mark.parametrize(
    ("service", "operation", "given", "named"),
    [
        ("logs", "create_log_group", {"logGroupName": "g", "kmsKeyId": "arn:aws:kms:a:1:key/k"}, "kmsKeyId"),
        ("logs", "create_log_group", {"logGroupName": "g", "tags": {"a": "b"}}, "tags"),
        ("logs", "create_log_group", {"logGroupName": "g", "logGroupClass": "DELIVERY"}, "logGroupClass"),
        ("efs", "create_file_system", {"CreationToken": "t", "Encrypted": True}, "Encrypted"),
        ("ec2", "run_instances", {"MinCount": 2, "MaxCount": 2}, "MaxCount, MinCount"),
        ("iam", "create_virtual_mfa_device", {"VirtualMFADeviceName": "d", "Tags": [{"Key": "a", "Value": "b"}]},
         "Tags"),
        ("s3", "put_object", {"Bucket": "bucket", "Key": "k", "RequestPayer": "requester"}, "RequestPayer"),
        ("sagemaker", "list_actions", {"ActionType": "a"}, "ActionType"),
    ],
)  # fmt: skip
def test_a_client_reads_which_parameter_is_not_simulated(
    aws: Simulated, service: str, operation: str, given: dict[str, Any], named: str
) -> None:
    account = open_account(aws)
    with pytest.raises(ClientError) as caught:
        getattr(account.client(service), operation)(**given)
    error = caught.value.response["Error"]
    assert error["Code"] == "NotSimulated"
    assert f" with {named} is not simulated" in error["Message"]


def test_what_clients_send_at_its_default_is_accepted(aws: Simulated) -> None:
    account = open_account(aws)
    stacks = account.client("cloudformation")
    body = "Resources: {Topic: {Type: AWS::SNS::Topic}}"
    made = {"StackName": "one", "TemplateBody": body, "NotificationARNs": [], "DisableRollback": False, "Tags": []}
    stacks.create_stack(**made, RollbackConfiguration={}, RetainExceptOnCreate=False)
    account.pass_time(600)
    stacks.create_change_set(
        StackName="one", TemplateBody=body, ChangeSetName="two", Tags=[{"Key": "a", "Value": "b"}],
        IncludeNestedStacks=False, NotificationARNs=[], ResourcesToImport=[],
    )  # fmt: skip
    account.pass_time(60)
    stacks.execute_change_set(StackName="one", ChangeSetName="two", DisableRollback=False)
