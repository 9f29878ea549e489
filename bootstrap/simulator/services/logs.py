"""CloudWatch Logs, as jobs and notebooks write them; lines in the future are not visible yet."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from functools import partial
from typing import Any

from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.wire import paging
from bootstrap.simulator.wire.refusal import Refusal, held
from bootstrap.simulator.world.call import Call

Line = tuple[float, str]

_RETENTIONS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
_PAGE, _EVENTS = 50, 10_000
_OTHER_ACCOUNTS = ("accountIdentifiers", "includeLinkedAccounts", "logGroupIdentifiers", "logGroupNamePattern")


def _groups(call: Call) -> dict[str, dict[str, Any]]:
    return call.shelf("logs")


def write(call: Call, role: str, group: str, stream: str, lines: Iterable[Line] = ()) -> bool:
    """Write lines as the job's role, creating group and stream if missing; False if the role may not."""
    there = _groups(call).get(group)
    place = call.arn("logs", f"log-group:{group}")
    needed = [("logs:PutLogEvents", f"{place}:log-stream:{stream}")]
    if there is None:
        needed.append(("logs:CreateLogGroup", place))
    if there is None or stream not in there["streams"]:
        needed.append(("logs:CreateLogStream", f"{place}:log-stream:{stream}"))
    if not all(iam.may(call, role, action, resource) for action, resource in needed):
        return False
    _stream_of(call, group, stream, role)["lines"] += lines
    return True


def _stream_of(call: Call, group: str, stream: str, role: str) -> dict[str, Any]:
    there = _groups(call).setdefault(group, _new(call))
    found: dict[str, Any] = there["streams"].setdefault(stream, {"created": call.now, "lines": [], "role": role})
    return found


def _new(call: Call) -> dict[str, Any]:
    return {"created": call.now, "days": None, "streams": {}}


def cut(call: Call, group: str, stream: str) -> None:
    """Drop the stream's future lines, because its writer has ended.

    If the group was deleted meanwhile, the writer's last line creates it again.
    """
    one = _groups(call).get(group, {"streams": {}})["streams"].get(stream)
    found = _unwritten(call).pop(f"{group} {stream}", None)
    if found:
        write(call, found[0], group, stream)
    if one:
        one["lines"] = _so_far(call, one)


def _so_far(call: Call, stream: dict[str, Any]) -> list[Line]:
    return [line for line in stream["lines"] if line[0] <= call.now]


def _ms(call: Call, at: float) -> int:
    """Return milliseconds on the client's clock. `WorldClock.outside` does not convert these plain numbers."""
    return int(call.world.clock.wall(at) * 1000)


def _group(call: Call) -> dict[str, Any]:
    named = call.params.get("logGroupName") or call.params.get("logGroupIdentifier")
    if not named:
        raise Refusal("InvalidParameterException", "Either logGroupName or logGroupIdentifier must be specified.")
    missing = Refusal("ResourceNotFoundException", "The specified log group does not exist.")
    return held(_groups(call), _name(call, named), missing)


def _name(call: Call, named: str) -> str:
    return str(named).removeprefix(call.arn("logs", "log-group:"))


def _page(call: Call, key: str, found: list[Any], usual: int = _PAGE) -> dict[str, Any]:
    token, said = call.params.get("nextToken"), "The specified nextToken is invalid."
    start, limit = paging.start(token, "InvalidParameterException", said), call.params.get("limit", usual)
    more = {"nextToken": str(start + limit)} if len(found) > start + limit else {}
    return {key: found[start : start + limit], **more}


def describe_groups(call: Call) -> dict[str, Any]:
    """Answer DescribeLogGroups."""
    for key in _OTHER_ACCOUNTS:
        if call.params.get(key):
            raise Refusal("NotSimulated", f"logs:DescribeLogGroups with {key} is not simulated")
    prefix = call.params.get("logGroupNamePrefix", "")
    shown = [_shown(call, name, one) for name, one in sorted(_groups(call).items()) if name.startswith(prefix)]
    return _page(call, "logGroups", shown)


