"""Answers one HTTP request: with our own operation, or with moto's after our checks."""

from __future__ import annotations

import sys
import traceback
from typing import Any

from bootstrap.simulator.dispatch import dispatch, gate, registry
from bootstrap.simulator.http import signin
from bootstrap.simulator.in_process import clients
from bootstrap.simulator.services import cloudtrail
from bootstrap.simulator.services.s3 import buckets, uploads
from bootstrap.simulator.wire import protocol, request, s3_request
from bootstrap.simulator.wire.protocol import HttpAnswer
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.wire.request import HttpRequest, Signed
from bootstrap.simulator.world import weather
from bootstrap.simulator.world.call import Call
from bootstrap.simulator.world.keys import Principal
from bootstrap.simulator.world.world import World

_HOP = {"connection", "transfer-encoding", "server", "date"}


def answer(world: World, asked: HttpRequest) -> HttpAnswer | None:
    """Answer the request; None means: close the connection without an answer.

    Never raises. A bug of the simulator is answered with status 400, because clients do not retry it.
    """
    if asked.path == "/federation" and "authorization" not in asked.headers:
        return signin.answer(world, asked)
    request_id = world.request_id()
    service = "s3"
    try:
        signed = request.signed(asked)
        service = signed.service
        return _serve(world, asked, signed, request_id)
    except Refusal as refusal:
        return _refused(service, refusal, request_id, asked)
    except weather.ConnectionCut:
        return None
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        return _refused(service, Refusal("SimulatorBug", f"{type(error).__name__}: {error}"), request_id, asked)


def _refused(service: str, refusal: Refusal, request_id: str, asked: HttpRequest) -> HttpAnswer:
    spoken = service if service in registry.SERVICES else "sts"
    if spoken == "sts" and "x-amz-target" in asked.headers:
        spoken = "ssm"
    return protocol.refuse(spoken, refusal, request_id, head=asked.method == "HEAD")


def _serve(world: World, asked: HttpRequest, signed: Signed, request_id: str) -> HttpAnswer:
    service = signed.service
    if service not in registry.SERVICES:
        raise Refusal("NotSimulated", f"the service {service} is not simulated")
    now = world.now()
    principal = gate.identify(world, asked, signed, now)
    name = request.operation(asked, service)
    if not protocol.known(service, name):
        raise Refusal("NotSimulated", f"{service}:{name} is not known")
    world.note(principal.account_id, service, name)
    account = world.accounts[principal.account_id]
    with account.lock:
        # Waiting for the lock may have taken time, and another call may have made things meanwhile.
        now = world.now()
        world.advance(account, now)
        call = Call(
            account.account_id, signed.region, service, name, {}, world, now, account, dispatch.invoke, principal.arn
        )
        return _run(call, principal, asked, request_id)


def _run(call: Call, principal: Principal, asked: HttpRequest, request_id: str) -> HttpAnswer:
    try:
        return _served(call, principal, asked, request_id)
    except Refusal as refusal:
        cloudtrail.record(call, refusal)
        raise


def _served(call: Call, principal: Principal, asked: HttpRequest, request_id: str) -> HttpAnswer:
    gate.admit(call, principal)
    unheard = weather.before(call)
    dispatch.prepare(call)
    made, answer = _done(call, asked, request_id)
    if made[0] < 400:
        cloudtrail.record(call, answer=answer)
    if unheard:
        raise weather.ConnectionCut
    return made


def _done(call: Call, asked: HttpRequest, request_id: str) -> tuple[HttpAnswer, dict[str, Any] | None]:
    """Return what is sent, and the answer itself if it is our own: moto's is already text."""
    operation = registry.own(call.service).get(call.operation)
    if call.service == "s3":
        buckets.guard(call, asked.path, asked.headers)
        call.params["Bucket"] = s3_request.split(asked.path)[0]
        if operation:
            status, body = buckets.own(call, asked.path, asked.query, asked.headers, asked.body)
            return (status, {"x-amz-request-id": request_id}, body), None
        if call.operation == "PutObject" and not asked.query:
            headers = uploads.put(call, *s3_request.split(asked.path), asked.headers, asked.body)
            if headers is not None:
                return (200, {"x-amz-request-id": request_id} | headers, b""), None
    if operation is None:
        return _moto(call, asked), None
    in_path = request.in_path(asked, call.service)
    clock = call.world.clock
    call.params.update(clock.inside(protocol.parse(call.service, call.operation, asked.headers, asked.body, in_path)))
    answer = operation(call)
    return protocol.serialize(call.service, call.operation, clock.outside(answer), request_id), answer


def _moto(call: Call, asked: HttpRequest) -> HttpAnswer:
    if protocol.protocol_of(call.service) in {"json", "query"}:
        call.params.update(protocol.parse(call.service, call.operation, asked.headers, asked.body))
    made = clients.environ(asked.method, asked.path, asked.query, asked.headers.items(), asked.body, call.account_id)
    status, headers, body = clients.moto(call.service, made)
    if status >= 500:
        # Clients would retry the 500 with which moto answers what it does not implement.
        raise Refusal("NotSimulated", f"moto fails at {call.service}:{call.operation}: {body[-300:]!r}")
    return status, {name: value for name, value in headers if name.lower() not in _HOP}, body
