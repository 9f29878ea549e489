"""Provocations of CloudWatch Logs' rows."""

from __future__ import annotations

from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount


@provokes("log-04")
def group_again(account: OneAccount) -> tuple[str, Any]:
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/mine")
    return "OK", logs.create_log_group(logGroupName="/mine")
