"""Provocations of Parameter Store's rows."""

from __future__ import annotations

from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount

Gone = tuple[str, Any]


@provokes("ssm-04")
def tags_and_overwrite(account: OneAccount) -> Gone:
    tags = [{"Key": "a", "Value": "b"}]
    ssm = account.client("ssm")
    return "OK", ssm.put_parameter(Name="/x", Value="v", Type="String", Overwrite=True, Tags=tags)


@provokes("ssm-08")
def many_puts(account: OneAccount) -> Gone:
    ssm, answer = account.client("ssm"), None
    for number in range(40):
        answer = ssm.put_parameter(Name=f"/x/{number}", Value="v", Type="String")
    return "OK", answer
