"""AWS's own managed policies, of moto's list: taken over one by one, for moto would make 1,600 of them an account."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from bootstrap.simulator.services.iam import users
from bootstrap.simulator.world.call import Call


@cache
def _all() -> dict[str, dict[str, Any]]:
    """Return what moto knows of each, by path and name as in the ARN: "/service-role/AWSLambdaRole"."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    found: dict[str, dict[str, Any]] = json.loads(aws_managed_policies_data)
    return {f"{each['Path']}{name}": {**each, "Name": name} for name, each in found.items()}


def know(call: Call, arn: str) -> None:
    """Make the policy of that ARN stand in the account, if it is one of AWS's."""
    start = f"arn:{call.partition}:iam::aws:policy"
    if not arn.startswith(f"{start}/") or arn in users.backend(call).managed_policies:
        return
    if found := _all().get(arn.removeprefix(start)):
        _add(call, found)


def know_all(call: Call) -> None:
    """Make all of them stand in the account, for a listing."""
    for each in _all():
        know(call, f"arn:{call.partition}:iam::aws:policy{each}")


def _add(call: Call, known: dict[str, Any]) -> None:
    from moto.iam.models import AWSManagedPolicy

    made = AWSManagedPolicy.from_data(known["Name"], call.account_id, call.region, known)
    # The version keeps the number that AWS gave it.
    for each in made.versions:
        each.version_id = known["DefaultVersionId"]
    made.default_version_id = known["DefaultVersionId"]
    backend = users.backend(call)
    backend.managed_policies[made.arn] = made
    backend.aws_managed_policies.append(made)