def _shown(call: Call, name: str, group: dict[str, Any]) -> dict[str, Any]:
    arn = call.arn("logs", f"log-group:{name}")
    kept: dict[str, Any] = {"retentionInDays": group["days"]} if group["days"] else {}
    made = {"logGroupName": name, "creationTime": _ms(call, group["created"]), "metricFilterCount": 0, "storedBytes": 0}
    kept |= {"deletionProtectionEnabled": True} if group.get("protected") else {}
    return {**made, **kept, "arn": f"{arn}:*", "logGroupArn": arn, "logGroupClass": "STANDARD"}


def describe_streams(call: Call) -> dict[str, Any]:
    """Answer DescribeLogStreams."""
    if {"logGroupName", "logGroupIdentifier"} <= call.params.keys():
        raise Refusal("ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters.")
    group, prefix = _group(call), call.params.get("logStreamNamePrefix", "")
    by_time = call.params.get("orderBy") == "LastEventTime"
    if by_time and prefix:
        raise Refusal("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.")
    shown = [_stream(call, name, one) for name, one in group["streams"].items() if name.startswith(prefix)]
    shown.sort(
        key=lambda one: (one.get("lastEventTimestamp", 0) if by_time else 0, one["logStreamName"]),
        reverse=call.params.get("descending", False),
    )
    return _page(call, "logStreams", shown)


def _stream(call: Call, name: str, stream: dict[str, Any]) -> dict[str, Any]:
    times = [at for at, _ in _so_far(call, stream)]
    told: dict[str, Any] = {}
    if times:
        told = {"firstEventTimestamp": _ms(call, min(times)), "lastEventTimestamp": _ms(call, max(times))}
        told["lastIngestionTime"] = told["lastEventTimestamp"]
    group = _name(call, call.params.get("logGroupName") or call.params["logGroupIdentifier"])
    arn = call.arn("logs", f"log-group:{group}:log-stream:{name}")
    return {"logStreamName": name, "creationTime": _ms(call, stream["created"]), **told, "arn": arn, "storedBytes": 0}


def get_events(call: Call) -> dict[str, Any]:
    """Return a page of events, the newest unless startFromHead is set; at either end the token stays the same."""
    stream = _group(call)["streams"].get(call.params["logStreamName"])
    if stream is None:
        raise Refusal("ResourceNotFoundException", "The specified log stream does not exist.")
    since, until = call.params.get("startTime", 0), call.params.get("endTime")
    found = [
        {"timestamp": _ms(call, at), "message": text, "ingestionTime": _ms(call, at)}
        for at, text in _so_far(call, stream)
        if since <= _ms(call, at) and (until is None or _ms(call, at) < until)
    ]
    start, end = _window(call, len(found))
    return {"events": found[start:end], "nextForwardToken": f"f/{end}", "nextBackwardToken": f"b/{start}"}


def _window(call: Call, count: int) -> tuple[int, int]:
    limit, token = call.params.get("limit", _EVENTS), call.params.get("nextToken")
    if token is None:
        start = 0 if call.params.get("startFromHead") else max(0, count - limit)
        return start, min(count, start + limit)
    way, _, place = token.partition("/")
    if way not in {"f", "b"} or not place.isdigit():
        raise Refusal("InvalidParameterException", "The specified nextToken is invalid.")
    at = min(int(place), count)
    return (at, min(count, at + limit)) if way == "f" else (max(0, at - limit), at)


