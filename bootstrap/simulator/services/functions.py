"""Lambda functions: created, listed and deleted, but never run."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.wire import paging
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal, held
from bootstrap.simulator.world.call import Call

_PAGE = 50
_NAMED = ("FunctionName", "Role", "Runtime", "Handler", "Description")


def _functions(call: Call) -> dict[str, dict[str, Any]]:
    return call.shelf("lambda")


def _arn(call: Call, name: str) -> str:
    return call.arn("lambda", f"function:{name}")


def create(call: Call) -> dict[str, Any]:
    """Create a function; its role must exist and trust Lambda."""
    name, role = call.params["FunctionName"], call.params["Role"]
    if name in _functions(call):
        raise Refusal("ResourceConflictException", f"Function already exist: {name}", 409)
    if not iam.works(call, role, "lambda.amazonaws.com"):
        text = "The role defined for the function cannot be assumed by Lambda."
        raise Refusal("InvalidParameterValueException", text)
    shown = {key: call.params[key] for key in _NAMED if key in call.params}
    made = f"{moment(call.world.clock.wall(call.now)):%Y-%m-%dT%H:%M:%S.000+0000}"
    shown |= {"FunctionArn": _arn(call, name), "State": "Active", "LastModified": made, "Version": "$LATEST"}
    _functions(call)[name] = shown
    return shown


def _found(call: Call) -> dict[str, Any]:
    name = str(call.params["FunctionName"]).removeprefix(_arn(call, ""))
    if name.startswith("arn:") and name.split(":")[3] != call.region:
        text = f"Functions from '{name.split(':')[3]}' are not reachable in this region ('{call.region}')"
        raise Refusal("ResourceNotFoundException", text, 404)
    missing = Refusal("ResourceNotFoundException", f"Function not found: {_arn(call, name)}", 404)
    return held(_functions(call), name, missing)


def get(call: Call) -> dict[str, Any]:
    """Answer GetFunction."""
    return {"Configuration": _found(call)}


def list_all(call: Call) -> dict[str, Any]:
    """Answer ListFunctions."""
    found = sorted(_functions(call).values(), key=lambda one: str(one["FunctionName"]))
    start = paging.start(call.params.get("Marker"), "InvalidParameterValueException")
    size = min(call.params.get("MaxItems", _PAGE), _PAGE)
    more = {"NextMarker": str(start + size)} if len(found) > start + size else {}
    return {"Functions": found[start : start + size], **more}


def delete(call: Call) -> dict[str, Any]:
    """Answer DeleteFunction."""
    del _functions(call)[_found(call)["FunctionName"]]
    return {}


def view(call: Call) -> list[str]:
    """View for the control address: names of functions."""
    return sorted(_functions(call))


OPERATIONS = {"CreateFunction": create, "GetFunction": get, "ListFunctions": list_all, "DeleteFunction": delete}
VIEWS = {"functions": view}
