"""Answers one HTTP request: with our own operation, or with moto's after our checks."""

from __future__ import annotations

import sys
import traceback
from dataclasses import replace
from typing import Any

from bootstrap.simulator.dispatch import dispatch, gate, parameters, registry
from bootstrap.simulator.http import signin, spoiling
from bootstrap.simulator.http.spoiling import Broken
from bootstrap.simulator.in_process import clients
from bootstrap.simulator.services import cloudtrail
from bootstrap.simulator.services.iam import session_policy
from bootstrap.simulator.services.s3 import buckets, uploads
from bootstrap.simulator.wire import paging, protocol, request, s3_body, s3_request
from bootstrap.simulator.wire.protocol import HttpAnswer
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.wire.request import HttpRequest, Signed
from bootstrap.simulator.world import lagging, memories, weather
from bootstrap.simulator.world.call import Call
from bootstrap.simulator.world.keys import Principal
from bootstrap.simulator.world.world import World

_IDS = {"x-amzn-requestid", "x-amz-request-id"}
# What a rehearsal in virtual time sends with its calls.
_WAITED = "x-simulated-wait"
_HOP = {"connection", "transfer-encoding", "server", "date"}


def answer(world: World, asked: HttpRequest) -> HttpAnswer | Broken:
    """Answer the request, or say how the connection breaks.

    Never raises. A bug of the simulator is answered with status 400, because clients do not retry it.
    """
    if asked.path in signin.PATHS and "authorization" not in asked.headers:
        return signin.answer(world, asked)
    request_id = world.request_id()
    service = "s3"
    try:
        signed = request.signed(asked)
        service = signed.service
        return _serve(world, asked, signed, request_id)
    except Refusal as refusal:
        return _refused(service, refusal, request_id, asked)
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        return _refused(service, Refusal("SimulatorBug", f"{type(error).__name__}: {error}"), request_id, asked)


def _refused(service: str, refusal: Refusal, request_id: str, asked: HttpRequest) -> HttpAnswer:
    spoken = service if service in registry.SERVICES else "sts"
    if spoken == "sts" and "x-amz-target" in asked.headers:
        spoken = "ssm"
    return protocol.dressed(
        spoken, protocol.refuse(spoken, refusal, request_id, head=asked.method == "HEAD"), request_id
    )


def _serve(world: World, asked: HttpRequest, signed: Signed, request_id: str) -> HttpAnswer | Broken:
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
            account.account_id, signed.region, service, name, {}, world, now, account, dispatch.invoke, principal.arn,
            waited=float(asked.headers.get(_WAITED, 0)),
        )  # fmt: skip
        return _run(call, principal, asked, request_id)


def _run(call: Call, principal: Principal, asked: HttpRequest, request_id: str) -> HttpAnswer | Broken:
    try:
        return _served(call, principal, asked, request_id)
    except weather.Struck as struck:
        made = None
        if struck.answer is not None:
            made = protocol.serialize(call.service, call.operation, call.world.clock.outside(struck.answer), request_id)
            made = protocol.dressed(call.service, made, request_id)
        return spoiling.spoilt(struck.fault.how, call, struck.account, made)
    except Refusal as refusal:
        cloudtrail.record(call, refusal)
        raise


def _served(call: Call, principal: Principal, asked: HttpRequest, request_id: str) -> HttpAnswer | Broken:
    gate.admit(call, principal)
    session_policy.admit(call, principal, asked)
    fault = weather.before(call)
    dispatch.prepare(call)
    if lagging.reads(call.operation):
        made = _read(call, asked, request_id)
    else:
        memories.changing(call.account, call.service, call.now)
        made = _written(call, asked, request_id)
        if fault and fault.how == "twice":
            made = _written(replace(call, params={}), asked, request_id)
    made = protocol.dressed(call.service, made, request_id)
    spoiling.remember(call, made)
    return spoiling.spoilt(fault.how, call, call.account, made) if fault else made


def _read(call: Call, asked: HttpRequest, request_id: str) -> HttpAnswer:
    def ask(now: float) -> HttpAnswer | Refusal:
        try:
            return _done(replace(call, params={}, now=now), asked, request_id)[0]
        except Refusal as refusal:
            return refusal

    made: HttpAnswer | Refusal = lagging.answered(call, (asked.method, asked.path, asked.query, asked.body), ask)
    if isinstance(made, Refusal):
        raise made
    return _renewed(made, request_id)


def _renewed(made: HttpAnswer, request_id: str) -> HttpAnswer:
    """Return the answer under this request's id: it may have been made for an earlier request."""
    status, headers, body = made
    found = next((value for name, value in headers.items() if name.lower() in _IDS), request_id)
    if found == request_id:
        return made
    fresh = {name: request_id if value == found else value for name, value in headers.items()}
    return status, fresh, body.replace(found.encode(), request_id.encode())


def _written(call: Call, asked: HttpRequest, request_id: str) -> HttpAnswer:
    made, answer = _done(call, asked, request_id)
    if made[0] < 400:
        cloudtrail.record(call, answer=answer)
    return made


def _done(call: Call, asked: HttpRequest, request_id: str) -> tuple[HttpAnswer, dict[str, Any] | None]:
    """Return what is sent, and the answer itself if it is our own: moto's is already text."""
    operation = registry.own(call.service).get(call.operation)
    if call.service == "s3":
        parameters.check(call.service, call.operation, parameters.in_request(call.operation, asked))
        buckets.guard(call, asked.path, asked.query, asked.headers, asked.body)
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
    parameters.check(call.service, call.operation, call.params)
    answer = operation(call)
    return protocol.serialize(call.service, call.operation, clock.outside(answer), request_id), answer


def _moto(call: Call, asked: HttpRequest) -> HttpAnswer:
    if protocol.protocol_of(call.service) in {"json", "query"}:
        call.params.update(protocol.parse(call.service, call.operation, asked.headers, asked.body))
        parameters.check(call.service, call.operation, call.params)
    made = clients.environ(asked.method, asked.path, asked.query, asked.headers.items(), asked.body, call.account_id)
    if call.service == "s3":
        s3_body.check(call.operation, asked.headers, asked.body)
    try:
        status, headers, body = clients.moto(call.service, made)
    except NotImplementedError as error:
        raise Refusal("NotSimulated", f"{call.service}:{call.operation} is not simulated") from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        refusal = paging.not_a_place(call.service, call.params)
        raise refusal or _unable(call, f"{type(error).__name__}: {error}") from error
    if status >= 500:
        # Clients would retry the 500 with which moto answers what it does not implement.
        raise _unable(call, repr(body[-300:]))
    if status < 400 and protocol.protocol_of(call.service) == "json":
        body = protocol.of_model(call.service, call.operation, body)
    return status, {name: value for name, value in headers if name.lower() not in _HOP}, body


def _unable(call: Call, said: str) -> Refusal:
    return Refusal("NotSimulated", f"moto fails at {call.service}:{call.operation}: {said}")
