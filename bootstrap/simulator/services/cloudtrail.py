"""CloudTrail's event history: changes in an account and region, and who made them, visible after some minutes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from bootstrap.simulator.wire import paging
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import draw
from bootstrap.simulator.world.call import Call

_DAYS_90 = 90 * 86_400
_PAGE = 50
# API reference of LookupEvents: two requests a second for each account and region.
_PER_SECOND = 2.0
_READS = ("Get", "List", "Describe", "Head", "Lookup", "Test", "Filter", "BatchGet", "Search")
# Calls about objects, invocations, mails and log lines are data events, which the history leaves out.
_DATA = ("Object", "InvokeEndpoint", "Publish", "Multipart", "UploadPart")
_UNHEARD = frozenset({"sts", "cloudtrail"})
# Lambda's event names end with the version of its API.
_VERSIONS = {"lambda": "20150331"}
_SOURCES = {
    "cloudwatch": "monitoring",
    "service-quotas": "servicequotas",
    "application-autoscaling": "autoscaling",
    "efs": "elasticfilesystem",
    "emr": "elasticmapreduce",
    "opensearch": "es",
}
_GLOBAL = {"aws": "us-east-1", "aws-cn": "cn-north-1"}
_SECRET = ("Password", "Secret", "Token", "Credential")
_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
_DEEPEST, _LONGEST_LIST, _LONGEST_TEXT = 4, 20, 200
_NAMES = ("Bucket", "Name", "Arn", "ARN", "Id", "name")


class RecordedCall(NamedTuple):
    """A call that changed something, or was refused."""

    at: float
    service: str
    operation: str
    caller: str
    resource: str
    invoked_by: str
    refusal: tuple[str, str] | None = None
    parameters: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None


def record(call: Call, refusal: Refusal | None = None, answer: dict[str, Any] | None = None) -> None:
    """Add a served or refused call to the history. Reads and data events are not recorded."""
    operation = call.operation
    if (
        operation.removeprefix("Admin").startswith(_READS)
        or call.service in _UNHEARD
        or any(one in operation for one in _DATA)
    ):
        return
    region = _GLOBAL.get(call.partition, call.region) if call.service == "iam" else call.region
    named = operation + _VERSIONS.get(call.service, "")
    said = (refusal.code, refusal.message) if refusal else None
    _history(call, region).append(
        RecordedCall(
            call.now,
            call.service,
            named,
            call.caller,
            _resource(call.params),
            call.invoked_by,
            said,
            _parameters(call),
            _logged(answer or {}) or None,
        )
    )


def _parameters(call: Call) -> dict[str, Any]:
    """Return the request's parameters. S3 is logged with names of its own: `bucketName`."""
    given: dict[str, Any] = _logged(call.params)
    if call.service == "s3" and "bucket" in given:
        given = {"bucketName": given.pop("bucket"), **given}
    return given


def _logged(value: Any, depth: int = 0) -> Any:
    """Return parameters as CloudTrail writes them: names in lower camel case, no secrets, no data."""
    if isinstance(value, dict):
        return {
            f"{key[:1].lower()}{key[1:]}": _HIDDEN if any(one in key for one in _SECRET) else _logged(inner, depth + 1)
            for key, inner in value.items()
            if depth < _DEEPEST and isinstance(inner, str | int | float | bool | dict | list)
        }
    if isinstance(value, list):
        return [_logged(inner, depth + 1) for inner in value[:_LONGEST_LIST]] if depth < _DEEPEST else []
    return value[:_LONGEST_TEXT] if isinstance(value, str) else value


def _resource(params: dict[str, Any]) -> str:
    return next((one for key, one in params.items() if isinstance(one, str) and key.endswith(_NAMES)), "")


def _history(call: Call, region: str) -> list[RecordedCall]:
    found: list[RecordedCall] = call.account.shelf(f"cloudtrail:{region}").setdefault("all", [])
    return found


