"""Provocations of EventBridge's rows."""

from __future__ import annotations

from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount

Gone = tuple[str, Any]


@provokes("ev-07")
def bus_again(account: OneAccount) -> Gone:
    events = account.client("events")
    events.create_event_bus(Name="mine")
    return "OK", events.create_event_bus(Name="mine")


@provokes("ev-08")
def sixth_target(account: OneAccount) -> Gone:
    events = account.client("events")
    events.put_rule(Name="r", EventPattern='{"source": ["aws.sagemaker"]}')
    topic = account.client("sns").create_topic(Name="t")["TopicArn"]
    events.put_targets(Rule="r", Targets=[{"Id": str(each), "Arn": topic} for each in range(5)])
    # The fifth again is no sixth.
    events.put_targets(Rule="r", Targets=[{"Id": "4", "Arn": topic}])
    return "OK", events.put_targets(Rule="r", Targets=[{"Id": "5", "Arn": topic}])
