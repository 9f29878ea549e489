"""Evaluates trust policies: who may assume a role."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import Any

from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_SESSION = re.compile(r"arn:([a-z-]+):sts::([0-9]{12}):assumed-role/([^/]+)/.+")


def admits(call: Call, role: Any) -> bool:
    """Return True if `call.caller` may assume moto's role, which is in the call's account.

    A caller in the same account whom the policy trusts only by account also needs a policy of its own that
    allows it. The permissions of the access role and of the hub's principals are not checked.
    """
    statements = _listed(json.loads(role.assume_role_policy_document)["Statement"])
    return any(_fits(call, each, role.arn) for each in statements)


def _fits(call: Call, statement: dict[str, Any], arn: str) -> bool:
    if statement["Effect"] != "Allow" or "sts:AssumeRole" not in _listed(statement["Action"]):
        return False
    if not _trusted(call, statement.get("Principal", {}), arn):
        return False
    return all(_met(call, *each) for each in statement.get("Condition", {}).items())


def _trusted(call: Call, named: Any, arn: str) -> bool:
    trusted = {"*"} if named == "*" else set(_listed(named.get("AWS", [])))
    principal = _principal(call.caller)
    account = principal.split(":")[4]
    if {principal, call.caller, "*"} & trusted:
        return True
    if not {account, f"arn:{call.partition}:iam::{account}:root"} & trusted:
        return False
    own = account == call.account_id and ":role/" in principal
    if not own or principal.endswith(f":role/{call.account.role_name}"):
        return True
    return iam.may(call, principal, "sts:AssumeRole", arn)


def _principal(caller: str) -> str:
    """Return aws:PrincipalArn: for a role session the ARN of the role."""
    found = _SESSION.fullmatch(caller)
    return "arn:{}:iam::{}:role/{}".format(*found.groups()) if found else caller


def _met(call: Call, operator: str, tests: dict[str, Any]) -> bool:
    context = {"aws:PrincipalArn": _principal(call.caller), "sts:ExternalId": call.params.get("ExternalId", "")}
    if operator not in _OPERATORS or not set(tests) <= set(context):
        raise Refusal("NotSimulated", f"the condition {operator} {sorted(tests)} of a trust policy is not simulated")
    wanted, like = _OPERATORS[operator]
    return all(any(like(context[key], each) for each in _listed(patterns)) is wanted for key, patterns in tests.items())


_OPERATORS: dict[str, tuple[bool, Any]] = {
    "ArnEquals": (True, fnmatchcase),
    "ArnLike": (True, fnmatchcase),
    "ArnNotLike": (False, fnmatchcase),
    "StringEquals": (True, str.__eq__),
}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