def lookup(call: Call) -> dict[str, Any]:
    """List events, newest first; at most one lookup attribute, as on AWS."""
    _slow_down(call)
    params = call.params
    until = min(_seconds(params.get("EndTime"), call.now), call.now - call.scenario.trail.lag_seconds)
    since = max(_seconds(params.get("StartTime"), 0), call.now - _DAYS_90)
    if "StartTime" in params and "EndTime" in params and params["StartTime"] > params["EndTime"]:
        raise Refusal("InvalidTimeRangeException", "Start time must be before end time.")
    wanted = params.get("LookupAttributes", [])
    if len(wanted) > 1:
        raise Refusal("InvalidLookupAttributesException", "Only one lookup attribute can be specified.")
    history = _history(call, call.region)
    found = (
        (place, one)
        for place, one in _newest(history, params.get("NextToken"))
        if since <= one.at <= until and all(_fits(one, each) for each in wanted)
    )
    size = params.get("MaxResults", _PAGE)
    page = list(islice(found, size + 1))
    more = {"NextToken": str(page[size][0] + 1)} if len(page) > size else {}
    return {"Events": [_shown(call, place, one) for place, one in page[:size]], **more}


def _slow_down(call: Call) -> None:
    bucket = call.shelf("cloudtrail.rate")
    left = min(_PER_SECOND, bucket.get("left", _PER_SECOND) + (call.now - bucket.get("at", call.now)) * _PER_SECOND)
    bucket.update(at=call.now, left=max(left - 1, 0) if left >= 1 else left)
    if left < 1:
        raise Refusal("ThrottlingException", "Rate exceeded")


def _seconds(given: Any, otherwise: float) -> float:
    return float(given.timestamp()) if given is not None else otherwise


def _newest(history: list[RecordedCall], token: str | None) -> Iterable[tuple[int, RecordedCall]]:
    start = paging.start(token, "InvalidNextTokenException", "Invalid token.")
    first = min(start, len(history)) if token else len(history)
    return ((place, history[place]) for place in range(first - 1, -1, -1))


def _fits(one: RecordedCall, wanted: dict[str, str]) -> bool:
    key = wanted["AttributeKey"]
    has = {
        "EventName": one.operation, "EventSource": _source(one), "Username": _user(one), "ReadOnly": "false",
        "ResourceName": one.resource,
    }  # fmt: skip
    if key not in has:
        raise Refusal("NotSimulated", f"cloudtrail:LookupEvents by {key} is not simulated")
    return has[key] == wanted["AttributeValue"]


def _source(one: RecordedCall) -> str:
    return f"{_SOURCES.get(one.service, one.service)}.amazonaws.com"


def _user(one: RecordedCall) -> str:
    return one.caller.rpartition("/")[2]


def _shown(call: Call, place: int, one: RecordedCall) -> dict[str, Any]:
    number = draw.token(32, call.account_id, call.region, "trail", place)
    about = {
        "eventTime": f"{moment(call.world.clock.wall(one.at)):%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": _source(one),
        "eventName": one.operation,
        "awsRegion": call.region,
        "userIdentity": _identity(call, one),
        "recipientAccountId": call.account_id,
        "readOnly": False,
        "requestParameters": one.parameters,
        "responseElements": one.answer,
        **({"errorCode": one.refusal[0], "errorMessage": one.refusal[1]} if one.refusal else {}),
    }
    return {
        "EventId": "-".join((number[:8], number[8:12], number[12:16], number[16:20], number[20:])),
        "EventName": one.operation,
        "ReadOnly": "false",
        "EventTime": moment(one.at),
        "EventSource": _source(one),
        "Username": _user(one),
        "Resources": [{"ResourceName": one.resource}] if one.resource else [],
        "CloudTrailEvent": json.dumps(about),
    }


def _identity(call: Call, one: RecordedCall) -> dict[str, Any]:
    """Return CloudTrail's userIdentity: a role session names its role as `sessionIssuer`."""
    who: dict[str, Any] = {"arn": one.caller, "accountId": call.account_id, "type": "IAMUser"}
    if ":user/" in one.caller:
        who["userName"] = _user(one)
    if one.invoked_by:
        who["invokedBy"] = one.invoked_by
    if ":assumed-role/" in one.caller:
        role = one.caller.split("/")[-2]
        issuer = {"type": "Role", "arn": call.arn("iam", f"role/{role}", region=""), "userName": role}
        who |= {"type": "AssumedRole", "sessionContext": {"sessionIssuer": issuer}}
    return who


OPERATIONS = {"LookupEvents": lookup}
