"""CloudWatch's alarms: stored and listed. Only those of scaling policies are ever evaluated."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.wire import paging
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

Alarm = dict[str, Any]

_METRIC, _COMPOSITE = "MetricAlarm", "CompositeAlarm"
_PAGE = 50


def _alarms(call: Call) -> dict[str, Alarm]:
    """Return the alarms by name, each with its `kind` and what is `shown` of it."""
    return call.shelf("cloudwatch.alarms")


def _arn(call: Call, name: str) -> str:
    return call.arn("cloudwatch", f"alarm:{name}")


def _put(call: Call, kind: str) -> dict[str, Any]:
    name, old = call.params["AlarmName"], _alarms(call).get(call.params["AlarmName"])
    if old and old["kind"] != kind:
        raise Refusal("ValidationError", f"{name} is an alarm of another type")
    given = {key: value for key, value in call.params.items() if key != "Tags"}
    state = {"StateValue": "INSUFFICIENT_DATA", "StateReason": "Unchecked: Initial alarm creation"}
    since = {
        key: moment(call.now)
        for key in ("StateUpdatedTimestamp", "AlarmConfigurationUpdatedTimestamp", "StateTransitionedTimestamp")
    }
    _alarms(call)[name] = {
        "kind": kind,
        "shown": {"ActionsEnabled": True, **given, "AlarmArn": _arn(call, name), **state, **since},
    }
    return {}


def put_metric(call: Call) -> dict[str, Any]:
    """Answer PutMetricAlarm."""
    if "Metrics" not in call.params and "MetricName" not in call.params:
        raise Refusal("ValidationError", "MetricName, Metrics or EvaluationCriteria must be specified")
    return _put(call, _METRIC)


def put_composite(call: Call) -> dict[str, Any]:
    """Answer PutCompositeAlarm."""
    return _put(call, _COMPOSITE)


def describe(call: Call) -> dict[str, Any]:
    """List alarms: only metric alarms, unless AlarmTypes names others."""
    params = call.params
    for key in ("ChildrenOfAlarmName", "ParentsOfAlarmName", "ActionPrefix", "StateValue"):
        if key in params:
            raise Refusal("NotSimulated", f"cloudwatch:DescribeAlarms with {key} is not simulated")
    kinds, prefix = params.get("AlarmTypes", [_METRIC]), params.get("AlarmNamePrefix", "")
    names = params.get("AlarmNames")
    found = [
        (one["kind"], one["shown"])
        for name, one in sorted(_alarms(call).items())
        if one["kind"] in kinds and name.startswith(prefix) and (names is None or name in names)
    ]
    start, size = paging.start(params.get("NextToken"), "InvalidNextToken"), params.get("MaxRecords", _PAGE)
    page = found[start : start + size]
    more = {"NextToken": str(start + size)} if len(found) > start + size else {}
    return {f"{kind}s": [shown for each, shown in page if each == kind] for kind in (_METRIC, _COMPOSITE)} | more


def delete(call: Call) -> dict[str, Any]:
    """Delete all the named alarms or none. A call may name one composite alarm, and none that another refers to."""
    names = call.params["AlarmNames"]
    composite = [one for one in names if _alarms(call).get(one, {}).get("kind") == _COMPOSITE]
    if len(composite) > 1:
        raise Refusal("ValidationError", "You can't delete two or more composite alarms in the same operation.")
    missing = [one for one in names if one not in _alarms(call)]
    if missing:
        raise Refusal("ResourceNotFound", f"Alarms not found: {', '.join(missing)}", 404)
    forget(call, names)
    return {}


def track(
    call: Call, resource: str, old: list[dict[str, str]], about: tuple[dict[str, Any], dict[str, Any]]
) -> list[dict[str, str]]:
    """Create, or change, the high and the low alarm of a scaling policy; return them as a policy lists them."""
    names = [one["AlarmName"] for one in old] or [
        f"TargetTracking-{resource}-Alarm{side}-{call.uuid('alarm')}" for side in ("High", "Low")
    ]
    for name, said in zip(names, about, strict=True):
        kept = _alarms(call).get(name, {"shown": {"StateValue": "INSUFFICIENT_DATA"}})["shown"]
        shown = {"AlarmName": name, "AlarmArn": _arn(call, name), "ActionsEnabled": True, **kept, **said}
        _alarms(call)[name] = {"kind": _METRIC, "shown": shown}
    return [{"AlarmName": one, "AlarmARN": _arn(call, one)} for one in names]


def turn(call: Call, name: str, state: str, reason: str) -> None:
    """Set the state of an alarm that still exists."""
    if name in _alarms(call):
        shown = _alarms(call)[name]["shown"]
        if shown["StateValue"] != state:
            shown["StateTransitionedTimestamp"] = moment(call.now)
        shown |= {"StateValue": state, "StateReason": reason, "StateUpdatedTimestamp": moment(call.now)}


def forget(call: Call, names: list[str]) -> None:
    """Delete alarms; unknown names are ignored."""
    for name in names:
        _alarms(call).pop(name, None)


def view(call: Call) -> list[str]:
    """View for the control address: names of alarms."""
    return sorted(_alarms(call))


OPERATIONS = {
    "PutMetricAlarm": put_metric,
    "PutCompositeAlarm": put_composite,
    "DescribeAlarms": describe,
    "DeleteAlarms": delete,
}
VIEWS = {"alarms": view}
