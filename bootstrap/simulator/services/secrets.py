"""Secrets Manager: the values of secrets, with those that a sweep lists. A secret is named by its name or its ARN."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services import other_services
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_LISTED = other_services.operations("secretsmanager")
_CURRENT = "AWSCURRENT"


def create_secret(call: Call) -> dict[str, Any]:
    """Answer CreateSecret. A name that is taken is refused."""
    if any(each["Name"] == call.params["Name"] for each in _secrets(call)):
        raise Refusal("ResourceExistsException", f"The operation failed because the secret {call.params['Name']} "
                      "already exists.")  # fmt: skip
    made = _LISTED["CreateSecret"](call)
    return made | _put(call, made["ARN"])


def put_secret_value(call: Call) -> dict[str, Any]:
    """Answer PutSecretValue: the new value is the current one, as after a rotation."""
    found = _of(call)
    return {"ARN": found["ARN"], "Name": found["Name"], "VersionStages": [_CURRENT], **_put(call, found["ARN"])}


def get_secret_value(call: Call) -> dict[str, Any]:
    """Answer GetSecretValue with the current value; of a secret without one AWS says that it is not there."""
    found = _of(call)
    value = _values(call).get(found["ARN"])
    if value is None:
        raise other_services.no_secret(found["Name"])
    kept = {name: value[name] for name in ("SecretString", "SecretBinary", "VersionId") if name in value}
    return {"ARN": found["ARN"], "Name": found["Name"], "VersionStages": [_CURRENT],
            "CreatedDate": moment(value["at"]), **kept}  # fmt: skip


def _put(call: Call, arn: str) -> dict[str, Any]:
    given = {name: call.params[name] for name in ("SecretString", "SecretBinary") if name in call.params}
    if not given:
        return {}
    version = call.uuid("secret version")
    _values(call)[arn] = {**given, "VersionId": version, "at": call.now}
    return {"VersionId": version}


def _of(call: Call) -> dict[str, Any]:
    named = call.params["SecretId"]
    for each in _secrets(call):
        if named in (each["Name"], each["ARN"], each["ARN"].rpartition("-")[0]):
            return each
    raise other_services.no_secret(named)


def _secrets(call: Call) -> list[dict[str, Any]]:
    return list(other_services.things("secretsmanager", "ListSecrets", call).values())


def _values(call: Call) -> dict[str, Any]:
    return call.shelf("secret values")


OPERATIONS = {
    **_LISTED,
    "CreateSecret": create_secret,
    "GetSecretValue": get_secret_value,
    "PutSecretValue": put_secret_value,
}
