"""SSM parameters in front of moto, which accepts values of any length in the standard tier."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_LONGEST = 4096


def put_parameter(call: Call) -> dict[str, Any]:
    """Answer PutParameter."""
    tier = call.params.get("Tier", "Standard")
    if tier == "Standard" and len(call.params["Value"].encode()) > _LONGEST:
        raise Refusal(
            "ValidationException",
            f"Standard tier parameters support a maximum parameter value of {_LONGEST} characters. To create a "
            "larger parameter value, upgrade the parameter to use the advanced-parameter tier.",
        )
    answer = call.moto()
    call.shelf("parameters written")[call.params["Name"]] = call.now
    return answer


def get_parameters(call: Call) -> dict[str, Any]:
    """Answer GetParameters. moto dates a parameter by the machine's clock, not by the simulated one."""
    answer, written = call.moto(), call.shelf("parameters written")
    for each in answer["Parameters"]:
        if each["Name"] in written:
            each["LastModifiedDate"] = datetime.fromtimestamp(written[each["Name"]], UTC)
    return answer


def view(call: Call) -> list[str]:
    """View for the control address: names of parameters, without values."""
    from moto.ssm.models import ssm_backends

    return sorted(each.name for each in ssm_backends[call.account_id][call.region].describe_parameters([], []))


VIEWS = {"parameters": view}
OPERATIONS = {"PutParameter": put_parameter, "GetParameters": get_parameters}