def filter_events(call: Call) -> dict[str, Any]:
    """Filter events. A pattern may only be plain words; a line must contain all of them."""
    group, names = _group(call), call.params.get("logStreamNames")
    prefix, words = call.params.get("logStreamNamePrefix", ""), _words(call.params.get("filterPattern", ""))
    since, until = call.params.get("startTime", 0), call.params.get("endTime")
    found = [
        {"logStreamName": name, "timestamp": _ms(call, at), "message": text, "ingestionTime": _ms(call, at),
         "eventId": f"{_ms(call, at)}{place:06}"}
        for name, stream in group["streams"].items()
        if name.startswith(prefix) and (names is None or name in names)
        for place, (at, text) in enumerate(_so_far(call, stream))
        if since <= _ms(call, at) and (until is None or _ms(call, at) <= until) and all(word in text for word in words)
    ]  # fmt: skip
    found.sort(key=lambda one: one["timestamp"])
    return {"searchedLogStreams": [], **_page(call, "events", found, _EVENTS)}


def _words(pattern: str) -> list[str]:
    if any(mark in pattern for mark in "{}[]?%") or pattern.startswith("-") or " -" in pattern:
        raise Refusal("NotSimulated", f"logs:FilterLogEvents with the pattern {pattern} is not simulated")
    try:
        return shlex.split(pattern)
    except ValueError as error:
        raise Refusal("InvalidParameterException", "Invalid filter pattern") from error


def create_group(call: Call) -> dict[str, Any]:
    """Answer CreateLogGroup."""
    name = call.params["logGroupName"]
    if name in _groups(call):
        raise Refusal("ResourceAlreadyExistsException", "The specified log group already exists")
    for key in ("kmsKeyId", "logGroupClass"):
        if call.params.get(key, "STANDARD") != "STANDARD":
            raise Refusal("NotSimulated", f"logs:CreateLogGroup with {key} is not simulated")
    _groups(call)[name] = _new(call) | {"protected": bool(call.params.get("deletionProtectionEnabled"))}
    return {}


def protect_group(call: Call) -> dict[str, Any]:
    """Answer PutLogGroupDeletionProtection."""
    _group(call)["protected"] = call.params["deletionProtectionEnabled"]
    return {}


def delete_group(call: Call) -> dict[str, Any]:
    """Delete the group; a writer that has not ended creates it again with its next line."""
    if _group(call).get("protected"):
        text = "Cannot delete log group with deletion protection enabled. Disable deletion protection first."
        raise Refusal("ValidationException", text)
    name = call.params["logGroupName"]
    for stream, one in _groups(call).pop(name)["streams"].items():
        rest = [line for line in one["lines"] if line[0] > call.now]
        if rest:
            _unwritten(call)[f"{name} {stream}"] = (one["role"], rest)
            call.later(rest[0][0], partial(_go_on, name, stream))
    return {}


def _unwritten(call: Call) -> dict[str, tuple[str, list[Line]]]:
    """ "GROUP STREAM" -> the writer's role, and its future lines of a group that was deleted."""
    return call.shelf("logs.unwritten")


def _go_on(group: str, stream: str, call: Call) -> None:
    found = _unwritten(call).pop(f"{group} {stream}", None)
    if found:
        write(call, found[0], group, stream, found[1])


def put_retention(call: Call) -> dict[str, Any]:
    """Answer PutRetentionPolicy."""
    days = call.params["retentionInDays"]
    if days not in _RETENTIONS:
        raise Refusal("InvalidParameterException", f"Invalid retention value {days}.")
    _group(call)["days"] = days
    return {}


def view(call: Call) -> dict[str, list[str]]:
    """View for the control address: names of streams by group."""
    return {name: sorted(group["streams"]) for name, group in _groups(call).items()}


OPERATIONS = {
    "DescribeLogGroups": describe_groups,
    "DescribeLogStreams": describe_streams,
    "GetLogEvents": get_events,
    "FilterLogEvents": filter_events,
    "CreateLogGroup": create_group,
    "DeleteLogGroup": delete_group,
    "PutLogGroupDeletionProtection": protect_group,
    "PutRetentionPolicy": put_retention,
}
VIEWS = {"log_groups": view}
