"""EventBridge: delivers events of state changes to the SNS topics of matching rules."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bootstrap.simulator.services import sns
from bootstrap.simulator.services.events import patterns
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import preexisting
from bootstrap.simulator.world.call import Call, CallHandler

_BUS = "default"
# EventBridge User Guide, "Quotas": targets of a rule.
_TARGETS = 5
_CACHE = "events-rules"
_NEEDED = ("id", "source", "detail-type", "account", "time", "region", "resources", "detail")
_PATH = re.compile(r"\$(\.[^.\[\]*]+)*")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|<([^<>]+)>')
_VARIABLE = re.compile(r"<([^<>]+)>")
_NOT_SIMULATED = ("Input", "InputPath")


def announce(call: Call, detail_type: str, detail: dict[str, Any], resource: str = "") -> None:
    """Deliver an event about SageMaker's `resource` (an ARN) to the targets of every matching rule."""
    if not (rules := _rules(call)):
        return
    event = {
        "version": "0", "id": call.token("event", 32), "detail-type": detail_type, "source": "aws.sagemaker",
        "account": call.account_id, "time": f"{moment(call.now):%Y-%m-%dT%H:%M:%SZ}", "region": call.region,
        "resources": [resource] if resource else [], "detail": detail,
    }  # fmt: skip
    for pattern, targets in rules:
        if patterns.matches(pattern, event):
            for target in targets:
                _deliver(call, target, event)


def _rules(call: Call) -> list[tuple[patterns.Pattern, list[dict[str, Any]]]]:
    """Return pattern and targets of the enabled rules, cached until a request changes a rule."""
    known = call.account.shelf(_CACHE)
    if call.region not in known:
        client = call.aws("events")
        rules = [one for page in client.get_paginator("list_rules").paginate() for one in page["Rules"]]
        known[call.region] = [
            (patterns.read(one["EventPattern"]), client.list_targets_by_rule(Rule=one["Name"])["Targets"])
            for one in rules
            if "ManagedBy" not in one and one["State"] == "ENABLED" and "EventPattern" in one
        ]
    found: list[tuple[patterns.Pattern, list[dict[str, Any]]]] = known[call.region]
    return found


def _deliver(call: Call, target: dict[str, Any], event: dict[str, Any]) -> None:
    """Deliver to the topic; if its policy does not allow that, drop the event silently, as AWS does."""
    if not sns.lets_in(call, target["Arn"], "events.amazonaws.com"):
        return
    transformer = target.get("InputTransformer")
    text = _transformed(transformer, event) if transformer else json.dumps(event)
    sns.deliver(call, target["Arn"], text)


def _transformed(transformer: Mapping[str, Any], event: dict[str, Any]) -> str:
    values = {name: _at(path, event) for name, path in transformer.get("InputPathsMap", {}).items()}
    values["aws.events.event.ingestion-time"] = event["time"]

    def inside(found: re.Match[str]) -> str:
        value = values.get(found[1], "")
        return value if isinstance(value, str) else json.dumps(value)

    def piece(found: re.Match[str]) -> str:
        return json.dumps(values.get(found[1], "")) if found[1] else _VARIABLE.sub(inside, found[0])

    return _PIECE.sub(piece, transformer["InputTemplate"])


def _at(path: str, event: Any) -> Any:
    """Return the value at the path, or an empty text if there is none."""
    for key in path.split(".")[1:]:
        if not isinstance(event, dict) or key not in event:
            return ""
        event = event[key]
    return event


def put_rule(call: Call) -> dict[str, Any]:
    """Create or change a rule. Events arrive only on the default bus; rules on other buses never match."""
    _manages(call, call.params["Name"])
    if "ScheduleExpression" in call.params:
        raise Refusal("NotSimulated", "events:PutRule with a ScheduleExpression is not simulated")
    if "EventPattern" not in call.params:
        raise Refusal("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.")
    patterns.read(call.params["EventPattern"])
    return call.moto()


