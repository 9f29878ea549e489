"""The calls that deploy access.yaml to many accounts by a StackSet, and those that take it away again.

The tool makes none of them: whoever owns the accounts does, from the organization's management account.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bootstrap.event.event import Event

NAME = "event-bootstrap-access"
# Stands for the value in a command that is printed without --hub.
NO_HUB = "HUB-PRINCIPAL-ARN"
# By default StackSets tolerates no failure, and then works in one account at a time. SOFT_FAILURE_TOLERANCE takes
# MaxConcurrentCount at its word: docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
# API_StackSetOperationPreferences.html
_PREFERENCES = {
    "FailureTolerancePercentage": 100,
    "MaxConcurrentCount": 20,
    "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
}
_PLAIN = re.compile(r"[\w:/.@+-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class StackSetCall:
    """A command of the AWS CLI, `aws cloudformation COMMAND`. `input`: its parameters, named as in AWS's API.

    `after`: True if the call before it must have ended, and not only begun.
    """

    command: str
    input: Mapping[str, Any]
    after: bool = False


def deploying(event: Event, units: Sequence[str], accounts: Sequence[str], hub: str | None) -> tuple[StackSetCall, ...]:
    """Return the calls that deploy the role to all accounts of the units; without units, to these accounts.

    With units StackSets makes the roles that it works with by itself, and serves accounts that join later.
    """
    own = {"PermissionModel": "SERVICE_MANAGED",
           "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False}}  # fmt: skip
    model = own if units else {"PermissionModel": "SELF_MANAGED"}
    made = StackSetCall(
        "create-stack-set",
        {
            "StackSetName": NAME,
            "TemplateBody": "file://access.yaml",
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            **model,
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in _given(event, hub).items()],
        },
    )
    trust = (StackSetCall("activate-organizations-access", {}),) if units else ()
    return (*trust, made, StackSetCall("create-stack-instances", _where(event, units, accounts)))


def removing(event: Event, units: Sequence[str], accounts: Sequence[str]) -> tuple[StackSetCall, ...]:
    """Return the calls that delete the role in all of the accounts, and then the StackSet itself."""
    return (
        StackSetCall("delete-stack-instances", {**_where(event, units, accounts), "RetainStacks": False}),
        StackSetCall("delete-stack-set", {"StackSetName": NAME}, after=True),
    )


def _given(event: Event, hub: str | None) -> dict[str, str]:
    found = {"HubPrincipalArn": hub or NO_HUB, "EventName": event.name}
    if event.access.role_name != NAME:
        found["RoleName"] = event.access.role_name
    if event.dataset.hub_bucket:
        found["HubBucket"] = event.dataset.hub_bucket
    return found


def _where(event: Event, units: Sequence[str], accounts: Sequence[str]) -> dict[str, Any]:
    to = {"DeploymentTargets": {"OrganizationalUnitIds": list(units)}} if units else {"Accounts": list(accounts)}
    # One region only: the role is global, and a second stack would find its name taken.
    return {"StackSetName": NAME, **to, "Regions": [event.region], "OperationPreferences": _PREFERENCES}


def as_command(call: StackSetCall, region: str) -> str:
    """Return the call as it is typed in a shell, on several lines. A StackSet is found only in its own `region`."""
    words = [
        f"aws cloudformation {call.command} --region {region}",
        *(_option(name, value) for name, value in call.input.items()),
    ]
    return " \\\n    ".join(words)


def listing(region: str) -> str:
    """Return the command that lists in which accounts the role is, or is being made or deleted."""
    return f"aws cloudformation list-stack-instances --region {region} --stack-set-name {NAME}"


def _option(name: str, value: Any) -> str:
    option = "--" + re.sub("(?<=[a-z])(?=[A-Z])", "-", name).lower()
    if isinstance(value, bool):
        return option if value else option.replace("--", "--no-", 1)
    values = value if isinstance(value, list) else [value]
    if not any(isinstance(each, Mapping) for each in values):
        return f"{option} {' '.join(shlex.quote(str(each)) for each in values)}"
    short = [_short(each) for each in values]
    # The CLI reads all words of an option as JSON, or none.
    return f"{option} {' '.join(short) if all(short) else shlex.quote(json.dumps(value))}"


def _short(value: Mapping[str, Any]) -> str:
    """Return a structure in the CLI's short form; "" if a value in it would be read as something else."""
    parts = {key: _items(each) for key, each in value.items()}
    if not all(_PLAIN.fullmatch(item) for items in parts.values() for item in items):
        return ""
    return ",".join(f"{key}={','.join(items)}" for key, items in parts.items())


def _items(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    return [str(value).lower() if isinstance(value, bool) else str(value)]
