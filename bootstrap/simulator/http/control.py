"""The control addresses of rehearsals and tests: clock, state, calls, mail links, accounts."""

from __future__ import annotations

import hmac
import json
import sys
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from bootstrap.simulator import participants
from bootstrap.simulator.dispatch import dispatch, registry
from bootstrap.simulator.participants import mistakes
from bootstrap.simulator.services import sns
from bootstrap.simulator.services.sagemaker.labelling import labelling
from bootstrap.simulator.wire.protocol import HttpAnswer
from bootstrap.simulator.wire.request import HttpRequest
from bootstrap.simulator.world.world import AccountFile, World

_Args = dict[str, Any]


def answer(world: World, token: str, asked: HttpRequest) -> HttpAnswer:
    """Answer a control request in JSON: 403 without the token, 404 for an unknown address, 400 for a bad request."""
    if not hmac.compare_digest(asked.headers.get("x-simulator-control", ""), token):
        return _json(403, {"error": "x-simulator-control is missing or wrong"})
    handler = _DOORS.get((asked.method, asked.path))
    if handler is None:
        return _json(404, {"error": f"no {asked.method} {asked.path}"})
    try:
        args = {name: values[0] for name, values in parse_qs(asked.query).items()}
        args |= json.loads(asked.body or b"{}")
        return _json(200, handler(world, args))
    except (ValueError, KeyError) as error:
        return _json(400, {"error": f"{type(error).__name__}: {error}"})
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        return _json(500, {"error": f"{type(error).__name__}: {error}"})


def _json(status: int, content: Any) -> HttpAnswer:
    return status, {"Content-Type": "application/json"}, json.dumps(content, default=str).encode()


def _now(world: World, args: _Args) -> dict[str, Any]:
    clock = world.clock
    return {"now": world.now(), "kind": clock.kind, "speed": clock.speed, "began": world.began}


def _move(world: World, args: _Args) -> dict[str, Any]:
    world.clock.move(float(args["now"]))
    return {"now": world.now()}


def _calls(world: World, args: _Args) -> dict[str, Any]:
    rows = [
        {"account": account, "service": service, "operation": operation, "count": count}
        for (account, service, operation), count in sorted(world.calls.items())
        if args.get("account") in {None, account}
    ]
    return {"calls": rows}


def _state(world: World, args: _Args) -> dict[str, Any]:
    account = world.accounts[str(args["account"])]
    with account.lock:
        world.advance(account, world.now())
        call = dispatch.inspect(world, account, args.get("region"))
        seen = {name: view(call) for name, view in registry.views().items()}
        about = {"account": account.account_id, "team": account.team, "now": call.now}
        # A copy, made while the account's lock is held.
        return about | dict(json.loads(json.dumps(seen, default=str)))


def _confirm(world: World, args: _Args) -> dict[str, Any]:
    account = world.accounts[str(args["account"])]
    with account.lock:
        world.advance(account, world.now())
        return {"confirmed": sns.confirm(dispatch.inspect(world, account, args.get("region")), args.get("address"))}


def _label(world: World, args: _Args) -> dict[str, Any]:
    account = world.accounts[str(args["account"])]
    labels = dict(args.get("labels", {})) | ({"*": args["all"]} if "all" in args else {})
    with account.lock:
        world.advance(account, world.now())
        return labelling.play(dispatch.inspect(world, account, args.get("region")), args["job"], args["worker"], labels)


def _expect(world: World, args: _Args) -> dict[str, Any]:
    expect = world.scenario.expect
    return {"expect": expect.model_dump() if expect else None}


def _add(world: World, args: _Args) -> dict[str, Any]:
    differs = args.pop("differs", None)
    world.add(AccountFile.model_validate(args), differs)
    return {"added": args["account_id"]}


def _differ(world: World, args: _Args) -> dict[str, Any]:
    account = world.accounts[str(args["account"])]
    with account.lock:
        world.advance(account, world.now())
        world.differ(account.account_id, args["differs"])
    return {"differs": sorted(args["differs"])}


_DOORS: dict[tuple[str, str], Callable[[World, _Args], dict[str, Any]]] = {
    ("GET", "/_simulator/clock"): _now,
    ("POST", "/_simulator/clock"): _move,
    ("GET", "/_simulator/calls"): _calls,
    ("GET", "/_simulator/state"): _state,
    ("POST", "/_simulator/confirm"): _confirm,
    ("POST", "/_simulator/label"): _label,
    ("POST", "/_simulator/account"): _add,
    ("POST", "/_simulator/differ"): _differ,
    ("GET", "/_simulator/expect"): _expect,
    ("POST", "/_simulator/participants"): participants.play,
    ("POST", "/_simulator/mistake"): mistakes.make,
}
