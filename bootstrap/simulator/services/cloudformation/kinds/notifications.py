"""AWS::SNS::* and AWS::Events::Rule."""

from __future__ import annotations

import json
from typing import Any

from bootstrap.simulator.services.cloudformation.kinds.kind import Made, Making, ResourceKind, exists, found
from bootstrap.simulator.services.cloudformation.stacks import LiveResource
from bootstrap.simulator.world.call import Call


def _create_topic(making: Making) -> Made:
    name = making.name("TopicName")
    arn = making.call.arn("sns", name)
    if found(making.call, "sns", "GetTopicAttributes", TopicArn=arn):
        raise exists(arn, "AWS::SNS::Topic")
    making.invoke("sns", "CreateTopic", Name=name, **making.picked("Tags"))
    if "DisplayName" in making.properties:
        _set(making, arn, "DisplayName", making.properties["DisplayName"])
    return Made(arn, {"TopicArn": arn, "TopicName": name})


def _set(making: Making, arn: str, name: str, value: str) -> None:
    making.invoke("sns", "SetTopicAttributes", TopicArn=arn, AttributeName=name, AttributeValue=value)


def _update_topic(making: Making, live: LiveResource) -> bool:
    arn = live.physical_id
    _set(making, arn, "DisplayName", making.properties.get("DisplayName", ""))
    old = {one["Key"] for one in live.properties.get("Tags", [])}
    wanted = making.properties.get("Tags", [])
    gone = old - {one["Key"] for one in wanted}
    if gone:
        making.invoke("sns", "UntagResource", ResourceArn=arn, TagKeys=sorted(gone))
    if wanted:
        making.invoke("sns", "TagResource", ResourceArn=arn, Tags=wanted)
    return True


def _delete_topic(call: Call, live: LiveResource) -> bool:
    call.invoke("sns", "DeleteTopic", {"TopicArn": live.physical_id})
    return True


def _actual_topic(call: Call, live: LiveResource) -> dict[str, Any] | None:
    return {} if found(call, "sns", "GetTopicAttributes", TopicArn=live.physical_id) else None


TOPIC = ResourceKind(
    properties=frozenset({"TopicName", "DisplayName", "Tags"}),
    create=_create_topic,
    update=_update_topic,
    delete=_delete_topic,
    create_only=frozenset({"TopicName"}),
    named="TopicName",
    actual=_actual_topic,
)


def _put_policy(making: Making) -> Made:
    for topic in making.properties["Topics"]:
        _set(making, topic, "Policy", json.dumps(making.properties["PolicyDocument"]))
    return Made(f"{making.stack}-{making.logical_id}")


def _update_policy(making: Making, live: LiveResource) -> bool:
    _put_policy(making)
    return True


def _delete_policy(call: Call, live: LiveResource) -> bool:
    """Do nothing: AWS resets the topic's default policy, which nothing reads afterwards."""
    return True


TOPIC_POLICY = ResourceKind(
    properties=frozenset({"Topics", "PolicyDocument"}),
    required=frozenset({"Topics", "PolicyDocument"}),
    create=_put_policy,
    update=_update_policy,
    delete=_delete_policy,
)


def _put_rule(making: Making, name: str) -> str:
    pattern = json.dumps(making.properties["EventPattern"])
    answer = making.invoke(
        "events", "PutRule", Name=name, EventPattern=pattern, **making.picked("State", "Description", "Tags")
    )
    targets = making.properties.get("Targets", [])
    if targets:
        making.invoke("events", "PutTargets", Rule=name, Targets=targets)
    return str(answer["RuleArn"])


def _create_rule(making: Making) -> Made:
    name = making.name("Name")
    if found(making.call, "events", "DescribeRule", Name=name):
        raise exists(name, "AWS::Events::Rule")
    return Made(name, {"Arn": _put_rule(making, name)})


def _ids(properties: dict[str, Any]) -> set[str]:
    return {one["Id"] for one in properties.get("Targets", [])}


def _update_rule(making: Making, live: LiveResource) -> bool:
    gone = _ids(live.properties) - _ids(making.properties)
    if gone:
        making.invoke("events", "RemoveTargets", Rule=live.physical_id, Ids=sorted(gone))
    _put_rule(making, live.physical_id)
    return True


def _delete_rule(call: Call, live: LiveResource) -> bool:
    name = live.physical_id
    ids = sorted(_ids(live.properties))
    if ids:
        call.invoke("events", "RemoveTargets", {"Rule": name, "Ids": ids})
    call.invoke("events", "DeleteRule", {"Name": name})
    return True


def _actual_rule(call: Call, live: LiveResource) -> dict[str, Any] | None:
    """Return the rule's state, and its targets if one is missing."""
    rule = found(call, "events", "DescribeRule", Name=live.physical_id)
    if rule is None:
        return None
    wanted = live.properties.get("Targets", [])
    there = {one["Id"] for one in call.invoke("events", "ListTargetsByRule", {"Rule": live.physical_id})["Targets"]}
    targets = [one for one in wanted if one["Id"] in there]
    return {"State": rule["State"], "Targets": live.properties.get("Targets") if targets == wanted else targets}


RULE = ResourceKind(
    properties=frozenset({"Name", "Description", "State", "EventPattern", "Targets", "Tags"}),
    required=frozenset({"EventPattern"}),
    create=_create_rule,
    update=_update_rule,
    delete=_delete_rule,
    create_only=frozenset({"Name"}),
    named="Name",
    actual=_actual_rule,
)