def put_targets(call: Call) -> dict[str, Any]:
    """Set targets, which must be SNS topics of this account."""
    rule = call.params["Rule"]
    _manages(call, rule)
    _known(call, rule)
    for target in call.params["Targets"]:
        if not target["Arn"].startswith(call.arn("sns", "")):
            raise Refusal("NotSimulated", f"events:PutTargets for {target['Arn']} is not simulated")
        if strange := [key for key in _NOT_SIMULATED if key in target]:
            raise Refusal("NotSimulated", f"events:PutTargets with {strange[0]} is not simulated")
        _check_transformer(target.get("InputTransformer", {}))
    there = call.aws("events").list_targets_by_rule(Rule=rule, EventBusName=_bus(call))["Targets"]
    if len({each["Id"] for each in (*there, *call.params["Targets"])}) > _TARGETS:
        raise Refusal("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    return call.moto()


def _bus(call: Call) -> str:
    return str(call.params.get("EventBusName", _BUS))


def _known(call: Call, rule: str) -> None:
    """Raise Refusal if the bus has no such rule."""
    # A bus may be named by its ARN.
    _find(call, _bus(call).rpartition("/")[2], rule)


def _find(call: Call, bus: str, rule: str | None) -> None:
    from moto.events.models import events_backends

    held = events_backends[call.account_id][call.region].event_buses.get(bus)
    if held is None:
        raise Refusal("ResourceNotFoundException", f"Event bus {bus} does not exist.")
    if rule is not None and rule not in held.rules:
        raise Refusal("ResourceNotFoundException", f"Rule {rule} does not exist on EventBus {bus}.")


def _of_resource(call: Call) -> dict[str, Any]:
    """Answer an operation on the tags of a rule ("rule/NAME", "rule/BUS/NAME") or a bus ("event-bus/NAME")."""
    kind, *path = call.params["ResourceARN"].rpartition(":")[2].split("/")
    if kind == "event-bus":
        _find(call, path[-1], None)
    elif path:
        _find(call, path[0] if len(path) > 1 else _BUS, path[-1])
    return call.moto()


def _of_rule(name: str) -> CallHandler:
    """Return the operation on the rule that parameter `name` names. moto's message does not say the bus."""

    def operation(call: Call) -> dict[str, Any]:
        _known(call, call.params[name])
        return call.moto()

    return operation


def _check_transformer(transformer: Mapping[str, Any]) -> None:
    paths = transformer.get("InputPathsMap", {})
    for path in paths.values():
        if not _PATH.fullmatch(path):
            raise Refusal("NotSimulated", f"events:PutTargets with the path {path} is not simulated")
    for name in _VARIABLE.findall(transformer.get("InputTemplate", "")):
        if name not in paths and not name.startswith("aws.events."):
            raise Refusal("ValidationException", f"Invalid InputTemplate for target: unknown variable <{name}>.")


def _manages(call: Call, rule: str, force: bool = False) -> None:
    """Raise Refusal for a rule that a service manages, unless `force` is given."""
    if rule not in call.scenario.existing.managed_rules:
        return
    client = call.aws("events")
    try:
        manager = client.describe_rule(Name=rule, EventBusName=_bus(call)).get("ManagedBy")
    except client.exceptions.ResourceNotFoundException:
        return
    if manager and not force:
        raise Refusal("ManagedRuleException", f"Rule {rule} is managed by {manager}.")


def delete_rule(call: Call) -> dict[str, Any]:
    """Answer DeleteRule."""
    _manages(call, call.params["Name"], call.params.get("Force", False))
    return call.moto()


def remove_targets(call: Call) -> dict[str, Any]:
    """Answer RemoveTargets."""
    _manages(call, call.params["Rule"], call.params.get("Force", False))
    _known(call, call.params["Rule"])
    return call.moto()


def create_bus(call: Call) -> dict[str, Any]:
    """Answer CreateEventBus."""
    answer = call.moto()
    call.shelf("events.buses")[call.params["Name"]] = call.now
    return answer


def list_buses(call: Call) -> dict[str, Any]:
    """List the buses with creation times, which moto leaves out."""
    answer = call.moto()
    for bus in answer["EventBuses"]:
        if bus["Name"] in call.shelf("events.buses"):
            bus["CreationTime"] = moment(call.shelf("events.buses")[bus["Name"]])
    return answer


def delete_bus(call: Call) -> dict[str, Any]:
    """Delete the bus; refused while it has rules."""
    name = call.params["Name"]
    if name != _BUS:
        try:
            rules = call.aws("events").list_rules(EventBusName=name)["Rules"]
        except call.aws("events").exceptions.ResourceNotFoundException as error:
            raise Refusal("ResourceNotFoundException", f"Event bus {name} does not exist.") from error
        if rules:
            raise Refusal("ValidationException", f"Cannot delete event bus {name}: it has rules.")
    return call.moto()


def test_pattern(call: Call) -> dict[str, Any]:
    """Test a pattern against an event, which must be complete."""
    pattern = patterns.read(call.params["EventPattern"])
    try:
        event = json.loads(call.params["Event"])
    except ValueError as error:
        raise Refusal("ValidationException", "Parameter Event is not valid.") from error
    missing = [key for key in _NEEDED if key not in event]
    if missing:
        raise Refusal("ValidationException", f"Parameter Event is not valid. Reason: {missing[0]} is missing.")
    return {"Result": patterns.matches(pattern, event)}


def view(call: Call) -> dict[str, list[str]]:
    """View for the control address: the rules by bus."""
    from moto.events.models import events_backends

    preexisting.create(replace(call, service="events"))
    buses = events_backends[call.account_id][call.region].event_buses
    return {name: sorted(one.rules) for name, one in buses.items()}


OPERATIONS: dict[str, CallHandler] = {
    "PutRule": put_rule,
    "DeleteRule": delete_rule,
    "PutTargets": put_targets,
    "RemoveTargets": remove_targets,
    "CreateEventBus": create_bus,
    "DeleteEventBus": delete_bus,
    "ListEventBuses": list_buses,
    "TestEventPattern": test_pattern,
    "DescribeRule": _of_rule("Name"),
    "ListTagsForResource": _of_resource,
    "TagResource": _of_resource,
    "UntagResource": _of_resource,
    "ListTargetsByRule": _of_rule("Rule"),
}
VIEWS = {"event_buses": view}
