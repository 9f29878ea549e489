"""Provocations of SNS's rows whose parameters are too long for a row."""

from __future__ import annotations

from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount


@provokes("sns-110")
def message_too_long(account: OneAccount) -> tuple[str, Any]:
    sns = account.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    return "OK", sns.publish(TopicArn=topic, Message="x" * (256 * 1024 + 1))
