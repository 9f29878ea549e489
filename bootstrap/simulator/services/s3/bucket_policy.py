"""Evaluates bucket policies. moto ignores conditions, so a policy on `aws:SecureTransport` would deny everything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

# Condition keys that hold for every request: on AWS botocore uses TLS.
_TRUE_HERE = {"aws:SecureTransport": "true"}


def check(call: Call, policy: str, bucket: str, key: str) -> None:
    """Raise Refusal if a statement denies the call to everybody."""
    resource = f"arn:{call.partition}:s3:::{bucket}" + (f"/{key}" if key else "")
    for statement in json.loads(policy)["Statement"]:
        if statement["Effect"] == "Deny" and _meant(statement, f"s3:{call.operation}", resource):
            raise Refusal("AccessDenied", "Access Denied with an explicit deny in a resource-based policy", 403)


def _meant(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    everybody = statement["Principal"] in ("*", {"AWS": "*"})
    acts = any(fnmatchcase(action, each) for each in _list(statement["Action"]))
    stands = any(fnmatchcase(resource, each) for each in _list(statement["Resource"]))
    return everybody and acts and stands and _holds(statement.get("Condition", {}))


def _holds(condition: Mapping[str, Mapping[str, Any]]) -> bool:
    for operator, wanted in condition.items():
        for key, value in wanted.items():
            if operator != "Bool" or key not in _TRUE_HERE:
                raise Refusal("NotSimulated", f"a bucket policy's condition {operator} {key} is not simulated")
            if _TRUE_HERE[key] not in [str(each).lower() for each in _list(value)]:
                return False
    return True


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
