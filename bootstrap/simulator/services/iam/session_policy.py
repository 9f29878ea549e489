"""Session policies of AssumeRole: a session may do what both the role and its session policy allow.

Of S3 both are evaluated. Of other services no action is allowed by a policy that is simulated, so that a session with
one may call nothing of them: that is the answer of AWS as well.

docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.services.s3 import bucket_policy
from bootstrap.simulator.wire import s3_request
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.wire.request import HttpRequest
from bootstrap.simulator.world.call import Call
from bootstrap.simulator.world.keys import Principal

_LONGEST = 2048  # characters, AssumeRole's API reference
_ALL_KEYS = "*"
# Needs no permission, and cannot be denied.
_FREE = ("sts", "GetCallerIdentity")


def read(text: str) -> tuple[dict[str, Any], ...]:
    """Return the statements. Raises Refusal for a malformed policy, and by name for what is not simulated."""
    if len(text) > _LONGEST:
        what = (
            f"Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to {_LONGEST}"
        )
        raise Refusal("ValidationError", f"1 validation error detected: {what}")
    iam.check_document(text)
    found = tuple(iam.listed(json.loads(text)["Statement"]))
    for each in found:
        strange = sorted(set(each) - {"Sid", "Effect", "Action", "Resource"})
        strange += [action for action in iam.listed(each.get("Action")) if not action.lower().startswith("s3:")]
        if strange:
            raise Refusal("NotSimulated", f"a session policy with {', '.join(strange)} is not simulated")
    return found


def admit(call: Call, principal: Principal, asked: HttpRequest) -> None:
    """Raise Refusal if the session has a policy that does not allow the call, or if its role does not."""
    if principal.policy is None or (call.service, call.operation) == _FREE:
        return
    if call.service != "s3":
        raise _denied(call, f"{call.service}:{call.operation}", _ALL_KEYS, "session")
    bucket, key = s3_request.split(asked.path)
    _both(call, principal, bucket_policy.action_of(call.operation), bucket, key)
    if source := asked.headers.get("x-amz-copy-source"):
        _both(call, principal, "s3:GetObject", *s3_request.split(source.partition("?")[0]))


def _both(call: Call, principal: Principal, action: str, bucket: str, key: str) -> None:
    path = "/".join(filter(None, (bucket, key)))
    resource = f"arn:{call.partition}:s3:::{path}" if path else _ALL_KEYS
    if not iam.allowed_by(principal.policy or (), action, resource):
        raise _denied(call, action, resource, "session")
    _, _, rest = principal.arn.partition(":assumed-role/")
    role = call.arn("iam", f"role/{rest.partition('/')[0]}", region="")
    if not iam.may(replace(call, service="iam"), role, action, resource):
        raise _denied(call, action, resource, "identity-based")


def _denied(call: Call, action: str, resource: str, kind: str) -> Refusal:
    text = (
        f"User: {call.caller} is not authorized to perform: {action} on resource: {resource} "
        f"because no {kind} policy allows the {action} action"
    )
    return Refusal("AccessDenied" if call.service == "s3" else "AccessDeniedException", text, 403)
