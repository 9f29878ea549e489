"""Filters, sorts and pages for all List operations of SageMaker."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

Summary = dict[str, Any]

_USUAL_PAGE = 10
_NEVER = datetime.fromtimestamp(0, UTC)


def answer(
    call: Call,
    key: str,
    summaries: Iterable[Summary],
    name: str,
    status: str = "",
    usual_sort: str = "CreationTime",
    value: Callable[[Summary], Any] | None = None,
) -> dict[str, Any]:
    """Return a page as {key: page, NextToken}.

    NameContains and StatusEquals filter by the members `name` and `status`. `value` is the first sort key.
    """
    found = [summary for summary in summaries if _wanted(call.params, summary, name, status)]
    member = {"Name": name, "Status": status}.get(call.params.get("SortBy", usual_sort), "")
    first = value or (lambda summary: summary.get(member, ""))
    # The name breaks ties; without it pages could overlap.
    found.sort(
        key=lambda summary: (first(summary), _made(summary), str(summary.get(name, ""))),
        reverse=call.params.get("SortOrder", "Ascending") == "Descending",
    )
    start = _start(call.params.get("NextToken"))
    end = start + int(call.params.get("MaxResults", _USUAL_PAGE))
    page = {key: found[start:end]}
    return page if end >= len(found) else {**page, "NextToken": base64.b64encode(f"@{end}".encode()).decode()}


def _made(summary: Summary) -> datetime:
    made: datetime = summary.get("CreationTime") or summary.get("CreateDate") or _NEVER
    return made


def _wanted(params: dict[str, Any], summary: Summary, name: str, status: str) -> bool:
    if params.get("NameContains", "").lower() not in str(summary.get(name, "")).lower():
        return False
    if "StatusEquals" in params and summary.get(status) != params["StatusEquals"]:
        return False
    for what in ("CreationTime", "LastModifiedTime"):
        at = summary.get(what, _NEVER)
        if f"{what}After" in params and at <= params[f"{what}After"]:
            return False
        if f"{what}Before" in params and at >= params[f"{what}Before"]:
            return False
    return True


def _start(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.b64decode(token, validate=True).decode().removeprefix("@"))
    except (ValueError, binascii.Error) as exc:
        raise Refusal("ValidationException", "The token provided is not valid.") from exc
