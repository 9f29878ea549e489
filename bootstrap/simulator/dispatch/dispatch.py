"""Answers a call with our own operation or moto's, unless the scenario denies the call."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.dispatch import gate, parameters, registry
from bootstrap.simulator.services import cloudtrail
from bootstrap.simulator.wire import protocol
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import lagging, memories, preexisting
from bootstrap.simulator.world.accounts import AccountState
from bootstrap.simulator.world.call import Call
from bootstrap.simulator.world.world import World


def inspect(world: World, account: AccountState, region: str | None = None) -> Call:
    """Return a call without a principal, for inspecting state."""
    where = region or account.region
    return Call(account.account_id, where, "", "", {}, world, world.now(), account, invoke)


def prepare(call: Call) -> None:
    """Prepare the account for the operation: drop stale caches, create the resources that every account has."""
    _drop_stale_copies(call)
    preexisting.create(call)


def _drop_stale_copies(call: Call) -> None:
    if call.service == "iam" and not call.operation.startswith(("Get", "List")):
        call.account.shelf("iam-statements").clear()
    if call.service == "events" and not call.operation.startswith(("Describe", "List", "Test")):
        call.account.shelf("events-rules").clear()


def invoke(call: Call) -> dict[str, Any]:
    """Answer a call that one service makes of another. Raises Refusal."""
    try:
        answer = _answer(call)
    except Refusal as refusal:
        cloudtrail.record(call, refusal)
        raise
    cloudtrail.record(call, answer=answer)
    return answer


def _answer(call: Call) -> dict[str, Any]:
    gate.deny(call)
    prepare(call)
    if not lagging.reads(call.operation):
        memories.changing(call.account, call.service, call.now)
    operation = registry.own(call.service).get(call.operation)
    # Templates write dates as text; boto3 converts those of S3.
    if operation or call.service != "s3":
        protocol.check_input(call.service, call.operation, call.params)
    parameters.check(call.service, call.operation, call.params)
    return operation(call) if operation else call.moto()
