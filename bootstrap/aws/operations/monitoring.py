"""Operations of CloudWatch, CloudWatch Logs, EventBridge, SNS and CloudTrail."""

from __future__ import annotations

from bootstrap.aws.operations.operation import OperationRow, reads, writes

_PLACEBO = "cloud-custodian tests/data/placebo: in each of its {} recorded answers"
_EMPTY = _PLACEBO + ", {} is empty"
_LOCALSTACK = "localstack tests/aws/services/{}.snapshot.json, {} is empty"

MONITORING: tuple[OperationRow, ...] = (
    # The key of a type of alarm that was not asked for may be missing.
    reads(
        "cloudwatch",
        "DescribeAlarms",
        "MetricAlarms",
        source=_LOCALSTACK.format("cloudwatch/test_cloudwatch", "test_delete_alarm[json]"),
    ),
    reads("cloudwatch", "GetMetricStatistics", "Datapoints"),
    reads("cloudwatch", "ListMetrics", "Metrics"),
    writes("cloudwatch", "DeleteAlarms"),
    reads("logs", "DescribeLogGroups", "logGroups", source=_EMPTY.format(33, "test_log_group_delete/2")),
    reads(
        "logs", "DescribeLogStreams", "logStreams", source=_EMPTY.format(6, "test_log_group_last_write_no_streams/1")
    ),
    reads("logs", "GetLogEvents", "events", source=_PLACEBO.format(5)),
    writes("logs", "DeleteLogGroup"),
    writes("logs", "PutLogGroupDeletionProtection"),
    reads("events", "DescribeRule", "Name", "State", source=_PLACEBO.format(8)),
    reads(
        "events",
        "ListEventBuses",
        "EventBuses",
        source=_LOCALSTACK.format("events/test_events", "list-event-buses-after-delete"),
    ),
    reads("events", "ListRules", "Rules", source=_EMPTY.format(22, "test_cwe_disable_rule/2")),
    reads("events", "ListTargetsByRule", "Targets", source=_EMPTY.format(25, "test_cwe_rule_target_cross/3")),
    writes("events", "DeleteEventBus"),
    writes("events", "DeleteRule"),
    writes("events", "RemoveTargets"),
    reads("sns", "GetTopicAttributes", "Attributes", source=_PLACEBO.format(44)),
    reads(
        "sns",
        "ListSubscriptionsByTopic",
        "Subscriptions",
        source=_LOCALSTACK.format("sns/test_sns", "subscriptions-for-topic-after-unsub"),
    ),
    reads("sns", "ListTopics", "Topics", source=_EMPTY.format(29, "test_sns_delete_topic/2")),
    writes("sns", "DeleteTopic"),
    writes("sns", "Subscribe"),
    reads("cloudtrail", "LookupEvents", "Events"),
)
