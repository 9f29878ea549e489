"""Streams of logs for the rows of CloudWatch Logs: only SageMaker's jobs make any here."""

from __future__ import annotations

from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount
from tests.simulator.services.sagemaker.test_training import QUOTAS, Lab

_GROUP = "/aws/sagemaker/TrainingJobs"
_NOWHERE = f"n/{'0' * 56}"


def stream(account: OneAccount) -> tuple[Any, dict[str, str]]:
    """A client, and the stream of a job that has ended."""
    Lab(account, ["s3:*", "ecr:*", "logs:*"]).outcome()
    logs = account.client("logs")
    found = logs.describe_log_streams(logGroupName=_GROUP)["logStreams"][0]
    return logs, {"logGroupName": _GROUP, "logStreamName": found["logStreamName"]}


@provokes("log-103", quotas=QUOTAS)
def malformed_token(account: OneAccount) -> tuple[str, Any]:
    logs, of = stream(account)
    return "OK", logs.get_log_events(**of, nextToken=_NOWHERE)


@provokes("log-104", quotas=QUOTAS)
def limit_too_high(account: OneAccount) -> tuple[str, Any]:
    logs, of = stream(account)
    return "OK", logs.get_log_events(**of, limit=10_001)


@provokes("log-112", quotas=QUOTAS)
def members(account: OneAccount) -> tuple[str, Any]:
    logs, of = stream(account)
    return "OK", logs.get_log_events(**of)
