"""Rows of CloudTrail's LookupEvents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable


def event(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the event of a row, as its own JSON has it; None if that cannot be read: its callers choose some of the
    text."""
    try:
        return json_text.mapping(str(row.get("CloudTrailEvent") or "{}"))
    except Unreadable:
        return None
